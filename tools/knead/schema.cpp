#include "scenario/schema.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/units.hpp"
#include "command.hpp"

namespace knead {
namespace {

int run_schema(const Given& given) {
  print_result(given.flag("--markdown") ? markdown_reference() : json_schema());
  return 0;
}

int run_explain(const Given& given) {
  const auto key = given.value("KEY");
  const auto matches = match_key(key);
  if (matches.empty()) {
    std::vector<std::string> known;
    for (const auto& spec : schema()) known.push_back(spec.key);
    for (const auto& spec : schema()) known.push_back(last_part(spec.key));
    throw Error(ExitCode::wrong_usage, fmt::format("no key is called {}{}", in_quotes(key), did_you_mean(key, known)));
  }
  std::string out;
  for (const auto* spec : matches) out += (out.empty() ? "" : "\n") + explain(*spec);
  print_result(out);
  return 0;
}

}  // namespace

Command schema_command() {
  return {"schema",
          "print the JSON Schema of scenario files, for editors",
          {{"--markdown", Argument::Kind::flag, "the reference page instead"}},
          &run_schema};
}

Command explain_command() {
  return {"explain",
          "explain a key of scenario files",
          {{.name = "KEY", .about = "for example stroke.force", .required = true}},
          &run_explain};
}

}  // namespace knead
