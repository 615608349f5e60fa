// Throughput of the linearised operator, beside the memory bandwidth of the machine and an assembled block-sparse
// product of the same pattern.
//   bench_operator [--elements N]...        cells along each edge of a cube; 24 and 40 by default
#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <omp.h>

#include "body/specimens.hpp"
#include "solve/bsr.hpp"
#include "terms/elastic.hpp"

using namespace knead;

namespace {

// Median of nine runs after one to warm up, s.
double seconds_of(const std::function<void()>& work) {
  work();
  std::vector<double> times;
  for (int i = 0; i < 9; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    times.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
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

template <class T>
double assembled_seconds(const Mesh& mesh, std::size_t& bytes) {
  std::vector<int> groups;
  for (const auto& cell : mesh.cells) groups.insert(groups.end(), cell.begin(), cell.end());
  auto a = pattern_of_groups<T, 3>(mesh.num_nodes(), groups, 27);
  for (std::size_t i = 0; i < a.num_entries() * 9; ++i) a.values[i] = static_cast<T>(1e-3 * static_cast<double>(i % 7));
  bytes = a.num_entries() * (9 * sizeof(T) + sizeof(int));
  Vector<T> x(3 * mesh.points.size(), T(1)), y(x.size());
  return seconds_of([&] { multiply(a, x, y); });
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<int> sizes;
  for (int i = 1; i + 1 < argc; i += 2)
    if (std::string(argv[i]) == "--elements") sizes.push_back(std::stoi(argv[i + 1]));
  if (sizes.empty()) sizes = {24, 40};
  const double bandwidth = triad_bandwidth();
  fmt::print("threads {}, triad {:.1f} GB/s\n", omp_get_max_threads(), 1e-9 * bandwidth);
  fmt::print("{:>9} {:<34} {:>9} {:>12} {:>10} {:>14}\n", "unknowns", "product", "ms", "M unknowns/s", "bytes/unk",
             "of bandwidth");
  for (int n : sizes) {
    Body body;
    BlockSettings block;
    block.elements = {n, n, n};
    body.mesh = make_block(block);
    Tissue tissue;
    tissue.law = Ogden({OgdenTerm{4000, 12}});
    tissue.kappa = 2e6;
    body.tissues = {tissue};
    Elastic elastic(body);
    const std::size_t nu = 3 * body.mesh.points.size(), np = 4 * body.mesh.cells.size();
    Vector<double> u(nu, 0.0), p(np, 0.0), ru(nu), rp(np), yu(nu), yp(np);
    for (std::size_t i = 0; i < body.mesh.points.size(); ++i) u[3 * i + 2] = -0.1 * body.mesh.points[i][2];
    elastic.evaluate(u, p, ru, rp, true);
    Vector<float> uf(nu, 1.0f), yf(nu);
    const double per_unknown = static_cast<double>(elastic.tangent_bytes()) / static_cast<double>(nu);
    const auto row = [&](const char* name, double t, double bytes) {
      fmt::print("{:>9} {:<34} {:>9.2f} {:>12.1f} {:>10.0f} {:>13.0f}%\n", nu, name, 1e3 * t,
                 1e-6 * static_cast<double>(nu) / t, bytes, 100 * bytes * static_cast<double>(nu) / t / bandwidth);
    };
    row("matrix-free, float (cycle)", seconds_of([&] { elastic.apply_positive(uf, yf); }), per_unknown);
    row("matrix-free, double (outer)", seconds_of([&] { elastic.apply_augmented(u, p, yu, yp); }), per_unknown);
    row("residual, Ogden", seconds_of([&] { elastic.evaluate(u, p, ru, rp, false); }), 0);
    row("residual and tangent, Ogden", seconds_of([&] { elastic.evaluate(u, p, ru, rp, true); }), per_unknown);
    std::size_t bytes = 0;
    if (n <= 40) {
      const double tf = assembled_seconds<float>(body.mesh, bytes);
      row("assembled 3x3 blocks, float", tf, static_cast<double>(bytes) / static_cast<double>(nu));
      const double td = assembled_seconds<double>(body.mesh, bytes);
      row("assembled 3x3 blocks, double", td, static_cast<double>(bytes) / static_cast<double>(nu));
    }
  }
}
