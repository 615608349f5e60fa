// One Newton system of the layered block at rest (skin 2, fat 8, muscle 50 mm on 200 x 200 mm): Krylov iterations, the
// time of every stage, the memory.
//   bench_solve [--sweep sizes|contrast|kappa|aspect|membrane] [options]
//     --sweep S          which of the values below vary, with defaults; given values replace them
//     --elements N       elements along an edge; more than once for several, like the next ones
//     --contrast C       shear modulus of the skin over that of fat and muscle
//     --kappa K          bulk modulus over shear modulus; inf is incompressible
//     --aspect A         width over height of the elements, then all 2 mm high; 0 for the layered block as it is
//     --membrane ET      stiffness of a sheet between fat and muscle, N/m, the same in all directions
//     --shape S          flat, bent (a cylinder of 150 mm) or domed (a paraboloid of that radius)
//     --unit m|mm        lengths of the problem
//     --tolerance T, --degree D, --ratio R, --fourth 1      of the solver and its Chebyshev smoother
//     --rounds N         times are those of the fastest of N, 3 by default
//     --stages 1|0       the tables of times and bytes; with --sweep sizes unless 0
//     --levels 1         the levels of the multigrid
//     --json FILE        all of it as JSON
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <omp.h>

#include "base/program.hpp"
#include "base/stopwatch.hpp"
#include "body/specimens.hpp"
#include "measurement.hpp"
#include "step/system.hpp"
#include "terms/membrane.hpp"
#include "terms/traction.hpp"

using namespace knead;

namespace {

struct Case {
  int elements = 24;
  double contrast = 30;
  double kappa = std::numeric_limits<double>::infinity();  // over the shear modulus
  double aspect = 0;                                       // 0: layers of 2, 8, 50 mm on 200 x 200 mm
  double membrane = 0;                                     // N/m, 0 is none
  std::string shape = "flat";
};

struct Choices {
  std::vector<int> elements;
  std::vector<double> contrast, kappa, aspect, membrane;
  std::vector<std::string> shape;

  std::vector<Case> cases() const {
    std::vector<Case> all;
    for (int n : elements)
      for (double c : contrast)
        for (double k : kappa)
          for (double a : aspect)
            for (const std::string& s : shape)
              for (double m : membrane) all.push_back({n, c, k, a, m, s});
    return all;
  }
};

struct Settings {
  SystemSettings system;
  double tolerance = 1e-6;
  double unit = 1;  // length units in a metre; stiffness in N per unit², so the same case is written in m or mm
  int rounds = 3;
  bool levels = false;
};

// Seconds or bytes with a name; indented names are shares of the one before.
struct Part {
  std::string name;
  double value;
};

struct Measured {
  std::size_t unknowns = 0, all_unknowns = 0;
  int iterations = 0;
  bool converged = false;
  std::int64_t fine = 0, boosted = 0;
  double eigenvalue = 0, first_setup = 0, setup = 0, solve = 0, linearise = 0, residual = 0;
  double largest_aspect = 0;
  std::vector<Part> setup_parts, solve_parts, bytes;
  double peak_bytes = 0;  // above the empty program; 0 unknown
};

constexpr double shape_radius = 0.15;  // m

// The block in another shape, its middle in place: lines through the thickness stay normal to the skin when bent, and
// vertical when domed.
Vec3d shaped(const std::string& shape, Vec3d x, double edge, double unit) {
  const double radius = shape_radius * unit;
  if (shape == "bent") {
    const double angle = (x[0] - 0.5 * edge) / radius, r = radius + x[2];
    return {0.5 * edge + r * std::sin(angle), x[1], r * std::cos(angle) - radius};
  }
  if (shape == "domed") {
    const double a = x[0] - 0.5 * edge, b = x[1] - 0.5 * edge;
    return {x[0], x[1], x[2] - 0.5 * (a * a + b * b) / radius};
  }
  if (shape != "flat") throw Error(ExitCode::wrong_usage, "a shape is flat, bent or domed, not " + shape);
  return x;
}

double edge_of(const Case& c, double unit) { return unit * (c.aspect > 0 ? 0.002 * c.aspect * c.elements : 0.2); }

std::shared_ptr<Body> layered_block(const Case& c, double unit) {
  auto body = std::make_shared<Body>();
  body->name = "layered block";
  const double mu = 1000.0 / (unit * unit), edge = edge_of(c, unit);
  BlockSettings block;
  block.size = Vec3d{{edge, edge, 0.06 * unit}};
  block.elements = {c.elements, c.elements, 1};
  const int fat = c.aspect > 0 ? 4 : std::max(1, c.elements / 12);
  const int muscle = c.aspect > 0 ? 25 : std::max(3, c.elements / 4);
  block.layers = {{0, 0.002 * unit, 1}, {1, 0.008 * unit, fat}, {2, 0.050 * unit, muscle}};
  body->mesh = make_block(block);
  const auto tissue = [&](const char* name, double modulus) {
    Tissue t;
    t.name = name;
    t.law = NeoHookean{modulus, VolumetricSplit::split};
    t.kappa = c.kappa * modulus;
    return t;
  };
  body->tissues = {tissue("skin", c.contrast * mu), tissue("fat", mu), tissue("muscle", mu)};
  body->held.assign(body->mesh.points.size(), 0);
  body->holder.assign(body->mesh.points.size(), 0);
  body->holders = {"free", "bottom"};
  for (const Face& f : body->mesh.faces.at("bottom"))
    for (int n : face_nodes(body->mesh, f)) {
      body->held[static_cast<std::size_t>(n)] = 7;
      body->holder[static_cast<std::size_t>(n)] = 1;
    }
  if (c.membrane > 0) {
    MembranePlacement sheet;
    sheet.name = "fascia";
    sheet.law.matrix = c.membrane / unit;
    const double interface = 0.05 * unit;
    for (int cell = 0; cell < body->mesh.num_cells(); ++cell) {
      const auto nodes = face_nodes(body->mesh, {cell, Side::zeta_plus});
      if (std::abs(body->mesh.points[static_cast<std::size_t>(nodes[4])][2] - interface) > 1e-6 * unit) continue;
      sheet.faces.push_back(nodes);
      sheet.directions.push_back(Vec3d{{0, 1, 0}});
    }
    body->membranes.push_back(sheet);
  }
  for (Vec3d& x : body->mesh.points) x = shaped(c.shape, x, edge, unit);
  return body;
}

Measured measure(const Case& c, const Settings& s, double empty_bytes) {
  Measured m;
  const bool counted = reset_peak_memory();
  const auto body = layered_block(c, s.unit);
  m.largest_aspect = measure_quality(body->mesh).max_aspect;
  const double edge = edge_of(c, s.unit);
  std::vector<std::array<int, 9>> top = face_nodes(body->mesh, faces_of(body->mesh, "top"));
  std::vector<std::unique_ptr<SurfaceTerm>> terms;
  // The patch that is pressed: a disc of 0.15 edges, in coordinates of the surface.
  const auto inside = [&](Vec3d x) {
    double across = x[0] - 0.5 * edge;
    if (c.shape == "bent") across = shape_radius * s.unit * std::asin(across / ((shape_radius + 0.06) * s.unit));
    return std::hypot(across, x[1] - 0.5 * edge) < 0.15 * edge ? 1.0 : 0.0;
  };
  terms.push_back(std::make_unique<Traction>(Traction::normal(
      "patch", body->mesh.points, top, [&](double) { return -100.0 / (s.unit * s.unit); }, inside)));
  for (const auto& sheet : body->membranes) terms.push_back(std::make_unique<Membrane>(body->mesh.points, sheet));
  System system(body, std::move(terms), {}, {}, s.system);
  const Unknowns x = system.rest();
  system.set_time(0, {});
  System::Residual r;
  system.evaluate(x, true, r);
  // Times are those of the fastest round: anything else that runs only adds to them.
  double start = now();
  system.rebuild_preconditioner();
  m.first_setup = now() - start;
  m.residual = m.linearise = m.setup = m.solve = std::numeric_limits<double>::infinity();
  Vector<double> b, solution;
  system.right_hand_side(r, b);
  FgmresSettings krylov;
  krylov.relative_tolerance = s.tolerance;
  krylov.restart = 100;
  FgmresWorkspace workspace;
  FgmresResult result;
  for (int round = 0; round < s.rounds; ++round) {
    start = now();
    system.evaluate(x, false, r);
    m.residual = std::min(m.residual, now() - start);
    start = now();
    system.evaluate(x, true, r);
    m.linearise = std::min(m.linearise, now() - start);

    MultigridSeconds before = system.multigrid().seconds();
    start = now();
    system.rebuild_preconditioner();
    if (const double seconds = now() - start; seconds < m.setup) {
      const MultigridSeconds& after = system.multigrid().seconds();
      m.setup = seconds;
      m.setup_parts = {{"lines of Q2 and their factors", after.lines - before.lines},
                       {"largest eigenvalue on Q2", after.eigenvalue - before.eigenvalue},
                       {"Q1 matrix", after.coarse - before.coarse},
                       {"Q1 smoother, aggregation, levels below", after.aggregation - before.aggregation}};
    }

    double outer = 0, preconditioning = 0;
    const auto apply = [&](const Vector<double>& v, Vector<double>& y) {
      Stopwatch watch(outer);
      system.apply(v, y);
    };
    const auto precondition = [&](const Vector<double>& v, Vector<double>& y) {
      Stopwatch watch(preconditioning);
      system.precondition(v, y);
    };
    const std::int64_t products = system.multigrid().num_fine_applications();
    const double below_before = system.multigrid().amg().seconds_below_finest();
    before = system.multigrid().seconds();
    solution.assign(b.size(), 0.0);
    start = now();
    result = fgmres(apply, precondition, b, solution, krylov, workspace);
    if (const double seconds = now() - start; seconds < m.solve) {
      const MultigridSeconds& after = system.multigrid().seconds();
      const double cycle = after.cycles - before.cycles, fine = after.fine_operator - before.fine_operator,
                   lines = after.line_solves - before.line_solves, transfer = after.transfer - before.transfer,
                   coarse = after.coarse_levels - before.coarse_levels,
                   below = system.multigrid().amg().seconds_below_finest() - below_before;
      m.solve = seconds;
      m.fine = system.multigrid().num_fine_applications() - products + result.iterations;
      m.solve_parts = {{"Q2 operator of Newton's matrix, double", outer},
                       {"Q2 operator in the cycles, single", fine},
                       {"Q2 smoother: lines", lines},
                       {"Q2 smoother: vectors", cycle - fine - lines - transfer - coarse},
                       {"between Q2 and Q1", transfer},
                       {"Q1 level", coarse - below},
                       {"levels below Q1", below},
                       {"pressure and its coupling", preconditioning - cycle},
                       {"orthogonalisation", seconds - outer - preconditioning}};
    }
  }

  m.unknowns = system.num_displacement_unknowns();
  m.all_unknowns = system.num_unknowns();
  m.iterations = result.iterations;
  m.converged = result.converged;
  m.boosted = system.multigrid().boosted_pivots();
  m.eigenvalue = system.multigrid().largest_eigenvalue();
  for (const auto& part : system.memory()) m.bytes.push_back({part.name, static_cast<double>(part.bytes)});
  m.bytes.back().value += static_cast<double>(workspace.bytes());
  m.bytes.push_back(
      {"state, residual, right-hand side, solution", static_cast<double>(bytes_of(x.u, x.p, r.u, r.p, b, solution))});
  if (counted) m.peak_bytes = peak_memory() - empty_bytes;
  if (s.levels) fmt::print("{}\n", system.multigrid().amg().table());
  return m;
}

double sum(const std::vector<Part>& parts) {
  double total = 0;
  for (const auto& p : parts) total += p.value;
  return total;
}

// A table with a column for each case: values times `factor`, in `unit`.
template <class Get>
void print_columns(const std::string& title, const std::vector<Measured>& all, Get get, int digits) {
  fmt::print("\n{:<46}", title);
  for (const auto& m : all) fmt::print(" {:>10}", m.unknowns);
  fmt::print("\n");
  const auto rows = get(all.front());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    fmt::print("{:<46}", rows[i].name);
    for (const auto& m : all) fmt::print(" {:>10.{}f}", get(m)[i].value, digits);
    fmt::print("\n");
  }
}

void print_stages(const std::vector<Measured>& all) {
  print_columns(
      "ns per displacement unknown", all,
      [](const Measured& m) {
        const double scale = 1e9 / static_cast<double>(m.unknowns);
        std::vector<Part> rows{{"residual", scale * m.residual},
                               {"residual and tangent", scale * m.linearise},
                               {"first set-up of the preconditioner", scale * m.first_setup},
                               {"set-up again, for a new tangent", scale * m.setup}};
        for (const auto& p : m.setup_parts) rows.push_back({"  " + p.name, scale * p.value});
        rows.push_back({"  rest", scale * (m.setup - sum(m.setup_parts))});
        rows.push_back({"Krylov iterations", scale * m.solve});
        for (const auto& p : m.solve_parts) rows.push_back({"  " + p.name, scale * p.value});
        return rows;
      },
      1);
  print_columns(
      "bytes per displacement unknown", all,
      [](const Measured& m) {
        const double scale = 1 / static_cast<double>(m.unknowns);
        std::vector<Part> rows;
        for (const auto& p : m.bytes) rows.push_back({p.name, scale * p.value});
        rows.push_back({"counted", scale * sum(m.bytes)});
        rows.push_back({"peak above the empty program", scale * m.peak_bytes});
        return rows;
      },
      1);
}

nlohmann::ordered_json to_json(const std::vector<Part>& parts) {
  auto json = nlohmann::ordered_json::array();
  for (const auto& p : parts) json.push_back({{"name", p.name}, {"value", p.value}});
  return json;
}

nlohmann::ordered_json to_json(const Case& c, const Measured& m) {
  return {{"elements", c.elements},
          {"contrast", c.contrast},
          {"kappa", std::isinf(c.kappa) ? nlohmann::ordered_json("inf") : nlohmann::ordered_json(c.kappa)},
          {"aspect", c.aspect},
          {"largest_aspect", m.largest_aspect},
          {"membrane_N_per_m", c.membrane},
          {"shape", c.shape},
          {"unknowns", m.unknowns},
          {"all_unknowns", m.all_unknowns},
          {"iterations", m.iterations},
          {"converged", m.converged},
          {"fine_applications", m.fine},
          {"eigenvalue", m.eigenvalue},
          {"boosted_pivots", m.boosted},
          {"residual_s", m.residual},
          {"linearise_s", m.linearise},
          {"first_setup_s", m.first_setup},
          {"setup_s", m.setup},
          {"setup_parts_s", to_json(m.setup_parts)},
          {"solve_s", m.solve},
          {"solve_parts_s", to_json(m.solve_parts)},
          {"bytes", to_json(m.bytes)},
          {"peak_bytes", m.peak_bytes}};
}

// What varies when nothing else is said.
Choices defaults(const std::string& sweep) {
  const double infinite = std::numeric_limits<double>::infinity();
  const Choices one{{23}, {30}, {infinite}, {0}, {0}, {"flat"}};
  Choices c = one;
  if (sweep.empty()) {
    c.elements = {16, 24, 36};
    c.contrast = {1, 30, 300};
  } else if (sweep == "sizes") {
    c.elements = {14, 23, 32};
  } else if (sweep == "contrast") {
    c.elements = {14, 23, 32};
    c.contrast = {1, 10, 30, 100, 300, 1000, 3000};
  } else if (sweep == "kappa") {
    c.kappa = {50, 500, 5000, infinite};
  } else if (sweep == "aspect") {
    c.elements = {12};
    c.contrast = {1, 30, 300};
    c.aspect = {1, 3, 10, 30};
  } else if (sweep == "membrane") {
    c.shape = {"flat", "bent", "domed"};
    c.membrane = {0, 1e3, 1e4, 1e5, 3e5};
  } else {
    throw Error(ExitCode::wrong_usage, "a sweep is sizes, contrast, kappa, aspect or membrane, not " + sweep);
  }
  return c;
}

int run(int argc, char** argv) {
  Choices given;
  Settings settings;
  std::string sweep, json_file, stages;
  auto& smoother = settings.system.multigrid.smoother;
  for (int i = 1; i < argc; ++i) {
    const std::string key = argv[i], value = value_of(argc, argv, i);
    if (key == "--sweep") {
      sweep = value;
    } else if (key == "--elements") {
      given.elements.push_back(std::stoi(value));
    } else if (key == "--contrast") {
      given.contrast.push_back(std::stod(value));
    } else if (key == "--kappa") {
      given.kappa.push_back(std::stod(value));
    } else if (key == "--aspect") {
      given.aspect.push_back(std::stod(value));
    } else if (key == "--membrane") {
      given.membrane.push_back(std::stod(value));
    } else if (key == "--shape") {
      given.shape.push_back(value);
    } else if (key == "--unit") {
      settings.unit = value == "mm" ? 1000 : 1;
    } else if (key == "--tolerance") {
      settings.tolerance = std::stod(value);
    } else if (key == "--degree") {
      smoother.degree = std::stoi(value);
    } else if (key == "--ratio") {
      smoother.ratio = std::stod(value);
    } else if (key == "--fourth") {
      smoother.kind = value == "1" ? ChebyshevKind::fourth : ChebyshevKind::first;
    } else if (key == "--rounds") {
      settings.rounds = std::max(1, std::stoi(value));
    } else if (key == "--stages") {
      stages = value;
    } else if (key == "--levels") {
      settings.levels = value == "1";
    } else if (key == "--json") {
      json_file = value;
    } else {
      throw Error(ExitCode::wrong_usage, "unknown option " + key);
    }
  }
  Choices choices = defaults(sweep);
  const auto replace = [](auto& list, const auto& by) {
    if (!by.empty()) list = by;
  };
  replace(choices.elements, given.elements);
  replace(choices.contrast, given.contrast);
  replace(choices.kappa, given.kappa);
  replace(choices.aspect, given.aspect);
  replace(choices.membrane, given.membrane);
  replace(choices.shape, given.shape);

  const double empty_bytes = peak_memory();
  fmt::print("threads {}, relative tolerance {:.0e}, unit {}\n", omp_get_max_threads(), settings.tolerance,
             settings.unit == 1 ? "m" : "mm");
  fmt::print("{:>9} {:>8} {:>8} {:>6} {:>8} {:>6} {:>5} {:>5} {:>9} {:>9} {:>9} {:>9} {:>7} {:>8} {:>8}\n", "unknowns",
             "contrast", "kappa/mu", "aspect", "Et N/m", "shape", "iter", "fine", "1st set-up", "setup s", "solve s",
             "s/iter", "eigen", "boosted", "kB/unk");
  std::vector<Measured> all;
  nlohmann::ordered_json json{{"program", "bench_solve"},
                              {"build", build_json()},
                              {"threads", omp_get_max_threads()},
                              {"sweep", sweep},
                              {"tolerance", settings.tolerance}};
  json["rows"] = nlohmann::ordered_json::array();
  for (const Case& c : choices.cases()) {
    const Measured m = measure(c, settings, empty_bytes);
    fmt::print(
        "{:>9} {:>8} {:>8} {:>6.1f} {:>8} {:>6} {:>5} {:>5} {:>10.3f} {:>9.3f} {:>9.3f} {:>9.4f} {:>7.3f} {:>8} "
        "{:>8.2f}{}\n",
        m.unknowns, c.contrast, c.kappa, m.largest_aspect, c.membrane, c.shape, m.iterations, m.fine, m.first_setup,
        m.setup, m.solve, m.solve / std::max(1, m.iterations), m.eigenvalue, m.boosted,
        1e-3 * m.peak_bytes / static_cast<double>(m.unknowns), m.converged ? "" : "  not converged");
    std::fflush(stdout);
    json["rows"].push_back(to_json(c, m));
    if (!json_file.empty()) write_json(json_file, json);
    all.push_back(m);
  }
  if (stages.empty() ? sweep == "sizes" : stages == "1") print_stages(all);
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return run_program("bench_solve", run, argc, argv); }
