#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "body/mesh.hpp"
#include "io/field.hpp"
#include "io/run_info.hpp"

namespace knead {

// Local nodes (lexicographic, a = i + 3 j + 9 k) of the eight linear hexahedra of a 27-node element, each in VTK's
// corner order. Sub-hexahedron c = ci + 2 cj + 4 ck is the octant towards -ξ (ci = 0) or +ξ (ci = 1), and so on; cell
// fields hold their eight values per element in this order, evaluated at the octant's centre (ξ, η, ζ) = (ci, cj, ck) -
// 1/2.
const std::array<std::array<int, 8>, 8>& sub_hexahedra();

// A column of /Knead/History; every value is a double.
struct HistoryColumn {
  std::string name;   // "time", "contact_force", "newton_iterations", …
  std::string units;  // "s", "N", "1", …
  std::string description;
};

// Cell data that do not change, besides the tissue, which the mesh knows.
struct StaticCellData {
  std::vector<std::uint8_t> region;  // 8 per element, in the order of sub_hexahedra(); may be empty
  std::vector<int> layer;            // per element, counted from the bottom; may be empty
};

struct RecordSettings {
  bool compress = true;    // shuffle + deflate level 1
  int precision_bits = 0;  // mantissa bits kept (1…22) in temporal fields; 0 keeps all 23
  bool overwrite = false;  // may a finished result of that name be replaced?
};

// Values of one field at one step: components × nodes, or components × 8 × elements; SI, components fastest.
struct FieldValues {
  std::string_view name;
  std::span<const double> values;
};

// Writes run.vtkhdf: a VTKHDF 2.0 temporal unstructured grid that ParaView >= 5.12, VTK >= 9.3 and any HDF5 reader
// take. A run that is killed leaves a readable file with every step for which write_step had returned, because the
// count of steps grows only after the data of the step are with the operating system. A failure (disk full, …) is an
// Error(file_error); what was written before stays readable, and the recorder takes no more data.
class Recorder {
 public:
  // Creates the file under a temporary name and moves it to `path` once the mesh is written.
  Recorder(const std::filesystem::path& path, const Mesh& mesh, const StaticCellData& cell_data, const RunInfo& info,
           std::vector<FieldInfo> fields, std::vector<HistoryColumn> history, RecordSettings settings = {});
  // Continues a file: keeps its first `steps` steps and `history_rows` rows of history, drops the rest, appends.
  static Recorder resume(const std::filesystem::path& path, int steps, int history_rows, RecordSettings settings = {});

  Recorder(Recorder&&) noexcept;
  Recorder& operator=(Recorder&&) noexcept;
  ~Recorder();  // closes; the file counts as unfinished when finish() was not called

  // Appends a step. values holds every field of fields() exactly once, in any order; poses one entry per applicator.
  void write_step(double time, std::span<const FieldValues> values, std::span<const Pose> poses = {});
  // Appends a row of history (one number per column) and flushes. Solver steps may be finer than recorded ones.
  void write_history(std::span<const double> row);
  // Pushes everything through to the disk (fsync); a checkpoint calls it before it refers to these steps.
  void sync();
  // Marks the run as finished and closes the file.
  void finish();

  int num_steps() const;
  int num_history_rows() const;
  const std::vector<FieldInfo>& fields() const;
  const std::vector<HistoryColumn>& history_columns() const;

 private:
  struct Implementation;
  explicit Recorder(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> self_;
};

// Cuts a result back to its first `steps` steps and `history_rows` rows; an Error when it has fewer.
void truncate_record(const std::filesystem::path& path, int steps, int history_rows);

}  // namespace knead
