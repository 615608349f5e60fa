// knead export: results for older readers, scenarios for other programs.
#include <filesystem>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/log.hpp"
#include "calculix_deck.hpp"
#include "command.hpp"
#include "io/xdmf.hpp"
#include "measure/text_file.hpp"
#include "scenario/read.hpp"

namespace knead {
namespace {

void refuse_option(const Given& given, const char* option, const std::string& what) {
  if (given.has(option) || given.flag(option))
    throw Error(ExitCode::wrong_usage, fmt::format("{} is not for {}", option, what));
}

int run(const Given& given) {
  const std::string what = given.value("WHAT");
  const std::filesystem::path file = given.value("FILE");
  if (what == "xdmf") {
    for (const char* option : {"--output", "--set", "--preview"})
      refuse_option(given, option, "xdmf: it points into the result and stays beside it");
    print_result(export_xdmf(file).string() + "\n");
    return static_cast<int>(ExitCode::done);
  }
  const Scenario scenario = read_scenario(file, {.overrides = given.values("--set")});
  const std::string deck = calculix_deck(build(scenario, {.preview = given.flag("--preview")}), scenario.title);
  const std::filesystem::path output =
      given.has("--output") ? std::filesystem::path(given.value("--output")) : file.stem().concat(".inp");
  write_text_file(output, deck);
  log_info(fmt::format("solve it with: ccx {}", std::filesystem::path(output).replace_extension().string()));
  print_result(output.string() + "\n");
  return static_cast<int>(ExitCode::done);
}

}  // namespace

Command export_command() {
  using Kind = Argument::Kind;
  return {"export",
          "a result for older readers, a scenario for CalculiX",
          {{.name = "WHAT",
            .about = "xdmf: run.xdmf beside a result; calculix: an input deck of a scenario",
            .required = true,
            .choices = {"xdmf", "calculix"}},
           {.name = "FILE", .about = "result (run.vtkhdf) or scenario", .required = true},
           {.name = "-o,--output", .about = "the deck, otherwise <scenario>.inp here", .placeholder = "FILE.inp"},
           {.name = "-s,--set", .kind = Kind::values, .about = "replace a value", .placeholder = "KEY=VALUE"},
           {.name = "--preview", .kind = Kind::flag, .about = "the coarse mesh of a preview"}},
          run};
}

}  // namespace knead
