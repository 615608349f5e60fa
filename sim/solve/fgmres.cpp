#include "solve/fgmres.hpp"

#include <algorithm>

#include "math/byte_count.hpp"

namespace knead {
namespace {

// Sum of products over one block, in eight interleaved partial sums.
double block_dot(const double* a, const double* b, std::size_t n) {
  double s[8] = {};
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (std::size_t k = 0; k < 8; ++k) s[k] += a[i + k] * b[i + k];
  for (std::size_t k = 0; i < n; ++i, ++k) s[k] += a[i] * b[i];
  return ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]));
}

void block_axpy(double alpha, const double* x, double* y, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] += alpha * x[i];
}

}  // namespace

void HessenbergLeastSquares::start(int max_columns, double beta) {
  stride_ = max_columns + 1;
  num_columns_ = 0;
  const auto n = static_cast<std::size_t>(stride_);
  r_.assign(n * n, 0);
  cosine_.assign(n, 0);
  sine_.assign(n, 0);
  rhs_.assign(n, 0);
  rhs_[0] = beta;
}

double HessenbergLeastSquares::add_column(const std::vector<double>& column) {
  const auto k = static_cast<std::size_t>(num_columns_), stride = static_cast<std::size_t>(stride_);
  std::vector<double> h = column;
  for (std::size_t i = 0; i < k; ++i) {
    const double a = cosine_[i] * h[i] + sine_[i] * h[i + 1];
    h[i + 1] = cosine_[i] * h[i + 1] - sine_[i] * h[i];
    h[i] = a;
  }
  const double length = std::hypot(h[k], h[k + 1]);
  cosine_[k] = length > 0 ? h[k] / length : 1;
  sine_[k] = length > 0 ? h[k + 1] / length : 0;
  h[k] = length;
  for (std::size_t i = 0; i <= k; ++i) r_[i * stride + k] = h[i];
  rhs_[k + 1] = -sine_[k] * rhs_[k];
  rhs_[k] *= cosine_[k];
  ++num_columns_;
  // With a vanishing pivot the column removes nothing from the residual.
  if (length == 0) rhs_[k + 1] = rhs_[k];
  return std::fabs(rhs_[k + 1]);
}

std::vector<double> HessenbergLeastSquares::minimiser() const {
  const auto n = static_cast<std::size_t>(num_columns_), stride = static_cast<std::size_t>(stride_);
  std::vector<double> y(n, 0);
  for (std::size_t i = n; i-- > 0;) {
    double sum = rhs_[i];
    for (std::size_t j = i + 1; j < n; ++j) sum -= r_[i * stride + j] * y[j];
    const double pivot = r_[i * stride + i];
    y[i] = pivot != 0 ? sum / pivot : 0;
  }
  return y;
}

void FgmresWorkspace::reserve(std::size_t n, int count) {
  const auto size = static_cast<std::size_t>(count);
  if (basis_.size() < size) basis_.resize(size), direction_.resize(size);
  for (std::size_t k = 0; k < size; ++k) {
    basis_[k].resize(n);
    // The last basis vector needs no direction yet.
    if (k + 1 < size) direction_[k].resize(n);
  }
  product_.resize(n);
}

std::size_t FgmresWorkspace::bytes() const {
  std::size_t sum = bytes_of(product_, partial_);
  for (const auto& v : basis_) sum += bytes_of(v);
  for (const auto& v : direction_) sum += bytes_of(v);
  return sum;
}

std::vector<double> FgmresWorkspace::sum_partial(std::size_t num_blocks, std::size_t num_columns) const {
  std::vector<double> sum(num_columns, 0);
  for (std::size_t b = 0; b < num_blocks; ++b)
    for (std::size_t j = 0; j < num_columns; ++j) sum[j] += partial_[b * num_columns + j];
  return sum;
}

std::vector<double> FgmresWorkspace::orthogonalize(int k) {
  const auto count = static_cast<std::size_t>(k) + 1;
  Vector<double>& w = basis_[count];
  const std::size_t n = w.size(), num_blocks = (n + reduction_block - 1) / reduction_block;
  // Each row of partial sums: one per basis vector and the square of w itself.
  const std::size_t columns = count + 1;
  partial_.resize(num_blocks * columns);

  // h = Vᵀw
  parallel_blocks(n, [&](std::size_t begin, std::size_t end) {
    double* sums = &partial_[begin / reduction_block * columns];
    for (std::size_t j = 0; j < count; ++j) sums[j] = block_dot(&basis_[j][begin], &w[begin], end - begin);
    sums[count] = block_dot(&w[begin], &w[begin], end - begin);
  });
  std::vector<double> h = sum_partial(num_blocks, columns);
  const double norm_before = std::sqrt(h[count]);

  // w ← w − V h, and its products with V while the block is in cache
  parallel_blocks(n, [&](std::size_t begin, std::size_t end) {
    for (std::size_t j = 0; j < count; ++j) block_axpy(-h[j], &basis_[j][begin], &w[begin], end - begin);
    double* sums = &partial_[begin / reduction_block * columns];
    for (std::size_t j = 0; j < count; ++j) sums[j] = block_dot(&basis_[j][begin], &w[begin], end - begin);
    sums[count] = 0;
  });
  const std::vector<double> second = sum_partial(num_blocks, columns);

  // w ← w − V h', and its norm
  const double square = reduce_blocks(n, [&](std::size_t begin, std::size_t end) {
    for (std::size_t j = 0; j < count; ++j) block_axpy(-second[j], &basis_[j][begin], &w[begin], end - begin);
    return block_dot(&w[begin], &w[begin], end - begin);
  });
  for (std::size_t j = 0; j < count; ++j) h[j] += second[j];
  // What is left after two passes is rounding: the direction adds nothing.
  const double norm_after = std::sqrt(square);
  const bool exhausted = norm_after <= 1e-14 * norm_before;
  h[count] = exhausted ? 0 : norm_after;
  if (!exhausted) scale(1 / norm_after, w);
  return h;
}

void FgmresWorkspace::add_directions(const std::vector<double>& y, Vector<double>& x) {
  parallel_blocks(x.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t j = 0; j < y.size(); ++j) block_axpy(y[j], &direction_[j][begin], &x[begin], end - begin);
  });
}

}  // namespace knead
