// body_table MODELS [ELEMENT_SIZE_MM]: the tables of docs/bodies.md. For the lower back, thicknesses measured in the
// mesh beside the values of the subjects' files; then every body at three sizes: worst element, volumes by tissue,
// depths. MODELS is the models folder of the repository.
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "base/program.hpp"
#include "body/chart_body.hpp"
#include "body/hexahedron.hpp"
#include "body/layers.hpp"
#include "body/model_folder.hpp"

namespace knead {
namespace {

struct Person {
  SubjectValues values;
  Body body;
};

Person make_person(const std::string& models, const std::string& name, double element_size,
                   const std::string& body = "lower-back") {
  Person person;
  person.values = read_subject(find_model({models}, "subjects", name), {models});
  BodyRequest request;
  request.path = find_model({models}, "bodies", body);
  request.subject = person.values;
  request.models = {models};
  request.element_size = element_size;
  person.body = build_chart_body(request);
  return person;
}

double level_of(const Body& body, const std::string& landmark) {
  for (const Landmark& l : body.landmarks)
    if (l.name == landmark) return l.along;
  throw Error(ExitCode::invalid_input, fmt::format("the body has no landmark {}", landmark));
}

// Where the subject's file speaks of a depth to bone: by hand from the sites of models/bodies/lower-back.toml.
struct Place {
  const char* level;
  double across;                       // m
  const char* site;                    // of the subject
  std::vector<const char*> under_fat;  // layers between fat and bone there; empty when no bone is meant
};
const std::vector<Place>& places() {
  static const std::vector<Place> list = {{"L1", 0, "midline", {"ligament"}},
                                          {"L1", 0.03, "lumbar", {"fascia", "muscle"}},
                                          {"L3", 0, "midline", {"ligament"}},
                                          {"L3", 0.03, "lumbar", {"fascia", "muscle"}},
                                          {"L3", 0.075, "lumbar", {}},
                                          {"L5", 0, "midline", {"ligament"}},
                                          {"L5", 0.03, "lumbar", {"fascia", "muscle"}},
                                          {"S2", 0, "sacral", {"fascia", "muscle"}},
                                          {"S2", 0.02, "sacral", {"fascia", "muscle"}},
                                          {"S2", 0.105, "gluteal", {"fascia", "muscle"}}};
  return list;
}

void print_table(const Person& person) {
  std::printf(
      "| place | skin | fat | fascia to bone | **skin to bone** | ends at | file: site | skin | fat | below | **sum** "
      "| "
      "off |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (const Place& place : places()) {
    double skin = 0, fat = 0, muscle = 0;
    std::string end = "–";
    for (const auto& layer : measure_layers(person.body, place.across, level_of(person.body, place.level))) {
      (layer.tissue == "skin" ? skin : layer.tissue == "subcutaneous-fat" ? fat : muscle) += layer.thickness;
      end = layer.ends_at;
    }
    const auto of_site = [&](const char* name) { return person.values.at(fmt::format("{}.{}", place.site, name)); };
    double below = 0;
    for (const char* name : place.under_fat) below += of_site(name);
    const double measured = skin + fat + muscle, sum = of_site("skin") + of_site("fat") + below;
    const std::string row =
        fmt::format("| {}, {:.0f} mm | {:.1f} | {:.1f} | {:.1f} | {:.1f} | {} | {} | {:.1f} | {:.1f} |", place.level,
                    1e3 * place.across, 1e3 * skin, 1e3 * fat, 1e3 * muscle, 1e3 * measured, end, place.site,
                    1e3 * of_site("skin"), 1e3 * of_site("fat"));
    const std::string rest = place.under_fat.empty() ? std::string(" – | – | – |")
                                                     : fmt::format(" {:.1f} | {:.1f} | {:+.0f} % |", 1e3 * below,
                                                                   1e3 * sum, 100 * (measured / sum - 1));
    std::printf("%s%s\n", row.c_str(), rest.c_str());
  }
}

void print_size(const Person& person, const std::string& body_name, double size) {
  const Body& body = person.body;
  std::string volumes;
  auto by_tissue = measure_volumes(body);
  for (const Tissue& tissue : body.tissues)
    volumes += fmt::format("{}{} {:.0f}", volumes.empty() ? "" : ", ", tissue.name, 1e6 * by_tissue[tissue.name]);
  std::string depths;
  for (const Landmark& l : landmarks_on(body)) {
    double sum = 0;
    std::string end;
    for (const auto& layer : measure_layers(body, l.across, l.along)) sum += layer.thickness, end = layer.ends_at;
    if (end.rfind("bone", 0) == 0) depths += fmt::format("{}{} {:.1f}", depths.empty() ? "" : ", ", l.name, 1e3 * sum);
  }
  const MeshQuality quality = measure_quality(body.mesh);
  std::printf("%s\n", fmt::format("| {} | {} | {:.1f} mm | {} | {:.2f} | {} | {} |", body_name, person.values.name,
                                  1e3 * size, body.mesh.num_cells(), quality.min_scaled_jacobian, volumes, depths)
                          .c_str());
}

void print_sizes(const std::string& models) {
  std::printf(
      "\n| body | subject | elements of | elements | least scaled Jacobian | volumes, cm³ | skin to bone, mm |\n"
      "|---|---|---|---|---|---|---|\n");
  const std::vector<std::pair<const char*, std::vector<double>>> bodies{{"lower-back", {8e-3, 11e-3, 15e-3}},
                                                                        {"gluteal", {8e-3, 11e-3, 15e-3}},
                                                                        {"thigh", {8e-3, 11e-3, 15e-3}},
                                                                        {"calf", {8e-3, 11e-3, 15e-3}},
                                                                        {"foot", {4e-3, 5.5e-3, 8e-3}}};
  for (const auto& [body, sizes] : bodies)
    for (const char* name : {"runner-lean", "average", "high-bmi"})
      for (const double size : sizes) print_size(make_person(models, name, size, body), body, size);
}

// Thicknesses and girths of every subject, mm.
void print_subjects(const std::string& models) {
  constexpr const char* keys[] = {
      "lumbar.skin",    "lumbar.fat",           "lumbar.muscle",         "gluteal.fat",
      "gluteal.muscle", "thigh-posterior.skin", "thigh-posterior.fat",   "thigh-posterior.muscle",
      "thigh.girth",    "calf-posterior.fat",   "calf-posterior.muscle", "calf.girth"};
  std::string head = "| subject | BMI |", rule = "|---|---|";
  for (const char* key : keys) {
    head += fmt::format(" {} |", key);
    rule += "---|";
  }
  std::printf("### Subjects\n\n%s\n%s\n", head.c_str(), rule.c_str());
  for (const SubjectSummary& summary : list_subjects({models})) {
    const SubjectValues values = read_subject(find_model({models}, "subjects", summary.name), {models});
    std::string row = fmt::format("| `{}` | {:g} |", summary.name, values.at("bmi"));
    for (const char* key : keys) row += fmt::format(" {:.4g} |", 1e3 * values.at(key));
    std::printf("%s\n", row.c_str());
  }
}

int run(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: body_table MODELS [ELEMENT_SIZE_MM]\n");
    return 2;
  }
  const double size = argc > 2 ? 1e-3 * std::atof(argv[2]) : 8e-3;
  print_subjects(argv[1]);
  for (const char* name : {"runner-lean", "average", "high-bmi"}) {
    const Person person = make_person(argv[1], name, size);
    std::printf("\n### %s (%s)\n\n", person.values.title.c_str(), name);
    print_table(person);
    for (const auto& note : person.body.notes)
      if (note.rfind("mesh:", 0) == 0) std::printf("\n%s.\n", note.c_str());
  }
  print_sizes(argv[1]);
  return 0;
}

}  // namespace
}  // namespace knead

int main(int argc, char** argv) { return knead::run_program("body_table", knead::run, argc, argv); }
