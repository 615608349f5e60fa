#include "body/scan_import.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/units.hpp"

namespace knead {

namespace {

constexpr double coarsest_across = 5e-3, coarsest_along = 15e-3;  // m, voxels in which a limb's layers can be seen
constexpr double shortest_limb = 0.06;                            // m
constexpr double least_flesh = 6e-3;                              // m, from bone to skin all around

bool ends_with_side(const std::string& name, Laterality side) {
  return name.ends_with(side == Laterality::left ? "_left" : "_right");
}

class Importer {
 public:
  Importer(LabelMap scan, const ScanImportSettings& settings, const std::function<void(const char*, double)>& stage)
      : scan_(std::move(scan)), settings_(settings), stage_(stage) {}

  ImportedScan run() {
    say("axes", 0.1);
    notes_ = scan_.notes;
    notes_.push_back(fmt::format("the voxels of {} run {}; they were put in order without changing a label",
                                 scan_.source, orientation(scan_)));
    scan_ = oriented_to_ras(scan_);
    crop_box();
    choose_labels();
    choose_main_bone();
    choose_side();
    say("crop", 0.25);
    std::vector<int> numbers;
    for (const ScanLabel& label : labels_) numbers.push_back(label.number);
    scan_ = cropped(scan_, numbers, 4e-3);
    say("voxels", 0.35);
    resample();
    say("limb", 0.5);
    keep_connected();
    say("bone axis", 0.6);
    scan_ = in_limb_axes(scan_, labels_.front().number);
    say("surface", 0.7);
    find_extent();
    say("file", 0.95);
    const std::string file = text();
    return {std::move(scan_), file, *side_, std::move(notes_)};
  }

 private:
  [[noreturn]] void refuse(const std::string& sentence) const {
    throw Error(ExitCode::invalid_input, Location{scan_.source}, sentence);
  }
  void say(const char* what, double share) const {
    if (stage_) stage_(what, share);
  }

  std::string name_of(int number) const {
    const auto found = settings_.names.find(number);
    return found == settings_.names.end() ? fmt::format("label {}", number) : found->second;
  }

  // The number of a structure as the user named it: by name, or by number.
  int number_of(const std::string& word) const {
    if (!word.empty() && word.find_first_not_of("0123456789") == std::string::npos && word.size() <= 5)
      return std::stoi(word);
    if (settings_.names.empty())
      refuse(fmt::format("{} is no number of a label, and no table of names was given; give one with --labels.",
                         in_quotes(word)));
    return label_of(settings_.names, word, settings_.names_path);
  }

  void crop_box() {
    constexpr const char* names[3] = {"x", "y", "z"};
    std::array<int, 3> first{0, 0, 0}, last{scan_.size[0] - 1, scan_.size[1] - 1, scan_.size[2] - 1};
    const Vec3d low_corner = scan_.position(-0.5, -0.5, -0.5);
    const Vec3d high_corner = scan_.position(scan_.size[0] - 0.5, scan_.size[1] - 0.5, scan_.size[2] - 0.5);
    const Vec3d edge = voxel_size(scan_);
    bool any = false;
    for (int a = 0; a < 3; ++a) {
      const auto axis = static_cast<std::size_t>(a);
      if (!settings_.crop[axis]) continue;
      any = true;
      const auto [low, high] = *settings_.crop[axis];
      // By the centres of voxels along the axis that is nearest; a tilt is left out of account.
      const double start = std::min(low_corner[a], high_corner[a]);
      first[axis] = std::max(0, static_cast<int>(std::ceil((low - start) / edge[a] - 0.5 - 1e-6)));
      last[axis] = std::min(last[axis], static_cast<int>(std::floor((high - start) / edge[a] - 0.5 + 1e-6)));
      if (first[axis] <= last[axis]) continue;
      refuse(fmt::format("The crop {} = {:.0f} … {:.0f} mm leaves nothing: the map reaches from {:.0f} to {:.0f} mm.",
                         names[a], 1e3 * low, 1e3 * high, 1e3 * start, 1e3 * std::max(low_corner[a], high_corner[a])));
    }
    if (!any) return;
    LabelMap part;
    part.source = scan_.source;
    part.axes = scan_.axes;
    part.origin = scan_.position(first[0], first[1], first[2]);
    for (std::size_t a = 0; a < 3; ++a) part.size[a] = last[a] - first[a] + 1;
    for (int k = first[2]; k <= last[2]; ++k)
      for (int j = first[1]; j <= last[1]; ++j)
        for (int i = first[0]; i <= last[0]; ++i) part.label.push_back(scan_.label[scan_.index(i, j, k)]);
    scan_ = std::move(part);
  }

  void choose_labels() {
    std::map<int, ScanPart> given;
    std::vector<int> ignored;
    for (const auto& [word, part] : settings_.parts) given[number_of(word)] = part;
    for (const std::string& word : settings_.ignored) ignored.push_back(number_of(word));
    std::vector<std::string> unknown;
    const auto occurring = count_labels(scan_);
    for (const auto& [number, count] : occurring) {
      if (number == 0 || std::find(ignored.begin(), ignored.end(), number) != ignored.end()) continue;
      const std::string name = name_of(number);
      const auto part = given.find(number);
      const KnownStructure* known = find_known_structure(name);
      if (part != given.end()) {
        labels_.push_back({number, name, part->second});
      } else if (known) {
        labels_.push_back({number, name,
                           known->kind == StructureKind::bone     ? ScanPart::bone
                           : known->kind == StructureKind::muscle ? ScanPart::muscle
                                                                  : ScanPart::fat});
      } else {
        unknown.push_back(name);
      }
    }
    if (labels_.empty() && unknown.empty()) refuse("All voxels are background; choose another file or crop.");
    for (const auto& [number, part] : given)
      if (!occurring.contains(number))
        refuse(fmt::format(
            "No voxel is {}{}.", in_quotes(name_of(number)),
            std::any_of(settings_.crop.begin(), settings_.crop.end(), [](const auto& c) { return c.has_value(); })
                ? " within the crop"
                : ""));
    if (!unknown.empty())
      refuse(fmt::format("It is not known what {} {}: say it with --bone, --muscle, --fat, --skin-label or --ignore.",
                         fmt::join(unknown, ", "), unknown.size() == 1 ? "is" : "are"));
    if (std::none_of(labels_.begin(), labels_.end(), [](const ScanLabel& l) { return l.part == ScanPart::bone; }))
      refuse("No label is a bone, and the elements of a limb stand around one: say which with --bone.");
    if (std::all_of(labels_.begin(), labels_.end(), [](const ScanLabel& l) { return l.part == ScanPart::bone; }))
      refuse("All labels are bones; say which are soft tissue with --muscle or --fat.");
    if (std::none_of(labels_.begin(), labels_.end(), [](const ScanLabel& l) { return l.part == ScanPart::fat; }) &&
        !settings_.fat)
      refuse("No label is fat: say which with --fat, or how thick it is with --fat-thickness \"8 mm\".");
  }

  // Puts it first.
  void choose_main_bone() {
    const auto counts = count_labels(scan_);
    const auto weight = [&](const ScanLabel& label) {
      if (label.part != ScanPart::bone || (settings_.side && on_other_side(label.name, *settings_.side)))
        return std::int64_t{-1};
      return counts.at(label.number);
    };
    auto main = std::max_element(labels_.begin(), labels_.end(),
                                 [&](const ScanLabel& a, const ScanLabel& b) { return weight(a) < weight(b); });
    if (!settings_.around.empty()) {
      const int number = number_of(settings_.around);
      main = std::find_if(labels_.begin(), labels_.end(), [&](const ScanLabel& l) { return l.number == number; });
      if (main == labels_.end() || main->part != ScanPart::bone)
        refuse(fmt::format("{} is no bone of this map; --around names the one that the elements stand around.",
                           in_quotes(settings_.around)));
    }
    for (const char* trunk : {"vertebra", "sacrum", "hip_", "rib_", "skull"})
      if (main->name.starts_with(trunk))
        refuse(
            fmt::format("The largest bone is {}: the trunk cannot be imported yet, only limbs, whose elements stand "
                        "around one long bone; crop the map to a limb or name its bone with --around.",
                        in_quotes(main->name)));
    std::rotate(labels_.begin(), main, main + 1);
  }

  static bool on_other_side(const std::string& name, Laterality side) {
    return ends_with_side(name, side == Laterality::left ? Laterality::right : Laterality::left);
  }

  void choose_side() {
    side_ = settings_.side;
    const std::string& main = labels_.front().name;
    for (const Laterality side : {Laterality::left, Laterality::right})
      if (!side_ && ends_with_side(main, side)) side_ = side;
    if (!side_) refuse("It is not known whether this is a left or a right limb; say it with --side.");
    const auto bones_of = [&](Laterality side) {
      return std::any_of(labels_.begin(), labels_.end(),
                         [&](const ScanLabel& l) { return l.part == ScanPart::bone && ends_with_side(l.name, side); });
    };
    if (!settings_.side && settings_.around.empty() && bones_of(Laterality::left) && bones_of(Laterality::right))
      refuse("The map shows bones of both sides; say with --side which limb is meant.");
    std::erase_if(labels_, [&](const ScanLabel& l) { return on_other_side(l.name, *side_); });
  }

  void resample() {
    const Vec3d edge = voxel_size(scan_);
    if (!(settings_.voxel_size >= 0.2e-3))
      refuse(fmt::format("Voxels of {} are finer than any scan; choose one or two millimetres.",
                         format_quantity(settings_.voxel_size, dimension::length)));
    Vec3d wanted;
    bool finer = false;
    for (int a = 0; a < 3; ++a) {
      wanted[a] = std::max(edge[a], settings_.voxel_size);
      finer = finer || wanted[a] > 1.01 * edge[a];
    }
    if (finer) scan_ = resampled(scan_, wanted);
    const Vec3d now = voxel_size(scan_);
    if (now[0] > coarsest_across || now[1] > coarsest_across || now[2] > coarsest_along)
      refuse(
          fmt::format("Voxels of {:.3g} x {:.3g} x {:.3g} mm are too coarse: fat and bone can be seen in voxels of up "
                      "to {:.0f} mm across and {:.0f} mm along the limb.",
                      1e3 * now[0], 1e3 * now[1], 1e3 * now[2], 1e3 * coarsest_across, 1e3 * coarsest_along));
    notes_.push_back(fmt::format("{} x {} x {} voxels of {:.3g} x {:.3g} x {:.3g} mm{}", scan_.size[0], scan_.size[1],
                                 scan_.size[2], 1e3 * now[0], 1e3 * now[1], 1e3 * now[2],
                                 finer ? ", joined from finer ones" : ""));
  }

  // What hangs together with the main bone through faces of voxels; everything else becomes background.
  void keep_connected() {
    std::vector<std::uint8_t> state(65536, 0);  // by label: 1 tissue, 2 the main bone
    for (const ScanLabel& label : labels_) state[static_cast<std::size_t>(label.number)] = 1;
    state[static_cast<std::size_t>(labels_.front().number)] = 2;
    std::vector<bool> kept(scan_.label.size(), false);
    std::vector<std::array<int, 3>> front;
    const auto visit = [&](int i, int j, int k, std::uint8_t least) {
      if (i < 0 || j < 0 || k < 0 || i >= scan_.size[0] || j >= scan_.size[1] || k >= scan_.size[2]) return;
      const std::size_t n = scan_.index(i, j, k);
      if (kept[n] || state[scan_.label[n]] < least) return;
      kept[n] = true;
      front.push_back({i, j, k});
    };
    for (int k = 0; k < scan_.size[2]; ++k)
      for (int j = 0; j < scan_.size[1]; ++j)
        for (int i = 0; i < scan_.size[0]; ++i) visit(i, j, k, 2);
    while (!front.empty()) {
      const auto [i, j, k] = front.back();
      front.pop_back();
      visit(i - 1, j, k, 1), visit(i + 1, j, k, 1), visit(i, j - 1, k, 1);
      visit(i, j + 1, k, 1), visit(i, j, k - 1, 1), visit(i, j, k + 1, 1);
    }
    std::int64_t lost = 0, all = 0;
    for (std::size_t n = 0; n < kept.size(); ++n) {
      all += state[scan_.label[n]] != 0;
      if (kept[n]) continue;
      lost += state[scan_.label[n]] != 0;
      scan_.label[n] = 0;
    }
    if (lost > 0)
      notes_.push_back(
          fmt::format("{:.1f} % of the labelled voxels hang together with no part of the limb and were left "
                      "out",
                      100.0 * static_cast<double>(lost) / static_cast<double>(all)));
    const auto counts = count_labels(scan_);
    std::erase_if(labels_, [&](const ScanLabel& l) { return !counts.contains(l.number); });
    std::vector<int> numbers;
    for (const ScanLabel& label : labels_) numbers.push_back(label.number);
    scan_ = cropped(scan_, numbers, 2 * std::max({voxel_size(scan_)[0], voxel_size(scan_)[1], voxel_size(scan_)[2]}));
  }

  // The longest piece along the bone in which the whole skin is in the map and flesh lies all around.
  void find_extent() {
    const LimbScan scan(std::make_shared<LabelMap>(scan_), labels_);
    const BoneAxis& axis = scan.axis();
    constexpr double step = 2e-3;
    const auto whole = [&](double z) {
      if (!scan.bone_holds_axis(z)) return false;
      for (int a = 0; a < 72; ++a) {
        const double angle = a * std::numbers::pi / 36;
        const auto skin = scan.skin_radius(angle, z), bone = scan.main_bone_radius(angle, z);
        if (!skin || !bone || *skin - *bone < least_flesh) return false;
      }
      return true;
    };
    double low = 0, high = -1, start = 0;
    bool inside = false;
    for (double z = axis.middle - axis.half; z <= axis.middle + axis.half + step; z += step) {
      const bool good = z <= axis.middle + axis.half && whole(z);
      if (good && !inside) start = z;
      if (!good && inside && z - step - start > high - low) low = start, high = z - step;
      inside = good;
    }
    if (!(high - low >= shortest_limb))
      refuse(fmt::format(
          "There are only {:.0f} mm along {} with the whole skin in the map and at least {:.0f} mm of flesh "
          "all around; {:.0f} mm are the least.",
          1e3 * std::max(0.0, high - low), in_quotes(labels_.front().name), 1e3 * least_flesh, 1e3 * shortest_limb));
    const double middle = 0.5 * (low + high);
    length_ = 1e-3 * std::floor(1e3 * (high - low)) - step;  // not to the last hair
    scan_.origin = scan_.origin - axis.at(middle);
    notes_.push_back(fmt::format("{:.0f} mm along {} were taken", 1e3 * length_, in_quotes(labels_.front().name)));
  }

  std::string text() const;

  LabelMap scan_;
  const ScanImportSettings& settings_;
  const std::function<void(const char*, double)>& stage_;
  std::vector<ScanLabel> labels_;  // the main bone first
  std::optional<Laterality> side_;
  double length_ = 0;  // m, of the piece
  std::vector<std::string> notes_;
};

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string Importer::text() const {
  const std::string& main = labels_.front().name;
  const bool lower_leg = main.starts_with("tibia") || main.starts_with("fibula");
  const std::string fascia = !settings_.fascia.empty() ? settings_.fascia : lower_leg ? "crural-fascia" : "fascia-lata";
  const char* side = *side_ == Laterality::left ? "left" : "right";
  std::string postures = quoted(settings_.posture);
  for (const char* other : {"prone", "supine", "side"})
    if (other != settings_.posture) postures += fmt::format(", \"{}\"", other);
  const double half = 500 * length_;  // mm
  std::string out = fmt::format(
      "# A limb from a label map, written by knead import: edit it as you like.\n"
      "# Body axes: x to the right, y anterior, z proximal along the bone; around: angle from posterior towards "
      "lateral.\n"
      "knead = 1\nkind = \"body\"\nname = {}\ntitle = {}\nchart = \"scan\"\npostures = [{}]   # the first when a "
      "scenario names none; what looks down lies on the table\nside = \"{}\"        # that the scan shows; a scenario "
      "with the other body.side "
      "gets "
      "the mirror image\nscan = {}   # the labels in the axes of the body, beside this file\n\n",
      quoted(settings_.name),
      quoted(fmt::format("{} limb from the segmented scan {}", side,
                         scan_.source.substr(scan_.source.find_last_of('/') + 1))),
      postures, side, quoted(settings_.map_name));
  out += "# bone: rigid; the elements stand around the first one. muscle: a region of the muscle layer, for tone.\n";
  for (const ScanLabel& label : labels_)
    out += fmt::format("[[label]]\nnumber = {}\nname = {}\nas = \"{}\"\n\n", label.number, quoted(label.name),
                       scan_part_names[static_cast<std::size_t>(label.part)]);
  out += "[label_source]\nsource = \"numbers of the label map\"\ntag = \"read\"\n\n";
  out += fmt::format(
      "[extent]\ndistal = \"-{0:.1f} mm\"\nproximal = \"{0:.1f} mm\"\nsource = \"where the map shows the whole skin "
      "around the bone\"\ntag = \"computed\"\n\n[landmarks]\n",
      half);
  constexpr std::pair<const char*, int> sides[] = {
      {"posterior", 0}, {"lateral", 90}, {"anterior", 180}, {"medial", -90}};
  constexpr std::pair<const char*, double> levels[] = {{"", 0}, {" proximal", 0.5}, {" distal", -0.5}};
  for (const auto& [level, share] : levels)
    for (const auto& [name, angle] : sides)
      out += fmt::format("\"{}{}\" = {{ around = \"{} deg\", along = \"{:.1f} mm\", description = \"{} side, {}\" }}\n",
                         name, level, angle, share * half, name,
                         share == 0  ? "middle of the piece"
                         : share > 0 ? "three quarters up the piece"
                                     : "one quarter up the piece");
  out +=
      "\n[landmarks_source]\nsource = \"by angle around the bone and share of the length\"\ntag = \"computed\"\n\n"
      "[layers]\n";
  const double thickness = settings_.skin > 0 ? settings_.skin : lower_leg ? 1.6e-3 : 1.9e-3;
  const char* skin_source = settings_.skin > 0 ? "given to knead import"
                            : lower_leg        ? "layer table, calf; no scan shows it"
                                        : "Gibney 2010 (CMRO 26:1519): 1.8–1.9 mm at the thigh; no scan shows it";
  out += fmt::format(
      "skin = {{ tissue = \"skin\", elements = 1, lies = \"{}\", thickness = {{ value = \"{:.4g} mm\", range = [\"0.5 "
      "mm\", "
      "\"5 mm\"], tag = \"{}\", source = \"{}\"{} }} }}\n",
      settings_.skin_outside ? "outside" : "within", 1e3 * thickness,
      settings_.skin > 0 || lower_leg ? "default" : "read", skin_source,
      settings_.skin > 0 || lower_leg ? "" : ", cite = [\"gibney2010\"]");
  out += "fat = { tissue = \"subcutaneous-fat\", elements = 2";
  if (settings_.fat)
    out +=
        fmt::format(", thickness = {{ value = \"{:.4g} mm\", tag = \"default\", source = \"given to knead import\" }}",
                    1e3 * *settings_.fat);
  out +=
      " }\nmuscle = { tissue = \"muscle\" }\nsource = \"element counts: bending of the skin and shear of the fat need "
      "them\"\ntag = \"default\"\n\n";
  out += fmt::format(
      "[[fascia]]                   # a membrane between fat and muscle, as thick as its sheet says\ntissue = {}\n"
      "around = [\"0 deg\", \"360 deg\"]\nsource = \"around the limb; no scan shows it\"\ntag = \"default\"\n\n",
      quoted(fascia));
  out +=
      "[support]\nstiffness = { value = \"500 kPa/m\", range = [\"200 kPa/m\", \"2000 kPa/m\"], tag = \"default\", "
      "source "
      "= \"foam of 25 kPa and 50 mm on a treatment table\" }\n";
  return out;
}

}  // namespace

ImportedScan import_scan(LabelMap scan, const ScanImportSettings& settings,
                         const std::function<void(const char*, double)>& stage) {
  return Importer(std::move(scan), settings, stage).run();
}

}  // namespace knead
