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
  if (history_.empty()) return;
#pragma omp parallel for schedule(static)
  for (int b = 0; b < batches_.num_batches; ++b) {
    const auto kind = static_cast<std::size_t>(batches_.tissue[static_cast<std::size_t>(b)]);
    if (!history_.relaxes(kind)) continue;
    const Tissue& tissue = body_->tissues[kind];
    for (int offset = 0; offset < batch_width; offset += 8) {
      const int* nodes =
          &batches_.node[static_cast<std::size_t>(b) * 27 * batch_width + static_cast<std::size_t>(offset)];
      D8 rest[81], nodal[81], g_rest[27][3][3], g_u[27][3][3];
      gather_rest(body_->mesh.points, nodes, rest);
      gather_nodes(u.data(), nodes, nodal);
      all_gradients(rest, g_rest);
      all_gradients(nodal, g_u);
      for (int q = 0; q < 27; ++q) {
        const Mat3<D8> inverse_rest = inverse(matrix_of(g_rest[q]));
        const Mat3<D8> F = from_natural_state(Mat3<D8>::identity() + matrix_of(g_u[q]) * inverse_rest, inverse_rest,
                                              present_stretch(kind));
        LawResponse<D8> response;
        std::visit([&](const auto& law) { law.evaluate(F, response); }, tissue.law);
        history_.accept(b, q, offset, stress_at_rest(split(tissue.law), F, response.stress));
      }
    }
  }
  history_.set_step(0);  // until the next set_time() the stress stays what it is
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
  if (history_.empty()) return {};
  std::vector<double> values{committed_time_};
  values.insert(values.end(), history_.values().begin(), history_.values().end());
  return values;
}

void Elastic::set_history(std::span<const double> values) {
  const std::size_t expected = history_.empty() ? 0 : 1 + history_.values().size();
  if (values.size() != expected)
    throw Error(ExitCode::file_error,
                fmt::format("the tissue's history has {} values instead of {}: the checkpoint is of another mesh or of "
                            "other tissues",
                            values.size(), expected));
  if (history_.empty()) return;
  time_ = committed_time_ = values[0];
  history_.set_values(values.subspan(1));
  history_.set_step(0);
}

}  // namespace knead
