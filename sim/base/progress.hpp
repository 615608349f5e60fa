#pragma once
#include <chrono>
#include <string>

namespace knead {

// How far a long piece of work has come: one line rewritten in place on a terminal, a line every few seconds elsewhere,
// nothing with --quiet. The clock only decides what is shown, never what is computed.
class Progress {
 public:
  explicit Progress(std::string what, double seconds_between_lines = 5);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `share` of the work that is done, 0…1; `detail` is free text, for example "step 12, 25 N, peak 6.1 kPa".
  void update(double share, const std::string& detail = "");
  // Removes the line from the terminal; a log gets the last state.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_;
  double seconds_between_lines_;
  bool terminal_;
  bool finished_ = false;
  bool anything_shown_ = false;
  std::string last_line_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_shown_{};
};

// "1 h 02 min", "3 min 20 s", "12 s"
std::string format_duration(double seconds);
// "effleurage  42 % [########          ] step 12, 25 N  3 min 20 s left", cut to `width` columns.
std::string progress_line(const std::string& what, double share, const std::string& detail, double elapsed_seconds,
                          int width);

}  // namespace knead
