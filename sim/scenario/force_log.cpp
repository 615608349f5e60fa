#include "scenario/force_log.hpp"

#include <charconv>
#include <cmath>
#include <fstream>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/units.hpp"

namespace knead {
namespace {

struct Column {
  std::size_t place = 0;
  double unit = 1;  // SI per number
};

// The column "name [unit]" of a header.
std::optional<Column> find_column(const std::vector<std::string>& header, const std::string& name,
                                  const Dimension& dimension, const Location& where) {
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string& cell = header[i];
    const auto open = cell.find('['), close = cell.find(']');
    std::string own = cell.substr(0, open);
    while (!own.empty() && own.back() == ' ') own.pop_back();
    if (own != name) continue;
    if (open == std::string::npos || close == std::string::npos || close < open)
      throw Error(
          ExitCode::invalid_input, where,
          fmt::format("the column {} has no unit: write it in brackets, \"{} [{}]\"", name, name, si_unit(dimension)));
    const QuantityResult unit = parse_quantity("1 " + cell.substr(open + 1, close - open - 1), dimension);
    if (!unit.ok()) throw Error(ExitCode::invalid_input, where, fmt::format("the column {}: {}", name, unit.problem));
    return Column{i, unit.quantity.value};
  }
  return std::nullopt;
}

}  // namespace

Table read_force_log(const std::filesystem::path& path, const Location& where) {
  std::ifstream in(path);
  if (!in)
    throw Error(ExitCode::invalid_input, where,
                fmt::format("the force log {} cannot be read", in_quotes(path.string())));
  Table table;
  table.where = where;
  std::optional<Column> time, force;
  std::string line;
  double start = 0;
  constexpr std::size_t most = 1'000'000;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos || line[0] == '#') continue;
    const Location here{path.string(), static_cast<int>(number)};
    const auto cells = csv_cells(line);
    if (!time) {
      time = find_column(cells, "time", dimension::time, here);
      force = find_column(cells, "force", dimension::force, here);
      if (!time || !force)
        throw Error(ExitCode::invalid_input, here,
                    "a force log begins with a header that names its columns: \"time [s],force [N]\"");
      continue;
    }
    const auto value = [&](const Column& column, const char* name) {
      double number_read = std::nan("");
      if (column.place < cells.size()) {
        const std::string& cell = cells[column.place];
        const auto first = cell.find_first_not_of(" +");
        const char* end = cell.data() + cell.size();
        if (first != std::string::npos && std::from_chars(cell.data() + first, end, number_read).ec != std::errc{})
          number_read = std::nan("");
      }
      if (!std::isfinite(number_read))
        throw Error(ExitCode::invalid_input, here, fmt::format("this line has no number for the {}", name));
      return number_read * column.unit;
    };
    const double t = value(*time, "time"), f = value(*force, "force");
    if (table.t.empty()) start = t;
    if (!table.t.empty() && !(t - start > table.t.back()))
      throw Error(ExitCode::invalid_input, here, "times of a force log must increase");
    if (f < 0)
      throw Error(ExitCode::invalid_input, here,
                  "a force log holds how hard the applicator presses: it must not be negative");
    if (table.t.size() == most)
      throw Error(ExitCode::invalid_input, here, fmt::format("a force log has at most {} rows", most));
    table.t.push_back(t - start);
    table.value.push_back(f);
  }
  if (table.t.size() < 2 || !(table.largest() > 0))
    throw Error(ExitCode::invalid_input, where,
                fmt::format("the force log {} holds no press: it needs two rows and a force above zero",
                            in_quotes(path.string())));
  return table;
}

}  // namespace knead
