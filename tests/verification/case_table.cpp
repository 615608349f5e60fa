#include "verification/case_table.hpp"

#include <errno.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace knead::test {

namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    out += c;
    if (c == '"') out += c;
  }
  return out + "\"";
}

std::ofstream& fragment(const std::string& folder) {
  static std::ofstream file = [&] {
    const std::filesystem::path path =
        std::filesystem::path(folder) / (std::string(program_invocation_short_name) + ".csv");
    std::ofstream f(path);
    f << "order,program,case,reference,expected,value,difference,limit,measure,verdict,mesh\n";
    return f;
  }();
  return file;
}

}  // namespace

Row relative_row(int order, std::string name, std::string reference, double expected, double value, double limit,
                 std::string mesh) {
  return {order, std::move(name), std::move(reference), expected, value, std::abs(value / expected - 1),
          limit, "relative",      std::move(mesh)};
}

Row error_row(int order, std::string name, std::string reference, double error, double limit, std::string mesh) {
  return {order, std::move(name), std::move(reference), 0, error, std::abs(error), limit, "absolute", std::move(mesh)};
}

bool report(const Row& row) {
  const char* verdict = row.inside() ? "inside" : "outside";
  fmt::print("{}: {:.7g}, expected {:.7g}, {} difference {:.2g} (limit {:.2g}): {}   [{}]\n", row.name, row.value,
             row.expected, row.measure, row.difference, row.limit, verdict, row.mesh);
  std::fflush(stdout);
  if (const char* folder = std::getenv("KNEAD_VALIDATION"))
    fragment(folder) << row.order << ',' << program_invocation_short_name << ',' << quoted(row.name) << ','
                     << quoted(row.reference) << ','
                     << fmt::format("{:.7g},{:.7g},{:.2g},{:.2g},", row.expected, row.value, row.difference, row.limit)
                     << row.measure << ',' << verdict << ',' << quoted(row.mesh) << std::endl;
  return row.inside();
}

}  // namespace knead::test
