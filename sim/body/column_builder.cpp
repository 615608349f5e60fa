#include "body/column_builder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <variant>

#include "base/units.hpp"
#include "body/bone_cut.hpp"
#include "body/hexahedron.hpp"
#include "body/model_folder.hpp"

namespace knead {

namespace {

Vec3<float> narrowed(const Vec3d& x) {
  return {static_cast<float>(x[0]), static_cast<float>(x[1]), static_cast<float>(x[2])};
}

bool has_two_families(const Tissue& tissue) {
  const auto* fibres = tissue.fibres ? std::get_if<ExponentialFibres>(&*tissue.fibres) : nullptr;
  return fibres && fibres->num_families() == 2;
}

// A mesh of columns from a model and its grid.
class ColumnBuilder {
 public:
  ColumnBuilder(const BodyRequest& request, const BodyModel& model, ColumnGrid grid)
      : request_(request), model_(model), grid_(std::move(grid)), cut_(cut_bones(grid_, model_)) {}

  Body build() {
    body_.name = model_.name;
    body_.anatomy = model_.imported ? imported_anatomy : generic_anatomy;
    body_.surface = model_.surface;
    body_.landmarks = model_.landmarks;
    body_.one_sided = model_.one_sided;
    body_.directions = model_.directions;
    body_.posture = model_.posture;
    body_.postures = model_.postures;
    if (grid_.around) body_.table = model_.down;
    body_.notes = model_.notes;
    body_.notes.insert(body_.notes.begin(), model_.imported
                                                ? model_.title
                                                : fmt::format("{} of the subject \"{}\": a {}", model_.title,
                                                              request_.subject.name, generic_anatomy));
    if (!model_.imported)
      body_.notes.insert(body_.notes.begin() + 1, request_.subject.notes.begin(), request_.subject.notes.end());
    if (request_.gravity) body_.gravity = standard_gravity * model_.down;
    add_tissues();
    fit_to_bones(grid_, cut_, model_);
    surface_ = bone_surface_nodes(grid_, cut_);
    if (grid_.around)  // columns begin on a bone
      for (int j = 0; j < grid_.nodes_along(); ++j)
        for (int i = 0; i < grid_.nodes_across(); ++i) surface_[grid_.node(i, j, 0)] = 1;
    add_mesh();
    add_faces();
    hold_nodes();
    add_own_tissues();
    add_regions();
    add_fasciae();
    body_.supports.push_back({"support", nodes_of(grid_.around ? "table" : "bottom"), model_.support_stiffness,
                              model_.support_lifts_off, model_.support_thickness});
    add_notes();
    return std::move(body_);
  }

 private:
  void add_tissues() {
    std::vector<std::string> names{model_.skin_tissue, model_.fat_tissue, model_.muscle_tissue};
    if (grid_.loose > 0) names.push_back(model_.loose_tissue);
    const auto add = [&](const std::string& name) {
      if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    };
    for (const Muscle& muscle : model_.muscles) add(muscle.tissue);
    for (const FatZone& zone : model_.fat_zones) add(zone.tissue);
    for (const std::string& name : names) {
      sheets_.push_back(read_tissue_sheet(find_model(request_.models, "tissues", name), request_));
      body_.tissues.push_back(sheets_.back().tissue);
      body_.notes.push_back(sheets_.back().tissue.note);
    }
    body_.notes.push_back(request_.tissue_class == TissueClass::indentation
                              ? "stiffness class: indentation (E), the default for massage"
                              : "stiffness class: lower bound (L), for sensitivity");
  }

  // In the order of add_tissues().
  int tissue_of_layer(int k) const {
    if (k < grid_.muscle) return 2;
    if (k < grid_.muscle + grid_.loose) return 3;
    return k < grid_.muscle + grid_.loose + grid_.fat ? 1 : 0;
  }

  void add_mesh() {
    Mesh& mesh = body_.mesh;
    number_.assign(grid_.points.size(), -1);
    cell_number_.assign(grid_.num_cells(), -1);
    for (int j = 0; j < grid_.nz(); ++j)
      for (int i = 0; i < grid_.nx(); ++i)
        for (int k = 0; k < grid_.nk(); ++k) {
          if (cut_.removed[grid_.cell(i, j, k)] != 0) continue;
          cell_number_[grid_.cell(i, j, k)] = mesh.num_cells();
          mesh.cell_tissue.push_back(tissue_of_layer(k));
          std::array<int, 27> cell{};
          const auto nodes = grid_.cell_nodes(i, j, k);
          for (std::size_t n : nodes) number_[n] = 0;
          mesh.cells.push_back(cell);
          places_.push_back({i, j, k});
        }
    for (std::size_t n = 0; n < number_.size(); ++n) {
      if (number_[n] < 0) continue;
      number_[n] = mesh.num_nodes();
      mesh.points.push_back(grid_.points[n]);
      grid_node_.push_back(n);
    }
    for (std::size_t c = 0; c < places_.size(); ++c) {
      const auto nodes = grid_.cell_nodes(places_[c][0], places_[c][1], places_[c][2]);
      for (std::size_t a = 0; a < 27; ++a) mesh.cells[c][a] = number_[nodes[a]];
    }
    build_lines(mesh);
  }

  void add_faces() {
    Mesh& mesh = body_.mesh;
    const int last[3] = {grid_.nx() - 1, grid_.nz() - 1, grid_.nk() - 1};
    const char* names[6] = {"left", "right", "caudal", "cranial", "bottom", "top"};
    for (const char* name : names) mesh.faces[name];
    for (std::size_t c = 0; c < places_.size(); ++c) {
      for (int side = 0; side < 6; ++side) {
        const Face face{static_cast<int>(c), static_cast<Side>(side)};
        auto next = places_[c];
        const int axis = axis_of(face.side);
        int& index = next[static_cast<std::size_t>(axis)];
        index += end_of(face.side);
        if ((index < 0 || index > last[axis]) && !(grid_.around && axis == 0)) {
          mesh.faces[names[side]].push_back(face);
          if (side == 5 && grid_.around && lies_on_table(face)) mesh.faces["table"].push_back(face);
          if (side < 4) mesh.faces["sides"].push_back(face);
        } else if (cell_number_[grid_.cell(next[0], next[1], next[2])] < 0) {
          mesh.faces["bone"].push_back(face);
        }
      }
    }
  }

  bool lies_on_table(const Face& face) const {
    const FacePoint f = map_face(body_.mesh, face_nodes(body_.mesh, face), 0, 0);
    return dot(normalized(cross(f.along_r, f.along_s)), model_.down) > least_cosine_on_table;
  }

  void hold_nodes() {
    Mesh& mesh = body_.mesh;
    body_.held.assign(mesh.points.size(), 0);
    body_.holder.assign(mesh.points.size(), 0);
    body_.holders = {"free", "cut plane"};
    const auto hold = [&](const char* name, std::uint8_t bit) {
      for (const Face& face : mesh.faces[name])
        for (int n : face_nodes(mesh, face)) {
          body_.held[static_cast<std::size_t>(n)] |= bit;
          body_.holder[static_cast<std::size_t>(n)] = 1;
        }
    };
    hold("left", 1);
    hold("right", 1);
    hold("caudal", 4);
    hold("cranial", 4);
    for (std::size_t n = 0; n < mesh.points.size(); ++n) {
      if (!surface_[grid_node_[n]]) continue;
      std::size_t nearest = 0;
      model_.bone_distance(mesh.points[n], &nearest);
      const std::string name = "bone: " + model_.bones[nearest].name;
      auto it = std::find(body_.holders.begin(), body_.holders.end(), name);
      if (it == body_.holders.end()) it = body_.holders.insert(body_.holders.end(), name);
      body_.held[n] = 7;
      body_.holder[n] = static_cast<std::uint8_t>(it - body_.holders.begin());
    }
  }

  double tone_factor(const std::string& muscle) const {
    const auto it = request_.muscle_tone.find(muscle);
    const MuscleTone tone = it == request_.muscle_tone.end() ? request_.tone : it->second;
    return sheets_[2].tone[static_cast<std::size_t>(tone)];
  }

  void check_muscle_names() const {
    const std::vector<std::string> known(body_.regions.begin() + 1, body_.regions.end());
    for (const auto& [name, tone] : request_.muscle_tone) {
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        throw Error(ExitCode::invalid_input,
                    fmt::format("There is no muscle {} in the body \"{}\"{}; it has {}.", in_quotes(name), model_.name,
                                did_you_mean(name, known), fmt::join(known, ", ")));
      }
    }
  }

  bool in_muscle_layer(std::size_t cell) const { return places_[cell][2] < grid_.muscle; }

  // The tissue of its own that the region of an element's middle has, or that of its zone of fat; else empty.
  std::string own_tissue(std::size_t cell) const {
    const auto [i, j, k] = places_[cell];
    if (in_muscle_layer(cell)) {
      const Vec3d middle = cell_points(body_.mesh, static_cast<int>(cell))[13];
      if (const Muscle* m = muscle_at(model_.muscles, middle)) return m->tissue;
    } else if (tissue_of_layer(k) == 1) {
      for (const FatZone& zone : model_.fat_zones)
        if (zone.holds(half_line(grid_.across, 2 * i + 1), half_line(grid_.along, 2 * j + 1))) return zone.tissue;
    }
    return "";
  }

  void add_own_tissues() {
    Mesh& mesh = body_.mesh;
    for (std::size_t c = 0; c < mesh.cells.size(); ++c) {
      const std::string own = own_tissue(c);
      for (std::size_t t = 0; t < body_.tissues.size(); ++t)
        if (body_.tissues[t].name == own) mesh.cell_tissue[c] = static_cast<int>(t);
    }
  }

  void add_regions() {
    const Mesh& mesh = body_.mesh;
    const std::size_t num_points = mesh.cells.size() * points_per_cell;
    const std::vector<std::uint8_t> region_of = regions_of(model_.muscles, body_.regions);
    check_muscle_names();
    std::vector<double> factor{tone_factor("")};
    for (std::size_t r = 1; r < body_.regions.size(); ++r) factor.push_back(tone_factor(body_.regions[r]));
    body_.region.assign(num_points, 0);
    body_.fibre.assign(num_points, Vec3<float>{0, 0, 1});
    if (std::any_of(body_.tissues.begin(), body_.tissues.end(), [](const Tissue& t) { return has_two_families(t); }))
      body_.across.assign(num_points, Vec3<float>{0, 0, 0});
    const bool toned = std::any_of(factor.begin(), factor.end(), [](double f) { return f != 1; });
    if (toned) body_.stiffness_ratio.assign(num_points, 1.0f);
    const int num_cells = mesh.num_cells();
#pragma omp parallel for schedule(static)
    for (int c = 0; c < num_cells; ++c) {
      const auto cell = static_cast<std::size_t>(c);
      const CellPoints x = cell_points(mesh, c);
      for (std::size_t q = 0; q < points_per_cell; ++q) {
        const Vec3d p = map_point(x, gauss_points[q % 3], gauss_points[q / 3 % 3], gauss_points[q / 9]);
        const std::size_t point = points_per_cell * cell + q;
        const Muscle* inside = nullptr;
        if (in_muscle_layer(cell)) {
          inside = muscle_at(model_.muscles, p);
          if (inside) body_.region[point] = region_of[static_cast<std::size_t>(inside - model_.muscles.data())];
          if (toned) body_.stiffness_ratio[point] = static_cast<float>(factor[body_.region[point]]);
        }
        Vec3d d = inside ? inside->fibre(p) : model_.plain_fibre(p);
        if (has_two_families(body_.tissues[static_cast<std::size_t>(mesh.cell_tissue[cell])])) {
          // Both families lie in the layer, whose normal is that of the element's outer face.
          const FacePoint f =
              map_face(mesh, face_nodes(mesh, {c, Side::zeta_plus}), gauss_points[q % 3], gauss_points[q / 3 % 3]);
          const Vec3d n = normalized(cross(f.along_r, f.along_s));
          d = normalized(d - dot(d, n) * n);
          body_.across[point] = narrowed(cross(n, d));
        }
        body_.fibre[point] = narrowed(d);
      }
    }
  }

  void add_fasciae() {
    const int margin = request_.anchor_fascia ? 0 : 1, margin_across = grid_.around ? 0 : margin;
    for (const FasciaZone& zone : model_.fasciae) {
      const MembraneSheet sheet =
          read_membrane_sheet(find_model(request_.models, "tissues", zone.tissue), request_, zone.thickness);
      MembranePlacement placement{sheet.name, sheet.law, {}, {}, sheet.relaxation};
      for (int j = margin; j < grid_.nz() - margin; ++j)
        for (int i = margin_across; i < grid_.nx() - margin_across; ++i) {
          if (!zone.holds(half_line(grid_.across, 2 * i + 1), half_line(grid_.along, 2 * j + 1))) continue;
          const Face face{cell_number_[grid_.cell(i, j, grid_.muscle)], Side::zeta_minus};
          const auto nodes = face_nodes(body_.mesh, face);
          const FacePoint f = map_face(body_.mesh, nodes, 0, 0);
          const Vec3d n = normalized(cross(f.along_r, f.along_s)), along{0, 0, 1};
          placement.faces.push_back(nodes);
          placement.directions.push_back(normalized(along - dot(along, n) * n));
        }
      body_.membranes.push_back(std::move(placement));
      body_.notes.push_back(sheet.note);
    }
    body_.notes.push_back(request_.anchor_fascia
                              ? "the fascia is anchored at the cut planes: it carries more load than a free one"
                              : "the fascia ends one element before the cut planes, so that these do not anchor it");
  }

  std::vector<std::array<int, 9>> nodes_of(const std::string& set) const {
    return face_nodes(body_.mesh, body_.mesh.faces.at(set));
  }

  void add_notes() {
    // Bone that would reach into the fat is cut off at the fascia, so that tissue stays over it.
    int capped = 0;
    for (int j = 0; j < grid_.nodes_along(); ++j)
      for (int i = 0; i < grid_.nodes_across(); ++i)
        if (model_.bone_distance(grid_.points[grid_.node(i, j, 2 * grid_.muscle + 1)]) < 0) ++capped;
    if (capped > 0) {
      body_.notes.push_back(
          fmt::format("a bone reached into the fat under {} of {} skin nodes; it was cut off at the "
                      "fascia, which leaves {} elements of skin and fat over it",
                      capped, grid_.nodes_across() * grid_.nodes_along(), grid_.skin + grid_.fat));
    }
    if (cut_.filled > 0) {
      body_.notes.push_back(fmt::format("{} elements in pockets between bones were taken as bone", cut_.filled));
    }
    const MeshQuality quality = measure_quality(body_.mesh);
    if (!(quality.min_jacobian > 0 && quality.min_scaled_jacobian > 0)) {
      const Vec3d p = cell_points(body_.mesh, quality.worst_cell)[13];
      throw Error(
          ExitCode::invalid_input,
          fmt::format("These layers and sizes fold the mesh near {:.0f} mm across, {:.0f} mm along; take thinner fat "
                      "or smaller elements.",
                      1e3 * p[0], 1e3 * p[2]));
    }
    body_.notes.push_back(
        fmt::format("mesh: {} elements, {} nodes, edges {:.1f} to {:.1f} mm, least scaled Jacobian {:.2f}, "
                    "bone surface within {:.1f} mm of its shape",
                    body_.mesh.num_cells(), body_.mesh.num_nodes(), 1e3 * quality.min_edge, 1e3 * quality.max_edge,
                    quality.min_scaled_jacobian, 1e3 * cut_.largest_gap));
  }

  const BodyRequest& request_;
  const BodyModel& model_;
  ColumnGrid grid_;
  BoneCut cut_;
  Body body_;
  std::vector<TissueSheet> sheets_;
  std::vector<std::uint8_t> surface_;       // per grid node
  std::vector<int> number_, cell_number_;   // of a grid node, of a grid cell; −1 where removed
  std::vector<std::size_t> grid_node_;      // of a mesh node
  std::vector<std::array<int, 3>> places_;  // of a mesh cell in the grid
};

}  // namespace

Body build_columns(const BodyRequest& request, const BodyModel& model, ColumnGrid grid) {
  return ColumnBuilder(request, model, std::move(grid)).build();
}

}  // namespace knead
