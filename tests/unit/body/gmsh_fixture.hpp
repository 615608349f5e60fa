#pragma once
// Writes meshes of Gmsh in every form that is read, from nodes and elements as a test wants them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "math/tensor.hpp"

namespace knead::test {

// Places of the 27 nodes on [-1, 1]³ in Gmsh's order (reference manual, "Node ordering"); the 8-node and the 20-node
// hexahedron are its beginning.
inline constexpr std::array<std::array<int, 3>, 27> gmsh_places{
    {{-1, -1, -1}, {1, -1, -1}, {1, 1, -1}, {-1, 1, -1}, {-1, -1, 1}, {1, -1, 1}, {1, 1, 1},  {-1, 1, 1}, {0, -1, -1},
     {-1, 0, -1},  {-1, -1, 0}, {1, 0, -1}, {1, -1, 0},  {0, 1, -1},  {1, 1, 0},  {-1, 1, 0}, {0, -1, 1}, {-1, 0, 1},
     {1, 0, 1},    {0, 1, 1},   {0, 0, -1}, {0, -1, 0},  {-1, 0, 0},  {1, 0, 0},  {0, 1, 0},  {0, 0, 1},  {0, 0, 0}}};

struct GmshMesh {
  struct Element {
    std::int64_t number;
    int type;
    int group;  // physical; 0: none
    std::vector<std::int64_t> nodes;
  };
  std::map<std::int64_t, Vec3d> nodes;
  std::vector<Element> elements;
  std::map<std::pair<int, int>, std::string> names;  // (dimension, group)
};

inline int gmsh_dimension(int type) {
  if (type == 15) return 0;
  if (type == 1 || type == 8) return 1;
  return type == 2 || type == 3 || type == 9 || type == 10 || type == 16 ? 2 : 3;
}

struct GmshForm {
  bool newer = true;  // 4.1, else 2.2
  bool binary = false, swapped = false;
  bool parametric = false;  // 4.1: with coordinates on surfaces behind every node
};

class GmshWriter {
 public:
  explicit GmshWriter(GmshForm form) : form_(form) {}

  std::string write(const GmshMesh& mesh) {
    text_ = fmt::format("$MeshFormat\n{} {} 8\n", form_.newer ? "4.1" : "2.2", form_.binary ? 1 : 0);
    if (form_.binary) put(std::int32_t{1}), text_ += '\n';
    text_ += "$EndMeshFormat\n$Comments\nby a test\n$EndComments\n";
    text_ += fmt::format("$PhysicalNames\n{}\n", mesh.names.size());
    for (const auto& [key, name] : mesh.names) text_ += fmt::format("{} {} \"{}\"\n", key.first, key.second, name);
    text_ += "$EndPhysicalNames\n";
    form_.newer ? write_4(mesh) : write_2(mesh);
    return text_;
  }

 private:
  template <class T>
  void put(T value) {
    if (!form_.binary) {
      text_ += fmt::format("{} ", value);
      return;
    }
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    if (form_.swapped) std::reverse(raw, raw + sizeof(T));
    text_.append(raw, sizeof(T));
  }
  void integer(std::int64_t value) { put(static_cast<std::int32_t>(value)); }
  void size(std::size_t value) { put(static_cast<std::int64_t>(value)); }
  void end_line() {
    if (!form_.binary) text_ += '\n';
  }
  void point(const Vec3d& p) {
    for (int a = 0; a < 3; ++a) put(p[a]);
  }
  void end(const char* section) { text_ += fmt::format("{}$End{}\n", form_.binary ? "\n" : "", section); }

  void write_2(const GmshMesh& mesh) {
    text_ += fmt::format("$Nodes\n{}\n", mesh.nodes.size());
    for (const auto& [number, p] : mesh.nodes) integer(number), point(p), end_line();
    end("Nodes");
    text_ += fmt::format("$Elements\n{}\n", mesh.elements.size());
    for (const auto& element : mesh.elements) {
      if (form_.binary) {
        for (int header : {element.type, 1, 2}) integer(header);
        integer(element.number);
      } else {
        integer(element.number), integer(element.type), integer(2);
      }
      integer(element.group), integer(7);
      for (auto node : element.nodes) integer(node);
      end_line();
    }
    end("Elements");
  }

  // One entity per physical group, with its number.
  void write_4(const GmshMesh& mesh) {
    std::map<std::pair<int, int>, std::map<int, std::vector<const GmshMesh::Element*>>> blocks;
    for (const auto& element : mesh.elements)
      blocks[{gmsh_dimension(element.type), element.group}][element.type].push_back(&element);
    std::array<std::size_t, 4> count{};
    std::size_t num_blocks = 0;
    for (const auto& [key, types] : blocks) ++count[static_cast<std::size_t>(key.first)], num_blocks += types.size();
    text_ += "$Entities\n";
    for (std::size_t c : count) size(c);
    end_line();
    for (int dimension = 0; dimension < 4; ++dimension)
      for (const auto& [key, types] : blocks) {
        if (key.first != dimension) continue;
        integer(key.second + 1);
        for (int i = 0; i < (dimension == 0 ? 3 : 6); ++i) put(0.25);
        size(key.second == 0 ? 0 : 1);
        if (key.second != 0) integer(key.second);
        if (dimension > 0) size(2), integer(1), integer(-2);
        end_line();
      }
    end("Entities");
    text_ += "$Nodes\n";
    size(2), size(mesh.nodes.size()), size(1), size(static_cast<std::size_t>(mesh.nodes.rbegin()->first)), end_line();
    auto next = mesh.nodes.begin();
    const std::size_t half = mesh.nodes.size() / 2;
    for (std::size_t in_block : {half, mesh.nodes.size() - half}) {
      integer(2), integer(1), integer(form_.parametric ? 1 : 0), size(in_block), end_line();
      const auto first = next;
      for (std::size_t n = 0; n < in_block; ++n, ++next) size(static_cast<std::size_t>(next->first)), end_line();
      auto node = first;
      for (std::size_t n = 0; n < in_block; ++n, ++node) {
        point(node->second);
        if (form_.parametric) put(0.5), put(-0.5);
        end_line();
      }
    }
    end("Nodes");
    text_ += "$Elements\n";
    size(num_blocks), size(mesh.elements.size()), size(1), size(mesh.elements.size()), end_line();
    for (const auto& [key, types] : blocks)
      for (const auto& [type, elements] : types) {
        integer(key.first), integer(key.second + 1), integer(type), size(elements.size()), end_line();
        for (const auto* element : elements) {
          size(static_cast<std::size_t>(element->number));
          for (auto node : element->nodes) size(static_cast<std::size_t>(node));
          end_line();
        }
      }
    end("Elements");
  }

  GmshForm form_;
  std::string text_;
};

}  // namespace knead::test
