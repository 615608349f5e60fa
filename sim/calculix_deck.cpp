#include "calculix_deck.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <set>
#include <span>

#include <fmt/format.h>

#include "base/error.hpp"
#include "terms/traction.hpp"

namespace knead {

// CalculiX reads at most 20 characters a number, hence twelve digits everywhere.
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ExitCode::invalid_input, "this cannot be written for CalculiX: " + what);
}

// Local nodes of a 27-node element, i + 3 j + 9 k, in the order of C3D20: corners from below, edges below, edges above,
// upright edges.
constexpr std::array<int, 20> c3d20_nodes = {0, 2, 8, 6, 18, 20, 26, 24, 1, 5, 7, 3, 19, 23, 25, 21, 9, 11, 17, 15};

// CalculiX' names: letters, digits and underscores, 80 at most, upper case.
std::string set_name(const std::string& name) {
  std::string out;
  for (const char c : name.substr(0, 60)) {
    const auto byte = static_cast<unsigned char>(c);
    out += std::isalnum(byte) && byte < 128 ? static_cast<char>(std::toupper(byte)) : '_';
  }
  return out.empty() ? "SET" : out;
}

// One line of plain ASCII that is no keyword.
std::string heading(const std::string& title) {
  std::string out = "Knead: ";
  for (const char c : title.substr(0, 60)) out += c >= ' ' && c < '\x7f' ? c : '?';
  return out;
}

std::string join_lines(const std::vector<int>& numbers) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    text += fmt::format("{}{}", numbers[i], i % 10 == 9 || i + 1 == numbers.size() ? ",\n" : ",");
  return text;
}

// Cards of *HYPERELASTIC; a huge D_i leaves the terms (J − 1)^2i/D_i beyond the first out (zero means a default).
struct LawCards {
  double d1;
  std::string operator()(const NeoHookean& law) const {
    return fmt::format("*HYPERELASTIC, NEO HOOKE\n{:.12g},{:.12g}\n", 0.5 * law.mu, d1);
  }
  std::string operator()(const MooneyRivlin& law) const {
    return fmt::format("*HYPERELASTIC, MOONEY-RIVLIN\n{:.12g},{:.12g},{:.12g}\n", law.c10, law.c01, d1);
  }
  std::string operator()(const Yeoh& law) const {
    return fmt::format("*HYPERELASTIC, YEOH\n{:.12g},{:.12g},{:.12g},{:.12g},1e30,1e30\n", law.c10, law.c20, law.c30,
                       d1);
  }
  std::string operator()(const Ogden& law) const {
    const std::span<const OgdenTerm> terms(law.terms.data(), static_cast<std::size_t>(law.num_terms));
    if (terms.size() > 3) refuse(fmt::format("an Ogden law of {} terms, it takes three", terms.size()));
    std::string text = fmt::format("*HYPERELASTIC, OGDEN, N={}\n", terms.size());
    std::vector<std::string> numbers;
    for (const auto& term : terms) {
      numbers.push_back(fmt::format("{:.12g}", term.mu));
      numbers.push_back(fmt::format("{:.12g}", term.alpha));
    }
    numbers.push_back(fmt::format("{:.12g}", d1));
    for (std::size_t i = 1; i < terms.size(); ++i) numbers.push_back("1e30");
    // Eight numbers a line.
    for (std::size_t i = 0; i < numbers.size(); ++i)
      text += numbers[i] + (i % 8 == 7 || i + 1 == numbers.size() ? "\n" : ",");
    return text;
  }
};

// Of the elements and the material of a tissue; the number keeps names apart that differ in other characters alone.
std::string tissue_set(const Body& body, std::size_t tissue) {
  return fmt::format("T{}_{}", tissue + 1, set_name(body.tissues[tissue].name));
}

// name: of the card.
std::string material(const std::string& name, const Tissue& tissue) {
  if (tissue.fibres) refuse(fmt::format("the fibres of {} are not exported", tissue.name));
  if (!tissue.relaxation.empty()) refuse(fmt::format("the relaxation of {} is not exported", tissue.name));
  if (split(tissue.law) != VolumetricSplit::split)
    refuse(fmt::format("the law of {} is coupled, its hyperelastic laws are split (coupled = false)", tissue.name));
  if (tissue.volumetric != VolumetricFunction::quadratic)
    refuse(
        fmt::format("{} has another volumetric function than (J - 1)^2/2 (volumetric = \"quadratic\")", tissue.name));
  if (!std::isfinite(tissue.kappa))
    refuse(fmt::format("{} is incompressible, it needs a bulk modulus (bulk_modulus or nu below 0.5)", tissue.name));
  return fmt::format("*MATERIAL, NAME={}\n{}", name, std::visit(LawCards{2 / tissue.kappa}, tissue.law));
}

class Deck {
 public:
  explicit Deck(const BuiltScenario& built) : built_(built), body_(*built.body), mesh_(built.body->mesh) {
    if (!built.system->applicators().empty())
      refuse("it has no rigid shapes; only scenarios whose loads are [[boundary]] entries can be exported");
    if (!body_.membranes.empty()) refuse("membranes (the fascia) are not exported");
    for (const auto& term : built.system->terms()) {
      const auto* traction = dynamic_cast<const Traction*>(term.get());
      if (!traction)
        refuse(fmt::format("{}: only displacements and tractions of fixed direction are exported", term->name()));
    }
    number_.assign(mesh_.points.size(), 0);
    for (const auto& cell : mesh_.cells)
      for (const int local : c3d20_nodes) number_[index(cell[index(local)])] = 1;
    int next = 0;
    for (int& n : number_)
      if (n != 0) n = ++next;
  }

  std::string text(const std::string& title) const {
    std::string out = "*HEADING\n" + heading(title) + "\n** SI units; written by knead export calculix\n";
    out += nodes();
    for (std::size_t t = 0; t < body_.tissues.size(); ++t) {
      const std::string cells = elements(t);
      if (cells.empty()) continue;
      const std::string name = tissue_set(body_, t);
      out += fmt::format("*ELEMENT, TYPE=C3D20R, ELSET={}\n{}", name, cells) + material(name, body_.tissues[t]) +
             fmt::format("*SOLID SECTION, ELSET={0}, MATERIAL={0}\n", name);
    }
    out += sets() + held();
    double from = 0;
    for (const double to : built_.boundaries) {
      if (!(to > from)) continue;
      out += step(from, to);
      from = to;
    }
    return out;
  }

 private:
  static std::size_t index(int i) { return static_cast<std::size_t>(i); }

  std::string nodes() const {
    std::string text = "*NODE, NSET=ALL\n";
    for (std::size_t n = 0; n < number_.size(); ++n)
      if (number_[n] != 0) {
        const Vec3d& x = mesh_.points[n];
        text += fmt::format("{},{:.12g},{:.12g},{:.12g}\n", number_[n], x[0], x[1], x[2]);
      }
    return text;
  }

  // Those of one tissue; empty when it has none.
  std::string elements(std::size_t tissue) const {
    std::string text;
    for (std::size_t c = 0; c < mesh_.cells.size(); ++c) {
      if (index(mesh_.cell_tissue[c]) != tissue) continue;
      text += fmt::format("{}", c + 1);
      for (std::size_t a = 0; a < 20; ++a)
        text += fmt::format(",{}{}", a == 10 ? "\n" : "", number_[index(mesh_.cells[c][index(c3d20_nodes[a])])]);
      text += "\n";
    }
    return text;
  }

  std::string sets() const {
    std::string text;
    for (const auto& [name, faces] : mesh_.faces) {
      std::set<int> numbers;
      for (const auto& face : face_nodes(mesh_, faces))
        for (const int n : face)
          if (number_[index(n)] != 0) numbers.insert(number_[index(n)]);
      if (numbers.empty()) continue;
      text += fmt::format("*NSET, NSET={}\n{}", set_name(name), join_lines({numbers.begin(), numbers.end()}));
    }
    return text;
  }

  std::string held() const {
    std::string text;
    for (int c = 0; c < 3; ++c) {
      std::vector<int> numbers;
      for (std::size_t n = 0; n < number_.size(); ++n)
        if (number_[n] != 0 && (body_.held[n] >> c & 1)) numbers.push_back(number_[n]);
      if (numbers.empty()) continue;
      const char axis = "XYZ"[c];
      text += fmt::format("*NSET, NSET=HELD_{0}\n{1}*BOUNDARY\nHELD_{0},{2},{2}\n", axis, join_lines(numbers), c + 1);
    }
    return text;
  }

  std::string step(double from, double to) const {
    std::string text = "*STEP, NLGEOM, INC=10000\n";
    const StepSettings& settings = built_.step;
    if (settings.fixed)
      text += fmt::format("*STATIC, DIRECT\n{:.12g},{:.12g}\n",
                          (to - from) / std::ceil((to - from) / *settings.fixed - 1e-9), to - from);
    else
      text += fmt::format("*STATIC\n{:.12g},{:.12g},{:.12g},{:.12g}\n", std::min(settings.first, to - from), to - from,
                          std::min(settings.smallest, to - from), std::min(settings.largest, to - from));
    // Residual over the mean force and correction over the increment, tighter than its defaults of 0.005 and 0.01.
    text += "*CONTROLS, PARAMETERS=FIELD\n1e-7,1e-5\n";
    std::string moved;
    for (const auto& p : built_.system->prescribed()) {
      const int n = number_[p.index / 3];
      if (n != 0) moved += fmt::format("{0},{1},{1},{2:.12g}\n", n, p.index % 3 + 1, p.value ? p.value(to) : 0.0);
    }
    if (!moved.empty()) text += "*BOUNDARY\n" + moved;
    const std::string loads = forces(to);
    if (!loads.empty()) text += "*CLOAD, OP=NEW\n" + loads;
    text += "*NODE FILE\nU,RF\n*EL FILE\nS\n*NODE PRINT, NSET=ALL, FREQUENCY=100000\nU\n*END STEP\n";
    return text;
  }

  // Nodal forces of all tractions at an instant, N.
  std::string forces(double time) const {
    Vector<double> r(3 * mesh_.points.size(), 0.0);
    const Vector<double> rest(r.size(), 0.0);
    for (const auto& term : built_.system->terms()) {
      term->set_time(time);
      term->evaluate(rest, {}, r, nullptr, nullptr);
    }
    // Each face centre once.
    std::map<int, std::array<int, 9>> faces;
    for (const auto& [name, set] : mesh_.faces)
      for (const auto& face : face_nodes(mesh_, set)) faces.emplace(face[4], face);
    for (const auto& [centre, face] : faces)
      for (std::size_t c = 0; c < 3; ++c) {
        const double load = r[3 * index(centre) + c];
        for (std::size_t a = 0; a < 9; ++a)
          if (a != 4) r[3 * index(face[a]) + c] += (a % 2 == 0 ? -0.25 : 0.5) * load;
      }
    std::string text;
    for (std::size_t n = 0; n < number_.size(); ++n)
      for (std::size_t c = 0; c < 3; ++c)
        if (number_[n] != 0 && r[3 * n + c] != 0)
          text += fmt::format("{},{},{:.12g}\n", number_[n], c + 1, -r[3 * n + c]);
    return text;
  }

  const BuiltScenario& built_;
  const Body& body_;
  const Mesh& mesh_;
  std::vector<int> number_;  // of each node in the deck, 0: left out
};

}  // namespace

std::string calculix_deck(const BuiltScenario& built, const std::string& title) { return Deck(built).text(title); }

}  // namespace knead
