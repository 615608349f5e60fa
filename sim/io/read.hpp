#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "body/mesh.hpp"
#include "io/field.hpp"
#include "io/record.hpp"
#include "io/run_info.hpp"

namespace knead {

struct History {
  std::vector<HistoryColumn> columns;
  std::size_t num_rows = 0;
  std::vector<double> values;  // num_rows × columns, row by row

  // Values of one column; an Error (wrong_usage) with "did you mean" when there is none of that name.
  std::vector<double> column(const std::string& name) const;
};

// Faces of the elements (not of the sub-hexahedra) under a name: "top" is the skin.
struct FaceSet {
  std::string name;
  std::vector<Face> faces;
};

// Reads run.vtkhdf, also while a run is still writing it: the steps are those that were finished when it was opened.
// Every size is checked before memory is taken, so that a damaged or foreign file gives an Error(file_error).
class ResultFile {
 public:
  explicit ResultFile(const std::filesystem::path& path);
  ResultFile(ResultFile&&) noexcept;
  ResultFile& operator=(ResultFile&&) noexcept;
  ~ResultFile();

  const std::filesystem::path& path() const;
  const RunInfo& info() const;
  bool finished() const;                     // did the run end by itself?
  const std::vector<double>& times() const;  // s, one per recorded step
  int num_steps() const { return static_cast<int>(times().size()); }
  int nearest_step(double time) const;  // an Error when there is no step

  std::int64_t num_points() const;
  std::int64_t num_cells() const;                              // linear hexahedra, eight per element
  std::vector<Vec3d> points() const;                           // rest positions, m
  std::vector<std::array<std::int64_t, 8>> hexahedra() const;  // corners in VTK's order
  std::vector<FaceSet> face_sets() const;
  // The 27-node elements, lexicographic, put together again from the sub-hexahedra.
  std::vector<std::array<int, 27>> elements() const;

  const std::vector<FieldInfo>& fields() const;         // that change with time
  const std::vector<FieldInfo>& static_fields() const;  // tissue, region, layer, parent_element
  // Components fastest. An Error (wrong_usage) names the closest field when there is none of that name.
  const FieldInfo& field_info(const std::string& name) const;
  std::vector<float> field(const std::string& name, int step) const;
  std::vector<int> static_field(const std::string& name) const;
  std::vector<Pose> poses(int step) const;  // one per applicator of info()
  History history() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> self_;
};

}  // namespace knead
