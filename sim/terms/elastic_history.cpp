// What relaxing tissues carry from step to step.
#include <variant>

#include <fmt/format.h>

#include "base/error.hpp"
#include "terms/elastic.hpp"
#include "terms/elastic_gradients.hpp"
#include "terms/elastic_layout.hpp"

namespace knead {

using namespace elastic_layout;

void Elastic::commit(const Vector<double>& u) {
  committed_time_ = time_;
  if (!has_history()) return;
#pragma omp parallel for schedule(static)
  for (int b = 0; b < batches_.num_batches; ++b) {
    const auto kind = static_cast<std::size_t>(batches_.tissue[static_cast<std::size_t>(b)]);
    const bool matrix = history_.relaxes(kind), fibres = fibre_history_.relaxes(kind);
    if (!matrix && !fibres) continue;
    const Tissue& tissue = body_->tissues[kind];
    for (int offset = 0; offset < batch_width; offset += 8) {
      const int* nodes =
          &batches_.node[static_cast<std::size_t>(b) * 27 * batch_width + static_cast<std::size_t>(offset)];
      const int* cells = &batches_.cell[static_cast<std::size_t>(b) * batch_width + static_cast<std::size_t>(offset)];
      D8 rest[81], nodal[81], g_rest[27][3][3], g_u[27][3][3];
      gather_rest(body_->mesh.points, nodes, rest);
      gather_nodes(u.data(), nodes, nodal);
      all_gradients(rest, g_rest);
      all_gradients(nodal, g_u);
      for (int q = 0; q < 27; ++q) {
        const Mat3<D8> inverse_rest = inverse(matrix_of(g_rest[q]));
        const Mat3<D8> F = from_natural_state(Mat3<D8>::identity() + matrix_of(g_u[q]) * inverse_rest, inverse_rest,
                                              present_stretch(kind));
        if (matrix) {
          LawResponse<D8> response;
          std::visit([&](const auto& law) { law.evaluate(F, response); }, tissue.law);
          history_.accept(b, q, offset, stress_at_rest(split(tissue.law), F, response.stress));
        }
        if (fibres) {
          const auto response = evaluate_fibres(tissue, fibres_at(cells, q, D8(1.0)), F);
          fibre_history_.accept(b, q, offset, stress_at_rest(fibre_split, F, response.stress));
        }
      }
    }
  }
  set_history_step(0);  // until the next set_time() the stress stays what it is
}

void Elastic::weight(const Vector<double>& u, Vec3d& force, Vec3d& moment) const {
  force = moment = {{0, 0, 0}};
  for (std::size_t n = 0; 3 * n < load_.size(); ++n) {
    Vec3d f, x = body_->mesh.points[n];
    for (int c = 0; c < 3; ++c) {
      const std::size_t i = 3 * n + static_cast<std::size_t>(c);
      f[c] = share_ * load_[i];
      x[c] += u[i];
    }
    force += f;
    moment += cross(x, f);
  }
}

std::vector<double> Elastic::history() const {
  if (!has_history()) return {};
  std::vector<double> values{committed_time_};
  for (const StressHistory* h : {&history_, &fibre_history_})
    values.insert(values.end(), h->values().begin(), h->values().end());
  return values;
}

void Elastic::set_history(std::span<const double> values) {
  const std::size_t of_matrix = history_.values().size(), of_fibres = fibre_history_.values().size();
  const std::size_t expected = has_history() ? 1 + of_matrix + of_fibres : 0;
  if (values.size() != expected)
    throw Error(ExitCode::file_error,
                fmt::format("the tissue's history has {} values instead of {}: the checkpoint is of another mesh or of "
                            "other tissues",
                            values.size(), expected));
  if (!has_history()) return;
  time_ = committed_time_ = values[0];
  history_.set_values(values.subspan(1, of_matrix));
  fibre_history_.set_values(values.subspan(1 + of_matrix));
  set_history_step(0);
}

bool Elastic::has_history() const { return !history_.empty() || !fibre_history_.empty(); }

void Elastic::set_history_step(double length) {
  history_.set_step(length);
  fibre_history_.set_step(length);
}

}  // namespace knead
