// Keys of [[stroke]] and [[applicator]].
#include <set>

#include "applicator/shapes.hpp"
#include "scenario/schema_parts.hpp"

namespace knead {

using enum Form;
namespace dim = dimension;

namespace {

std::vector<KeySpec> friction_keys(const std::string& parent) {
  return {
      {.key = parent + ".friction",
       .forms = number | table,
       .least = 0,
       .most = 5,
       .about = "Coulomb coefficient on the skin, or a table with its pressure dependence μ₀ (p/p₀)^(m−1)"},
      {.key = parent + ".friction.coefficient",
       .forms = form(number),
       .least = 0,
       .most = 5,
       .required = true,
       .about = "μ₀"},
      {.key = parent + ".friction.exponent",
       .forms = form(number),
       .fallback = "1",
       .least = 0.5,
       .most = 1,
       .about = "m; 1 is a constant coefficient"},
      {.key = parent + ".friction.pressure",
       .forms = form(quantity),
       .dimension = dim::pressure,
       .fallback = "10 kPa",
       .above = 0,
       .about = "p₀"},
      {.key = parent + ".pad_stiffness",
       .forms = form(quantity),
       .dimension = dim::foundation,
       .above = 0,
       .about = "stiffness of the soft pad per area, modulus over thickness; replaces the applicator's"},
  };
}

// Kinds and parameters come from the list of shapes.
std::vector<KeySpec> shape_keys(const std::string& parent) {
  std::vector<KeySpec> list{
      {.key = parent + ".shape", .about = "a rigid shape written here instead of a named applicator"}};
  KeySpec kind{.key = parent + ".shape.kind", .forms = form(choice), .required = true, .about = "kind of shape"};
  std::vector<KeySpec> parameters;
  std::set<std::string> seen;
  for (const auto& shape : shape_list()) {
    if (shape.parameters.empty() || shape.name == "union") continue;
    kind.choices.push_back(shape.name);
    for (const auto& parameter : shape.parameters) {
      const std::string about = shape.name + ": " + parameter.about;
      if (!seen.insert(parameter.name).second) {
        for (auto& spec : parameters)
          if (last_part(spec.key) == parameter.name) spec.about += "; " + about;
        continue;
      }
      KeySpec spec{.key = parent + ".shape." + parameter.name,
                   .forms = parameter.count == 3 ? form(vector) : form(quantity),
                   .dimension = parameter.unit.empty() ? dim::ratio : dim::length,
                   .about = about};
      if (parameter.count == 1) spec.least = 0;
      parameters.push_back(std::move(spec));
    }
  }
  list.push_back(std::move(kind));
  append(list, std::move(parameters));
  return list;
}

}  // namespace

std::vector<KeySpec> stroke_keys() {
  const auto duration = [](const char* name, const char* fallback, const char* about) {
    return KeySpec{.key = std::string("stroke[].") + name,
                   .forms = form(quantity),
                   .dimension = dim::time,
                   .fallback = fallback,
                   .least = 0,
                   .about = about};
  };
  std::vector<KeySpec> list{
      {.key = "stroke", .forms = form(tables), .about = "one application of a technique; strokes run in order"},
      {.key = "stroke[].name",
       .forms = form(text),
       .about = "how other places address it; \"stroke 1\", … when left out"},
      {.key = "stroke[].technique",
       .forms = form(text),
       .about = "a file of models/techniques that gives the defaults"},
      {.key = "stroke[].applicator", .forms = form(text), .about = "a file of models/applicators"},
      {.key = "stroke[].path", .about = "a glide over the skin; or at"},
      {.key = "stroke[].path.from",
       .forms = form(position),
       .dimension = dim::length,
       .required = true,
       .about = "where the glide begins"},
      {.key = "stroke[].path.to",
       .forms = form(position),
       .dimension = dim::length,
       .required = true,
       .about = "where it ends"},
      {.key = "stroke[].at", .forms = form(position), .dimension = dim::length, .about = "where to press; or path"},
      {.key = "stroke[].force",
       .forms = form(quantity),
       .dimension = dim::force,
       .above = 0,
       .about = "normal force that is held during hold and move; or travel"},
      {.key = "stroke[].force_log",
       .forms = form(text),
       .about =
           "of a press at a place: a CSV file beside the scenario with the columns time and force and their units in "
           "the header, \"time [s],force [N]\", that the hold follows instead of a force"},
      {.key = "stroke[].travel",
       .forms = form(quantity),
       .dimension = dim::length,
       .above = 0,
       .about = "depth below the undeformed skin, all along the path, instead of a force"},
      {.key = "stroke[].speed",
       .forms = form(quantity),
       .dimension = dim::speed,
       .above = 0,
       .about = "along the path"},
      {.key = "stroke[].repeat",
       .forms = form(integer),
       .fallback = "1",
       .least = 1,
       .most = 10000,
       .about = "number of passes"},
      {.key = "stroke[].points",
       .forms = form(integer),
       .least = 2,
       .most = 1000,
       .about = "presses at so many places along the path, its ends among them, instead of a glide"},
      {.key = "stroke[].amplitude_along",
       .forms = form(quantity),
       .dimension = dim::length,
       .least = 0,
       .about = "at a place: circles and rubs, so far from it along the body; with amplitude_across an ellipse"},
      {.key = "stroke[].amplitude_across",
       .forms = form(quantity),
       .dimension = dim::length,
       .least = 0,
       .about = "the same across the body"},
      {.key = "stroke[].grip",
       .forms = form(quantity),
       .dimension = dim::length,
       .above = 0,
       .about =
           "two hands that face each other across the place or path, so far apart along the skin: each presses with "
           "the force; amplitude_along moves them against each other, amplitude_across together"},
      {.key = "stroke[].lean",
       .forms = form(quantity),
       .dimension = dim::angle,
       .fallback = "0 deg",
       .least = -1.0472,
       .most = 0.7854,
       .about = "of two hands: how far each presses away from the body instead of straight towards the other, -60 to "
                "45 deg; below zero into the body"},
      {.key = "stroke[].lift",
       .forms = form(quantity),
       .dimension = dim::length,
       .above = 0,
       .about =
           "of two hands: how far they carry what they hold away from the body after the hold; they let go up there"},
      {.key = "stroke[].lift_time",
       .forms = form(quantity),
       .dimension = dim::time,
       .fallback = "0.5 s",
       .above = 0,
       .about = "of two hands: time of the lift"},
      {.key = "stroke[].rate",
       .forms = form(quantity),
       .dimension = dim::rate,
       .above = 0,
       .about = "circles, or ways to and fro, per second"},
      {.key = "stroke[].cycles",
       .forms = form(integer),
       .least = 1,
       .most = 10000,
       .about = "how many circles, or ways to and fro; 1 when left out"},
      {.key = "stroke[].return",
       .forms = form(choice),
       .fallback = "lift",
       .choices = {"lift", "light", "full"},
       .about = "way back between passes: through the air, on the skin with light_force, or to and fro with the whole "
                "force; at one place light is a force that comes and goes"},
      {.key = "stroke[].light_force",
       .forms = form(quantity),
       .dimension = dim::force,
       .fallback = "3 N",
       .above = 0,
       .about = "force on the way back, or between presses, when return is light"},
      {.key = "stroke[].clearance",
       .forms = form(quantity),
       .dimension = dim::length,
       .fallback = "2 mm",
       .least = 0,
       .about = "distance from the skin before approach and after release"},
      duration("approach", "0.1 s", "time to come down to the skin"),
      duration("ramp", "0.3 s", "time to build up the force"),
      duration("hold", "0 s",
               "time at full force before moving, or of a press at one place, which needs one above zero"),
      duration("release", "0.3 s", "time to take the force away"),
      duration("rest", "0.2 s", "time off the skin afterwards"),
      {.key = "stroke[].tilt",
       .forms = form(quantity),
       .dimension = dim::angle,
       .fallback = "0 deg",
       .least = -0.7854,
       .most = 0.7854,
       .about = "about the axis across the path, leading edge up; at most 45 deg"},
      {.key = "stroke[].rolls",
       .forms = form(flag),
       .fallback = "false",
       .about =
           "the applicator turns freely about its axis across the path: a ball, or a cylinder with axis [0, 1, 0]"},
      {.key = "stroke[].stretch",
       .forms = form(quantity),
       .dimension = dim::length,
       .above = 0,
       .about =
           "pin and stretch: after the hold the soft tissue of one end of the body is drawn out so far, away from it "
           "and past the bones, while the applicator holds its place; it goes back when that is off"},
      {.key = "stroke[].stretch_end",
       .forms = form(choice),
       .choices = {"distal", "proximal", "caudal", "cranial"},
       .about = "which end: caudal is distal on a trunk, cranial proximal"},
      {.key = "stroke[].stretch_time",
       .forms = form(quantity),
       .dimension = dim::time,
       .fallback = "2 s",
       .above = 0,
       .about = "how long the stretch takes"},
      {.key = "stroke[].suction",
       .forms = form(quantity),
       .dimension = dim::pressure,
       .above = 0,
       .most = 95e3,
       .about = "of a cup: how far a pump draws the pressure below the atmosphere's; its valve closes then. Or "
                "gas_temperature"},
      {.key = "stroke[].pumping",
       .forms = form(quantity),
       .dimension = dim::time,
       .fallback = "1 s",
       .above = 0,
       .about = "of a cup: time that the pump takes, from the beginning of hold"},
      {.key = "stroke[].regulated",
       .forms = form(flag),
       .fallback = "false",
       .about = "of a cup: the pump goes on and holds the suction, its valve does not close"},
      {.key = "stroke[].gas_temperature",
       .forms = form(quantity),
       .dimension = dim::temperature,
       .least = 308,
       .most = 1500,
       .about = "of a cup: mean temperature of the gas that a flame has heated when the rim seals it in, at the "
                "beginning of hold; it cools to 308 K"},
      {.key = "stroke[].cooling",
       .forms = form(quantity),
       .dimension = dim::time,
       .fallback = "2 s",
       .above = 0,
       .about = "of a cup: time constant with which hot gas cools"},
      {.key = "stroke[].lubrication",
       .forms = form(choice),
       .choices = {"dry", "lotion", "oil"},
       .about = "what is on the skin: sets friction from models/lubrication.toml"},
      {.key = "stroke[].start",
       .forms = choice | quantity,
       .dimension = dim::time,
       .fallback = "after previous",
       .choices = {"after previous", "with previous"},
       .least = 0,
       .about = "when it begins, or a time"},
  };
  append(list, friction_keys("stroke[]"));
  append(list, shape_keys("stroke[]"));
  return list;
}

std::vector<KeySpec> applicator_keys() {
  std::vector<KeySpec> list{
      {.key = "applicator", .forms = form(tables), .about = "explicit shape and motion, mostly for specimens"},
      {.key = "applicator[].name", .forms = form(text), .about = "\"applicator 1\", … when left out"},
      {.key = "applicator[].model", .forms = form(text), .about = "a file of models/applicators; or shape"},
      {.key = "applicator[].position",
       .forms = form(position),
       .dimension = dim::length,
       .required = true,
       .about = "of the shape's origin at travel 0"},
      {.key = "applicator[].axis",
       .forms = form(vector),
       .fallback = "[0, 0, -1]",
       .about = "direction of pressing, into the body"},
  };
  list.push_back({.key = "applicator[].rolls",
                  .forms = form(flag),
                  .fallback = "false",
                  .about = "it turns freely about its own y, which is the body's when the axis is [0, 0, -1]; shift "
                           "moves it"});
  append(list, shape_keys("applicator[]"));
  append(list, history_keys("applicator[].travel", dim::length, "way along the axis over time; or force"));
  append(list, history_keys("applicator[].force", dim::force,
                            "force along the axis over time, compression positive; or travel"));
  append(list, direction_keys("applicator[].shift", dim::length, "additional way in body axes over time"));
  std::erase_if(list, [](const KeySpec& spec) { return spec.key == "applicator[].shift.normal"; });
  append(list, friction_keys("applicator[]"));
  return list;
}

}  // namespace knead
