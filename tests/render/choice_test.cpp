#include "catch.hpp"

#include <cmath>

#include <vtkPolyData.h>

#include "base/error.hpp"
#include "render_data.hpp"
#include "render_shape.hpp"
#include "render_view.hpp"

using namespace knead;

namespace {

template <class F>
std::string message_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// Approach, glide from -80 to +80 mm in +z with 25 N, lift.
PosesOfRun glide(double from, double to) {
  PosesOfRun run;
  for (int s = 0; s <= 20; ++s) {
    const double share = s < 3 ? s / 3.0 : s > 17 ? (20 - s) / 3.0 : 1.0;
    Pose pose;
    pose.position = {{-0.04, -0.01, from + (to - from) * std::clamp((s - 3) / 14.0, 0.0, 1.0)}};
    pose.force = {{0, 25 * share, 0}};
    run.time.push_back(0.1 * s);
    run.poses.push_back({pose});
    run.force.push_back(25 * share);
  }
  return run;
}

PictureBody slab() {
  PictureBody body;
  for (const double x : {-0.15, 0.15}) {
    for (const double y : {0.0, 0.08}) {
      for (const double z : {-0.15, 0.15}) body.points.push_back({{x, y, z}});
    }
  }
  return body;
}

}  // namespace

TEST_CASE("a still shows the middle of the glide") {
  CHECK(mid_glide_step(glide(-0.08, 0.08)) == 10);
  // A press: the largest force.
  PosesOfRun press = glide(0.0, 0.0);
  press.force[12] = 26;
  press.poses[12][0].force = {{0, 26, 0}};
  CHECK(mid_glide_step(press) == 12);
  // Nothing touched: the end.
  PosesOfRun idle = glide(0.0, 0.0);
  for (double& f : idle.force) f = 0;
  CHECK(mid_glide_step(idle) == 20);
}

TEST_CASE("a time picks the closest step, outside of the run it is an error") {
  const PosesOfRun run = glide(-0.08, 0.08);
  const double near = 0.74, late = 7.0, missing = std::nan("");
  CHECK(choose_step(run, &near) == 7);
  CHECK(message_of([&] { choose_step(run, &late); }).find("from 0 s to 2 s") != std::string::npos);
  CHECK_THROWS_AS(choose_step(run, &missing), Error);
  CHECK_THROWS_AS(choose_step(PosesOfRun{}, nullptr), Error);
}

TEST_CASE("the velocity comes from where the applicator is before and after") {
  const PosesOfRun run = glide(0.08, -0.08);  // 160 mm in 1.4 s
  CHECK(travel_velocity(run, 10, 0)[2] == Approx(-0.16 / 1.4));
  CHECK(travel_velocity(run, 10, 0)[0] == 0);
  CHECK(norm(travel_velocity(run, 1, 0)) == 0);
  CHECK(norm(travel_velocity(glide(0.0, 0.0), 10, 0)) == 0);
  CHECK(norm(travel_velocity(run, 10, -1)) == 0);

  const Vec3d up{{0, -1, 0}};
  CHECK(glide_velocity(run, 10, 0, up)[2] == Approx(-0.16 / 1.4));
  CHECK(norm(whole_way(run, 0, up)) == Approx(0.16));
  PosesOfRun press = glide(0.0, 0.0);  // coming down aslant is no glide
  for (int s = 0; s <= 20; ++s) press.poses[static_cast<std::size_t>(s)][0].position = {{0, 0.002 * s, 0.001 * s}};
  CHECK(norm(travel_velocity(press, 10, 0)) > 0.02);
  CHECK(norm(glide_velocity(press, 10, 0, up)) == 0);
}

TEST_CASE("the cut stands across or along the path, and the camera looks at it") {
  const PosesOfRun run = glide(-0.08, 0.08);
  const PictureBody body = slab();
  RenderRequest request;
  for (const char* clip : {"", "across", "along", "x=30 mm", "z = -2 cm", "y=10 mm"}) {
    request.clip = clip;
    for (const char* from : {"", "left", "right", "caudal", "cranial", "posterior"}) {
      request.view = from;
      const View view = choose_view(body, run, 10, FieldInfo{}, request);
      INFO(clip << " from " << from);
      REQUIRE(view.cut);
      CHECK(norm(view.cut->normal) == Approx(1));
      CHECK(norm(view.direction) == Approx(1));
      CHECK(dot(view.cut->normal, view.direction) >= -1e-12);  // the open side is towards the camera
    }
  }
  request.view = "";
  request.clip = "across";
  const View across = choose_view(body, run, 10, FieldInfo{}, request);
  CHECK(across.cut->normal[2] == Approx(1));                 // what lies ahead is kept
  CHECK(across.cut->origin[2] == Approx(0.0).margin(2e-4));  // through the applicator
  CHECK(across.caption == "cut across the path, seen from caudal");
  request.clip = "along";
  const View along = choose_view(body, run, 10, FieldInfo{}, request);
  CHECK(along.cut->normal[0] == Approx(1));  // the larger half, towards the midline
  CHECK(along.cut->origin[0] == Approx(-0.04).margin(2e-4));
  // A press at 45° into the side of a limb is no path.
  PosesOfRun press = run;
  for (std::size_t s = 0; s < press.poses.size(); ++s) {
    press.poses[s][0].position = {{-1e-3 * static_cast<double>(s), 1e-3 * static_cast<double>(s), 0.03}};
    press.poses[s][0].force = {{-7, 7.2, 0.1}};
  }
  request.clip = "across";
  const View pressed = choose_view(body, press, 10, FieldInfo{}, request);
  CHECK(pressed.caption == "cut through the applicator, seen from caudal");
  CHECK(pressed.cut->normal[2] == Approx(1));
  request.clip = "x=30 mm";
  CHECK(choose_view(body, run, 10, FieldInfo{}, request).cut->origin[0] == Approx(0.03).margin(2e-4));
  request.clip = "none";
  CHECK_FALSE(choose_view(body, run, 10, FieldInfo{}, request).cut);
  // A field of the skin is not cut unless asked.
  request.clip = "";
  FieldInfo contact;
  contact.name = "contact_pressure";
  CHECK_FALSE(choose_view(body, run, 10, contact, request).cut);
}

TEST_CASE("words that name no cut and no view are errors with the closest one") {
  const PosesOfRun run = glide(-0.08, 0.08);
  const PictureBody body = slab();
  RenderRequest request;
  request.clip = "acros";
  CHECK(message_of([&] { choose_view(body, run, 10, FieldInfo{}, request); }).find("did you mean \"across\"") !=
        std::string::npos);
  request.clip = "x=30 N";
  CHECK_THROWS_AS(choose_view(body, run, 10, FieldInfo{}, request), Error);
  request.clip = "";
  request.view = "cranal";
  CHECK(message_of([&] { choose_view(body, run, 10, FieldInfo{}, request); }).find("did you mean \"cranial\"") !=
        std::string::npos);
}

TEST_CASE("an applicator is drawn from what the result says about its shape") {
  ApplicatorInfo info;
  info.kind = "ellipsoid";
  info.parameters = {{"semi_axes_x", 0.045}, {"semi_axes_y", 0.040}, {"semi_axes_z", 0.018}, {"pad_stiffness", 6e6}};
  auto shape = shape_of(info);
  REQUIRE(shape);
  auto surface = shape_surface(*shape);
  double bounds[6];
  surface->GetBounds(bounds);
  CHECK(bounds[1] == Approx(0.045).epsilon(0.02));
  CHECK(bounds[3] == Approx(0.040).epsilon(0.02));
  CHECK(bounds[5] == Approx(0.018).epsilon(0.04));

  ApplicatorInfo knuckles;
  knuckles.kind = "sphere+sphere";
  knuckles.parameters = {{"0.radius", 0.01}, {"1.radius", 0.01}, {"1.position_y", 0.03}, {"blend", 0.0}};
  shape = shape_of(knuckles);
  REQUIRE(shape);
  shape_surface(*shape)->GetBounds(bounds);
  CHECK(bounds[2] == Approx(-0.01).epsilon(0.05));
  CHECK(bounds[3] == Approx(0.04).epsilon(0.05));

  info.kind = "tesseract";
  CHECK_FALSE(shape_of(info));
}

TEST_CASE("a placed shape stands at position + rotation x") {
  ApplicatorInfo info;
  info.kind = "sphere";
  info.parameters = {{"radius", 0.02}};
  Pose pose;
  pose.position = {{0.1, 0.2, 0.3}};
  double bounds[6];
  placed(shape_surface(*shape_of(info)), pose)->GetBounds(bounds);
  for (int i = 0; i < 3; ++i) {
    CHECK(0.5 * (bounds[2 * i] + bounds[2 * i + 1]) == Approx(pose.position[i]).margin(1e-4));
    CHECK(bounds[2 * i + 1] - bounds[2 * i] == Approx(0.04).epsilon(0.02));
  }
}
