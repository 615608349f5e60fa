#pragma once
// A small box of distorted Q2 hexahedra, made without the library's own mesh generators.
#include <random>

#include "body/body.hpp"

namespace knead::test {

// nx x ny x nz cells on size[0] x size[1] x size[2] m; inner grid corners move by up to `distortion` of a cell
// (seeded), edges and faces stay straight (trilinear). All cells have tissue 0; two z-layers (tissue 1 above the
// middle) when two_layers.
inline Body small_block(int nx, int ny, int nz, Vec3d size, double distortion, bool two_layers = false,
                        unsigned seed = 1) {
  Body body;
  body.name = "block";
  Mesh& mesh = body.mesh;
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> shift(-distortion, distortion);
  const int cx = nx + 1, cy = ny + 1, cz = nz + 1;
  std::vector<Vec3d> corner(static_cast<std::size_t>(cx * cy * cz));
  const auto corner_id = [&](int i, int j, int k) { return static_cast<std::size_t>((i * cy + j) * cz + k); };
  for (int i = 0; i < cx; ++i)
    for (int j = 0; j < cy; ++j)
      for (int k = 0; k < cz; ++k) {
        Vec3d x{{i * size[0] / nx, j * size[1] / ny, k * size[2] / nz}};
        const Vec3d d{{shift(random), shift(random), shift(random)}};
        if (i > 0 && i < nx && j > 0 && j < ny && k > 0 && k < nz) {
          x[0] += d[0] * size[0] / nx;
          x[1] += d[1] * size[1] / ny;
          x[2] += d[2] * size[2] / nz;
        }
        corner[corner_id(i, j, k)] = x;
      }
  const int px = 2 * nx + 1, py = 2 * ny + 1, pz = 2 * nz + 1;
  const auto node_id = [&](int i, int j, int k) { return (i * py + j) * pz + k; };
  for (int i = 0; i < px; ++i)
    for (int j = 0; j < py; ++j)
      for (int k = 0; k < pz; ++k) {
        Vec3d x{{0, 0, 0}};
        for (int a = 0; a <= i % 2; ++a)
          for (int b = 0; b <= j % 2; ++b)
            for (int c = 0; c <= k % 2; ++c)
              x += 1.0 / ((1 + i % 2) * (1 + j % 2) * (1 + k % 2)) * corner[corner_id(i / 2 + a, j / 2 + b, k / 2 + c)];
        mesh.points.push_back(x);
      }
  for (int i = 0; i < nx; ++i)
    for (int j = 0; j < ny; ++j)
      for (int k = 0; k < nz; ++k) {
        std::array<int, 27> cell{};
        for (int a = 0; a < 27; ++a)
          cell[static_cast<std::size_t>(a)] = node_id(2 * i + a % 3, 2 * j + a / 3 % 3, 2 * k + a / 9);
        mesh.cells.push_back(cell);
        mesh.cell_tissue.push_back(two_layers && 2 * k >= nz ? 1 : 0);
      }
  mesh.line_offsets.push_back(0);
  for (int n = 0; n < mesh.num_nodes(); ++n) {
    mesh.line_nodes.push_back(n);
    if ((n + 1) % pz == 0) mesh.line_offsets.push_back(n + 1);
  }
  body.held.assign(mesh.points.size(), 0);
  body.holder.assign(mesh.points.size(), 0);
  body.holders = {"free"};
  return body;
}

}  // namespace knead::test
