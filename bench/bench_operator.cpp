// Throughput of the linearised operator, the residual and the line smoother on a cube, beside the memory bandwidth and
// the peak of the machine and assembled products of the same matrix.
//   bench_operator [--elements N]...        cells along each edge of a cube; 24 and 40 by default
// Bytes are those that a product must read at least, flops are counted from the kernels' loops (a fused multiply-add is
// two); both per displacement unknown. "Of bandwidth" and "of peak" is what these make of the measured limits.
#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <omp.h>

#include "body/specimens.hpp"
#include "measurement.hpp"
#include "solve/banded_lines.hpp"
#include "solve/bsr.hpp"
#include "terms/elastic.hpp"

using namespace knead;

namespace {

// Median of nine runs after one to warm up, s.
double seconds_of(const std::function<void()>& work) {
  work();
  std::vector<double> times;
  for (int i = 0; i < 9; ++i) {
    const double start = now();
    work();
    times.push_back(now() - start);
  }
  std::sort(times.begin(), times.end());
  return times[4];
}

// a = b + s c over 3 x 256 MB: bytes read and written per second (McCalpin's triad).
double triad_bandwidth() {
  const std::size_t n = std::size_t{1} << 25;
  Vector<double> a(n), b(n), c(n);
  fill(a, 0);
  fill(b, 1);
  fill(c, 2);
  const double t = seconds_of([&] {
    parallel_blocks(n, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) a[i] = b[i] + 0.5 * c[i];
    });
  });
  return 3.0 * 8.0 * static_cast<double>(n) / t;
}

// Multiply-adds on sixteen independent registers of every thread: flops per second.
template <class T, int N>
double peak_flops() {
  constexpr int rounds = 1 << 20, registers = 16;
  const int threads = omp_get_max_threads();
  volatile T sink = 0;
  const double t = seconds_of([&] {
#pragma omp parallel
    {
      Lanes<T, N> x[registers];
      const Lanes<T, N> a(static_cast<T>(0.999)), b(static_cast<T>(1e-3));
      for (int i = 0; i < registers; ++i) x[i] = Lanes<T, N>(static_cast<T>(i));
      for (int k = 0; k < rounds; ++k)
#pragma GCC unroll 16
        for (int i = 0; i < registers; ++i) x[i] = x[i] * a + b;
      Lanes<T, N> sum(T(0));
      for (const auto& v : x) sum += v;
      if (sum[0] == T(-1)) sink = sum[0];
    }
  });
  return 2.0 * rounds * registers * N * threads / t;
}

// Of the matrix of Q2 elements, in blocks of a node.
template <class T>
BlockMatrix<T, 3> pattern_of(const Mesh& mesh) {
  std::vector<int> groups;
  for (const auto& cell : mesh.cells) groups.insert(groups.end(), cell.begin(), cell.end());
  return pattern_of_groups<T, 3>(mesh.num_nodes(), groups, 27);
}

template <class T>
double block_sparse_seconds(const Mesh& mesh, std::size_t& bytes) {
  auto a = pattern_of<T>(mesh);
  for (std::size_t i = 0; i < a.num_entries() * 9; ++i) a.values[i] = static_cast<T>(1e-3 * static_cast<double>(i % 7));
  bytes = a.num_entries() * (9 * sizeof(T) + sizeof(int));
  Vector<T> x(3 * mesh.points.size(), T(1)), y(x.size());
  return seconds_of([&] { multiply(a, x, y); });
}

// Compressed sparse rows of single numbers, the layout of general libraries.
double sparse_row_seconds(const Mesh& mesh, std::size_t& bytes) {
  const auto pattern = pattern_of<float>(mesh);
  const auto num_rows = static_cast<long>(3 * mesh.points.size());
  Vector<std::size_t> offset(static_cast<std::size_t>(num_rows) + 1, 0);
  for (std::size_t row = 0; row < static_cast<std::size_t>(num_rows); ++row)
    offset[row + 1] = offset[row] + 3 * (pattern.row_offset[row / 3 + 1] - pattern.row_offset[row / 3]);
  Vector<int> column(offset.back());
  Vector<double> value(offset.back());
#pragma omp parallel for schedule(static)
  for (long r = 0; r < num_rows; ++r) {
    const auto row = static_cast<std::size_t>(r);
    std::size_t to = offset[row];
    for (std::size_t e = pattern.row_offset[row / 3]; e < pattern.row_offset[row / 3 + 1]; ++e)
      for (int c = 0; c < 3; ++c, ++to) {
        column[to] = 3 * pattern.column[e] + c;
        value[to] = 1e-3 * static_cast<double>(to % 7);
      }
  }
  bytes = value.size() * (sizeof(double) + sizeof(int));
  Vector<double> x(static_cast<std::size_t>(num_rows), 1.0), y(x.size());
  return seconds_of([&] {
#pragma omp parallel for schedule(static)
    for (long r = 0; r < num_rows; ++r) {
      const auto row = static_cast<std::size_t>(r);
      double sum = 0;
      for (std::size_t e = offset[row]; e < offset[row + 1]; ++e)
        sum += value[e] * x[static_cast<std::size_t>(column[e])];
      y[row] = sum;
    }
  });
}

// Flops of a cell: sum factorisation there and back (nine lines an axis, nine operations a line to interpolate or to
// differentiate, three more where transposes add up), then the two sweeps over the points.
constexpr double flops_of_cell(bool augmented) {
  const double there = 3 * (27 + 27) * 9, back = 3 * (27 * 9 + 9 * 9 + 18 * 12);
  const double first_sweep = 45 + 3 + 7, second_sweep = 7 + 3 + 66 + 54 + 3 + 45;
  return there + back + 27 * (first_sweep + second_sweep + (augmented ? 26 : 0));
}

Tissue tissue_with(const Law& law) {
  Tissue tissue;
  tissue.law = law;
  tissue.kappa = 2e6;
  return tissue;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<int> sizes;
  for (int i = 1; i + 1 < argc; i += 2)
    if (std::string(argv[i]) == "--elements") sizes.push_back(std::stoi(argv[i + 1]));
  if (sizes.empty()) sizes = {24, 40};
  const double bandwidth = triad_bandwidth(), peak_double = peak_flops<double, 8>(),
               peak_float = peak_flops<float, 16>();
  fmt::print("threads {}, triad {:.1f} GB/s, peak {:.0f} GF/s in double, {:.0f} in single\n", omp_get_max_threads(),
             1e-9 * bandwidth, 1e-9 * peak_double, 1e-9 * peak_float);
  fmt::print("{:>9} {:<34} {:>9} {:>12} {:>10} {:>13} {:>10} {:>8} {:>9}\n", "unknowns", "product", "ms",
             "M unknowns/s", "bytes/unk", "of bandwidth", "flops/unk", "of peak", "over CSR");
  const std::pair<const char*, Law> laws[] = {{"neo-Hooke", NeoHookean{4000, VolumetricSplit::split}},
                                              {"Mooney-Rivlin", MooneyRivlin{1500, 500}},
                                              {"Yeoh", Yeoh{2000, 500, 100}},
                                              {"Ogden", Ogden({OgdenTerm{4000, 12}})}};
  for (int n : sizes) {
    Body body;
    BlockSettings block;
    block.elements = {n, n, n};
    body.mesh = make_block(block);
    body.tissues = {tissue_with(laws[3].second)};
    const std::size_t nu = 3 * body.mesh.points.size(), np = 4 * body.mesh.cells.size();
    const auto unknowns = static_cast<double>(nu), cells = static_cast<double>(body.mesh.cells.size());
    std::size_t bytes = 0;
    const double csr = n <= 40 ? sparse_row_seconds(body.mesh, bytes) : 0;
    const double csr_bytes = static_cast<double>(bytes);
    // per_unknown and flops: 0 where they say nothing
    const auto row = [&](const std::string& name, double t, double per_unknown, double flops, double peak) {
      const auto cell = [](double x, int precision, const char* unit) {
        return x > 0 ? fmt::format("{:.{}f}{}", x, precision, unit) : std::string();
      };
      fmt::print("{:>9} {:<34} {:>9.2f} {:>12.1f} {:>10} {:>13} {:>10} {:>8} {:>9}\n", nu, name, 1e3 * t,
                 1e-6 * unknowns / t, cell(per_unknown, 0, ""),
                 cell(100 * per_unknown * unknowns / t / bandwidth, 0, "%"), cell(flops, 0, ""),
                 cell(100 * flops * unknowns / t / peak, 0, "%"), cell(csr / t, 1, ""));
      std::fflush(stdout);
    };
    Vector<double> u(nu, 0.0), p(np, 0.0), ru(nu), rp(np), yu(nu), yp(np);
    for (std::size_t i = 0; i < body.mesh.points.size(); ++i) u[3 * i + 2] = -0.1 * body.mesh.points[i][2];
    {
      Elastic elastic(body);
      elastic.evaluate(u, p, ru, rp, true);
      Vector<float> uf(nu, 1.0f), yf(nu);
      const double per_unknown = static_cast<double>(elastic.tangent_bytes()) / unknowns;
      row("matrix-free, float (cycle)", seconds_of([&] { elastic.apply_positive(uf, yf); }), per_unknown,
          flops_of_cell(false) * cells / unknowns, peak_float);
      row("matrix-free, double (outer)", seconds_of([&] { elastic.apply_augmented(u, p, yu, yp); }), per_unknown,
          flops_of_cell(true) * cells / unknowns, peak_double);
      BandedLines lines({body.mesh.line_offsets, body.mesh.line_nodes}, 8);
      lines.factor();
      // A diagonal and eight couplings of an unknown, used forwards and backwards.
      row("line smoother, float", seconds_of([&] { lines.solve(uf, yf); }), 36, 34, peak_float);
    }
    for (const auto& [name, law] : laws) {
      body.tissues = {tissue_with(law)};
      Elastic elastic(body);
      row(fmt::format("residual, {}", name), seconds_of([&] { elastic.evaluate(u, p, ru, rp, false); }), 0, 0, 1);
      row(fmt::format("residual and tangent, {}", name), seconds_of([&] { elastic.evaluate(u, p, ru, rp, true); }), 0,
          0, 1);
    }
    if (n > 40) continue;
    const double tf = block_sparse_seconds<float>(body.mesh, bytes);
    row("assembled 3x3 blocks, float", tf, static_cast<double>(bytes) / unknowns, 0, 1);
    const double td = block_sparse_seconds<double>(body.mesh, bytes);
    row("assembled 3x3 blocks, double", td, static_cast<double>(bytes) / unknowns, 0, 1);
    row("assembled rows (CSR), double", csr, csr_bytes / unknowns, 0, 1);
  }
}
