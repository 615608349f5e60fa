// What follows from a given body mass index, sex, girth or thickness, against the published numbers.
#include "body/subject.hpp"

#include <cmath>
#include <numbers>
#include <sstream>

#include "body/chart_body.hpp"
#include "body/mesh.hpp"
#include "catch.hpp"
#include "slab_fixture.hpp"

using namespace knead;
using namespace knead::test;

namespace {

using Values = std::vector<std::pair<const char*, const char*>>;

SubjectValues with(const std::string& name, const Values& given) {
  SubjectValues values = subject(name);
  int line = 0;
  for (const auto& [key, text] : given) override_subject(values, key, text, {"a.toml", ++line, 1});
  follow_relations(values);
  return values;
}

std::string refusal(const std::string& name, const Values& given) {
  try {
    with(name, given);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// Under the foot fat hardly follows; the relations say so.
bool of_sole(const std::string& key) {
  return key.starts_with("heel.") || key.starts_with("plantar-arch.") || key.starts_with("ball.");
}
bool ends(const std::string& key, const char* end) { return key.ends_with(end); }

}  // namespace

TEST_CASE("Skin and fat follow the body mass index by the published slopes", "[subject]") {
  const SubjectValues before = subject("average"), after = with("average", {{"bmi", "34"}});
  for (const auto& [key, entry] : before.entries) {
    INFO(key);
    const double way = after.at(key) - entry.value;
    if (ends(key, ".skin")) CHECK(way == Approx(0.2e-3));  // Gibney 2010
    const double shin = key == "calf-anterior.fat" ? 0.6 : 1;
    if (ends(key, ".fat")) CHECK(way == Approx(of_sole(key) ? 2e-3 : shin * 4e-3));  // Gibney 2010
    if (ends(key, ".muscle")) CHECK(way == Approx(0).margin(1e-8));
    if (ends(key, ".girth")) CHECK(way == Approx(2 * std::numbers::pi * 4.2e-3).epsilon(1e-4));  // Steiner
    if (ends(key, ".fascia") || key == "size_scale") CHECK(way == 0);
  }
  double fat = 0;
  for (const char* bmi : {"15", "19", "24", "33", "40", "64"}) {
    const SubjectValues values = with("runner-lean", {{"bmi", bmi}});
    CHECK(values.at("lumbar.fat") > fat);
    fat = values.at("lumbar.fat");
    CHECK(values.at("calf-anterior.fat") >= 1e-3);
  }
}

TEST_CASE("Women have thicker fat in a smaller envelope", "[subject]") {
  struct Case {
    const char* like;
    double fat;  // m
  };
  // Gibney 2010; Müller 2020: (51 mm − 17 mm) / 8 sites
  for (const Case& c : {Case{"average", 5.1e-3}, Case{"high-bmi", 5.1e-3}, Case{"runner-lean", (51e-3 - 17e-3) / 8},
                        Case{"recreational-runner", (51e-3 - 17e-3) / 8}}) {
    INFO(c.like);
    const SubjectValues man = subject(c.like), woman = subject(c.like + std::string("-female"));
    const SubjectValues asked = with(c.like, {{"sex", "female"}});
    for (const auto& [key, entry] : man.entries) {
      INFO(key);
      CHECK(woman.at(key) == Approx(asked.at(key)));
      const double shin = key == "calf-anterior.fat" ? 0.6 : 1;
      if (ends(key, ".fat")) CHECK(woman.at(key) - entry.value == Approx(of_sole(key) ? 0 : shin * c.fat).margin(1e-9));
      if (ends(key, ".girth") || key == "size_scale") CHECK(woman.at(key) == Approx(0.92 * entry.value));
      if (ends(key, ".skin") || key == "bmi") CHECK(woman.at(key) == entry.value);
    }
    // All layers of a limb together shrink with the size.
    const auto layers = [](const SubjectValues& v) {
      double sum = 0;
      for (const char* layer : {"skin", "fat", "fascia", "muscle"})
        sum += v.at(std::string("thigh-posterior.") + layer);
      return sum;
    };
    CHECK(layers(woman) == Approx(0.92 * layers(man)));
    CHECK(with(c.like + std::string("-female"), {{"sex", "male"}}).at("lumbar.fat") == Approx(man.at("lumbar.fat")));
  }
}

TEST_CASE("A given value wins, the rest follows, and both are said", "[subject]") {
  const SubjectValues base = subject("average");
  const SubjectValues values =
      with("average", {{"bmi", "28"}, {"sex", "female"}, {"thigh.girth", "600 mm"}, {"lumbar.fat", "12 mm"}});
  CHECK(values.at("lumbar.fat") == Approx(12e-3));
  CHECK(values.at("thigh.girth") == Approx(0.6));
  CHECK(values.at("gluteal.fat") == Approx(base.at("gluteal.fat") + 0.4 * 4e-3 + 5.1e-3));
  CHECK(values.entries.at("lumbar.fat").tag == "given");
  const SubjectEntry& followed = values.entries.at("gluteal.fat");
  CHECK(followed.origin == SubjectEntry::Origin::followed);
  CHECK(followed.source.find("16 mm by \"fat by BMI\": Gibney 2010") != std::string::npos);
  CHECK(values.entries.at("sacral.fat").tag == "default");  // no better than what it started from
  std::string notes;
  for (const std::string& note : values.notes) notes += note + "\n";
  CHECK(notes.find("bmi = 28, lumbar.fat = 12 mm, sex = female, thigh.girth = 600 mm") != std::string::npos);
  CHECK(notes.find("fat of women: +5.1 mm") != std::string::npos);
  CHECK(subject("average-female").notes.empty());

  // A wider limb of the same size: all sides share what the girth brings.
  const SubjectValues wide = with("average", {{"thigh.girth", "600 mm"}});
  for (const char* side : {"posterior", "lateral", "anterior"}) {
    const std::string key = std::string("thigh-") + side + ".muscle";
    CHECK(wide.at(key) - base.at(key) == Approx(0.05 / (2 * std::numbers::pi)));
  }
  // Fat takes its room from the muscle, and a tall woman is as large as said.
  CHECK(with("average", {{"thigh-lateral.fat", "14 mm"}}).at("thigh-lateral.muscle") == Approx(33e-3));
  CHECK(with("average", {{"sex", "female"}, {"size_scale", "1"}}).at("thigh.girth") == Approx(0.55));
  CHECK(with("average", {}).notes.empty());
}

TEST_CASE("What no person can be is refused at its place", "[subject]") {
  const auto contains = [](const std::string& text, const char* part) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
  };
  contains(refusal("average", {{"bmi", "80"}}), "a.toml:1:1");
  contains(refusal("average", {{"bmi", "80"}}), "between 15 and 64, not at 80");
  contains(refusal("average", {{"sex", "femal"}}), "did you mean \"female\"");
  contains(refusal("average", {{"thigh-posterior.fat", "75 mm"}}), "thigh-posterior.fat of 75 mm leave 0 mm");
  contains(refusal("average", {{"bmi", "30"}, {"thigh.girth", "250 mm"}}), "a.toml:2:1");
  contains(refusal("average", {{"thigh.girth", "250 mm"}}), "a larger girth or less fat");
}

TEST_CASE("Extreme but possible people get sound meshes", "[subject][heavy]") {
  struct Person {
    const char* name;
    Values given;
  };
  for (const char* name : {"thigh", "calf", "lower-back"})
    for (const Person& p : {Person{"runner-lean", {{"sex", "female"}}}, Person{"runner-lean", {{"bmi", "16"}}},
                            Person{"average", {{"bmi", "40"}}}, Person{"high-bmi-female", {{"bmi", "45"}}}}) {
      INFO(name << " of " << p.name);
      BodyRequest request;
      request.models = models();
      request.path = find_model(models(), "bodies", name);
      request.subject = with(p.name, p.given);
      request.element_size = 15e-3;
      const Body body = build_chart_body(request);
      CHECK(measure_quality(body.mesh).min_scaled_jacobian > 0.2);
      CHECK(body.notes[1] == request.subject.notes[0]);
    }
}
