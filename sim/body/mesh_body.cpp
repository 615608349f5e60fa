#include "body/mesh_body.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/units.hpp"
#include "body/mesh_import.hpp"
#include "body/model_folder.hpp"
#include "body/outward.hpp"

namespace knead {

namespace {

constexpr const char* skin_name = "top";  // what applicators touch

// Faces that belong to one element only.
std::vector<Face> outside_of(const Mesh& mesh) {
  std::map<int, std::vector<Face>> sharing;  // by the node in their middle
  for (int c = 0; c < mesh.num_cells(); ++c)
    for (int s = 0; s < 6; ++s) {
      const Face face{c, static_cast<Side>(s)};
      sharing[face_nodes(mesh, face)[4]].push_back(face);
    }
  std::vector<Face> faces;
  for (const auto& [node, same] : sharing)
    if (same.size() == 1) faces.push_back(same[0]);
  return faces;
}

class Builder {
 public:
  Builder(const BodyRequest& request, const ModelValue& file) : request_(request), file_(file) {}

  Body build() {
    file_.only_keys({"knead", "kind", "name", "title", "chart", "mesh", "unit", "skin", "tissue", "hold", "down"});
    if (request_.refine)
      throw Error(ExitCode::invalid_input,
                  "refine has no meaning for a mesh that another program made; refine it there.");
    if (request_.gliding)
      throw Error(ExitCode::invalid_input, *request_.gliding,
                  "gliding has no meaning for a mesh that another program made: it has no loose layer. Take it away.");
    if (!request_.posture.name.empty())
      throw Error(ExitCode::invalid_input, request_.posture.where,
                  "posture has no meaning for a mesh that another program made; what holds it stands in its file. Take "
                  "it away.");
    body_.name = file_.at("name").text();
    body_.anatomy = imported_anatomy;
    body_.notes.push_back(file_.at("title").text());
    read_mesh();
    add_tissues();
    find_skin();
    hold();
    if (request_.gravity) body_.gravity = standard_gravity * direction("down");
    const MeshQuality quality = measure_quality(body_.mesh);
    body_.notes.push_back(fmt::format(
        "mesh of another program: {} elements, {} nodes, edges {:.1f} to {:.1f} mm, least scaled Jacobian {:.2f}; "
        "element sizes of the scenario do not change it",
        body_.mesh.num_cells(), body_.mesh.num_nodes(), 1e3 * quality.min_edge, 1e3 * quality.max_edge,
        quality.min_scaled_jacobian));
    return std::move(body_);
  }

 private:
  void read_mesh() {
    const ModelValue& name = file_.at("mesh");
    const auto path = std::filesystem::path(name.where.file).parent_path() / name.text();
    try {
      ImportedMesh imported = import_gmsh(path.string(), {file_.at("unit").quantity(dimension::length)});
      body_.mesh = std::move(imported.mesh);
      groups_ = std::move(imported.tissues);
      for (const std::string& note : imported.notes)
        if (file_.find("skin") || note.find("way is out") == std::string::npos) body_.notes.push_back(note);
    } catch (const Error& error) {
      name.fail(
          fmt::format("The mesh {} cannot be used: {}", in_quotes(name.text()), error.diagnostics().front().message));
    }
  }

  void add_tissues() {
    std::map<std::string, std::string> sheet_of;
    for (const ModelValue& entry : file_.at("tissue").list()) {
      entry.only_keys({"group", "tissue"});
      const std::string group = entry.at("group").text();
      if (std::find(groups_.begin(), groups_.end(), group) == groups_.end())
        entry.at("group").fail(fmt::format("The mesh has no volume {}{}; it has {}.", in_quotes(group),
                                           did_you_mean(group, groups_), fmt::join(groups_, ", ")));
      sheet_of[group] = entry.at("tissue").text();
    }
    for (const std::string& group : groups_) {
      const auto sheet = sheet_of.find(group);
      if (sheet == sheet_of.end())
        file_.at("tissue").fail(fmt::format("The volume {} of the mesh has no tissue.", in_quotes(group)));
      const TissueSheet read =
          read_tissue_sheet(find_model(request_.models, "tissues", sheet->second, file_.at("tissue").where),
                            {request_.models, request_.tissue_class, request_.viscoelastic, request_.pre_stretch});
      body_.tissues.push_back(read.tissue);
      body_.notes.push_back(fmt::format("{}: {}", group, read.tissue.note));
    }
  }

  const std::vector<Face>& set(const ModelValue& name) const {
    const auto found = body_.mesh.faces.find(name.text());
    if (found != body_.mesh.faces.end() && !found->second.empty()) return found->second;
    std::vector<std::string> known;
    for (const auto& [set, faces] : body_.mesh.faces) known.push_back(set);
    name.fail(fmt::format("The mesh has no surface {}{}; it has {}.", in_quotes(name.text()),
                          did_you_mean(name.text(), known),
                          known.empty() ? "none" : fmt::to_string(fmt::join(known, ", "))));
  }

  void find_skin() {
    std::vector<Face> skin;
    if (const ModelValue* name = file_.find("skin")) {
      skin = set(*name);
    } else {
      std::vector<std::uint8_t> is_held(body_.mesh.points.size(), 0);  // by the node in the middle of a face
      for (const ModelValue& entry : file_.at("hold").list())
        for (const Face& face : set(entry.at("on")))
          is_held[static_cast<std::size_t>(face_nodes(body_.mesh, face)[4])] = 1;
      for (const Face& face : outside_of(body_.mesh))
        if (is_held[static_cast<std::size_t>(face_nodes(body_.mesh, face)[4])] == 0) skin.push_back(face);
      body_.notes.push_back("everything outside that is not held is skin");
    }
    body_.mesh.faces[skin_name] = skin;
    point_outwards(body_.mesh, skin);
    number_along_lines(body_.mesh);
  }

  void hold() {
    Mesh& mesh = body_.mesh;
    body_.held.assign(mesh.points.size(), 0);
    body_.holder.assign(mesh.points.size(), 0);
    body_.holders = {"free"};
    for (const ModelValue& entry : file_.at("hold").list()) {
      entry.only_keys({"on"});
      body_.holders.push_back(entry.at("on").text());
      for (const Face& face : set(entry.at("on")))
        for (const int n : face_nodes(mesh, face)) {
          body_.held[static_cast<std::size_t>(n)] = 7;
          body_.holder[static_cast<std::size_t>(n)] = static_cast<std::uint8_t>(body_.holders.size() - 1);
        }
    }
    if (body_.holders.size() < 2)
      file_.at("hold").fail("Nothing holds the body: name a surface of bone or of a table.");
    body_.fibre.assign(mesh.cells.size() * points_per_cell, Vec3<float>{0, 0, 1});
  }

  Vec3d direction(const char* key) const {
    const auto& list = file_.at(key).list();
    if (list.size() != 3) file_.at(key).fail("A direction is three numbers, along x, y and z.");
    const Vec3d v{list[0].number(), list[1].number(), list[2].number()};
    if (!(norm(v) > 0)) file_.at(key).fail("A direction must not be zero.");
    return normalized(v);
  }

  const BodyRequest& request_;
  const ModelValue& file_;
  std::vector<std::string> groups_;
  Body body_;
};

}  // namespace

Body build_mesh_body(const BodyRequest& request, const ModelValue& file) { return Builder(request, file).build(); }

}  // namespace knead
