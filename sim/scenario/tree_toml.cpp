#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

// One of the parser's assertions is wrong for malformed keys; the sentence that follows it is right.
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/toml.h>

#include "base/units.hpp"
#include "scenario/tree.hpp"

namespace knead {
namespace {

Location place(const toml::source_region& source, const std::string& file) {
  return {file, static_cast<int>(source.begin.line), static_cast<int>(source.begin.column)};
}

Node convert(const toml::node& from, const std::string& file);

void convert_table(const toml::table& table, const std::string& file, Node& node) {
  for (const auto& [key, value] : table)
    node.members.push_back({std::string(key.str()), place(key.source(), file), convert(value, file)});
  // The parser sorts by name; people read in the order of the file.
  std::stable_sort(node.members.begin(), node.members.end(), [](const Member& a, const Member& b) {
    return std::pair(a.where.line, a.where.column) < std::pair(b.where.line, b.where.column);
  });
}

Node convert(const toml::node& from, const std::string& file) {
  Node node;
  node.where = place(from.source(), file);
  if (const auto* table = from.as_table()) {
    node.kind = Node::Kind::table;
    convert_table(*table, file, node);
  } else if (const auto* array = from.as_array()) {
    node.kind = Node::Kind::array;
    for (const auto& item : *array) node.items.push_back(convert(item, file));
  } else if (const auto* text = from.as_string()) {
    node.kind = Node::Kind::text;
    node.text = text->get();
  } else if (const auto* integer = from.as_integer()) {
    node.kind = Node::Kind::integer;
    node.integer = integer->get();
    node.number = static_cast<double>(node.integer);
  } else if (const auto* number = from.as_floating_point()) {
    node.kind = Node::Kind::number;
    node.number = number->get();
  } else if (const auto* flag = from.as_boolean()) {
    node.kind = Node::Kind::flag;
    node.flag = flag->get();
  } else {
    node.kind = Node::Kind::date;
  }
  return node;
}

// The parser's sentence may quote the file: shortened and without control characters.
std::string one_line(std::string_view text) {
  std::string out;
  constexpr std::size_t longest_message = 300;
  for (const char c : text.substr(0, longest_message)) {
    if (c == '\n')
      out += ' ';
    else if (!is_control(c))
      out += c;
  }
  return out;
}

}  // namespace

Node parse_toml(const std::string& text, const std::string& file) {
  try {
    return convert(toml::parse(std::string_view(text), std::string_view(file)), file);
  } catch (const toml::parse_error& error) {
    const std::string sentence = one_line(error.description());
    const bool string_runs_on = sentence.find("parsing string") != std::string::npos &&
                                sentence.find("unescaped control characters") != std::string::npos;
    throw Error(
        ExitCode::invalid_input, place(error.source(), file),
        string_runs_on ? "a string ends in the line it begins in; is the closing quotation mark missing?" : sentence);
  }
}

Node parse_toml_file(const std::string& path, std::string* text) {
  std::error_code problem;
  const auto status = std::filesystem::status(path, problem);
  if (!std::filesystem::exists(status)) throw Error(ExitCode::file_error, Location{path}, "there is no such file");
  if (std::filesystem::is_directory(status))
    throw Error(ExitCode::file_error, Location{path}, "this is a folder; name the .toml file in it");
  if (!std::filesystem::is_regular_file(status))
    throw Error(ExitCode::file_error, Location{path}, "this is not a regular file");
  constexpr std::uintmax_t largest_file = 64u << 20;
  const auto size = std::filesystem::file_size(path, problem);
  if (!problem && size > largest_file)
    throw Error(ExitCode::invalid_input, Location{path},
                "the file is larger than 64 MB; this is not a scenario or model");
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  if (!in || (!content && size > 0))
    throw Error(ExitCode::file_error, Location{path}, "the file cannot be read; check its permissions");
  auto node = parse_toml(content.str(), path);
  if (text) *text = content.str();
  return node;
}

}  // namespace knead
