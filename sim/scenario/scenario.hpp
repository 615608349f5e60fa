#pragma once
// What a scenario file says, in SI units (m, N, Pa, s, rad), before any body is built.
// docs/scenario.md lists the keys; schema.cpp is the table that both come from.
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "applicator/stroke.hpp"
#include "base/error.hpp"
#include "math/tensor.hpp"
#include "scenario/table.hpp"
#include "tissue/relaxation.hpp"

namespace knead {

// A name that is looked up later, with the place to blame if it is not found.
struct Name {
  std::string text;
  Location where;
  bool empty() const { return text.empty(); }
};

// A place on or in the body: anatomical words, "L5 + 40 mm lateral", or a point in body axes (m).
struct Position {
  std::string words;  // empty when a point is given
  std::optional<Vec3d> point;
  Location where;
};

// ---- [body]
// ----------------------------------------------------------------------------------------------------------

enum class BodySide { left, right };

struct RefineSpec {
  Position at;
  double radius = 0;  // m
  double size = 0;    // m, element size inside the radius
  Location where;
};

// Layers of a specimen, listed from the outside (the skin, +z or outer radius) inwards.
struct LayerSpec {
  Name tissue;
  double thickness = 0;  // m
  int elements = 1;
  Location where;
};

enum class Sector { full, half, quarter, octant };

struct BodySpec {
  Name name;  // "lower-back", "block", "cylinder", "sphere"
  BodySide side = BodySide::left;
  Name posture;                // empty: the body's own
  double element_size = 8e-3;  // m
  std::optional<RefineSpec> refine;
  bool gravity = false;
  std::optional<Location> gliding;  // a loose layer between fat and fascia: where it was asked for

  // Specimens.
  Name tissue;                       // of the whole specimen when there are no layers
  Vec3d fibre_direction{{1, 0, 0}};  // unit, of tissue sheets with fibres
  Vec3d size{};                      // m, block
  std::vector<int> elements;         // block: x, y, z; cylinder: radial, around, along; sphere: radial, around
  std::array<std::vector<double>, 3> positions;  // m, block: node planes per axis, replaces size and elements there
  std::vector<LayerSpec> layers;
  double radius = 0;        // m
  double inner_radius = 0;  // m, 0 = solid
  double length = 0;        // m, cylinder
  Sector sector = Sector::full;
  double distortion = 0;  // random shift of inner nodes as a share of the element size, seeded
  Location where;

  bool is_specimen() const { return name.text == "block" || name.text == "cylinder" || name.text == "sphere"; }
};

// ---- [subject], [tissue]
// ---------------------------------------------------------------------------------------------

// One value that replaces the one in the subject's file; `text` as written ("12 mm", "31"), `value` in SI if it is a
// number.
struct SubjectValue {
  std::string text;
  std::optional<double> value;
  Location where;
};

struct SubjectSpec {
  Name like{"average", {}};
  std::map<std::string, SubjectValue> values;  // dotted key → value
};

enum class StiffnessClass { indentation, lower_bound };  // E and L of the tissue sheets
enum class Tone { relaxed, tight, contracted, strongly_contracted };

// [tissue.NAME.fibres]; parameters of the other law are not read.
struct FibreDefinition {
  enum class Kind { exponential, muscle };

  Kind law = Kind::exponential;
  Vec3d direction{{1, 0, 0}}, across{{0, 1, 0}};  // unit, body axes, perpendicular
  double k1 = 0;                                  // Pa
  double k2 = 0, dispersion = 0;
  double angle = 0;  // rad
  double toe_strain = 0;
  double max_stress = 0;  // Pa
  double optimal_stretch = 1, passive_scale = 0, passive_exponent = 1, passive_limit = 2;
  double along_shear = 0;  // Pa
  Table activation;        // 0 … 1
  std::vector<PronyTerm> relaxation;
};

// A tissue written in the scenario: [tissue.NAME].
struct TissueDefinition {
  enum class Kind { neo_hookean, mooney_rivlin, ogden, yeoh };
  enum class Volumetric { quadratic, logarithmic, mixed };
  enum class OgdenConvention { A, B, C };  // initial shear modulus Σ μα/2, Σ μ, Σ μ/2
  struct OgdenTerm {
    double modulus = 0;  // Pa, in the stated convention
    double alpha = 2;
  };

  std::string name;
  Kind law = Kind::neo_hookean;
  bool coupled = false;
  Volumetric volumetric = Volumetric::quadratic;
  // As given; the reader has checked that the set is complete and not contradictory.
  std::optional<double> young_modulus;  // Pa
  std::optional<double> poisson_ratio;  // 0.5 = incompressible
  std::optional<double> shear_modulus;  // Pa
  std::optional<double> bulk_modulus;   // Pa, infinity = incompressible
  std::optional<double> C10, C01;       // Pa, Mooney–Rivlin and Yeoh
  std::optional<double> C20, C30;       // Pa, Yeoh
  std::vector<OgdenTerm> terms;         // at most four
  OgdenConvention convention = OgdenConvention::B;
  std::optional<FibreDefinition> fibres;
  std::vector<PronyTerm> relaxation;
  double density = 1000;   // kg/m³
  double pre_stretch = 1;  // within the layer
  Location where;

  double initial_shear_modulus() const;  // Pa
  double initial_bulk_modulus() const;   // Pa, infinity when incompressible
};

// [[modifier]]
struct ModifierSpec {
  enum class Kind { knot, taut_band, scar };

  std::string name;
  Kind kind = Kind::knot;
  Position at;
  std::optional<double> stiffness_ratio;
  double diameter = 0, length = 0, width = 0;  // m
  double direction = 0;                        // rad
  Location where;
};
// The file of models/tissues that says how much stiffer such a place is.
constexpr const char* sheet_of(ModifierSpec::Kind kind) {
  constexpr const char* names[] = {"trigger-nodule", "taut-band", "scar"};
  return names[static_cast<int>(kind)];
}

struct TissueSpec {
  StiffnessClass stiffness = StiffnessClass::indentation;
  bool viscoelastic = false;                // the sheets' tissues
  bool pre_stretch = false;                 // of the sheets that have one
  bool muscle_fibres = false;               // of the sheets that have some
  std::map<std::string, Table> activation;  // 0 … 1, per muscle
  Tone tone = Tone::relaxed;
  std::map<std::string, Tone> muscle_tone;  // per muscle
  std::map<std::string, Location> muscle_tone_where;
  std::vector<TissueDefinition> definitions;
};

// ---- applicators
// -----------------------------------------------------------------------------------------------------

// A rigid shape written in the scenario; kinds and parameters are those of shape_list() in applicator/shapes.hpp.
struct ShapeSpec {
  Name kind;
  std::map<std::string, std::vector<double>> parameters;  // SI, one or three numbers each
  Location where;
};

struct FrictionSpec {
  double coefficient = 0;
  double exponent = 1;     // m in μ(p) = μ₀ (p/p₀)^(m−1)
  double pressure = 10e3;  // Pa, p₀
  Location where;
};

// [[applicator]]: explicit shape and motion, mostly for specimens.
struct ApplicatorSpec {
  std::string name;
  Name model;                                 // a file of models/applicators, or
  std::optional<ShapeSpec> shape;             // a shape written here
  Position position;                          // of the shape's origin at travel 0
  Vec3d axis{{0, 0, -1}};                     // unit pressing direction, into the body
  std::optional<Table> travel;                // m along the axis
  std::optional<Table> force;                 // N along the axis (compression positive)
  std::array<std::optional<Table>, 3> shift;  // m, additional prescribed displacement in body axes
  std::optional<double> pad_stiffness;        // Pa/m; empty = hard
  bool rolls = false;                         // about its own +y, freely
  FrictionSpec friction;
  Location where;
};

// ---- [[stroke]]
// ------------------------------------------------------------------------------------------------------

struct PathSpec {
  Position from, to;
  Location where;
};

struct StrokeSpec {
  using Return = StrokeSettings::Return;
  enum class Start { after_previous, with_previous, at_time };

  std::string name;  // unique; "stroke 1" when not given
  Name technique;
  Name applicator;                      // a file of models/applicators, or
  std::optional<ShapeSpec> shape;       // a shape written here
  std::optional<double> pad_stiffness;  // Pa/m, replaces the applicator's
  std::optional<PathSpec> path;         // glide, or
  std::optional<Position> at;           // press
  std::optional<double> force;          // N, or
  std::optional<double> travel;         // m into the body after first contact
  std::optional<Table> force_log;       // N over the hold; the force is its largest
  double speed = 0;                     // m/s along the path
  int repeat = 1;
  int points = 1;                                    // presses along the path, instead of a glide
  double amplitude_along = 0, amplitude_across = 0;  // m, of circling or rubbing at a place
  std::optional<double> grip;                        // m along the skin, between two hands that face each other
  double lean = 0;                                   // rad, away from the body, of their pressing axes
  double lift = 0, lift_time = 0;                    // m and s, of what they hold
  double rate = 0;                                   // Hz, of circling or rubbing
  int cycles = 1;
  Return return_by = Return::lift;
  double light_force = 0;                                          // N on the way back when return is light
  double clearance = 0;                                            // m above the skin before approach and after release
  double approach = 0, ramp = 0, hold = 0, release = 0, rest = 0;  // s
  double tilt = 0;                       // rad, about the axis across the path, leading edge up
  bool rolls = false;                    // about the axis across the path, freely
  double stretch = 0, stretch_time = 0;  // m and s, of the tissue under it: one end of the body is drawn out
  Name stretch_end;                      // "distal", "cranial", …
  // A cup: a pump draws its gas out, or hot gas is sealed in.
  std::optional<double> suction;          // Pa
  double pumping = 0;                     // s
  bool regulated = false;                 // the pump holds the suction
  std::optional<double> gas_temperature;  // K
  double cooling = 0;                     // s
  FrictionSpec friction;
  Name lubrication;  // "dry", "lotion", "oil", or empty when friction was given
  Start start = Start::after_previous;
  double start_time = 0;  // s
  Location where;

  bool rubs() const { return amplitude_along > 0 || amplitude_across > 0; }
};

// ---- [[boundary]]
// ----------------------------------------------------------------------------------------------------

struct RegionSpec {
  enum class Kind { box, sphere, plane };
  Kind kind = Kind::box;
  Vec3d low{}, high{};      // m, box
  Vec3d centre{};           // m, sphere; a point of the plane
  double radius = 0;        // m, sphere
  Vec3d normal{};           // unit, plane; nodes within `tolerance` of it
  double tolerance = 1e-6;  // m
  Location where;
};

// How a traction varies over its faces: 1, or (1 + cos(π r/a))/2 for r < a = radius about the centre and 0 outside.
struct ProfileSpec {
  bool cosine = false;
  Vec3d centre{};
  double radius = 0;
};

struct BoundarySpec {
  Name on;  // face set, or
  std::optional<RegionSpec> region;
  std::optional<Table> normal_displacement;          // m along the outward normal at rest
  std::array<std::optional<Table>, 3> displacement;  // m; empty component = free
  std::optional<Table> normal_traction;              // Pa, dead, along the outward normal at rest
  std::array<std::optional<Table>, 3> traction;      // Pa, dead, body axes
  std::optional<Table> pressure;                     // Pa, follows the face, positive pushes inwards
  ProfileSpec profile;                               // of normal_traction and traction
  Location where;

  bool holds_anything() const { return normal_displacement || displacement[0] || displacement[1] || displacement[2]; }
};

// ---- [time], [output], [expect]
// --------------------------------------------------------------------------------------

struct TimeSpec {
  std::optional<double> end;                                      // s; empty = when the last stroke ends
  std::optional<double> step;                                     // s, fixed; empty = adaptive
  std::optional<double> tolerance;                                // of the adaptive step, StepSettings::tolerance
  std::optional<double> first_step, smallest_step, largest_step;  // s
  Location where;
};

struct ProbeSpec {
  std::string name;
  Position at;
  std::vector<Name> fields;
  Location where;
};

struct OutputSpec {
  enum class Keep { all, strokes, summary };
  std::optional<double> every;  // s; empty = every step
  std::vector<Name> fields;
  Keep keep = Keep::all;
  std::vector<ProbeSpec> probes;
  int precision_bits = 23;  // mantissa bits kept, 23 = all of a float
  int compression = 1;      // gzip level, 0 = none
};

struct ExpectSpec {
  std::string stroke;  // empty: the whole run
  Name measure;
  double value = 0;               // SI
  std::optional<double> preview;  // the same in a preview; empty: a preview does not check this measure
  std::string value_text, preview_text;
  double within = 0;  // relative share, or SI when absolute
  bool within_is_absolute = false;
  Location where;
};

// ---- where values came from
// --------------------------------------------------------------------------------------------

enum class Origin { scenario, command_line, technique, program_default };

struct ResolvedValue {
  std::string key;    // "stroke.\"up the left side\".force"
  std::string value;  // as text with its unit, "25 N"
  Origin origin = Origin::scenario;
  std::string source;  // "models/techniques/effleurage.toml: default, not measured"
  Location where;
};

struct Scenario {
  std::string title;
  int format = 1;
  std::string path;  // of the file
  std::string text;  // raw, as read
  BodySpec body;
  SubjectSpec subject;
  TissueSpec tissue;
  std::vector<ModifierSpec> modifiers;
  std::vector<StrokeSpec> strokes;
  std::vector<BoundarySpec> boundaries;
  std::vector<ApplicatorSpec> applicators;
  TimeSpec time;
  OutputSpec output;
  std::vector<ExpectSpec> expect;
  std::vector<ResolvedValue> resolved;     // every value in effect
  std::vector<std::string> files;          // everything read: the scenario, what it extends, techniques
  std::vector<std::string> overrides;      // -s arguments as given
  std::vector<std::string> model_folders;  // where models are looked up, in order
};

}  // namespace knead
