#include "render_data.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/units.hpp"
#include "io/read.hpp"
#include "render_units.hpp"

namespace knead {
namespace {

bool is_specimen(const std::string& body) { return body == "block" || body == "cylinder" || body == "sphere"; }

double contact_force(const std::vector<Pose>& poses) {
  double force = 0;
  for (const Pose& pose : poses) force += pose.active ? norm(pose.force) : 0.0;
  return force;
}

// Column of the history interpolated at the recorded times, for files whose poses carry no force.
std::vector<double> force_from_history(const ResultFile& file) {
  const History history = file.history();
  const auto has = [&](const char* name) {
    return std::any_of(history.columns.begin(), history.columns.end(), [&](const auto& c) { return c.name == name; });
  };
  std::vector<double> force(file.times().size(), 0.0);
  if (history.num_rows == 0 || !has("time") || !has("contact_force")) return force;
  const std::vector<double> time = history.column("time"), value = history.column("contact_force");
  for (std::size_t s = 0; s < force.size(); ++s) {
    const auto after = std::lower_bound(time.begin(), time.end(), file.times()[s] - 1e-9);
    force[s] = after == time.end() ? value.back() : value[static_cast<std::size_t>(after - time.begin())];
  }
  return force;
}

}  // namespace

PictureBody load_body(const ResultFile& file) {
  PictureBody body;
  body.info = file.info();
  body.points = file.points();
  body.hexahedra = file.hexahedra();
  body.tissue = file.static_field("tissue");
  body.anatomical = !is_specimen(body.info.body);
  find_bones_and_landmarks(body);
  return body;
}

void find_bones_and_landmarks(PictureBody& body) {
  body.on_bone.assign(body.points.size(), 0);
  for (std::size_t n = 0; n < std::min(body.info.holder.size(), body.points.size()); ++n) {
    const std::size_t holder = body.info.holder[n];
    body.on_bone[n] = holder < body.info.holders.size() && body.info.holders[holder].rfind("bone", 0) == 0;
  }
  for (const NamedPoint& landmark : body.info.landmarks) {
    int nearest = -1;
    double best = 0;
    for (std::size_t n = 0; n < body.points.size(); ++n) {
      const double distance = norm(body.points[n] - landmark.position);
      if (nearest < 0 || distance < best) nearest = static_cast<int>(n), best = distance;
    }
    body.landmark_node.push_back(nearest);
  }
}

PosesOfRun load_poses(const ResultFile& file) {
  PosesOfRun run;
  run.time = file.times();
  for (int s = 0; s < file.num_steps(); ++s) {
    run.poses.push_back(file.poses(s));
    run.force.push_back(contact_force(run.poses.back()));
  }
  if (std::all_of(run.force.begin(), run.force.end(), [](double f) { return f == 0; })) {
    run.force = force_from_history(file);
  }
  return run;
}

PictureStep load_step(const ResultFile& file, int step, const ShownField& field, const PosesOfRun& poses) {
  PictureStep picture;
  picture.index = step;
  picture.time = file.times()[static_cast<std::size_t>(step)];
  picture.field = field;
  picture.poses = poses.poses[static_cast<std::size_t>(step)];
  picture.force = poses.force[static_cast<std::size_t>(step)];

  const double factor = display_unit(field.units).factor;
  const std::size_t components = static_cast<std::size_t>(std::max(field.components, 1));
  const bool is_static = std::any_of(file.static_fields().begin(), file.static_fields().end(),
                                     [&](const FieldInfo& f) { return f.name == field.name; });
  if (is_static) {
    for (const int value : file.static_field(field.name)) picture.values.push_back(factor * value);
  } else {
    const std::vector<float> raw = file.field(field.name, step);
    picture.values.resize(raw.size() / components);
    for (std::size_t i = 0; i < picture.values.size(); ++i) {
      const float* values = &raw[components * i];
      const bool one = components == 1 || field.component >= 0;
      picture.values[i] = factor * (one ? double(values[std::max(field.component, 0)])
                                        : std::sqrt(std::inner_product(values, values + components, values, 0.0)));
    }
  }

  picture.displacement.assign(static_cast<std::size_t>(file.num_points()), Vec3d{{0, 0, 0}});
  const auto& fields = file.fields();
  if (std::any_of(fields.begin(), fields.end(), [](const FieldInfo& f) { return f.name == "displacement"; })) {
    const std::vector<float> u = file.field("displacement", step);
    for (std::size_t n = 0; n < picture.displacement.size(); ++n) {
      picture.displacement[n] = {{u[3 * n], u[3 * n + 1], u[3 * n + 2]}};
    }
  }
  return picture;
}

std::string title_of(const ShownField& field) {
  const std::string name = display_name(field.name);
  if (field.component >= 0) return name + " " + component_names(field)[static_cast<std::size_t>(field.component)];
  return field.components > 1 ? name + " magnitude" : name;
}

ShownField choose_field(const ResultFile& file, const std::string& asked) {
  if (!asked.empty()) {
    const auto space = asked.find(' ');
    const FieldInfo field = file.field_info(asked.substr(0, space));
    const auto names = component_names(field);
    const std::string wanted = space == std::string::npos ? "" : asked.substr(space + 1);
    const bool is_vector = field.components == 3 && names[0] == "x";
    if (wanted.empty() && (is_vector || field.components == 1)) return {field, -1};
    const auto found = std::find(names.begin(), names.end(), wanted);
    if (wanted.empty() || found == names.end())
      throw Error(ExitCode::wrong_usage,
                  field.components == 1
                      ? fmt::format("--field {}: {} has no components", in_quotes(asked), field.name)
                      : fmt::format("--field {}: say which component of {}, for example \"{} {}\"; it has {}",
                                    in_quotes(asked), field.name, field.name, names.back(), fmt::join(names, ", ")));
    return {field, static_cast<int>(found - names.begin())};
  }
  for (const char* preferred : {"tissue_pressure", "von_mises", "displacement"}) {
    for (const FieldInfo& field : file.fields()) {
      if (field.name == preferred) return {field, -1};
    }
  }
  return {file.field_info("tissue"), -1};
}

int choose_step(const PosesOfRun& run, const double* asked_time) {
  if (run.time.empty()) {
    throw Error(ExitCode::invalid_input, "the result holds no finished step yet; wait for the run, or resume it");
  }
  if (!asked_time) return mid_glide_step(run);
  const double first = run.time.front(), last = run.time.back();
  const double slack = 0.5 * (last - first) / static_cast<double>(std::max<std::size_t>(run.time.size() - 1, 1)) + 1e-9;
  if (!(*asked_time >= first - slack && *asked_time <= last + slack)) {
    throw Error(ExitCode::wrong_usage,
                fmt::format("--time {:g} s is outside of the run, which was recorded from {:g} s to "
                            "{:g} s; choose a time between them",
                            *asked_time, first, last));
  }
  const auto closest = std::min_element(run.time.begin(), run.time.end(), [&](double a, double b) {
    return std::abs(a - *asked_time) < std::abs(b - *asked_time);
  });
  return static_cast<int>(closest - run.time.begin());
}

int leading_applicator(const PosesOfRun& run, int step) {
  const auto& poses = run.poses[static_cast<std::size_t>(step)];
  int leader = -1;
  double most = -1;
  for (std::size_t a = 0; a < poses.size(); ++a) {
    if (poses[a].active && norm(poses[a].force) > most) {
      leader = static_cast<int>(a);
      most = norm(poses[a].force);
    }
  }
  return leader;
}

Vec3d travel_velocity(const PosesOfRun& run, int step, int applicator) {
  if (applicator < 0) return {{0, 0, 0}};
  const auto at = [&](int s) -> const Pose& {
    return run.poses[static_cast<std::size_t>(s)][static_cast<std::size_t>(applicator)];
  };
  int before = std::max(step - 1, 0), after = std::min(step + 1, static_cast<int>(run.time.size()) - 1);
  if (!at(before).active) before = step;
  if (!at(after).active) after = step;
  const double span = run.time[static_cast<std::size_t>(after)] - run.time[static_cast<std::size_t>(before)];
  return span > 0 ? (at(after).position - at(before).position) / span : at(step).velocity;
}

Vec3d glide_velocity(const PosesOfRun& run, int step, int applicator, const Vec3d& up) {
  const Vec3d velocity = travel_velocity(run, step, applicator);
  const Vec3d along = velocity - dot(velocity, up) * up;
  return norm(along) < 5e-3 || norm(along) < 0.6 * norm(velocity) ? Vec3d{{0, 0, 0}} : along;
}

Vec3d whole_way(const PosesOfRun& run, int applicator, const Vec3d& up) {
  Vec3d way{{0, 0, 0}};
  if (applicator < 0) return way;
  const auto a = static_cast<std::size_t>(applicator);
  const Vec3d first = run.poses.front()[a].position;
  for (const auto& poses : run.poses) {
    Vec3d d = poses[a].position - first;
    d -= dot(d, up) * up;
    if (poses[a].active && norm(d) > norm(way)) way = d;
  }
  return way;
}

int mid_glide_step(const PosesOfRun& run) {
  const double most = *std::max_element(run.force.begin(), run.force.end());
  if (!(most > 0)) return static_cast<int>(run.time.size()) - 1;
  std::vector<int> loaded;  // steps that press with nearly the full force
  Vec3d low{{1e30, 1e30, 1e30}}, high{{-1e30, -1e30, -1e30}};
  for (std::size_t s = 0; s < run.time.size(); ++s) {
    const int leader = leading_applicator(run, static_cast<int>(s));
    if (run.force[s] < 0.9 * most || leader < 0) continue;
    loaded.push_back(static_cast<int>(s));
    const Vec3d& x = run.poses[s][static_cast<std::size_t>(leader)].position;
    for (int i = 0; i < 3; ++i) low[i] = std::min(low[i], x[i]), high[i] = std::max(high[i], x[i]);
  }
  if (loaded.empty()) {
    return static_cast<int>(std::max_element(run.force.begin(), run.force.end()) - run.force.begin());
  }
  // A press or a cup stays where it is: then the largest force decides.
  if (norm(high - low) < 5e-3) {
    return *std::max_element(loaded.begin(), loaded.end(), [&](int a, int b) {
      return run.force[static_cast<std::size_t>(a)] < run.force[static_cast<std::size_t>(b)];
    });
  }
  const Vec3d middle = 0.5 * (low + high);
  return *std::min_element(loaded.begin(), loaded.end(), [&](int a, int b) {
    const auto distance = [&](int s) {
      const int leader = leading_applicator(run, s);
      return norm(run.poses[static_cast<std::size_t>(s)][static_cast<std::size_t>(leader)].position - middle);
    };
    return distance(a) < distance(b);
  });
}

}  // namespace knead
