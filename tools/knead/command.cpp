#include "command.hpp"

#include <charconv>
#include <cstdio>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/units.hpp"

namespace knead {

std::vector<Command> commands() {
  return {
      run_command(),    check_command(), compare_command(), converge_command(), export_command(), import_command(),
      new_command(),    list_command(),  info_command(),    cite_command(),     schema_command(), explain_command(),
#ifdef KNEAD_HAVE_VTK
      render_command(),
#endif
  };
}

std::string Given::value(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->second.empty() ? "" : found->second.back();
}

std::vector<std::string> Given::values(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>{} : found->second;
}

long Given::integer(const std::string& name, long least, long most) const {
  const auto text = value(name);
  long number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size() || number < least || number > most)
    throw Error(ExitCode::wrong_usage,
                fmt::format("{} {} is not a whole number from {} to {}", name, in_quotes(text), least, most));
  return number;
}

void print_result(const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0)
    throw Error(ExitCode::file_error, "the result cannot be written to standard output");
}

}  // namespace knead
