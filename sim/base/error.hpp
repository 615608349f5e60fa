#pragma once
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace knead {

// Exit codes of every command (docs/scenario.md lists them for users).
enum class ExitCode : int {
  done = 0,
  internal_error = 1,
  wrong_usage = 2,
  invalid_input = 3,
  no_convergence = 4,
  file_error = 5,
  stopped_with_checkpoint = 75,
  interrupted = 130,
};

// A place in a file; line and column count from 1, 0 means unknown.
struct Location {
  std::string file;
  int line = 0;
  int column = 0;
};

// "file:line:column" with the unknown parts left out.
std::string to_string(const Location& where);

// One sentence about one thing the user can mend, and where.
struct Diagnostic {
  Location where;
  std::string message;
};

// What a user got wrong, or what the machine refused. Caught once, in main.
// Numerical outcomes are return values instead; our own bugs are assertions.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, std::vector<Diagnostic> diagnostics);
  Error(ExitCode code, std::string message) : Error(code, {Diagnostic{{}, std::move(message)}}) {}
  Error(ExitCode code, Location where, std::string message)
      : Error(code, {Diagnostic{std::move(where), std::move(message)}}) {}

  ExitCode code() const { return code_; }
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  ExitCode code_;
  std::vector<Diagnostic> diagnostics_;
};

// Collects diagnostics so that a user sees all of them at once.
class Diagnostics {
 public:
  void add(Location where, std::string message) { list_.push_back({std::move(where), std::move(message)}); }
  void add(const Error& error) { list_.insert(list_.end(), error.diagnostics().begin(), error.diagnostics().end()); }
  // fallback: the place of sentences that have none.
  void add(const Error& error, const Location& fallback) {
    for (const auto& d : error.diagnostics()) add(d.where.file.empty() ? fallback : d.where, d.message);
  }
  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }
  const std::vector<Diagnostic>& list() const { return list_; }
  // Throws Error with everything collected, if anything was.
  void throw_if_any(ExitCode code = ExitCode::invalid_input) const {
    if (!list_.empty()) throw Error(code, list_);
  }

 private:
  std::vector<Diagnostic> list_;
};

// ` (did you mean "palm"?)` for the closest known word, or an empty string when none is close.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& known);

}  // namespace knead
