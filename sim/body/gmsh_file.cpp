#include "body/gmsh_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string_view>
#include <system_error>
#include <unordered_map>

#include "base/error.hpp"
#include "base/units.hpp"

namespace knead {
namespace {

struct ElementType {
  int type, dimension, nodes;
  const char* name;  // with its nodes when there are several kinds
};

constexpr ElementType element_types[] = {{1, 1, 2, "lines"},
                                         {2, 2, 3, "triangles"},
                                         {3, 2, 4, "quadrilaterals"},
                                         {4, 3, 4, "tetrahedra"},
                                         {5, 3, 8, "hexahedra"},
                                         {6, 3, 6, "prisms"},
                                         {7, 3, 5, "pyramids"},
                                         {8, 1, 3, "lines"},
                                         {9, 2, 6, "triangles"},
                                         {10, 2, 9, "quadrilaterals"},
                                         {11, 3, 10, "tetrahedra"},
                                         {12, 3, 27, "hexahedra"},
                                         {13, 3, 18, "prisms"},
                                         {14, 3, 14, "pyramids"},
                                         {15, 0, 1, "points"},
                                         {16, 2, 8, "quadrilaterals"},
                                         {17, 3, 20, "hexahedra"},
                                         {18, 3, 15, "prisms"},
                                         {19, 3, 13, "pyramids"},
                                         {20, 2, 9, "triangles"},
                                         {21, 2, 10, "triangles"},
                                         {22, 2, 12, "triangles"},
                                         {23, 2, 15, "triangles"},
                                         {24, 2, 15, "triangles"},
                                         {25, 2, 21, "triangles"},
                                         {26, 1, 4, "lines"},
                                         {27, 1, 5, "lines"},
                                         {28, 1, 6, "lines"},
                                         {29, 3, 20, "tetrahedra"},
                                         {30, 3, 35, "tetrahedra"},
                                         {31, 3, 56, "tetrahedra"},
                                         {36, 2, 16, "quadrilaterals"},
                                         {37, 2, 25, "quadrilaterals"},
                                         {92, 3, 64, "hexahedra"},
                                         {93, 3, 125, "hexahedra"}};

bool is_hexahedron(int type) { return type == 5 || type == 12 || type == 17; }
bool is_quadrilateral(int type) { return type == 3 || type == 10 || type == 16; }

// A file in memory, read number by number; text and binary files hold the same numbers in the same order.
class Input {
 public:
  explicit Input(const std::string& path) : path_(path) {
    std::error_code problem;
    std::ifstream stream(path, std::ios::binary);
    if (!stream || !std::filesystem::is_regular_file(path, problem)) {
      throw Error(ExitCode::file_error, Location{path}, "The mesh cannot be opened.");
    }
    content_.assign(std::istreambuf_iterator<char>(stream), {});
  }

  [[noreturn]] void fail(const std::string& sentence) const {
    Location where{path_};
    const auto end = content_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, content_.size()));
    if (!binary) where.line = 1 + static_cast<int>(std::count(content_.begin(), end, '\n'));
    throw Error(ExitCode::invalid_input, where, sentence);
  }

  // What is wrong with the file as a whole.
  [[noreturn]] void refuse(const std::string& sentence) const {
    throw Error(ExitCode::invalid_input, Location{path_}, sentence);
  }

  bool binary = false;   // numbers are binary; headings and names never are
  bool swapped = false;  // by the byte order that this machine does not have

  bool at_end() {
    skip_blanks();
    return at_ >= content_.size();
  }
  std::string_view word() {
    skip_blanks();
    const std::size_t start = at_;
    while (at_ < content_.size() && !is_blank(content_[at_])) ++at_;
    return std::string_view(content_).substr(start, at_ - start);
  }
  // The rest of the line, and past its end: binary numbers follow at once.
  std::string_view line() {
    const std::size_t start = at_, end = std::min(content_.find('\n', at_), content_.size());
    at_ = std::min(end + 1, content_.size());
    return std::string_view(content_).substr(start, end - start);
  }
  // Past the heading that ends a section.
  void skip_section(std::string_view heading) {
    const std::string end = fmt::format("$End{}", heading);
    const std::size_t found = content_.find(end, at_);
    if (found == std::string::npos) fail(fmt::format("The section ${} has no end; the file is truncated.", heading));
    at_ = found + end.size();
  }
  void end_section(std::string_view heading) {
    const std::string_view found = word();
    if (found != fmt::format("$End{}", heading))
      fail(fmt::format("$End{} is due here, not {}; the file is truncated or damaged.", heading, in_quotes(found)));
  }

  int integer() {
    if (binary) return binary_number<std::int32_t>();
    return text_number<int>("whole number");
  }
  // Numbers that may be large: 8 bytes in binary files.
  std::int64_t size() {
    if (binary) return binary_number<std::int64_t>();
    return text_number<std::int64_t>("whole number");
  }
  double real() {
    const double value = binary ? binary_number<double>() : text_number<double>("number");
    if (!std::isfinite(value)) fail("A coordinate is not a finite number.");
    return value;
  }
  // How many things follow, each of at least so many numbers: no more than the rest of the file can hold.
  std::size_t checked(std::int64_t count, std::size_t numbers_each) {
    const std::size_t bytes = numbers_each * (binary ? 4 : 2), left = content_.size() - at_ + 1;
    if (count < 0 || static_cast<std::uint64_t>(count) > left / bytes) {
      fail(fmt::format("The file says that {} entries follow, but it ends before; save the mesh again.", count));
    }
    return static_cast<std::size_t>(count);
  }

 private:
  static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
  void skip_blanks() {
    while (at_ < content_.size() && is_blank(content_[at_])) ++at_;
  }
  template <class T>
  T binary_number() {
    if (content_.size() - at_ < sizeof(T)) fail("The file ends in the middle of a section; save the mesh again.");
    char raw[sizeof(T)];
    std::memcpy(raw, content_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    if (swapped) std::reverse(raw, raw + sizeof(T));
    T value;
    std::memcpy(&value, raw, sizeof(T));
    return value;
  }
  template <class T>
  T text_number(const char* what) {
    const std::string_view text = word();
    if (text.empty()) fail("The file ends in the middle of a section; save the mesh again.");
    const std::size_t sign = text.front() == '+' ? 1 : 0;
    T value{};
    const char* const last = text.data() + text.size();
    const auto [end, problem] = std::from_chars(text.data() + sign, last, value);
    if (problem != std::errc() || end != last) fail(fmt::format("A {} is due here, not {}.", what, in_quotes(text)));
    return value;
  }

  std::string path_, content_;
  std::size_t at_ = 0;
};

class Reader {
 public:
  explicit Reader(const std::string& path) : in_(path) {}

  GmshFile read() {
    read_format();
    while (!in_.at_end()) {
      const std::string_view heading = in_.word();
      if (heading.size() < 2 || heading.front() != '$') {
        in_.fail(fmt::format("A section such as $Nodes is due here, not {}.", in_quotes(heading)));
      }
      const std::string_view name = heading.substr(1);
      in_.line();
      if (name == "PhysicalNames") {
        read_names();
      } else if (name == "Entities" && newer_) {
        read_entities();
      } else if (name == "PartitionedEntities") {
        in_.fail("The mesh is partitioned; save it in one piece.");
      } else if (name == "Nodes") {
        newer_ ? read_nodes_4() : read_nodes_2();
      } else if (name == "Elements") {
        newer_ ? read_elements_4() : read_elements_2();
      } else {
        in_.skip_section(name);
        continue;
      }
      in_.end_section(name);
    }
    refuse_others();
    if (file_.hexahedra.empty()) in_.refuse("The mesh has no hexahedra; mesh the volumes and save all their elements.");
    return std::move(file_);
  }

 private:
  void read_format() {
    if (in_.word() != "$MeshFormat") in_.fail("This is no mesh of Gmsh: the first line of one is $MeshFormat.");
    const std::string_view version = in_.word();
    if (version != "2.2" && version != "4.1") {
      in_.fail(
          fmt::format("The file has version {} of Gmsh's format, and Knead reads 2.2 and 4.1; save it again with "
                      "Mesh.MshFileVersion = 4.1.",
                      in_quotes(version)));
    }
    newer_ = version == "4.1";
    const int binary = in_.integer(), width = in_.integer();
    if ((binary != 0 && binary != 1) || width != 8) in_.fail("The second line of a mesh ends with 0 8 or 1 8.");
    in_.line();
    if (binary == 1) {
      in_.binary = true;
      const int one = in_.integer();
      in_.swapped = one == 0x01000000;
      if (one != 1 && !in_.swapped) in_.fail("The binary file does not begin with the number 1; save the mesh again.");
    }
    in_.end_section("MeshFormat");
  }

  void read_names() {
    const bool binary = std::exchange(in_.binary, false);
    const std::size_t count = in_.checked(in_.size(), 3);
    for (std::size_t n = 0; n < count; ++n) {
      const int dimension = in_.integer(), number = in_.integer();
      const std::string_view text = in_.line();
      const auto open = text.find('"'), close = text.rfind('"');
      if (open == std::string_view::npos || close <= open + 1)
        in_.fail("The name of a physical group is due in quotes.");
      const std::string_view name = text.substr(open + 1, close - open - 1);
      if (std::any_of(name.begin(), name.end(), is_control)) in_.fail("The name of a group has a control character.");
      file_.group_names[{dimension, number}] = name;
    }
    in_.binary = binary;
  }

  void read_entities() {
    std::array<std::size_t, 4> count{};
    for (auto& c : count) c = in_.checked(in_.size(), 5);
    for (int dimension = 0; dimension < 4; ++dimension)
      for (std::size_t n = 0; n < count[static_cast<std::size_t>(dimension)]; ++n) {
        const int tag = in_.integer();
        for (int i = 0; i < (dimension == 0 ? 3 : 6); ++i) in_.real();
        auto& groups = entity_groups_[{dimension, tag}];
        const std::size_t num_groups = in_.checked(in_.size(), 1);
        for (std::size_t g = 0; g < num_groups; ++g) groups.push_back(group_number(in_.integer()));
        if (dimension == 0) continue;
        const std::size_t num_bounds = in_.checked(in_.size(), 1);
        for (std::size_t b = 0; b < num_bounds; ++b) in_.integer();
      }
  }

  // Negative where the geometry is used backwards.
  static int group_number(int number) { return number == std::numeric_limits<int>::min() ? 0 : std::abs(number); }

  void add_node(std::int64_t number, const Vec3d& point) {
    if (!node_of_.emplace(number, static_cast<int>(file_.points.size())).second)
      in_.fail(fmt::format("The file has two nodes with the number {}.", number));
    file_.points.push_back(point);
  }

  Vec3d read_point() {
    const double x = in_.real(), y = in_.real(), z = in_.real();
    return {x, y, z};
  }

  void read_nodes_2() {
    const std::size_t count = in_.checked(count_2(), 4);
    for (std::size_t n = 0; n < count; ++n) {
      const int number = in_.integer();
      add_node(number, read_point());
    }
  }

  void read_nodes_4() {
    const std::size_t num_blocks = in_.checked(in_.size(), 4);
    for (int i = 0; i < 3; ++i) in_.size();
    std::vector<std::int64_t> numbers;
    for (std::size_t b = 0; b < num_blocks; ++b) {
      const int dimension = in_.integer();
      in_.integer();
      const bool parametric = in_.integer() != 0;
      const std::size_t count = in_.checked(in_.size(), 4);
      numbers.resize(count);
      for (auto& number : numbers) number = in_.size();
      for (std::int64_t number : numbers) {
        add_node(number, read_point());
        for (int i = 0; parametric && i < dimension; ++i) in_.real();
      }
    }
  }

  const ElementType& element_type(int type) {
    const auto found =
        std::find_if(std::begin(element_types), std::end(element_types), [&](const auto& t) { return t.type == type; });
    if (found == std::end(element_types)) {
      in_.fail(fmt::format("Elements have Gmsh's type {}; Knead reads hexahedra with 8, 20 or 27 nodes.", type));
    }
    return *found;
  }

  // The nodes of one element, wherever it goes. `groups`: its physical groups.
  template <class Number>
  void read_element(std::int64_t number, const ElementType& type, const std::vector<int>& groups, Number next_node) {
    std::array<int, 27> nodes{};
    const bool wanted = is_hexahedron(type.type) || is_quadrilateral(type.type);
    for (int a = 0; a < type.nodes; ++a) {
      const std::int64_t name = next_node();
      if (!wanted) continue;
      const auto found = node_of_.find(name);
      if (found == node_of_.end()) {
        in_.fail(fmt::format("Element {} has the node {}, which the file does not hold.", number, name));
      }
      nodes[static_cast<std::size_t>(a)] = found->second;
    }
    if (is_hexahedron(type.type)) {
      if (groups.size() > 1) {
        in_.fail(fmt::format("Element {} is in {} physical volumes; a place has one tissue.", number, groups.size()));
      }
      if (file_.nodes_per_hexahedron != 0 && file_.nodes_per_hexahedron != type.nodes) {
        in_.fail(fmt::format("The mesh has hexahedra with {} and with {} nodes; mesh all of it in one order.",
                             file_.nodes_per_hexahedron, type.nodes));
      }
      file_.nodes_per_hexahedron = type.nodes;
      file_.hexahedra.push_back({number, groups.empty() ? 0 : groups.front(), nodes});
    } else if (is_quadrilateral(type.type)) {
      for (int group : groups)
        file_.quadrilaterals.push_back({number, group, {nodes[0], nodes[1], nodes[2], nodes[3]}});
    } else if (type.dimension >= 2) {
      ++others_[fmt::format("{} with {} nodes", type.name, type.nodes)];
    }
  }

  // Version 2.2 writes how many nodes and elements there are as text even into binary files.
  std::int64_t count_2() {
    const bool binary = std::exchange(in_.binary, false);
    const std::int64_t count = in_.size();
    in_.line();
    in_.binary = binary;
    return count;
  }

  void read_elements_2() {
    const std::size_t count = in_.checked(count_2(), 3);
    const auto next_node = [&] { return static_cast<std::int64_t>(in_.integer()); };
    for (std::size_t n = 0; n < count;) {
      std::int64_t number = in_.binary ? 0 : in_.integer();
      const ElementType& type = element_type(in_.integer());
      // Text says all of this for every element, binary files once for several.
      const std::size_t in_block = in_.binary ? in_.checked(in_.integer(), 2) : 1;
      const std::size_t num_tags = in_.checked(in_.integer(), 1);
      if (in_block == 0 || in_block > count - n)
        in_.fail("The counts of elements contradict each other; save the mesh again.");
      for (std::size_t e = 0; e < in_block; ++e, ++n) {
        if (in_.binary) number = in_.integer();
        std::vector<int> groups;
        for (std::size_t t = 0; t < num_tags; ++t) {
          const int tag = group_number(in_.integer());
          if (t == 0 && tag != 0) groups.push_back(tag);
        }
        read_element(number, type, groups, next_node);
      }
    }
  }

  void read_elements_4() {
    const std::size_t num_blocks = in_.checked(in_.size(), 4);
    for (int i = 0; i < 3; ++i) in_.size();
    const auto next_node = [&] { return in_.size(); };
    for (std::size_t b = 0; b < num_blocks; ++b) {
      const int dimension = in_.integer(), entity = in_.integer();
      const ElementType& type = element_type(in_.integer());
      const std::size_t count = in_.checked(in_.size(), 1 + static_cast<std::size_t>(type.nodes));
      const auto found = entity_groups_.find({dimension, entity});
      static const std::vector<int> none;
      for (std::size_t e = 0; e < count; ++e) {
        const std::int64_t number = in_.size();
        read_element(number, type, found == entity_groups_.end() ? none : found->second, next_node);
      }
    }
  }

  void refuse_others() const {
    if (others_.empty()) return;
    std::vector<std::string> counts;
    for (const auto& [name, count] : others_) counts.push_back(fmt::format("{} ({})", name, count));
    in_.refuse(
        fmt::format("The mesh has elements besides hexahedra: {}; Knead computes with hexahedra of 8, 20 or 27 "
                    "nodes alone, so mesh with these (in Gmsh: transfinite volumes, or Mesh.SubdivisionAlgorithm "
                    "= 2).",
                    fmt::join(counts, ", ")));
  }

  Input in_;
  bool newer_ = false;  // version 4.1
  GmshFile file_;
  std::unordered_map<std::int64_t, int> node_of_;                  // number in the file to index into points
  std::map<std::pair<int, int>, std::vector<int>> entity_groups_;  // (dimension, entity) to its physical groups
  std::map<std::string, std::size_t> others_;                      // elements that are refused
};

}  // namespace

GmshFile read_gmsh_file(const std::string& path) { return Reader(path).read(); }

}  // namespace knead
