#pragma once
// Messages for people, on stderr and optionally in a file. Results never come this way: they go to stdout.
#include <string>

namespace knead {

enum class LogLevel { quiet, normal, verbose };

struct LogSettings {
  LogLevel level = LogLevel::normal;
  std::string file;  // also written here when not empty (run.log)
};

void configure_log(const LogSettings& settings);
LogLevel log_level();

void log_info(const std::string& message);     // silent with --quiet
void log_detail(const std::string& message);   // only with --verbose
void log_warning(const std::string& message);  // always
void log_error(const std::string& message);    // always, without decoration: "file:line:column: message"

// Whether stderr is a terminal, and whether it may be coloured (NO_COLOR, CLICOLOR_FORCE, TERM=dumb).
bool stderr_is_terminal();
bool stderr_has_color();

namespace detail {
// The progress line on the terminal, which has to make room for a message and come back after it.
void show_progress_line(const std::string& line);
void clear_progress_line();
// Without a terminal: a line of its own, also in the log file.
void print_progress_line(const std::string& line);
}  // namespace detail

}  // namespace knead
