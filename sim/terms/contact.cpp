#include "terms/contact.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace knead {

ContactSettings ContactSettings::of(const Applicator& applicator, double tangential_share) {
  assert(tangential_share > 0 && tangential_share <= 10);
  ContactSettings settings;
  settings.name = applicator.name.empty() ? "contact" : "contact of " + applicator.name;
  settings.law = {applicator.pad_stiffness, tangential_share * applicator.pad_stiffness, applicator.friction};
  if (applicator.pad_stiffens) settings.law.thickness = applicator.pad_thickness;
  settings.hard = applicator.hard;
  settings.rolling_radius = applicator.rolling_radius;
  return settings;
}

// Contribution of one face: forces on its nodes, tangents, and those with travel and creep.
struct Contact::FaceResult {
  double r[27] = {};
  double column[2][27] = {}, row[2][27] = {};
  double coupling[2][2] = {};
  double rolling_force = 0;
  double energy = 0;
  Vec3d force{{0, 0, 0}}, moment{{0, 0, 0}};
  int num_active = 0;
  std::vector<double> full, positive;  // 27 × 27, empty when not wanted
};

Contact::Contact(const std::vector<Vec3d>& points, std::vector<std::array<int, 9>> faces, Shape shape,
                 ContactSettings settings, int travel_index, int roll_index)
    : faces_(std::move(faces)),
      shape_(std::move(shape)),
      settings_(std::move(settings)),
      travel_index_(travel_index),
      roll_index_(roll_index),
      rule_(settings_.points_per_direction),
      num_points_(static_cast<std::size_t>(rule_.size())) {
  assert(settings_.law.stiffness > 0 && settings_.law.tangential_stiffness <= 10 * settings_.law.stiffness);
  for (const auto& face : faces_) nodes_.insert(nodes_.end(), face.begin(), face.end());
  std::sort(nodes_.begin(), nodes_.end());
  nodes_.erase(std::unique(nodes_.begin(), nodes_.end()), nodes_.end());
  for (int node : nodes_) rest_.push_back(points[static_cast<std::size_t>(node)]);
  now_ = rest_;
  for (const auto& face : faces_) {
    std::array<int, 9> local;
    for (std::size_t a = 0; a < 9; ++a)
      local[a] = static_cast<int>(std::lower_bound(nodes_.begin(), nodes_.end(), face[a]) - nodes_.begin());
    local_faces_.push_back(local);
  }
  node_size_.assign(nodes_.size(), std::numeric_limits<double>::infinity());
  node_area_.assign(nodes_.size(), 0.0);
  for (std::size_t face = 0; face < faces_.size(); ++face) {
    double area = 0;
    for (std::size_t q = 0; q < num_points_; ++q) area += weight_.emplace_back(present_area(face, q));
    for (std::size_t a = 0; a < 9; ++a) {
      const auto n = static_cast<std::size_t>(local_faces_[face][a]);
      node_size_[n] = std::min(node_size_[n], std::sqrt(area));
      for (std::size_t q = 0; q < num_points_; ++q) node_area_[n] += rule_.hat[q][a] * weight_[index(face, q)];
    }
  }
  memory_.resize(weight_.size());
  state_.resize(weight_.size());
  evaluated_.assign(faces_.size(), 0);
  multiplier_.assign(nodes_.size(), 0.0);
  multiplier_n_ = multiplier_;
  has_multipliers_.assign(faces_.size(), 0);
}

double Contact::present_area(std::size_t face, std::size_t q) const {
  Vec3d along_r{{0, 0, 0}}, along_s{{0, 0, 0}};
  const auto x = face_positions(face);
  for (std::size_t a = 0; a < 9; ++a) {
    along_r += rule_.derivative_r[q][a] * x[a];
    along_s += rule_.derivative_s[q][a] * x[a];
  }
  return rule_.weight[q] * norm(cross(along_r, along_s));
}

Vec3d Contact::point_position(std::size_t face, std::size_t q) const {
  Vec3d x{{0, 0, 0}};
  for (std::size_t a = 0; a < 9; ++a) x += rule_.value[q][a] * now_[static_cast<std::size_t>(local_faces_[face][a])];
  return x;
}

std::array<Vec3d, 9> Contact::face_positions(std::size_t face) const {
  std::array<Vec3d, 9> x;
  for (std::size_t a = 0; a < 9; ++a) x[a] = now_[static_cast<std::size_t>(local_faces_[face][a])];
  return x;
}

void Contact::set_time(double time) {
  if (motion_) set_pose(motion_->pose_at(time));
}

void Contact::set_pose(const ApplicatorPose& pose) {
  next_pose_ = pose;
  if (!has_history_) begin({}, travel_index_ < 0 ? travel_ : 0);
}

void Contact::place(const Vector<double>& u, double travel, double creep) {
  travel_ = travel;
  creep_ = creep;
  pose_ = next_pose_;
  rotation_ = pose_.rotation;
  if (rolls()) rotation_ = rotation_ * rotation_about({{0, 1, 0}}, (pose_.rolled + creep) / settings_.rolling_radius);
  to_own_ = transpose(rotation_);
  centre_ = pose_.position + travel * pose_.pressing;
  const auto count = static_cast<long>(nodes_.size());
#pragma omp parallel for schedule(static)
  for (long i = 0; i < count; ++i) {
    const auto k = static_cast<std::size_t>(i);
    const double* displacement = u.empty() ? nullptr : &u[3 * static_cast<std::size_t>(nodes_[k])];
    now_[k] = displacement ? rest_[k] + Vec3d{{displacement[0], displacement[1], displacement[2]}} : rest_[k];
  }
}

bool Contact::may_touch(const std::array<Vec3d, 9>& x) const {
  // A quadratic face stays within (5/4)² of the largest distance of a node from the middle one (Lebesgue constant), and
  // the distance function changes no faster than the place.
  double radius = 0;
  for (const auto& node : x) radius = std::max(radius, norm(node - x[4]));
  const double reach = 1.5625 * radius;
  const Vec3d y = to_own_axes(x[4]);
  // A box test first: most faces are far away.
  for (int i = 0; i < 3; ++i) {
    Vec3d axis{{0, 0, 0}};
    axis[i] = y[i] < 0 ? -1 : 1;
    if (std::abs(y[i]) > extent(shape_, axis) + reach) return false;
  }
  return knead::evaluate(shape_, y).value <= reach;
}

void Contact::evaluate_face(std::size_t face, bool with_tangent, FaceResult& out) {
  const auto nodal = face_positions(face);
  if (with_tangent) {
    out.full.assign(27 * 27, 0.0);
    out.positive.assign(27 * 27, 0.0);
  }
  const Mat3d& R = rotation_;
  const std::size_t num_borders = rolls() ? 2 : 1;
  const Vec3d b = rolls() ? (1 / settings_.rolling_radius) * (R * Vec3d{{0, 1, 0}}) : Vec3d{{0, 0, 0}};
  Vec3d v[2] = {pose_.pressing, {{0, 0, 0}}}, turned[2] = {{{0, 0, 0}}, {{0, 0, 0}}};  // turned: ∂f/∂s + K v
  for (std::size_t q = 0; q < num_points_; ++q) {
    const auto& N = rule_.value[q];
    Vec3d x{{0, 0, 0}};
    for (std::size_t i = 0; i < 9; ++i) x += N[i] * nodal[i];
    const Vec3d y = to_own_axes(x);
    const ContactResponse c = contact_point(settings_.law, memory_[index(face, q)], y, knead::evaluate(shape_, y));
    state_[index(face, q)] = c;
    const double w = weight_[index(face, q)];
    out.energy += w * c.energy;
    if (!c.active) continue;
    ++out.num_active;
    const Vec3d f = w * (R * c.residual);
    out.force -= f;
    out.moment -= cross(x, f);
    const Mat3d K = w * (R * c.tangent * to_own_);
    if (rolls()) {
      v[1] = cross(b, x - centre_);
      turned[1] = cross(b, f);
      out.rolling_force += dot(v[1], f);
      out.coupling[1][0] += dot(cross(b, v[0]), f);
    }
    for (std::size_t s = 0; s < num_borders; ++s) {
      const Vec3d column = turned[s] - K * v[s], row = turned[s] - transpose(K) * v[s];
      for (std::size_t t = 0; t < num_borders; ++t) out.coupling[t][s] -= dot(v[t], column);
      for (std::size_t i = 0; i < 9; ++i)
        for (std::size_t k = 0; k < 3; ++k) {
          out.column[s][3 * i + k] += N[i] * column[static_cast<int>(k)];
          out.row[s][3 * i + k] += N[i] * row[static_cast<int>(k)];
        }
    }
    for (std::size_t i = 0; i < 9; ++i)
      for (std::size_t k = 0; k < 3; ++k) out.r[3 * i + k] += N[i] * f[static_cast<int>(k)];
    if (!with_tangent) continue;
    const Mat3d Kp = w * (R * c.positive * to_own_);
    for (std::size_t i = 0; i < 9; ++i)
      for (std::size_t j = 0; j < 9; ++j) {
        const double n = N[i] * N[j];
        for (std::size_t k = 0; k < 3; ++k)
          for (std::size_t l = 0; l < 3; ++l) {
            const std::size_t entry = (3 * i + k) * 27 + 3 * j + l;
            out.full[entry] += n * K(static_cast<int>(k), static_cast<int>(l));
            out.positive[entry] += n * Kp(static_cast<int>(k), static_cast<int>(l));
          }
      }
  }
}

void Contact::evaluate(const Vector<double>& u, std::span<const double> scalars, Vector<double>& r, SurfaceMatrix* full,
                       SurfaceMatrix* positive) {
  const auto of = [&](int i, double otherwise) { return i < 0 ? otherwise : scalars[static_cast<std::size_t>(i)]; };
  place(u, of(travel_index_, travel_), of(roll_index_, creep_));

  // Faces in parallel, each into its own place; then everything is added in the order of the faces.
  const auto num_faces = static_cast<long>(faces_.size());
#pragma omp parallel for schedule(static)
  for (long i = 0; i < num_faces; ++i) {
    const auto face = static_cast<std::size_t>(i);
    const bool evaluate_it = has_multipliers_[face] || may_touch(face_positions(face));
    if (!evaluate_it && evaluated_[face])
      for (std::size_t q = 0; q < num_points_; ++q) state_[index(face, q)] = {};
    evaluated_[face] = evaluate_it ? 1 : 0;
  }
  std::vector<std::size_t> list;
  for (std::size_t face = 0; face < faces_.size(); ++face)
    if (evaluated_[face]) list.push_back(face);
  std::vector<FaceResult> results(list.size());
  const auto num_near = static_cast<long>(list.size());
#pragma omp parallel for schedule(static)
  for (long i = 0; i < num_near; ++i) {
    const auto k = static_cast<std::size_t>(i);
    evaluate_face(list[k], full || positive, results[k]);
  }

  energy_ = rolling_force_ = 0;
  const std::size_t num_borders = rolls() ? 2 : 1;
  borders_ = {};
  num_active_ = 0;
  force_ = moment_ = {{0, 0, 0}};
  std::vector<int> touched;
  std::vector<Vec3d> column[2], row[2];
  for (std::size_t s = 0; s < num_borders; ++s)
    column[s] = row[s] = std::vector<Vec3d>(nodes_.size(), Vec3d{{0, 0, 0}});
  for (std::size_t k = 0; k < list.size(); ++k) {
    const FaceResult& result = results[k];
    energy_ += result.energy;
    if (result.num_active == 0) continue;
    num_active_ += result.num_active;
    force_ += result.force;
    moment_ += result.moment;
    rolling_force_ += result.rolling_force;
    for (std::size_t s = 0; s < num_borders; ++s) {
      borders_[s].by_travel += result.coupling[s][0];
      borders_[s].by_creep += result.coupling[s][1];
    }
    const auto& nodes = faces_[list[k]];
    for (std::size_t i = 0; i < 9; ++i) {
      const auto local = static_cast<std::size_t>(local_faces_[list[k]][i]);
      touched.push_back(static_cast<int>(local));
      for (std::size_t j = 0; j < 3; ++j) {
        r[3 * static_cast<std::size_t>(nodes[i]) + j] += result.r[3 * i + j];
        for (std::size_t s = 0; s < num_borders; ++s) {
          column[s][local].v[j] += result.column[s][3 * i + j];
          row[s][local].v[j] += result.row[s][3 * i + j];
        }
      }
    }
    if (full) full->add(nodes, result.full.data());
    if (positive) positive->add(nodes, result.positive.data());
  }
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  for (int local : touched)
    for (std::size_t s = 0; s < num_borders; ++s) {
      const auto k = static_cast<std::size_t>(local);
      borders_[s].column.emplace_back(nodes_[k], column[s][k]);
      borders_[s].row.emplace_back(nodes_[k], row[s][k]);
    }
}

Vec3d Contact::moment(const Vec3d& about) const { return moment_ - cross(about, force_); }

std::optional<double> Contact::travel_for_force(const Vector<double>& u, double wanted) const {
  // The skin held still is a bed of springs: the force grows with the travel. Bracket, then halve.
  Contact held(*this);
  held.settings_.law.friction.coefficient = 0;
  held.clear_multipliers();
  held.travel_index_ = held.roll_index_ = -1;
  Vector<double> r(u.size(), 0.0);
  const auto force_at = [&](double travel) {
    held.set_travel(travel);
    held.evaluate(u, {}, r, nullptr, nullptr);
    return held.force_along_pressing();
  };
  double size = 0;
  for (int i = 0; i < 3; ++i) {
    Vec3d axis{{0, 0, 0}};
    axis[i] = 1;
    size = std::max(size, extent(shape_, axis));
  }
  constexpr int most_steps = 60;
  double low = travel_, step = 1e-3 * size;
  for (int i = 0; i < most_steps && force_at(low) > wanted; ++i, step *= 2) low -= step;
  double high = low;
  step = 1e-3 * size;
  bool reached = false;
  for (int i = 0; i < most_steps && !reached; ++i, step *= 1.2) {
    low = high;
    high += step;
    reached = force_at(high) > wanted;
  }
  if (!reached) return std::nullopt;
  // Newton inside the bracket, halving where it leaves it; the first touch, where the slope is zero, by halving alone.
  double guess = 0.5 * (low + high);
  while (high - low > 1e-12 * size) {
    const double miss = force_at(guess) - wanted;
    if (wanted > 0 && std::abs(miss) <= 1e-12 * wanted) return guess;
    (miss > 0 ? high : low) = guess;
    const double newton = guess - miss / held.travel_stiffness();
    guess = wanted > 0 && newton > low && newton < high ? newton : 0.5 * (low + high);
  }
  return wanted > 0 ? 0.5 * (low + high) : low;
}

std::optional<double> Contact::touch_travel() const {
  const ApplicatorPose& pose = next_pose_;
  const Mat3d to_own = transpose(pose.rotation);
  const Vec3d axis = to_own * pose.pressing;
  const double size = std::max(extent(shape_, axis), extent(shape_, -axis));
  using Places = std::vector<Vec3d>;  // of skin points, in own axes at travel 0
  const auto place = [&](std::size_t face, const std::array<double, 9>& value) {
    Vec3d x{{0, 0, 0}};
    for (std::size_t a = 0; a < 9; ++a) x += value[a] * rest_[static_cast<std::size_t>(local_faces_[face][a])];
    return to_own * (x - pose.position);
  };
  // The distance changes no faster than the place: a point is not touched before its distance is gone through. The
  // point that could be next goes forward until it is touched or another one is next.
  const auto touch = [&](const Places& places, double first, double last) -> std::optional<double> {
    constexpr int most_steps = 1000000;
    const auto distance = [&](std::size_t i, double travel) {
      return knead::evaluate(shape_, places[i] - travel * axis).value;
    };
    std::vector<std::pair<double, std::size_t>> next(places.size());  // travel and point, a heap
    const auto count = static_cast<long>(places.size());
#pragma omp parallel for schedule(static)
    for (long i = 0; i < count; ++i) {
      const auto k = static_cast<std::size_t>(i);
      next[k] = {first + distance(k, first), k};
    }
    std::make_heap(next.begin(), next.end(), std::greater{});
    for (int step = 0; step < most_steps && !next.empty() && next.front().first < last; ++step) {
      std::pop_heap(next.begin(), next.end(), std::greater{});
      auto& [travel, point] = next.back();
      const double clear = distance(point, travel);
      if (clear <= 1e-6 * size) return travel;
      travel += clear;
      std::push_heap(next.begin(), next.end(), std::greater{});
    }
    return std::nullopt;
  };
  Places places;
  double first = std::numeric_limits<double>::infinity(), last = -first;
  for (std::size_t face = 0; face < faces_.size(); ++face)
    for (const auto& value : rule_.value) places.push_back(place(face, value));
  for (const Vec3d& y : places) {
    first = std::min(first, dot(y, axis));
    last = std::max(last, dot(y, axis));
  }
  const auto coarse = touch(places, first - size, last + size);
  if (!coarse) return std::nullopt;
  // The skin between the points may come first: many more of them around those that are near.
  constexpr int many = 32;
  static const FaceRule fine(many);
  const std::vector<std::size_t> owner = rule_.nearest_of(fine);
  Places near;
  double largest_spacing = 0;
  std::vector<double> distance(places.size());
  const auto count = static_cast<long>(places.size());
#pragma omp parallel for schedule(static)
  for (long i = 0; i < count; ++i) {
    const auto k = static_cast<std::size_t>(i);
    distance[k] = knead::evaluate(shape_, places[k] - *coarse * axis).value;
  }
  for (std::size_t face = 0; face < faces_.size(); ++face) {
    // No place of the face is farther from the nearest point than its diameter over their number.
    double diameter = 0;
    for (int a : local_faces_[face])
      for (int c : local_faces_[face])
        diameter = std::max(diameter, norm(rest_[static_cast<std::size_t>(a)] - rest_[static_cast<std::size_t>(c)]));
    const double spacing = diameter / settings_.points_per_direction;
    for (std::size_t f = 0; f < owner.size(); ++f) {
      if (distance[index(face, owner[f])] > spacing) continue;
      largest_spacing = std::max(largest_spacing, spacing);
      near.push_back(place(face, fine.value[f]));
    }
  }
  return touch(near, *coarse - largest_spacing, *coarse + size);
}

}  // namespace knead
