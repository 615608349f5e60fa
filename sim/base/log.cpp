#include "base/log.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string_view>

#include <unistd.h>

#include "base/error.hpp"

namespace knead {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

struct Log {
  std::mutex mutex;
  LogSettings settings;
  std::unique_ptr<std::FILE, CloseFile> file;
  std::string progress;  // what stands on the terminal's last line
};

Log& the_log() {
  static Log log;
  return log;
}

constexpr const char* clear_line = "\r\x1b[2K";

void write(Log& log, bool to_terminal, std::string_view color, const std::string& message) {
  const std::lock_guard lock(log.mutex);
  if (to_terminal) {
    std::string out;
    if (!log.progress.empty()) out += clear_line;
    const bool colored = !color.empty() && stderr_has_color();
    if (colored) out += color;
    out += message;
    if (colored) out += "\x1b[0m";
    out += '\n';
    out += log.progress;
    std::fwrite(out.data(), 1, out.size(), stderr);
    std::fflush(stderr);
  }
  if (log.file) {
    std::fprintf(log.file.get(), "%s\n", message.c_str());
    std::fflush(log.file.get());
  }
}

bool set_and_not_empty(const char* name) {
  const char* value = std::getenv(name);
  return value && *value;
}

}  // namespace

void configure_log(const LogSettings& settings) {
  auto& log = the_log();
  const std::lock_guard lock(log.mutex);
  log.settings = settings;
  log.file.reset();
  if (settings.file.empty()) return;
  log.file.reset(std::fopen(settings.file.c_str(), "a"));
  if (!log.file) throw Error(ExitCode::file_error, Location{settings.file}, "the log file cannot be written");
}

LogLevel log_level() { return the_log().settings.level; }

void log_info(const std::string& message) { write(the_log(), log_level() >= LogLevel::normal, "", message); }
void log_detail(const std::string& message) {
  if (log_level() == LogLevel::verbose) write(the_log(), true, "\x1b[2m", message);
}
void log_warning(const std::string& message) { write(the_log(), true, "\x1b[33m", "warning: " + message); }
void log_error(const std::string& message) { write(the_log(), true, "\x1b[31m", message); }

bool stderr_is_terminal() {
  static const bool terminal = isatty(STDERR_FILENO) == 1;
  return terminal;
}

// https://no-color.org and https://bixense.com/clicolors
bool stderr_has_color() {
  if (set_and_not_empty("NO_COLOR")) return false;
  const char* force = std::getenv("CLICOLOR_FORCE");
  if (force && *force && std::string_view(force) != "0") return true;
  const char* term = std::getenv("TERM");
  return stderr_is_terminal() && term && std::string_view(term) != "dumb";
}

namespace detail {

void show_progress_line(const std::string& line) {
  auto& log = the_log();
  const std::lock_guard lock(log.mutex);
  log.progress = line;
  std::fprintf(stderr, "%s%s", clear_line, line.c_str());
  std::fflush(stderr);
}

void clear_progress_line() {
  auto& log = the_log();
  const std::lock_guard lock(log.mutex);
  if (log.progress.empty()) return;
  log.progress.clear();
  std::fputs(clear_line, stderr);
  std::fflush(stderr);
}

void print_progress_line(const std::string& line) { write(the_log(), true, "", line); }

}  // namespace detail
}  // namespace knead
