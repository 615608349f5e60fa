#include "scenario/schema.hpp"

#include <set>

#include "applicator/shapes.hpp"
#include "scenario/schema_parts.hpp"

namespace knead {
namespace {

using enum Form;
namespace dim = dimension;

std::vector<KeySpec> top_keys() {
  return {
      {.key = "knead",
       .forms = form(integer),
       .least = 1,
       .most = 1,
       .required = true,
       .about = "version of the scenario format: always 1"},
      {.key = "title", .forms = form(text), .required = true, .about = "one line that says what is simulated"},
      {.key = "extends",
       .forms = form(text),
       .about = "another scenario, relative to this file, that this one changes: tables are merged, lists replaced"},
  };
}

std::vector<KeySpec> body_keys() {
  return {
      {.key = "body", .required = true, .about = "what is touched"},
      {.key = "body.name",
       .forms = form(text),
       .required = true,
       .about = "a body of models/bodies, a file of `knead import` (\"my-leg.toml\", as seen from the scenario), or a "
                "specimen: "
                "block, cylinder, sphere"},
      {.key = "body.side",
       .forms = form(choice),
       .fallback = "left",
       .choices = {"left", "right"},
       .about = "side of the body that \"lateral\" refers to"},
      {.key = "body.posture",
       .forms = form(text),
       .about = "how the body lies: prone, supine or side (on the other side); its own posture when left out"},
      {.key = "body.element_size",
       .forms = form(quantity),
       .dimension = dim::length,
       .fallback = "8 mm",
       .above = 0,
       .most = 0.1,
       .about = "edge length of the elements along the skin"},
      {.key = "body.refine", .about = "smaller elements around a place"},
      {.key = "body.refine.at",
       .forms = form(position),
       .dimension = dim::length,
       .required = true,
       .about = "middle of the refined place"},
      {.key = "body.refine.radius",
       .forms = form(quantity),
       .dimension = dim::length,
       .above = 0,
       .required = true,
       .about = "radius of the refined place along the skin"},
      {.key = "body.refine.size",
       .forms = form(quantity),
       .dimension = dim::length,
       .above = 0,
       .required = true,
       .about = "element size inside the radius"},
      {.key = "body.tissue", .forms = form(text), .about = "tissue of a specimen without layers"},
      {.key = "body.gravity",
       .forms = form(flag),
       .fallback = "false",
       .about = "true: the body lies under its own weight before the first stroke; specimens along −z"},
      {.key = "body.gliding",
       .forms = form(flag),
       .fallback = "false",
       .about =
           "true: the fat glides on the fascia on a thin loose layer, where the body's file has one; else it holds"},
      {.key = "body.fibre_direction",
       .forms = form(vector),
       .fallback = "[1, 0, 0]",
       .about = "specimens: along the fibres of tissue sheets that have some, in body axes"},
      {.key = "body.size",
       .forms = form(vector),
       .dimension = dim::length,
       .above = 0,
       .about = "block: lengths along x, y, z"},
      {.key = "body.elements",
       .forms = form(integers),
       .least = 1,
       .most = 10000,
       .about = "block: numbers along x, y, z; cylinder: radial, around, along; sphere: radial, around"},
      {.key = "body.positions", .about = "block: node planes per axis instead of size and elements"},
      {.key = "body.positions.x",
       .forms = form(quantities),
       .dimension = dim::length,
       .about = "ascending, at least two"},
      {.key = "body.positions.y",
       .forms = form(quantities),
       .dimension = dim::length,
       .about = "ascending, at least two"},
      {.key = "body.positions.z",
       .forms = form(quantities),
       .dimension = dim::length,
       .about = "ascending, at least two"},
      {.key = "body.layers",
       .forms = form(tables),
       .about = "layers of a specimen from the outside (top, outer radius) inwards"},
      {.key = "body.layers[].tissue", .forms = form(text), .required = true, .about = "tissue of the layer"},
      {.key = "body.layers[].thickness",
       .forms = form(quantity),
       .dimension = dim::length,
       .above = 0,
       .required = true,
       .about = "thickness at rest"},
      {.key = "body.layers[].elements",
       .forms = form(integer),
       .fallback = "1",
       .least = 1,
       .most = 10000,
       .about = "elements through the thickness"},
      {.key = "body.radius",
       .forms = form(quantity),
       .dimension = dim::length,
       .above = 0,
       .about = "cylinder, sphere: outer radius"},
      {.key = "body.inner_radius",
       .forms = form(quantity),
       .dimension = dim::length,
       .fallback = "0 mm",
       .least = 0,
       .about = "cylinder, sphere: inner radius, 0 for a solid one"},
      {.key = "body.length",
       .forms = form(quantity),
       .dimension = dim::length,
       .above = 0,
       .about = "cylinder: length along z"},
      {.key = "body.sector",
       .forms = form(choice),
       .fallback = "full",
       .choices = {"full", "half", "quarter", "octant"},
       .about = "cylinder, sphere: part that symmetry planes leave over"},
      {.key = "body.distortion",
       .forms = form(number),
       .fallback = "0",
       .least = 0,
       .most = 0.3,
       .about = "block: random shift of inner nodes as a share of the element size, the same in every run"},
  };
}

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

std::vector<KeySpec> history_keys(const std::string& key, const Dimension& dimension, const std::string& about) {
  return {
      {.key = key, .forms = history | table, .dimension = dimension, .about = about},
      {.key = key + ".values",
       .forms = form(history),
       .dimension = dimension,
       .required = true,
       .about = "pairs of time and value"},
      {.key = key + ".ramp",
       .forms = form(choice),
       .fallback = "linear",
       .choices = {"linear", "cosine"},
       .about = "how to go from one value to the next"},
  };
}

std::vector<KeySpec> direction_keys(const std::string& key, const Dimension& dimension, const std::string& about) {
  const auto component = [&](const char* name, const std::string& what) {
    return KeySpec{.key = key + "." + name, .forms = form(history), .dimension = dimension, .about = what};
  };
  return {
      {.key = key, .forms = components | table, .dimension = dimension, .about = about},
      component("normal", "along the outward normal at rest, instead of x, y, z"),
      component("x", "along x; left out = free"),
      component("y", "along y; left out = free"),
      component("z", "along z; left out = free"),
      {.key = key + ".ramp",
       .forms = form(choice),
       .fallback = "linear",
       .choices = {"linear", "cosine"},
       .about = "how to go from one value to the next"},
  };
}

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
      {.key = "stroke[].return",
       .forms = form(choice),
       .fallback = "lift",
       .choices = {"lift", "light"},
       .about = "way back between passes: through the air, or on the skin with light_force"},
      {.key = "stroke[].light_force",
       .forms = form(quantity),
       .dimension = dim::force,
       .fallback = "3 N",
       .above = 0,
       .about = "force on the way back when return is light"},
      {.key = "stroke[].clearance",
       .forms = form(quantity),
       .dimension = dim::length,
       .fallback = "2 mm",
       .least = 0,
       .about = "distance from the skin before approach and after release"},
      duration("approach", "0.1 s", "time to come down to the skin"),
      duration("ramp", "0.3 s", "time to build up the force"),
      duration("hold", "0 s", "time at full force before moving, or of the whole press"),
      duration("release", "0.3 s", "time to take the force away"),
      duration("rest", "0.2 s", "time off the skin afterwards"),
      {.key = "stroke[].tilt",
       .forms = form(quantity),
       .dimension = dim::angle,
       .fallback = "0 deg",
       .least = -0.7854,
       .most = 0.7854,
       .about = "about the axis across the path, leading edge up; at most 45 deg"},
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
  append(list, shape_keys("applicator[]"));
  append(list, history_keys("applicator[].travel", dim::length, "way along the axis over time; or force"));
  append(list, history_keys("applicator[].force", dim::force,
                            "force along the axis over time, compression positive; or travel"));
  append(list, direction_keys("applicator[].shift", dim::length, "additional way in body axes over time"));
  std::erase_if(list, [](const KeySpec& spec) { return spec.key == "applicator[].shift.normal"; });
  append(list, friction_keys("applicator[]"));
  return list;
}

std::vector<KeySpec> boundary_keys() {
  std::vector<KeySpec> list{
      {.key = "boundary", .forms = form(tables), .about = "a condition on a face set or region of a specimen"},
      {.key = "boundary[].on",
       .forms = form(text),
       .about = "named faces: left, right, front, back, bottom, top, sides, inner, outer, symmetry planes"},
      {.key = "boundary[].region",
       .about = "outer faces whose nodes all lie in a box, in a sphere or on a plane; instead of on"},
      {.key = "boundary[].region.box", .about = "two corners"},
      {.key = "boundary[].region.box.low",
       .forms = form(vector),
       .dimension = dim::length,
       .required = true,
       .about = "corner with the smallest coordinates"},
      {.key = "boundary[].region.box.high",
       .forms = form(vector),
       .dimension = dim::length,
       .required = true,
       .about = "corner with the largest coordinates"},
      {.key = "boundary[].region.sphere", .about = "centre and radius"},
      {.key = "boundary[].region.sphere.centre",
       .forms = form(vector),
       .dimension = dim::length,
       .required = true,
       .about = "centre"},
      {.key = "boundary[].region.sphere.radius",
       .forms = form(quantity),
       .dimension = dim::length,
       .above = 0,
       .required = true,
       .about = "radius"},
      {.key = "boundary[].region.plane", .about = "a point and a normal"},
      {.key = "boundary[].region.plane.point",
       .forms = form(vector),
       .dimension = dim::length,
       .required = true,
       .about = "a point of the plane"},
      {.key = "boundary[].region.plane.normal", .forms = form(vector), .required = true, .about = "its normal"},
      {.key = "boundary[].region.tolerance",
       .forms = form(quantity),
       .dimension = dim::length,
       .fallback = "0.001 mm",
       .above = 0,
       .about = "distance that still counts as in the region"},
  };
  append(list,
         direction_keys("boundary[].displacement", dim::length, "prescribed displacement; components can be \"free\""));
  append(list, direction_keys("boundary[].traction", dim::pressure, "dead load per area at rest"));
  append(list, {{.key = "boundary[].traction.profile",
                 .forms = form(choice),
                 .fallback = "uniform",
                 .choices = {"uniform", "cosine"},
                 .about = "cosine: times (1 + cos(π r/a))/2 for r < a = radius about the centre, 0 outside"},
                {.key = "boundary[].traction.centre",
                 .forms = form(vector),
                 .dimension = dim::length,
                 .about = "of the cosine profile"},
                {.key = "boundary[].traction.radius",
                 .forms = form(quantity),
                 .dimension = dim::length,
                 .above = 0,
                 .about = "of the cosine profile"}});
  append(list,
         history_keys("boundary[].pressure", dim::pressure, "follows the deformed face, positive pushes inwards"));
  return list;
}

std::vector<KeySpec> run_keys() {
  return {
      {.key = "time", .about = "simulated time and steps"},
      {.key = "time.end",
       .forms = form(quantity),
       .dimension = dim::time,
       .above = 0,
       .about = "end of the simulation; with strokes, their end when left out"},
      {.key = "time.step",
       .forms = form(quantity),
       .dimension = dim::time,
       .above = 0,
       .about = "fixed step; adaptive when left out"},
      {.key = "time.adaptive", .about = "bounds of a step that follows Newton's iterations"},
      {.key = "time.adaptive.tolerance",
       .forms = form(number),
       .above = 0,
       .most = 1,
       .about =
           "distance of a step's end from the line through the two states before it, over the largest displacement"},
      {.key = "time.adaptive.first",
       .forms = form(quantity),
       .dimension = dim::time,
       .above = 0,
       .about = "first step"},
      {.key = "time.adaptive.smallest",
       .forms = form(quantity),
       .dimension = dim::time,
       .above = 0,
       .about = "a run that needs less stops with the last good state"},
      {.key = "time.adaptive.largest",
       .forms = form(quantity),
       .dimension = dim::time,
       .above = 0,
       .about = "upper limit"},
      {.key = "output", .about = "what is written"},
      {.key = "output.every",
       .forms = form(quantity),
       .dimension = dim::time,
       .above = 0,
       .about = "interval of written steps; every step when left out. Ends of phases are written, too"},
      {.key = "output.fields",
       .forms = form(texts),
       .fallback = "[\"displacement\", \"tissue_pressure\"]",
       .about = "fields of run.vtkhdf; `knead list fields`"},
      {.key = "output.keep",
       .forms = form(choice),
       .fallback = "all",
       .choices = {"all", "strokes", "summary"},
       .about = "steps in run.vtkhdf: all, one at the end of each phase of the strokes, or the last alone"},
      {.key = "output.precision_bits",
       .forms = form(integer),
       .fallback = "23",
       .least = 1,
       .most = 23,
       .about = "mantissa bits kept in fields; fewer compress better"},
      {.key = "output.compression",
       .forms = form(integer),
       .fallback = "1",
       .least = 0,
       .most = 9,
       .about = "gzip level, 0 = none"},
      {.key = "output.probes",
       .forms = form(tables),
       .about = "points whose values go to probes.csv, a row for every written step"},
      {.key = "output.probes[].name", .forms = form(text), .required = true, .about = "heads its columns"},
      {.key = "output.probes[].at",
       .forms = form(position),
       .dimension = dim::length,
       .required = true,
       .about = "place at rest, on the skin or in soft tissue; the point moves with the tissue"},
      {.key = "output.probes[].fields", .forms = form(texts), .about = "fields; those of output when left out"},
      {.key = "expect",
       .about = "expected results, which make the scenario a test; [expect.\"stroke name\"] for one stroke"},
      {.key = "expect.*", .about = "a measure, or a stroke's name"},
      {.key = "expect.*.value", .forms = quantity | number, .required = true, .about = "expected value with its unit"},
      {.key = "expect.*.within",
       .forms = form(quantity),
       .required = true,
       .about = "tolerance: a share (\"5 %\") or a quantity like the value"},
      {.key = "expect.*.preview",
       .forms = quantity | number,
       .about = "expected value in a preview, with the same tolerance; a preview checks only what has one"},
      {.key = "expect.*.*", .about = "a measure of the stroke"},
      {.key = "expect.*.*.value",
       .forms = quantity | number,
       .required = true,
       .about = "expected value with its unit"},
      {.key = "expect.*.*.within",
       .forms = form(quantity),
       .required = true,
       .about = "tolerance: a share (\"5 %\") or a quantity like the value"},
      {.key = "expect.*.*.preview",
       .forms = quantity | number,
       .about = "expected value in a preview, with the same tolerance; a preview checks only what has one"},
  };
}

std::vector<KeySpec> make_schema() {
  std::vector<KeySpec> list = top_keys();
  append(list, body_keys());
  append(list, tissue_keys());
  append(list, modifier_keys());
  append(list, stroke_keys());
  append(list, applicator_keys());
  append(list, boundary_keys());
  append(list, run_keys());
  return list;
}

}  // namespace

const std::vector<KeySpec>& schema() {
  static const std::vector<KeySpec> list = make_schema();
  return list;
}

}  // namespace knead
