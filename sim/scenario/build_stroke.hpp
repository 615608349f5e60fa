#pragma once
// What touches the body, as build() puts it together from [[stroke]] and [[applicator]].
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "applicator/gas_schedule.hpp"
#include "applicator/stroke.hpp"
#include "body/body.hpp"
#include "scenario/build.hpp"
#include "step/stepper.hpp"
#include "terms/contact.hpp"

namespace knead {

// The faces that applicators may touch, and what a hard one meets there.
struct Skin {
  std::vector<std::array<int, 9>> faces;
  double penalty = 0;  // Pa/m
};
Skin skin_of(const Body& body, const Location& where);

// Times in s since it begins.
struct Pressed {
  Applicator applicator;
  std::shared_ptr<const Motion> motion;
  std::vector<std::array<int, 9>> faces;  // of the skin, that it may touch
  int points_per_direction = ContactSettings{}.points_per_direction;
  std::optional<GasSchedule> gas;         // of a cup
  std::function<double(double)> stretch;  // share of the stroke's stretch; empty: none
  std::vector<StepSettings::Limit> limits;
};
// The hand or hands of a stroke; of two the left one first, seen along the heading.
enum class Hand { only, left, right };
std::vector<Hand> hands_of(const StrokeSpec& stroke);
Pressed press(const Body& body, const Scenario& scenario, const StrokeSpec& stroke, Hand hand, const Skin& skin,
              const BuildOptions& options);
Pressed press(const Body& body, const Scenario& scenario, const ApplicatorSpec& spec, double end, const Skin& skin);

// How far a pad of constant stiffness can be compressed, m.
double constant_pad(const Applicator& applicator);

// Where a limb lies on the table no hand can be: an Error at the place.
void refuse_on_table(const Body& body, const Scenario& scenario, const StrokeSpec& stroke);

// ---- cups --------------------------------------------------------------------------------------------------------
// A cup needs a vacuum, and a vacuum a cup: an Error otherwise.
void check_cup(const Applicator& applicator, const StrokeSpec& spec);
// Leaves the faces that its rim may come to, with as many points on them that its contact, some half a rim wide, is
// seen.
void take_skin_under_cup(const Body& body, const Stroke& stroke, Pressed& pressed);
// It seals when its hand has pressed it on, and is opened when that lets go.
GasSchedule make_gas(const StrokeSpec& spec, const Stroke& stroke);

}  // namespace knead
