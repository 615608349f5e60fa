#include <filesystem>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "run_program.hpp"

namespace fs = std::filesystem;

namespace {
const std::string scenarios = std::string(KNEAD_SOURCE_DIR) + "/scenarios/";
}  // namespace

TEST_CASE("knead alone prints its help") {
  const auto outcome = knead_program("");
  CHECK(outcome.code == 0);
  CHECK(outcome.err.empty());
  for (const char* command : {"check", "new", "list", "info", "cite", "schema", "explain"})
    CHECK(contains(outcome.out, command));
}

TEST_CASE("The version is one line") {
  const auto outcome = knead_program("--version");
  CHECK(outcome.code == 0);
  CHECK(contains(outcome.out, "knead 0."));
}

TEST_CASE("Wrong usage has its own exit code") {
  for (const char* arguments : {"chekc", "check", "check --nonsense x.toml", "list", "list cats", "explain",
                                "explain forse", "schema extra", "check a.toml b.toml"}) {
    INFO(arguments);
    const auto outcome = knead_program(arguments);
    CHECK(outcome.code == 2);
    CHECK(outcome.out.empty());
    CHECK_FALSE(outcome.err.empty());
  }
  CHECK(contains(knead_program("explain forse").err, "did you mean \"force\""));
  CHECK(contains(knead_program("list").err, "list needs WHAT: bodies, tissues"));
  const auto no_folder = knead_program("run scenarios/sphere-on-block.toml -o --force");
  CHECK(no_folder.code == 2);
  CHECK(contains(no_folder.err, "--output: needs a value before --force"));
#ifdef KNEAD_HAVE_VTK
  const auto picture = knead_program("render lower-back -o back.jpg");
  CHECK(picture.code == 2);
  CHECK(contains(picture.err, "write for example -o back.png"));
  CHECK(knead_program("render lower-back --film back.png").code == 2);
#endif
}

TEST_CASE("check shows values with their sources") {
  const auto outcome = knead_program("check " + scenarios + "block-compression.toml -s time.step='0.5 s'");
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  CHECK(contains(outcome.out, "time.step"));
  CHECK(contains(outcome.out, "command line"));
  CHECK(contains(outcome.out, "8 elements, 125 nodes"));
}

TEST_CASE("check says where a stroke lies") {
  const auto outcome = knead_program("check --preview --json " + scenarios + "effleurage-lower-back.toml");
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  const auto answer = nlohmann::json::parse(outcome.out);
  CHECK(answer["ok"] == true);
  REQUIRE(answer["places"].size() == 4);  // ends of the path, probes
  const auto from = answer["places"][0]["point_m"], to = answer["places"][1]["point_m"];
  // Left of the midline (+x is right), T12 above L5 (+z is cranial).
  CHECK(from[0].get<double>() == Approx(-0.04).margin(0.005));
  CHECK(to[2].get<double>() - from[2].get<double>() > 0.1);
  CHECK(answer["displacement_unknowns"].get<long>() > 1000);
}

TEST_CASE("The effleurage scenario has the size of a real study") {
  const auto outcome = knead_program("check --json " + scenarios + "effleurage-lower-back.toml");
  REQUIRE(outcome.code == 0);
  CHECK(nlohmann::json::parse(outcome.out)["displacement_unknowns"].get<long>() >= 250'000);
}

TEST_CASE("Errors are machine-readable on request") {
  const auto outcome =
      knead_program("check --json " + std::string(KNEAD_SOURCE_DIR) + "/tests/cli/bad/several-at-once.toml");
  CHECK(outcome.code == 3);
  const auto answer = nlohmann::json::parse(outcome.out);
  CHECK(answer["ok"] == false);
  CHECK(answer["errors"].size() >= 4);
  CHECK(answer["errors"][0]["line"].get<int>() > 0);
}

TEST_CASE("list knows everything that can be named") {
  for (const char* kind :
       {"bodies", "tissues", "subjects", "applicators", "techniques", "shapes", "laws", "measures", "fields"}) {
    INFO(kind);
    const auto outcome = knead_program(std::string("list ") + kind);
    CHECK(outcome.code == 0);
    CHECK_FALSE(outcome.out.empty());
    CHECK_FALSE(contains(outcome.out, "cannot be read"));
    CHECK(nlohmann::json::parse(knead_program(std::string("list --json ") + kind).out).size() > 0);
  }
  CHECK(contains(knead_program("list techniques").out, "effleurage"));
}

TEST_CASE("schema is JSON, explain is a paragraph") {
  CHECK(nlohmann::json::parse(knead_program("schema").out)["type"] == "object");
  CHECK(contains(knead_program("explain stroke.force").out, "a force such as \"20 N\""));
}

TEST_CASE("explain of a model gives the source of every number") {
  const auto muscle = knead_program("explain tissue.muscle");
  CHECK(muscle.code == 0);
  CHECK(contains(muscle.out, "indentation.shear_modulus = 8.0 kPa  (0.7 kPa to 16 kPa)  [default]"));
  CHECK(contains(muscle.out, "Palevski 2006"));
  CHECK(contains(muscle.out, "cite: palevski2006"));
  CHECK(contains(knead_program("explain tissue.trigger-nodule").out, "like muscle: knead explain tissue.muscle"));
  CHECK(contains(knead_program("explain subject.average").out, "lumbar.fat = 9 mm"));
  CHECK(contains(knead_program("explain tissue.tone").out, "muscle tone"));
  for (const char* key : {"explain body.calf", "explain calf"}) {
    const auto calf = knead_program(key);
    CHECK(contains(calf.out, "gastrocnemius ends in the Achilles tendon\n"));
    CHECK(contains(calf.out, "extensor digitorum longus, peroneals"));
    CHECK(contains(calf.out, "tibia, fibula"));
  }
}

TEST_CASE("A tissue and a subject of one's own are files, and cite names their sources") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path / "models/tissues");
  std::filesystem::create_directories(folder.path / "models/subjects");
  write_file(folder.path / "models/references.toml",
             "knead = 1\nkind = \"references\"\n[mytests]\nauthor = \"Me\"\nyear = 2020\n");
  write_file(
      folder.path / "models/tissues/stiff-muscle.toml",
      "knead = 1\nkind = \"tissue\"\nname = \"stiff-muscle\"\ntitle = \"Muscle of my tests\"\nlike = \"muscle\"\n"
      "stiffness_ratio = { value = 1.7, range = [1.2, 2.2], tag = \"computed\", source = \"my tests\", cite = "
      "[\"mytests\"] }\n");
  write_file(folder.path / "study.toml",
             "knead = 1\ntitle = \"Press\"\n[body]\nname = \"block\"\nsize = [\"20 mm\", \"20 mm\", \"10 mm\"]\n"
             "elements = [1, 1, 1]\ntissue = \"stiff-muscle\"\n[tissue]\nviscoelastic = true\n"
             "[[boundary]]\non = \"bottom\"\ndisplacement = [\"0 mm\", \"0 mm\", \"0 mm\"]\n"
             "[[boundary]]\non = \"top\"\npressure = \"200 Pa\"\n[time]\nend = \"1 s\"\nstep = \"0.5 s\"\n");
  const auto study = quoted_for_shell((folder.path / "study.toml").string());
  const auto result = quoted_for_shell((folder.path / "out").string());
  const auto run = knead_program("run " + study + " -o " + result);
  INFO(run.err);
  REQUIRE(run.code == 0);
  const auto cite = knead_program("cite " + result);
  INFO(cite.err);
  CHECK(cite.code == 0);
  CHECK(contains(cite.out, "tissues/stiff-muscle: Muscle of my tests"));
  CHECK(contains(cite.out, "stiffness_ratio = 1.7 [computed] my tests \\cite{mytests}"));
  CHECK(contains(cite.out, "tissues/muscle: Skeletal muscle, relaxed"));  // what it is like
  CHECK(contains(cite.out, "@article{palevski2006"));
  CHECK(contains(knead_program("cite --bibtex " + result).out, "@software{knead"));

  std::string subject = read_file(std::string(KNEAD_SOURCE_DIR) + "/models/subjects/average.toml");
  const auto name = subject.find("name = \"average\"");
  REQUIRE(name != std::string::npos);
  subject.replace(name, 16, "name = \"me\"");
  write_file(folder.path / "models/subjects/me.toml", subject);
  write_file(folder.path / "back.toml",
             "extends = \"" + scenarios + "effleurage-lower-back.toml\"\n[subject]\nlike = \"me\"\n");
  const auto back = knead_program("check --preview " + quoted_for_shell((folder.path / "back.toml").string()));
  INFO(back.err);
  CHECK(back.code == 0);
  CHECK(contains(back.out, "\"me\""));
}

TEST_CASE("new writes a scenario that check accepts, once") {
  const TemporaryFolder folder;
  const auto file = (folder.path / "my \"own\" study").string();
  REQUIRE(knead_program("new " + quoted_for_shell(file)).code == 0);
  const auto checked = knead_program("check --preview " + quoted_for_shell(file + ".toml"));
  INFO(checked.err);
  CHECK(checked.code == 0);
  CHECK(knead_program("new " + quoted_for_shell(file)).code == 5);
  CHECK(knead_program("new " + quoted_for_shell(file + "2") + " --technique efleurage").code == 3);
  for (const std::string body : {"gluteal", "thigh", "calf", "foot"}) {
    INFO(body);
    const std::string other = folder.path.string() + "/" + body + ".toml";
    REQUIRE(knead_program("new " + quoted_for_shell(other) + " --body " + body).code == 0);
    CHECK(knead_program("check " + quoted_for_shell(other)).code == 0);
  }
  for (const auto& technique :
       std::filesystem::directory_iterator(std::string(KNEAD_SOURCE_DIR) + "/models/techniques")) {
    const std::string name = technique.path().stem().string(), other = folder.path.string() + "/" + name + ".toml";
    INFO(name);
    REQUIRE(knead_program("new " + quoted_for_shell(other) + " --technique " + name).code == 0);
    CHECK(knead_program("check --preview " + quoted_for_shell(other)).code == 0);
  }
  CHECK(knead_program("new " + folder.path.string() + "/none/x").code == 5);
}

TEST_CASE("export says what CalculiX has no counterpart for") {
  const TemporaryFolder folder;
  const auto deck = [&](const std::string& scenario, const std::string& options = "") {
    return knead_program("export calculix " + std::string(KNEAD_SOURCE_DIR) + "/scenarios/" + scenario + " -o " +
                         (folder.path / "deck.inp").string() + " " + options);
  };
  const auto pressed = deck("sphere-on-block.toml");
  CHECK(pressed.code == 3);
  CHECK(contains(pressed.err, "it has no rigid shapes"));
  const auto rigid = deck("block-compression.toml", "-s 'tissue.gel.bulk_modulus=\"incompressible\"'");
  CHECK(rigid.code == 3);
  CHECK(contains(rigid.err, "gel is incompressible"));
  CHECK(deck("block-compression.toml", "-s tissue.gel.coupled=true").code == 3);
  CHECK_FALSE(std::filesystem::exists(folder.path / "deck.inp"));
  CHECK(deck("block-compression.toml").code == 0);
  CHECK(std::filesystem::exists(folder.path / "deck.inp"));
  CHECK(knead_program("export xdmf nowhere.vtkhdf").code == 5);
  CHECK(knead_program("export xdmf nowhere.vtkhdf --preview").code == 2);
}

TEST_CASE("info refuses what is not a result") {
  const TemporaryFolder folder;
  write_file(folder.path / "run.vtkhdf", "this is not HDF5");
  CHECK(knead_program("info " + folder.path.string()).code == 5);
  CHECK(knead_program("info " + (folder.path / "none.vtkhdf").string()).code == 5);
}

TEST_CASE("A full disk is not a success") {
  if (!fs::exists("/dev/full")) return;
  CHECK(knead_program("schema > /dev/full").code == 5);
}

TEST_CASE("Messages have no colours in a file") {
  CHECK_FALSE(contains(knead_program("check none.toml").err, "\x1b["));
}
