// Krylov iterations of one Newton system on the layered block (skin 2, fat 8, muscle 50 mm on 200 x 200 mm) and the
// time of its stages, by size and by stiffness contrast of skin to fat.
//   bench_solve [--elements N]... [--contrast C]... [--unit m|mm] [--tolerance T]
#include <chrono>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <omp.h>

#include "body/specimens.hpp"
#include "step/system.hpp"
#include "terms/traction.hpp"

using namespace knead;

namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// unit: how many length units a metre has; stiffness in N per unit², so the same case is written in m or mm.
std::shared_ptr<Body> layered_block(int elements, double contrast, double kappa_ratio, double unit) {
  auto body = std::make_shared<Body>();
  body->name = "layered block";
  const double mu = 1000.0 / (unit * unit);
  BlockSettings block;
  block.size = Vec3d{{0.2 * unit, 0.2 * unit, 0.06 * unit}};
  block.elements = {elements, elements, 1};
  const int fat = std::max(1, elements / 12), muscle = std::max(3, elements / 4);
  block.layers = {{0, 0.002 * unit, 1}, {1, 0.008 * unit, fat}, {2, 0.050 * unit, muscle}};
  body->mesh = make_block(block);
  const auto tissue = [&](const char* name, double modulus) {
    Tissue t;
    t.name = name;
    t.law = NeoHookean{modulus, VolumetricSplit::split};
    t.kappa = kappa_ratio * modulus;
    return t;
  };
  body->tissues = {tissue("skin", contrast * mu), tissue("fat", mu), tissue("muscle", mu)};
  body->held.assign(body->mesh.points.size(), 0);
  body->holder.assign(body->mesh.points.size(), 0);
  body->holders = {"free", "bottom"};
  for (const Face& f : body->mesh.faces.at("bottom"))
    for (int n : face_nodes(body->mesh, f)) {
      body->held[static_cast<std::size_t>(n)] = 7;
      body->holder[static_cast<std::size_t>(n)] = 1;
    }
  return body;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<int> sizes;
  std::vector<double> contrasts, kappas;
  double unit = 1, tolerance = 1e-6;
  int degree = MultigridSettings{}.smoother.degree;
  double ratio = 12;
  bool fourth = false;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string key = argv[i], value = argv[i + 1];
    if (key == "--elements") sizes.push_back(std::stoi(value));
    if (key == "--contrast") contrasts.push_back(std::stod(value));
    if (key == "--kappa") kappas.push_back(std::stod(value));
    if (key == "--unit") unit = value == "mm" ? 1000 : 1;
    if (key == "--tolerance") tolerance = std::stod(value);
    if (key == "--degree") degree = std::stoi(value);
    if (key == "--ratio") ratio = std::stod(value);
    if (key == "--fourth") fourth = value == "1";
  }
  if (sizes.empty()) sizes = {16, 24, 36};
  if (contrasts.empty()) contrasts = {1, 30, 300};
  if (kappas.empty()) kappas = {std::numeric_limits<double>::infinity()};
  fmt::print("threads {}, relative tolerance {:.0e}, unit {}\n", omp_get_max_threads(), tolerance,
             unit == 1 ? "m" : "mm");
  fmt::print("{:>9} {:>8} {:>8} {:>5} {:>6} {:>9} {:>9} {:>9} {:>9} {:>8}\n", "unknowns", "contrast", "kappa/mu",
             "iter", "fine", "setup s", "solve s", "s/iter", "eigen", "boosted");
  for (int elements : sizes)
    for (double contrast : contrasts)
      for (double kappa : kappas) {
        const auto body = layered_block(elements, contrast, kappa, unit);
        std::vector<std::array<int, 9>> top;
        for (const Face& f : body->mesh.faces.at("top")) top.push_back(face_nodes(body->mesh, f));
        std::vector<std::unique_ptr<SurfaceTerm>> terms;
        terms.push_back(std::make_unique<Traction>(Traction::normal(
            "patch", body->mesh.points, top, [&](double) { return -100.0 / (unit * unit); },
            [&](Vec3d x) { return std::hypot(x[0] - 0.1 * unit, x[1] - 0.1 * unit) < 0.03 * unit ? 1.0 : 0.0; })));
        SystemSettings settings;
        settings.multigrid.smoother.degree = degree;
        settings.multigrid.smoother.ratio = ratio;
        settings.multigrid.smoother.kind = fourth ? ChebyshevKind::fourth : ChebyshevKind::first;
        System system(body, std::move(terms), {}, {}, settings);
        Unknowns x = system.rest();
        system.set_time(0, {});
        System::Residual r;
        system.evaluate(x, true, r);
        double t0 = now();
        system.rebuild_preconditioner();
        const double first_setup = now() - t0;
        t0 = now();
        system.rebuild_preconditioner();
        const double setup = now() - t0;
        Vector<double> b, solution;
        system.right_hand_side(r, b);
        solution.assign(b.size(), 0.0);
        FgmresSettings krylov;
        krylov.relative_tolerance = tolerance;
        krylov.restart = 100;
        FgmresWorkspace workspace;
        const auto before = system.multigrid().num_fine_applications();
        t0 = now();
        const auto result = fgmres([&](const Vector<double>& v, Vector<double>& y) { system.apply(v, y); },
                                   [&](const Vector<double>& v, Vector<double>& y) { system.precondition(v, y); }, b,
                                   solution, krylov, workspace);
        const double seconds = now() - t0;
        fmt::print(
            "{:>9} {:>8} {:>8} {:>5} {:>6} {:>9.3f} {:>9.3f} {:>9.4f} {:>9.3f} {:>8}   (first set-up {:.2f} s)\n",
            system.num_displacement_unknowns(), contrast, kappa, result.iterations,
            system.multigrid().num_fine_applications() - before + result.iterations, setup, seconds,
            seconds / std::max(1, result.iterations), system.multigrid().largest_eigenvalue(),
            system.multigrid().boosted_pivots(), first_setup);
        if (std::getenv("KNEAD_TABLE")) fmt::print("{}\n", system.multigrid().amg().table());
      }
}
