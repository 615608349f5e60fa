#include "base/progress.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"

using namespace knead;

TEST_CASE("Durations read like a person would say them") {
  CHECK(format_duration(12.4) == "12 s");
  CHECK(format_duration(200) == "3 min 20 s");
  CHECK(format_duration(3725) == "1 h 02 min");
  CHECK(format_duration(-1) == "0 s");
}

TEST_CASE("A progress line shows share, time left and detail") {
  const auto line = progress_line("run", 0.25, "25 N", 10, 0);
  CHECK(line == "run  25 % [#####               ] 30 s left  25 N");
  CHECK(progress_line("run", 0.0, "", 10, 0).find("left") == std::string::npos);
  CHECK(progress_line("run", std::numeric_limits<double>::quiet_NaN(), "", 10, 0).find("  0 %") != std::string::npos);
  CHECK(progress_line("run", 2.0, "", 10, 0).find("100 %") != std::string::npos);
}

TEST_CASE("A progress line is cut between characters") {
  CHECK(progress_line("µµµ", 0.5, "", 1, 2) == "µµ");
  CHECK(progress_line("run", 0.25, "25 N", 10, 10).size() == 10);
}
