// knead: the command line.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <list>
#include <new>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "base/units.hpp"
#include "base/version.hpp"
#include "command.hpp"

namespace {

using namespace knead;

// "-o,--output" is asked for as "--output".
std::string last_spelling(const std::string& names) {
  const auto comma = names.rfind(',');
  return comma == std::string::npos ? names : names.substr(comma + 1);
}

// Where the parser leaves what it found. Lists keep their addresses.
struct Slots {
  struct Slot {
    const Argument* argument;
    CLI::Option* option;
    bool flag = false;
    std::vector<std::string> values;
  };
  std::list<Slot> slots;

  Given given() const {
    Given found;
    for (const auto& slot : slots) {
      const auto name = last_spelling(slot.argument->name);
      if (slot.flag) found.set_flag(name);
      for (const auto& value : slot.values) found.add(name, value);
      if (slot.values.empty() && !slot.argument->fallback.empty()) found.add(name, slot.argument->fallback);
    }
    return found;
  }
};

constexpr int most_values = 1 << 20;

// Refuses an option where a value is missing.
std::string not_an_option(const std::string& value) {
  if (value.size() < 2 || value[0] != '-' || value[1] == '.' || std::isdigit(static_cast<unsigned char>(value[1])))
    return {};
  return fmt::format("needs a value before {}; a file of that name is ./{}", value, value);
}

void add_arguments(const Command& command, CLI::App& app, Slots& slots) {
  for (const auto& argument : command.arguments) {
    auto& slot = slots.slots.emplace_back(Slots::Slot{&argument, nullptr, false, {}});
    if (argument.kind == Argument::Kind::flag) {
      slot.option = app.add_flag(argument.name, slot.flag, argument.about);
      continue;
    }
    slot.option = app.add_option(argument.name, slot.values, argument.about);
    // One value an occurrence, so that a position may follow; the last occurrence counts unless the option is a list.
    const bool list = argument.kind == Argument::Kind::values, option = argument.name.front() == '-';
    if (list && option)
      slot.option->expected(1, most_values)->allow_extra_args(false);
    else if (list)
      slot.option->expected(1, most_values);
    else
      slot.option->expected(1)->allow_extra_args(false);
    if (!list && option) slot.option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    if (!argument.placeholder.empty())
      slot.option->type_name(argument.placeholder);
    else
      slot.option->type_name("");
    if (!argument.fallback.empty()) slot.option->default_str(argument.fallback);
    if (!argument.choices.empty()) slot.option->check(CLI::IsMember(argument.choices));
    if (option) slot.option->check(not_an_option);
    if (argument.required) slot.option->required();
  }
}

void print_errors(const Error& error, bool json) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& d : error.diagnostics()) {
    const auto place = to_string(d.where);
    log_error(place.empty() ? "knead: " + d.message : place + ": " + d.message);
    list.push_back(
        {{"file", d.where.file}, {"line", d.where.line}, {"column", d.where.column}, {"message", d.message}});
  }
  if (!json) return;
  const nlohmann::ordered_json answer{{"ok", false}, {"code", static_cast<int>(error.code())}, {"errors", list}};
  std::puts(json_text(answer).c_str());
}

// The first word that is no option names the command; null when there is none.
const Command* find_command(int argc, char** argv, const std::vector<Command>& list) {
  std::vector<std::string> known;
  for (const auto& command : list) known.push_back(command.name);
  const auto word = std::find_if(argv + 1, argv + argc, [](const char* text) { return text[0] != '-'; });
  if (word == argv + argc) return nullptr;
  if (const auto found = std::find(known.begin(), known.end(), *word); found != known.end())
    return &list[static_cast<std::size_t>(found - known.begin())];
  throw Error(ExitCode::wrong_usage, fmt::format("there is no command {}{}; it is one of {}", in_quotes(*word),
                                                 did_you_mean(*word, known), fmt::join(known, ", ")));
}

int run(int argc, char** argv) {
  CLI::App app{
      "Physics-based simulation of massage.\n"
      "A scenario file says who is touched, where, with what and how hard."};
  app.name("knead");
  app.set_version_flag("--version", std::string(build_sentence()));
  app.require_subcommand(0, 1);
  app.fallthrough();
  bool quiet = false, verbose = false;
  app.add_flag("-q,--quiet", quiet, "only warnings and errors on stderr");
  app.add_flag("-v,--verbose", verbose, "more on stderr");

  const auto list = commands();
  std::list<Slots> slots;
  std::vector<std::pair<CLI::App*, Slots*>> subcommands;
  for (const auto& one : list) {
    auto* sub = app.add_subcommand(one.name, one.summary);
    subcommands.emplace_back(sub, &slots.emplace_back());
    add_arguments(one, *sub, slots.back());
  }
  const Command* command = find_command(argc, argv, list);
  app.failure_message([&](const CLI::App*, const CLI::Error& e) {
    if (command)
      for (const auto& argument : command->arguments)
        if (argument.required && e.what() == argument.name + " is required")
          return fmt::format("knead: {} needs {}: {}\n", command->name, argument.name, argument.about);
    return fmt::format("knead: {}; see knead --help\n", e.what());
  });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e, std::cout, std::cerr);
    if (!std::cout.flush()) throw Error(ExitCode::file_error, "the result cannot be written to standard output");
    return code == 0 ? static_cast<int>(ExitCode::done) : static_cast<int>(ExitCode::wrong_usage);
  }
  configure_log({quiet ? LogLevel::quiet : verbose ? LogLevel::verbose : LogLevel::normal, ""});
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!subcommands[i].first->parsed()) continue;
    const Given given = subcommands[i].second->given();
    try {
      return list[i].run(given);
    } catch (const Error& error) {
      print_errors(error, given.flag("--json"));
      return static_cast<int>(error.code());
    }
  }
  print_result(app.help());
  return static_cast<int>(ExitCode::done);
}

// What stopped the program, in one sentence on stderr, and its exit code.
ExitCode explain(const std::exception_ptr& problem) {
  try {
    std::rethrow_exception(problem);
  } catch (const Error& error) {
    print_errors(error, false);
    return error.code();
  } catch (const std::bad_alloc&) {
    std::fputs(
        "knead: the memory of this machine is not enough; use a larger element_size (knead check says how much "
        "a scenario needs)\n",
        stderr);
    return ExitCode::invalid_input;
  } catch (const std::exception& unexpected) {
    std::fprintf(stderr, "knead: internal error: %s; this is a bug, please report it with the input file\n",
                 unexpected.what());
  } catch (...) {
    std::fputs("knead: internal error; this is a bug, please report it with the input file\n", stderr);
  }
  return ExitCode::internal_error;
}

}  // namespace

int main(int argc, char** argv) {
  // Exceptions cannot leave a parallel region: they end the program there.
  std::set_terminate([] {
    const auto problem = std::current_exception();
    if (!problem) std::abort();
    std::_Exit(static_cast<int>(explain(problem)));
  });
  try {
    return run(argc, argv);
  } catch (...) {
    return static_cast<int>(explain(std::current_exception()));
  }
}
