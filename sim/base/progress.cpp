#include "base/progress.hpp"

#include <algorithm>
#include <cmath>

#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/log.hpp"

namespace knead {
namespace {

int terminal_width() {
  constexpr int usual_width = 80;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual_width;
  return size.ws_col - 1;  // a full line would wrap
}

// The first `columns` characters of UTF-8 text.
std::string cut(const std::string& text, int columns) {
  int n = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 && n++ == columns) return text.substr(0, i);
  return text;
}

}  // namespace

std::string format_duration(double seconds) {
  const auto s = static_cast<long>(std::lround(std::max(0.0, seconds)));
  if (s >= 3600) return fmt::format("{} h {:02} min", s / 3600, s / 60 % 60);
  if (s >= 60) return fmt::format("{} min {:02} s", s / 60, s % 60);
  return fmt::format("{} s", s);
}

std::string progress_line(const std::string& what, double share, const std::string& detail, double elapsed_seconds,
                          int width) {
  const double done = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0.0;
  constexpr int bar_width = 20;
  const auto filled = static_cast<std::size_t>(done * bar_width);
  std::string line = fmt::format("{} {:3.0f} % [{}{}]", what, 100 * done, std::string(filled, '#'),
                                 std::string(bar_width - filled, ' '));
  // An estimate from the first per cent would only mislead.
  constexpr double enough_for_an_estimate = 0.02;
  if (done >= enough_for_an_estimate && done < 1)
    line += fmt::format(" {} left", format_duration(elapsed_seconds * (1 - done) / done));
  if (!detail.empty()) line += "  " + detail;
  return width > 0 ? cut(line, width) : line;
}

Progress::Progress(std::string what, double seconds_between_lines)
    : what_(std::move(what)), seconds_between_lines_(seconds_between_lines), terminal_(stderr_is_terminal()) {}

Progress::~Progress() {
  if (terminal_ && !finished_) detail::clear_progress_line();
}

void Progress::update(double share, const std::string& detail) {
  if (log_level() == LogLevel::quiet) return;
  const auto now = Clock::now();
  const auto seconds = [](Clock::duration d) { return std::chrono::duration<double>(d).count(); };
  last_line_ = progress_line(what_, share, detail, seconds(now - start_), terminal_ ? terminal_width() : 0);
  constexpr double seconds_between_frames = 0.1;
  const double pause = terminal_ ? seconds_between_frames : seconds_between_lines_;
  if (anything_shown_ && seconds(now - last_shown_) < pause) return;
  anything_shown_ = true;
  last_shown_ = now;
  if (terminal_)
    detail::show_progress_line(last_line_);
  else
    detail::print_progress_line(last_line_);
}

void Progress::finish() {
  if (finished_) return;
  finished_ = true;
  if (log_level() == LogLevel::quiet || last_line_.empty()) return;
  if (terminal_)
    detail::clear_progress_line();
  else
    detail::print_progress_line(last_line_);
}

}  // namespace knead
