#pragma once
#include <filesystem>
#include <string>
#include <vector>

// What two results (folders with run.vtkhdf, load_profile.csv, probes.csv, summary.json) do not share bit for bit,
// besides what a clock, the memory or the number of threads decide. Reads the files with other libraries than the
// program's readers.
std::vector<std::string> differences(const std::filesystem::path& one, const std::filesystem::path& other);
