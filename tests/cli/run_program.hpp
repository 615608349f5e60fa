#pragma once
#include <filesystem>
#include <string>

struct Outcome {
  int code = -1;  // exit code; 128 + number when a signal ended the program
  std::string out, err;
};

// Runs knead with arguments as the shell reads them; `before`: shell commands ahead of it, "ulimit -f 0; ".
Outcome knead_program(const std::string& arguments, const std::string& before = "");

// A folder of its own for each test, removed at the end.
struct TemporaryFolder {
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::filesystem::path path;
};

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, const std::string& text);
// In single quotes for the shell.
std::string quoted_for_shell(const std::string& text);
