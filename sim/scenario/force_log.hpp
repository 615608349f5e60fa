#pragma once
#include <filesystem>

#include "scenario/table.hpp"

namespace knead {

// A measured force over time from a CSV file (RFC 4180): a header that names the columns time and force with their
// units in brackets, "time [ms],force [N]", among any others, then numbers; lines that begin with # and empty lines do
// not count. Times in s from 0, increasing; forces in N, positive, at least one. Throws Error with file and line.
Table read_force_log(const std::filesystem::path& path, const Location& where);

}  // namespace knead
