#pragma once
// A small record to write and read back: a curved block of 27-node elements with fields that are formulas of place and
// time.
#include <atomic>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <unistd.h>

#include "io/read.hpp"
#include "io/record.hpp"

namespace example {

// A folder that is gone when the test is over.
class Folder {
 public:
  Folder() {
    static std::atomic<int> number{0};
    path_ = std::filesystem::temp_directory_path() /
            ("knead-test-" + std::to_string(getpid()) + "-" + std::to_string(number++));
    std::filesystem::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// nx × ny × nz elements of 0.02 m, each node moved by a smooth bend; tissue 0 below, 1 on top.
inline knead::Mesh block(int nx, int ny, int nz, double bend = 0.1) {
  knead::Mesh mesh;
  const int px = 2 * nx + 1, py = 2 * ny + 1, pz = 2 * nz + 1;
  const auto node = [&](int i, int j, int k) { return k + pz * (i + px * j); };
  mesh.points.resize(static_cast<std::size_t>(px * py * pz));
  for (int j = 0; j < py; ++j)
    for (int i = 0; i < px; ++i)
      for (int k = 0; k < pz; ++k) {
        const double x = 0.01 * i, y = 0.01 * j, z = 0.01 * k;
        mesh.points[static_cast<std::size_t>(node(i, j, k))] = {
            {x + bend * 0.02 * std::sin(40 * y), y, z * (1 + bend * std::cos(50 * x))}};
      }
  for (int k = 0; k < nz; ++k)
    for (int j = 0; j < ny; ++j)
      for (int i = 0; i < nx; ++i) {
        std::array<int, 27> cell;
        for (int a = 0; a < 27; ++a)
          cell[static_cast<std::size_t>(a)] = node(2 * i + a % 3, 2 * j + a / 3 % 3, 2 * k + a / 9);
        if (k == nz - 1) mesh.faces["top"].push_back({mesh.num_cells(), knead::Side::zeta_plus});
        mesh.cells.push_back(cell);
        mesh.cell_tissue.push_back(k == nz - 1 ? 1 : 0);
      }
  return mesh;
}

inline knead::RunInfo info(const knead::Mesh& mesh) {
  knead::RunInfo info;
  info.title = "Effleurage, lower back – left side";
  info.scenario_path = "effleurage.toml";
  info.scenario_text = "knead = 1\ntitle = \"é\"\n";
  info.resolved_scenario = "{\"knead\": 1}";
  info.version = "0.1.0";
  info.host = "bench";
  info.threads = 2;
  info.stiffness_class = "indentation";
  info.anatomy = "imported body";
  info.notes = {"first assumption", "a second, longer assumption"};
  info.tissues = {"muscle", "skin"};
  info.holders = {"free", "bone"};
  info.holder.assign(mesh.points.size(), 0);
  info.holder[0] = 1;
  info.landmarks = {{"L5", {{0.1, -0.2, 0.3}}, "fifth lumbar vertebra"}, {"T12", {{0.1, -0.2, 0.45}}, ""}};
  info.applicators = {{"palm", "ellipsoid", {{"a", 0.04}, {"b", 0.05}, {"c", 0.02}}},
                      {"thumb", "sphere", {{"radius", 0.01}}}};
  return info;
}

inline std::vector<knead::FieldInfo> fields() {
  return {knead::find_field("displacement"), knead::find_field("contact_pressure"),
          knead::find_field("tissue_pressure")};
}
inline std::vector<knead::HistoryColumn> history() {
  return {{"time", "s", "end of the step"}, {"contact_force", "N", "resultant on the skin"}};
}

// Value number i of a field at a step, exact in single precision.
inline double value(const std::string& field, int step, std::size_t i) {
  const int number = field == "displacement" ? 1 : field == "contact_pressure" ? 2 : 3;
  return 1e6 * number + 1000.0 * step + static_cast<double>(i % 997) / 8;
}

inline std::vector<knead::Pose> poses(int step) {
  knead::Pose palm, thumb;
  palm.position = {{0.1, -0.2 + 0.001 * step, 0.3}};
  palm.rotation = {{{0, -1, 0}, {1, 0, 0}, {0, 0, 1}}};
  palm.velocity = {{0, 0, 0.12}};
  palm.force = {{0, 25, 0}};
  thumb.active = false;
  return {palm, thumb};
}

inline void write_step(knead::Recorder& recorder, const knead::Mesh& mesh, int step) {
  std::vector<std::vector<double>> values;
  std::vector<knead::FieldValues> given;
  for (const auto& field : recorder.fields()) {
    const std::size_t rows =
        field.association == knead::Association::point ? mesh.points.size() : 8 * mesh.cells.size();
    values.emplace_back(rows * static_cast<std::size_t>(field.components));
    for (std::size_t i = 0; i < values.back().size(); ++i) values.back()[i] = value(field.name, step, i);
  }
  for (std::size_t f = 0; f < values.size(); ++f) given.push_back({recorder.fields()[f].name, values[f]});
  const auto at = poses(step);
  recorder.write_step(0.05 * step, given, at);
  recorder.write_history(std::vector<double>{0.05 * step, 25.0 + step});
}

// A finished result of that many steps.
inline knead::Mesh write(const std::filesystem::path& path, int steps, bool compress = true) {
  const auto mesh = block(2, 3, 2);
  knead::StaticCellData data;
  data.region.assign(8 * mesh.cells.size(), 0);
  data.region[5] = 3;
  for (int e = 0; e < mesh.num_cells(); ++e) data.layer.push_back(e / 6);
  knead::RecordSettings settings;
  settings.compress = compress;
  knead::Recorder recorder(path, mesh, data, info(mesh), fields(), history(), settings);
  for (int step = 0; step < steps; ++step) write_step(recorder, mesh, step);
  recorder.finish();
  return mesh;
}

}  // namespace example
