// Meshes of Gmsh: a box in every form, shapes against the elements' own interpolation, and files that are none.
#include "body/mesh_import.hpp"

#include <cmath>
#include <fstream>
#include <functional>
#include <random>
#include <set>

#include "base/error.hpp"
#include "body/hexahedron.hpp"
#include "catch.hpp"
#include "gmsh_fixture.hpp"
#include "gmsh_samples.hpp"
#include "mesh_checks.hpp"

using namespace knead;
using namespace knead::test;

namespace {

constexpr double millimetre = 1e-3;
const Vec3d box_size{20, 30, 40};

using Shape = std::function<Vec3d(const Vec3d&)>;
Vec3d box(const Vec3d& at) { return {box_size[0] * at[0], box_size[1] * at[1], box_size[2] * at[2]}; }

std::int64_t node_number(const std::array<int, 3>& at) { return 11 + 3 * (at[0] + 5 * (at[1] + 5 * at[2])); }

// 2 x 2 x 2 hexahedra of so many nodes over the unit cube, mapped by `shape`: the lower four muscle, the upper fat; the
// six sides of the box as surfaces with the names of `sides`.
GmshMesh cube(int num_nodes, const Shape& shape = box,
              const std::array<std::string, 6>& sides = {"left", "right", "front", "back", "bottom", "top"}) {
  GmshMesh mesh;
  mesh.names = {{{3, 5}, "muscle"}, {{3, 9}, "fat"}};
  for (int s = 0; s < 6; ++s) mesh.names[{2, s + 1}] = sides[static_cast<std::size_t>(s)];
  const auto add_nodes = [&](GmshMesh::Element& element, const std::array<int, 3>& centre, int count) {
    for (int a = 0; a < count; ++a) {
      std::array<int, 3> at = centre;
      for (std::size_t c = 0; c < 3; ++c) at[c] += gmsh_places[static_cast<std::size_t>(a)][c];
      mesh.nodes[node_number(at)] = shape(Vec3d{at[0] / 4.0, at[1] / 4.0, at[2] / 4.0});
      element.nodes.push_back(node_number(at));
    }
  };
  std::int64_t number = 100;
  // Quadrilaterals by hand: corners around, then middles of the edges, then the centre.
  static constexpr std::array<std::array<int, 2>, 9> around{
      {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}, {0, -1}, {1, 0}, {0, 1}, {-1, 0}, {0, 0}}};
  const int on_face = num_nodes == 8 ? 4 : num_nodes == 20 ? 8 : 9;
  for (std::size_t s = 0; s < 6; ++s)
    for (int v : {1, 3})
      for (int u : {1, 3}) {
        GmshMesh::Element element{number++, on_face == 4 ? 3 : on_face == 8 ? 16 : 10, static_cast<int>(s) + 1, {}};
        for (std::size_t a = 0; a < static_cast<std::size_t>(on_face); ++a) {
          std::array<int, 3> at{};
          at[s / 2] = s % 2 == 0 ? 0 : 4;
          at[(s / 2 + 1) % 3] = u + around[a][0];
          at[(s / 2 + 2) % 3] = v + around[a][1];
          element.nodes.push_back(node_number(at));
        }
        mesh.elements.push_back(element);
      }
  for (int k : {1, 3})
    for (int j : {1, 3})
      for (int i : {1, 3}) {
        GmshMesh::Element element{number++, num_nodes == 8 ? 5 : num_nodes == 20 ? 17 : 12, k == 1 ? 5 : 9, {}};
        add_nodes(element, {i, j, k}, num_nodes);
        mesh.elements.push_back(element);
      }
  return mesh;
}

std::string write(const std::string& text, const std::string& name = "mesh.msh") {
  const std::string path = std::string(KNEAD_BINARY_DIR) + "/" + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

ImportedMesh import(const GmshMesh& mesh, GmshForm form = {}) {
  return import_gmsh(write(GmshWriter(form).write(mesh)));
}

std::string complaint_of(const std::string& path, const MeshImportSettings& settings = {}) {
  try {
    import_gmsh(path, settings);
  } catch (const Error& error) {
    CHECK(error.diagnostics().size() == 1);
    const std::string text = error.what();
    CHECK(text.rfind(path, 0) == 0);
    CHECK(text.back() == '.');
    return text;
  }
  return "";
}

std::string complaint(const GmshMesh& mesh, GmshForm form = {}) {
  return complaint_of(write(GmshWriter(form).write(mesh)));
}

void contains(const std::string& text, const std::string& part) {
  CAPTURE(text, part);
  CHECK(text.find(part) != std::string::npos);
}

// What is said when `from` in the text of the mesh becomes `to`.
std::string complaint_after(const std::string& from, const std::string& to, bool newer = true) {
  GmshForm form;
  form.newer = newer;
  std::string text = GmshWriter(form).write(cube(8));
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
  return complaint_of(write(text));
}

const std::vector<GmshForm> all_forms = {
    {true, false, false, false}, {true, false, false, true},   {true, true, false, false},  {true, true, true, false},
    {true, true, false, true},   {false, false, false, false}, {false, true, false, false}, {false, true, true, false}};

// Does ζ+ of the cell look this way?
bool looks(const Mesh& mesh, int cell, const Vec3d& direction) {
  return dot(map_point(cell_points(mesh, cell), 0, 0, 1) - map_point(cell_points(mesh, cell), 0, 0, 0), direction) > 0;
}

// A smooth shape without any symmetry.
Vec3d bent(const Vec3d& at) {
  const double x = at[0], y = at[1], z = at[2];
  return {20 * x + 3 * std::sin(2 * y + z) + 2 * z * z, 30 * y + 2 * std::cos(3 * x) - 3 * z * x,
          40 * z + 4 * x * y + 2 * std::sin(2 * x - y)};
}

// Shape function of node a of Gmsh's hexahedra at a point of [-1, 1]³, from O. C. Zienkiewicz and R. L. Taylor's
// formulas for 8 and 20 nodes and products of Lagrange polynomials for 27.
double shape_function(int num_nodes, std::size_t a, const Vec3d& xi) {
  double product = 1, sum = 0;
  int middles = 0;
  for (int c = 0; c < 3; ++c) {
    const int p = gmsh_places[a][static_cast<std::size_t>(c)];
    const double x = xi[c];
    if (num_nodes == 27) {
      product *= p == 0 ? 1 - x * x : x * (x + p) / 2;
      continue;
    }
    middles += p == 0;
    sum += p * x;
    product *= p == 0 ? 1 - x * x : 1 + p * x;
  }
  if (num_nodes == 27) return product;
  if (num_nodes == 8) return product / 8;
  return middles == 0 ? product * (sum - 2) / 8 : product / 4;
}

}  // namespace

TEST_CASE("A box is the same from every form of Gmsh's files") {
  for (int num_nodes : {8, 20, 27})
    for (std::size_t form = 0; form < all_forms.size(); ++form) {
      CAPTURE(num_nodes, form);
      const ImportedMesh imported = import(cube(num_nodes), all_forms[form]);
      const Mesh& mesh = imported.mesh;
      CHECK(mesh.num_cells() == 8);
      REQUIRE(mesh.num_nodes() == 125);  // 5 x 5 x 5: all that can be shared is
      std::set<std::array<long, 3>> grid;
      for (const Vec3d& p : mesh.points) {
        std::array<long, 3> at{};
        for (int a = 0; a < 3; ++a) {
          const double step = p[a] / (box_size[a] * millimetre / 4);
          at[static_cast<std::size_t>(a)] = std::lround(step);
          CHECK(std::abs(step - std::round(step)) < 1e-12);
        }
        grid.insert(at);
      }
      CHECK(grid.size() == 125);
      CHECK(volume(mesh) == Approx(24e-6));
      for (int cell = 0; cell < 8; ++cell) {
        CHECK(cell_volume(cell_points(mesh, cell)) == Approx(3e-6));
        CHECK(cell_quality(cell_points(mesh, cell)).scaled_jacobian == Approx(1));
        CHECK(looks(mesh, cell, {0, 0, 1}));
        CHECK(imported.elements[static_cast<std::size_t>(cell)] == 124 + cell);
        const bool upper = map_point(cell_points(mesh, cell), 0, 0, 0)[2] > 0.020;
        CHECK(imported.tissues.at(static_cast<std::size_t>(mesh.cell_tissue[static_cast<std::size_t>(cell)])) ==
              (upper ? "fat" : "muscle"));
      }
      REQUIRE(mesh.faces.size() == 6);
      std::vector<Face> all;
      for (const auto& [name, faces] : mesh.faces) {
        CHECK(faces.size() == 4);
        all.insert(all.end(), faces.begin(), faces.end());
      }
      CHECK(area(mesh, "top") == Approx(600e-6));
      CHECK(area(mesh, "left") == Approx(1200e-6));
      CHECK(area(mesh, "front") == Approx(800e-6));
      CHECK(flux_of_position(mesh, all) == Approx(3 * 24e-6));
      CHECK(lines_are_sound(mesh));
      CHECK(mesh.line_offsets.size() == 26);
      CHECK(imported.notes.empty());
    }
}

TEST_CASE("Meshes that Gmsh wrote have the volume that Gmsh finds") {
  const ImportedMesh ring = import_gmsh(write(gmsh_ring));
  CHECK(ring.mesh.num_cells() == 2);
  CHECK(ring.mesh.num_nodes() == 45);
  CHECK(volume(ring.mesh) == Approx(3923.9344628902804e-9).epsilon(1e-12));
  CHECK(area(ring.mesh, "top") == Approx(30 * std::acos(-1.0) / 2 * 10e-6).epsilon(1e-3));
  CHECK(ring.tissues == std::vector<std::string>{"muscle"});
  for (int cell = 0; cell < 2; ++cell) CHECK(looks(ring.mesh, cell, {1, 1, 0}));
  const ImportedMesh plain = import_gmsh(write(gmsh_box));
  CHECK(plain.mesh.num_nodes() == 125);
  CHECK(volume(plain.mesh) == Approx(24e-6));
  CHECK(area(plain.mesh, "top") == Approx(600e-6));
}

TEST_CASE("A curved element keeps the shape of its own interpolation") {
  // No surface is the skin, so axes and order stay those of the file.
  for (int num_nodes : {8, 20, 27})
    for (std::uint32_t seed : {1u, 2u, 3u}) {
      CAPTURE(num_nodes, seed);
      GmshMesh file = cube(num_nodes, bent, {"a", "b", "c", "d", "e", "f"});
      std::mt19937 random(seed);
      std::uniform_real_distribution<double> shift(-0.4, 0.4);  // of edges of 10 to 20
      for (auto& [number, point] : file.nodes) point += Vec3d{shift(random), shift(random), shift(random)};
      const Mesh mesh = import(file).mesh;
      REQUIRE(mesh.num_nodes() == 125);
      double worst = 0;
      for (int cell = 0; cell < 8; ++cell) {
        const auto& nodes = file.elements[static_cast<std::size_t>(24 + cell)].nodes;
        const CellPoints x = cell_points(mesh, cell);
        for (double zeta : gauss_points)
          for (double eta : gauss_points)
            for (double xi : gauss_points) {
              Vec3d expected{0, 0, 0};
              for (std::size_t a = 0; a < nodes.size(); ++a)
                expected += (millimetre * shape_function(num_nodes, a, {xi, eta, zeta})) * file.nodes.at(nodes[a]);
              worst = std::max(worst, norm(map_point(x, xi, eta, zeta) - expected));
            }
        CHECK(cell_quality(x).jacobian_ratio > 0.3);
      }
      CHECK(worst < 1e-16 * 1e3);
      std::vector<Face> all;
      for (const auto& entry : mesh.faces) all.insert(all.end(), entry.second.begin(), entry.second.end());
      CHECK(all.size() == 24);
      CHECK(flux_of_position(mesh, all) == Approx(3 * volume(mesh)));
    }
}

TEST_CASE("Elements point to the skin, whichever side of the file it is") {
  const Vec3d outwards[6] = {{-1, 0, 0}, {1, 0, 0}, {0, -1, 0}, {0, 1, 0}, {0, 0, -1}, {0, 0, 1}};
  for (std::size_t skin = 0; skin < 6; ++skin) {
    CAPTURE(skin);
    std::array<std::string, 6> sides{"a", "b", "c", "d", "e", "f"};
    sides[skin] = skin % 2 == 0 ? "top" : "outer";
    const Mesh before = import(cube(27, bent, {"a", "b", "c", "d", "e", "f"})).mesh;
    const ImportedMesh imported = import(cube(27, bent, sides));
    const Mesh& mesh = imported.mesh;
    CHECK(imported.notes.empty());
    for (int cell = 0; cell < 8; ++cell) {
      CHECK(looks(mesh, cell, outwards[skin]));
      // The same element, turned: every place and every derivative.
      CHECK(cell_volume(cell_points(mesh, cell)) == Approx(cell_volume(cell_points(before, cell))));
      CHECK(norm(map_point(cell_points(mesh, cell), 0, 0, 0) - map_point(cell_points(before, cell), 0, 0, 0)) < 1e-15);
      CHECK(cell_quality(cell_points(mesh, cell)).scaled_jacobian ==
            Approx(cell_quality(cell_points(before, cell)).scaled_jacobian));
    }
    for (const Face& face : mesh.faces.at(sides[skin])) CHECK(face.side == Side::zeta_plus);
    for (std::size_t s = 0; s < 6; ++s)
      CHECK(area(mesh, sides[s]) == Approx(area(before, std::string(1, static_cast<char>('a' + s)))));
    std::vector<Face> all;
    for (const auto& entry : mesh.faces) all.insert(all.end(), entry.second.begin(), entry.second.end());
    CHECK(flux_of_position(mesh, all) == Approx(3 * volume(mesh)));
    CHECK(lines_are_sound(mesh));
    CHECK(mesh.line_offsets.size() == 26);
  }
}

TEST_CASE("Groups without names, and elements without groups, are named and noted") {
  GmshMesh file = cube(8);
  file.names.clear();
  for (std::size_t n = 0; n < 24; ++n) file.elements[n].group = n < 4 ? 3 : 0;
  for (std::size_t n = 28; n < 32; ++n) file.elements[n].group = 0;
  file.elements.push_back({900, 1, 0, {node_number({0, 0, 0}), node_number({2, 0, 0})}});
  file.elements.push_back({901, 15, 0, {node_number({0, 0, 0})}});
  file.nodes[5000] = {7, 7, 7};  // used by nothing
  for (bool newer : {false, true}) {
    const ImportedMesh imported = import(file, {newer, false, false, false});
    CHECK(imported.tissues == std::vector<std::string>{"unnamed", "volume 5"});
    CHECK(imported.mesh.faces.size() == 1);
    CHECK(imported.mesh.faces.at("surface 3").size() == 4);
    CHECK(imported.mesh.num_nodes() == 125);
    CHECK(imported.notes.size() == 2);
  }
}

TEST_CASE("Parts of a mesh that share no node are noted") {
  GmshMesh file = cube(8);
  // The upper half gets nodes of its own.
  for (auto& element : file.elements) {
    if (element.group != 9 && element.group != 6) continue;
    for (auto& node : element.nodes) {
      file.nodes[node + 10000] = file.nodes.at(node);
      node += 10000;
    }
  }
  file.elements.erase(std::remove_if(file.elements.begin(), file.elements.end(),
                                     [](const auto& e) { return e.type == 3 && e.group != 6; }),
                      file.elements.end());
  const ImportedMesh imported = import(file);
  CHECK(imported.mesh.num_nodes() == 150);
  REQUIRE(imported.notes.size() == 2);  // and the lower half is in no column below the skin
  contains(imported.notes[1], "2 pieces that share no node");
}

TEST_CASE("The unit of a mesh is what the settings say") {
  const std::string path = write(GmshWriter({}).write(cube(8, [](const Vec3d& at) { return 1e-3 * box(at); })));
  CHECK(volume(import_gmsh(path, {1.0}).mesh) == Approx(24e-6));
  contains(complaint_of(path), "give the unit of its coordinates");
  contains(complaint_of(write(gmsh_box), {1.0}), "give the unit of its coordinates");
  for (double unit : {0.0, -1.0, std::nan(""), 1e300}) contains(complaint_of(path, {unit}), "The unit of a mesh");
}

TEST_CASE("Inverted and repeated elements are refused by their numbers") {
  GmshMesh file = cube(8);
  std::swap(file.elements[25].nodes[0], file.elements[25].nodes[6]);
  contains(complaint(file), "1 of 8 hexahedra is inverted or flat: element 125; mend");
  file = cube(27);
  for (auto& [number, point] : file.nodes) point[0] = -point[0];
  contains(complaint(file), "8 of 8 hexahedra are inverted or flat: elements 124, 125, 126");
  contains(complaint(file), "mirror or renumber the mesh");
  file = cube(20);
  file.nodes.at(node_number({1, 0, 0})) = Vec3d{-30, 0, 0};  // the corner is sound, the edge folds
  contains(complaint(file), "inverted or flat: element 124;");
  file = cube(8, [](const Vec3d& at) { return Vec3d{20 * at[0], 30 * at[1], 0.0}; });
  contains(complaint(file), "8 of 8 hexahedra are inverted or flat");
  file = cube(8);
  file.elements.push_back(file.elements.back());
  file.elements.back().number = 777;
  file.elements.back().group = 5;
  contains(complaint(file, {false, false, false, false}), "Elements 131 and 777 have the same corners");
}

TEST_CASE("Elements that Knead does not compute with are counted") {
  for (const GmshForm& form : all_forms) {
    GmshMesh file = cube(8);
    const auto n = [](int i, int j, int k) { return node_number({2 * i, 2 * j, 2 * k}); };
    for (int t = 0; t < 3; ++t)
      file.elements.push_back({500 + t, 4, 5, {n(0, 0, 0), n(1, 0, 0), n(0, 1, 0), n(0, 0, 1)}});
    file.elements.push_back({510, 2, 6, {n(0, 0, 0), n(1, 0, 0), n(0, 1, 0)}});
    const std::string text = complaint(file, form);
    contains(text, "besides hexahedra: tetrahedra with 4 nodes (3), triangles with 3 nodes (1); Knead");
  }
  GmshMesh file = cube(8);
  file.elements.push_back({600, 12, 5, cube(27).elements.back().nodes});
  for (const auto& [number, point] : cube(27).nodes) file.nodes[number] = point;
  contains(complaint(file), "hexahedra with 8 and with 27 nodes");
  file = cube(8);
  file.elements.erase(file.elements.begin() + 24, file.elements.end());
  contains(complaint(file), "The mesh has no hexahedra");
}

TEST_CASE("Surfaces that lie beside the hexahedra are refused") {
  GmshMesh file = cube(8);
  file.elements[20].nodes[0] = node_number({2, 2, 2});
  contains(complaint(file), "1 face of the surface \"top\" belongs to no hexahedron: element 120;");
  file = cube(8);
  file.elements[0].nodes[1] = 99999;
  contains(complaint(file), "Element 100 has the node 99999");
}

TEST_CASE("Files that are no mesh are refused in a sentence") {
  try {
    import_gmsh("/nowhere/at-all.msh");
    FAIL("there is no such file");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::file_error);
  }
  CHECK_THROWS_AS(import_gmsh(KNEAD_BINARY_DIR), Error);
  contains(complaint_of(write("")), "no mesh of Gmsh");
  contains(complaint_of(write("solid stl\n")), "no mesh of Gmsh");
  contains(complaint_of(write("$MeshFormat\n")), "version \"\"");
  contains(complaint_after("4.1 0 8", "4 0 8"), "version \"4\"");
  contains(complaint_after("4.1 0 8", "4.1 0 4"), "0 8 or 1 8");
  contains(complaint_after("4.1 0 8", "4.1 2 8"), "0 8 or 1 8");
  contains(complaint_after("4.1 0 8", "4.1 1 8"), "does not begin with the number 1");
  contains(complaint_after("$EndComments", "$EndComment"), "The section $Comments has no end");
  contains(complaint_after("3 5 \"muscle\"", "3 5 muscle"), "due in quotes");
  contains(complaint_after("$Entities", "$PartitionedEntities"), "partitioned");
  contains(complaint_after("$EndNodes", "7 $EndNodes"), "$EndNodes is due here, not \"7\"");
  contains(complaint_after("$EndNodes\n$Elements", "$EndNodes\nElements"), "A section such as $Nodes is due here");
  contains(complaint_after("$Nodes\n2 27", "$Nodes\n2000000000 27"), "2000000000 entries follow");
  contains(complaint_after("$Nodes\n2 27", "$Nodes\n-2 27"), "-2 entries follow");
  contains(complaint_after("$Nodes\n2 27", "$Nodes\n99999999999999999999 27"), "A whole number is due here");
  contains(complaint_after("\n0 0 0 \n", "\nnan 0 0 \n"), "not a finite number");
  contains(complaint_after("\n0 0 0 \n", "\n1e999 0 0 \n"), "A number is due here, not \"1e999\"");
  contains(complaint_after("\n0 0 0 \n", "\n0,5 0 0 \n"), "A number is due here, not \"0,5\"");
  contains(complaint_after("\n17 \n", "\n11 \n"), "two nodes with the number 11");
  contains(complaint_after("3 6 5 4", "3 6 99 4"), "Gmsh's type 99");
  contains(complaint_after("$Nodes\n27", "$Nodes\n26", false), "$EndNodes is due here");
  contains(complaint_after("$Elements\n32", "$Elements\n33", false),
           "A whole number is due here, not \"$EndElements\"");
  // The line is that of the mistake.
  contains(complaint_after("3 5 \"muscle\"", "3 five \"muscle\""),
           "mesh.msh:15: A whole number is due here, not \"five\"");
}

TEST_CASE("A mesh cut off anywhere is refused") {
  for (std::size_t form = 0; form < all_forms.size(); ++form) {
    const std::string text = GmshWriter(all_forms[form]).write(cube(8));
    const std::size_t last = text.size() - std::string("$EndElements\n").size();
    for (std::size_t keep = 0; keep < last; keep += 1 + last / 97) {
      CAPTURE(form, keep);
      CHECK(!complaint_of(write(text.substr(0, keep))).empty());
    }
  }
}

TEST_CASE("Random damage to a mesh is an error or a mesh, never a crash") {
  std::mt19937 random(3);
  for (std::size_t form = 0; form < all_forms.size(); ++form) {
    const std::string text = GmshWriter(all_forms[form]).write(cube(form % 2 == 0 ? 8 : 20));
    for (int round = 0; round < 100; ++round) {
      std::string damaged = text;
      for (int n = 0; n < 1 + round % 4; ++n) {
        const std::size_t at = random() % damaged.size();
        if (round % 3 == 0) {
          damaged.erase(at, 1 + random() % 8);
        } else {
          damaged[at] = static_cast<char>(round % 3 == 1 ? '0' + random() % 10 : random() % 256);
        }
      }
      try {
        const Mesh mesh = import_gmsh(write(damaged)).mesh;
        CHECK(lines_are_sound(mesh));
      } catch (const Error&) {
      }
    }
  }
}
