// output_reference FILE: writes the tables of docs/output.md anew from the lists that the program uses, between the
// marks <!-- name --> and <!-- /name -->. With --check it only says whether they are up to date (exit code 1 if not).
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/program.hpp"
#include "io/field.hpp"
#include "measure/load_profile.hpp"
#include "measure/measures.hpp"

namespace knead {
namespace {

std::string shown(const std::string& unit) { return unit == "1" ? "–" : unit; }

std::string field_table() {
  std::string text = "| field | unit | at | components | meaning | sign | per |\n|---|---|---|---|---|---|---|\n";
  for (const FieldInfo& f : field_list())
    text += fmt::format("| `{}` | {} | {} | {} | {} | {} | {} |\n", f.name, shown(f.units),
                        f.association == Association::point ? "nodes" : "cells", f.components, f.description, f.sign,
                        f.reference);
  return text;
}

std::string column_table() {
  std::string text = "| column | unit in `History` | unit in CSV | meaning |\n|---|---|---|---|\n";
  for (const auto& c : load_profile_columns())
    text += fmt::format("| `{}` | {} | {} | {} |\n", c.name, shown(c.units), shown(c.shown_units), c.description);
  return text;
}

template <class List>
std::string measure_table(const List& list) {
  std::string text = "| key of `summary.json` | measure | meaning |\n|---|---|---|\n";
  for (const auto& m : list) text += fmt::format("| `{}` | `{}` | {} |\n", m.key(), m.name, m.description);
  return text;
}

std::string with_table(const std::string& text, const std::string& name, const std::string& table) {
  const std::string begin = "<!-- " + name + " -->\n", end = "<!-- /" + name + " -->";
  const auto from = text.find(begin), to = text.find(end);
  if (from == std::string::npos || to == std::string::npos || to < from)
    throw Error(ExitCode::invalid_input, fmt::format("the marks of the table \"{}\" are missing", name));
  return text.substr(0, from + begin.size()) + table + text.substr(to);
}

int run(int argc, char** argv) {
  const bool check = argc == 3 && std::string_view(argv[2]) == "--check";
  if (argc != 2 && !check) {
    std::fprintf(stderr, "usage: output_reference docs/output.md [--check]\n");
    return 2;
  }
  std::ifstream in(argv[1]);
  if (!in) throw Error(ExitCode::file_error, Location{argv[1]}, "it cannot be read");
  const std::string before{std::istreambuf_iterator<char>(in), {}};
  std::string text = with_table(before, "fields", field_table());
  text = with_table(text, "columns", column_table());
  text = with_table(text, "measures", measure_table(measure_list()));
  text = with_table(text, "tissue measures", measure_table(band_measure_list()));
  if (text == before) return 0;
  if (check) {
    std::fprintf(stderr, "%s is not what the program does: run output_reference on it\n", argv[1]);
    return 1;
  }
  std::ofstream out(argv[1]);
  out << text;
  if (!out.flush()) throw Error(ExitCode::file_error, Location{argv[1]}, "it cannot be written");
  return 0;
}

}  // namespace
}  // namespace knead

int main(int argc, char** argv) { return knead::run_program("output_reference", knead::run, argc, argv); }
