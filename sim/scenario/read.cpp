#include "scenario/read.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/units.hpp"
#include "scenario/fill.hpp"
#include "scenario/models.hpp"
#include "scenario/technique.hpp"
#include "scenario/validate.hpp"

namespace knead {
namespace fs = std::filesystem;
namespace {

std::string canonical_name(const fs::path& path) {
  std::error_code problem;
  const auto name = fs::weakly_canonical(path, problem);
  return problem ? path.string() : name.string();
}

// Merges what a document extends below it. `chain` holds the files on the way here.
Node with_bases(Node document, const fs::path& folder, std::vector<std::string>& chain,
                std::vector<std::string>& files) {
  const Node* extends = document.find("extends");
  if (!extends || !extends->is_text()) return document;
  const Location where = extends->where;
  constexpr std::size_t longest_path = 4096, deepest_chain = 32;
  if (extends->text.empty() || extends->text.size() > longest_path || extends->text.find('\0') != std::string::npos)
    throw Error(ExitCode::invalid_input, where, "extends: this is not the path of a file");
  const fs::path path = folder / extends->text;
  const std::string name = canonical_name(path);
  if (std::find(chain.begin(), chain.end(), name) != chain.end())
    throw Error(ExitCode::invalid_input, where,
                fmt::format("extends: {} extends itself in a circle", in_quotes(extends->text)));
  if (chain.size() >= deepest_chain)
    throw Error(ExitCode::invalid_input, where,
                fmt::format("extends: more than {} files extend each other", deepest_chain));
  Node base;
  try {
    base = parse_toml_file(path.string());
  } catch (const Error& error) {
    if (error.code() != ExitCode::file_error) throw;
    throw Error(ExitCode::invalid_input, where,
                fmt::format("extends: {}: {}", in_quotes(extends->text), error.diagnostics().front().message));
  }
  chain.push_back(name);
  files.push_back(path.string());
  base = with_bases(std::move(base), path.parent_path(), chain, files);
  document.erase("extends");
  merge(base, std::move(document));
  return base;
}

// A key that the schema has and that nothing asked for would be ignored in silence.
void refuse_unread(const Node& node, const std::string& name, const ReadingPass& pass) {
  if (pass.read.count(&node) != 0) return;
  const auto longer = [&](const std::string& part) { return name.empty() ? part : name + "." + part; };
  if (node.is_table()) {
    for (const auto& member : node.members) refuse_unread(member.value, longer(key_text(member.key)), pass);
  } else if (node.is_array() && (node.items.empty() || node.items.front().is_table())) {
    for (std::size_t i = 0; i < node.items.size(); ++i)
      refuse_unread(node.items[i], longer(fmt::format("{}", i + 1)), pass);
  } else {
    pass.diagnostics.add(node.where, fmt::format("{} has no effect here: leave it out", name));
  }
}

void fill(Scenario& scenario, const Node& tree, Diagnostics& diagnostics) {
  ReadingPass pass{diagnostics, scenario.resolved, {}};
  const Cursor at(&tree, "", "", {scenario.path}, pass);
  scenario.format = at.integer("knead").value_or(1);
  scenario.title = at.text("title").value_or("");
  scenario.body = fill_body(at);
  if (!scenario.body.is_specimen()) scenario.subject = fill_subject(at);
  scenario.tissue = fill_tissue(at);
  scenario.modifiers = fill_modifiers(at);
  scenario.strokes = fill_strokes(at);
  scenario.applicators = fill_applicators(at);
  scenario.boundaries = fill_boundaries(at);
  scenario.time = fill_time(at);
  scenario.output = fill_output(at);
  scenario.expect = fill_expect(at);
  if (diagnostics.empty()) refuse_unread(tree, "", pass);
}

void keep_only_stroke(Scenario& scenario, const std::string& name) {
  std::vector<std::string> names;
  for (const StrokeSpec& stroke : scenario.strokes) names.push_back(stroke.name);
  const auto found = std::ranges::find(names, name);
  if (found == names.end())
    throw Error(ExitCode::invalid_input, Location{scenario.path},
                fmt::format("there is no stroke {}{}; there are {}", in_quotes(name), did_you_mean(name, names),
                            fmt::join(names, ", ")));
  const std::string by_name = "stroke." + key_text(name) + ".",
                    by_number = fmt::format("stroke.{}.", found - names.begin() + 1);
  std::erase_if(scenario.resolved, [&](const ResolvedValue& value) {
    return value.key.starts_with("stroke.") && !value.key.starts_with(by_name) && !value.key.starts_with(by_number);
  });
  std::erase_if(scenario.expect, [&](const ExpectSpec& expect) { return expect.stroke != name; });
  std::erase_if(scenario.strokes, [&](const StrokeSpec& stroke) { return stroke.name != name; });
  scenario.strokes.front().start = StrokeSpec::Start::after_previous;
  scenario.title += (scenario.title.empty() ? "" : ": ") + name;
}

// One place can be blamed by several rules: keep the first sentence for a place, and not more than a screenful.
void throw_if_any(const Diagnostics& diagnostics) {
  if (diagnostics.empty()) return;
  constexpr std::size_t most_shown = 50;
  std::vector<Diagnostic> shown;
  std::set<std::pair<std::string, std::string>> seen;
  std::size_t left_out = 0;
  for (const auto& d : diagnostics.list()) {
    if (!seen.emplace(to_string(d.where), d.message).second) continue;
    if (shown.size() < most_shown)
      shown.push_back(d);
    else
      ++left_out;
  }
  if (left_out > 0) shown.push_back({{}, fmt::format("and {} more mistakes", left_out)});
  throw Error(ExitCode::invalid_input, shown);
}

Scenario read(const std::string& text, const fs::path& path, Node tree, const ReadOptions& options) {
  Scenario scenario;
  scenario.path = path.string();
  scenario.text = text;
  scenario.overrides = options.overrides;
  scenario.files.push_back(scenario.path);
  scenario.model_folders =
      options.model_folders.empty() ? standard_model_folders(path.parent_path()) : options.model_folders;

  std::vector<std::string> chain{canonical_name(path)};
  tree = with_bases(std::move(tree), path.parent_path(), chain, scenario.files);
  if (tree.where.file.empty() || tree.where.line == 0) tree.where = {scenario.path};
  Diagnostics diagnostics;
  for (const auto& argument : options.overrides) apply_override(tree, argument, diagnostics);
  validate(tree, "", diagnostics);
  apply_techniques(tree, scenario.model_folders, scenario.files, diagnostics);
  fill(scenario, tree, diagnostics);
  check_scenario(scenario, diagnostics);
  throw_if_any(diagnostics);
  if (!options.only_stroke.empty()) keep_only_stroke(scenario, options.only_stroke);
  return scenario;
}

}  // namespace

Scenario read_scenario(const fs::path& path, const ReadOptions& options) {
  std::string text;
  Node tree = parse_toml_file(path.string(), &text);
  return read(text, path, std::move(tree), options);
}

Scenario read_scenario_text(const std::string& text, const std::string& name, const ReadOptions& options) {
  return read(text, name, parse_toml(text, name), options);
}

}  // namespace knead
