// body_sections MODELS FOLDER [ELEMENT_SIZE_MM]: the pictures and the table of docs/bodies.md, from the mesh itself.
//   MODELS  the models folder of the repository;  FOLDER  where the pictures go
// Writes lower-back-sections.svg (one subject, four levels) and lower-back-subjects.svg (three subjects at L3 and S2),
// and prints the table of measured thicknesses beside the values of the subjects' files.
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <fmt/format.h>

#include "base/error.hpp"
#include "body/layers.hpp"
#include "body/model_folder.hpp"
#include "body/slab_body.hpp"
#include "section.hpp"

namespace knead {
namespace {

struct Person {
  SubjectValues values;
  SlabModel model;
  Body body;
};

Person make_person(const std::string& models, const std::string& name, double element_size) {
  Person person;
  person.values = read_subject(find_model({models}, "subjects", name));
  BodyRequest request;
  request.path = find_model({models}, "bodies", "lower-back");
  request.subject = person.values;
  request.models = {models};
  request.element_size = element_size;
  person.body = build_lower_back(request);
  std::vector<std::string> notes;
  person.model = read_slab_model(request.path, person.values);
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
                                          {"S2", 0.085, "gluteal", {"fascia", "muscle"}}};
  return list;
}

void print_table(const Person& person) {
  std::printf(
      "| place | skin | fat | fascia to bone | skin to bone | ends at | site of the file | skin | fat | below | sum "
      "|\n");
  std::printf("|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (const Place& place : places()) {
    double skin = 0, fat = 0, muscle = 0;
    std::string end = "–";
    for (const auto& layer : measure_layers(person.body, place.across, level_of(person.body, place.level))) {
      (layer.tissue == "skin" ? skin : layer.tissue == "subcutaneous-fat" ? fat : muscle) += layer.thickness;
      end = layer.ends_at;
    }
    const std::string site = place.site;
    const double file_skin = person.values.at(site + ".skin"), file_fat = person.values.at(site + ".fat");
    double below = 0;
    for (const char* name : place.under_fat) below += person.values.at(site + "." + name);
    const std::string deep = place.under_fat.empty() ? "–" : fmt::format("{:.1f}", 1e3 * below);
    const std::string sum = place.under_fat.empty() ? "–" : fmt::format("{:.1f}", 1e3 * (file_skin + file_fat + below));
    std::fputs(
        fmt::format("| {}, {:.0f} mm | {:.1f} | {:.1f} | {:.1f} | {:.1f} | {} | {} | {:.1f} | {:.1f} | {} | {} |\n",
                    place.level, 1e3 * place.across, 1e3 * skin, 1e3 * fat, 1e3 * muscle, 1e3 * (skin + fat + muscle),
                    end, site, 1e3 * file_skin, 1e3 * file_fat, deep, sum)
            .c_str(),
        stdout);
  }
}

void write(const std::string& path, double width, double height, const std::string& content) {
  std::ofstream out(path);
  out << fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} "
             "{1:.0f}\" font-family=\"DejaVu Sans, sans-serif\">\n<rect width=\"100%\" height=\"100%\" "
             "fill=\"#fff\"/>\n",
             width, height)
      << content << "</svg>\n";
  if (!out) throw Error(ExitCode::file_error, Location{path}, "the picture cannot be written");
}

int run(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: body_sections MODELS FOLDER [ELEMENT_SIZE_MM]\n");
    return 2;
  }
  const std::string models = argv[1], folder = argv[2];
  const double size = argc > 3 ? 1e-3 * std::atof(argv[3]) : 8e-3;
  constexpr double scale = 2000, wide = 600, gap = 40, margin = 24;  // pixels per metre, pixels
  std::vector<Person> people;
  for (const char* name : {"runner-lean", "average", "high-bmi"}) {
    people.push_back(make_person(models, name, size));
    std::printf("\n### %s (%s)\n\n", people.back().values.title.c_str(), name);
    print_table(people.back());
    std::printf("\n");
    for (const auto& note : people.back().body.notes) std::printf("- %s\n", note.c_str());
  }

  const double full = 2 * margin + 2 * wide + gap;
  const auto panel = [&](const Person& p, const char* level, const std::string& title, double x, double y,
                         double depth) {
    std::vector<double> needle;
    for (const Place& place : places())
      if (place.level == std::string(level)) needle.push_back(place.across);
    return draw_section({&p.body, &p.model, level_of(p.body, level), title, needle}, x, y, scale, depth);
  };
  const char* caption =
      "<text x=\"{:.0f}\" y=\"{:.0f}\" font-size=\"13\">Transverse sections of the mesh seen from the feet, prone: "
      "posterior up, the subject's right on the right. Needles: skin to bone. Elements are drawn on the "
      "right.</text>\n";
  {
    std::string svg;
    const double depth = 0.1, height = scale * depth + 64;
    const char* levels[4] = {"L1", "L3", "L5", "S2"};
    for (int i = 0; i < 4; ++i)
      svg += panel(people[1], levels[i], levels[i], margin + (i % 2) * (wide + gap), 62 + (i / 2) * height, depth);
    svg += draw_legend(people[1].model, margin, 2 * height + 34, full - 2 * margin);
    svg += fmt::format(fmt::runtime(caption), margin, 2 * height + 84);
    write(folder + "/lower-back-sections.svg", full, 2 * height + 98, svg);
  }
  {
    std::string svg;
    const double depth = 0.115, height = scale * depth + 64;
    for (int i = 0; i < 3; ++i) {
      const Person& p = people[static_cast<std::size_t>(i)];
      svg += panel(p, "L3", p.values.title + ": L3", margin, 62 + i * height, depth);
      svg += panel(p, "S2", "S2", margin + wide + gap, 62 + i * height, depth);
    }
    svg += draw_legend(people[1].model, margin, 3 * height + 34, full - 2 * margin);
    svg += fmt::format(fmt::runtime(caption), margin, 3 * height + 84);
    write(folder + "/lower-back-subjects.svg", full, 3 * height + 98, svg);
  }
  return 0;
}

}  // namespace
}  // namespace knead

int main(int argc, char** argv) {
  try {
    return knead::run(argc, argv);
  } catch (const knead::Error& error) {
    std::fprintf(stderr, "body_sections: %s\n", error.what());
    return static_cast<int>(error.code());
  }
}
