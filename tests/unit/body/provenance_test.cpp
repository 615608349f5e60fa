// Every number of the model files has a source, and says so in a form that can be checked.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "body/provenance.hpp"
#include "body/tissue_file.hpp"
#include "catch.hpp"

using namespace knead;
namespace fs = std::filesystem;

namespace {

const fs::path models = fs::path(KNEAD_SOURCE_DIR) / "models";

std::vector<fs::path> model_files(const std::string& kind) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(models / kind))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::string refusal(const std::string& line) {
  const auto path = fs::temp_directory_path() / "knead-provenance-test.toml";
  std::ofstream(path) << "knead = 1\nkind = \"tissue\"\n" << line << "\n";
  try {
    checked_sources(read_model_file(path.string(), "tissue"));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

double prony_sum(const std::vector<PronyTerm>& terms) {
  double sum = 0;
  for (const PronyTerm& term : terms) sum += term.g;
  return sum;
}

}  // namespace

TEST_CASE("Every number of every model file has a source, a known tag, and lies in its range") {
  const ModelValue references = read_model_file((models / "references.toml").string(), "references");
  int count = 0;
  for (const char* kind : {"tissues", "bodies", "subjects", "relations", "applicators", "techniques"})
    for (const fs::path& file : model_files(kind)) {
      INFO(file.string());
      std::vector<SourcedValue> values;
      REQUIRE_NOTHROW(values = checked_sources(read_model_file(file.string(), "")));
      for (const SourcedValue& value : values) {
        INFO(value.key);
        for (const std::string& key : value.citation) CHECK(references.find(key) != nullptr);
        if (std::string(kind) == "tissues" && value.key.find("elastic_time") == std::string::npos)
          CHECK(value.source.size() >= 6);
        ++count;
      }
    }
  CHECK(count > 150);
}

TEST_CASE("Moduli and thicknesses of tissue sheets have a range for studies") {
  for (const fs::path& file : model_files("tissues"))
    for (const SourcedValue& value : checked_sources(read_model_file(file.string(), ""))) {
      INFO(file.string() << " " << value.key);
      const bool shape = value.key.rfind("relaxation", 0) == 0 || value.key.rfind("fibres.relaxation", 0) == 0 ||
                         value.key == "tone.relaxed";
      if (!shape) CHECK_FALSE(value.range.empty());
    }
}

TEST_CASE("Numbers without source, unit or range are refused with a sentence") {
  CHECK(refusal("a = 3").find("has no source") != std::string::npos);
  CHECK(refusal("a = \"3 kPa\"").find("has no source") != std::string::npos);
  CHECK(refusal("a = { value = 3, tag = \"read\" }").find("source") != std::string::npos);
  CHECK(refusal("a = { value = 3, tag = \"guess\", source = \"me\" }").find("not a tag") != std::string::npos);
  CHECK(refusal("a = { value = 3, tag = \"read\", source = \"x\", range = [4, 5] }").find("outside its range") !=
        std::string::npos);
  CHECK(refusal("a = { value = 3, tag = \"read\", source = \"x\", range = [\"1 kPa\", \"5 kPa\"] }")
            .find("not of the kind") != std::string::npos);
  CHECK(refusal("a = { value = \"3 kPa\", tag = \"read\", source = \"x\", range = [\"5 kPa\", \"1 kPa\"] }")
            .find("from a smaller to a larger") != std::string::npos);
  CHECK(refusal("a = { value = \"3 kPa\", tag = \"read\", source = \"x\", range = [\"1 kPa\", \"5 kPa\"] }").empty());
}

TEST_CASE("Every tissue sheet can be read in both classes, elastic and relaxing") {
  for (const fs::path& file : model_files("tissues")) {
    INFO(file.string());
    const bool membrane = read_model_file(file.string(), "").at("kind").text() == "membrane";
    double shear[2] = {0, 0};
    for (const TissueClass c : {TissueClass::indentation, TissueClass::lower_bound}) {
      if (membrane) {
        const MembraneSheet elastic = read_membrane_sheet(file.string(), {{}, c, false}, 0);
        const MembraneSheet relaxing = read_membrane_sheet(file.string(), {{}, c, true}, 0);
        CHECK(elastic.relaxation.empty());
        CHECK(elastic.law.along > 0);
        CHECK(elastic.law.along <= relaxing.law.along);
        CHECK(elastic.law.along >= (1 - prony_sum(relaxing.relaxation)) * relaxing.law.along);
        continue;
      }
      const Tissue elastic = read_tissue_sheet(file.string(), {{models.string()}, c, false}).tissue;
      const Tissue relaxing = read_tissue_sheet(file.string(), {{models.string()}, c, true}).tissue;
      CHECK(elastic.name == file.stem().string());
      CHECK(elastic.relaxation.empty());
      CHECK(shear_modulus(relaxing.law) * (relaxing.relaxation.empty() ? 1 : elastic.elastic_factor) ==
            Approx(shear_modulus(elastic.law)));
      shear[c == TissueClass::lower_bound] = shear_modulus(elastic.law);
    }
    CHECK(shear[1] <= shear[0]);
  }
}

TEST_CASE("A sheet that is like another has its law times a factor") {
  const SheetRequest request{{models.string()}, TissueClass::indentation, false};
  const auto sheet = [&](const char* name) {
    return read_tissue_sheet((models / "tissues" / name).string() + ".toml", request);
  };
  const double muscle = shear_modulus(sheet("muscle").tissue.law);
  CHECK(shear_modulus(sheet("muscle-tight").tissue.law) == Approx(2 * muscle));
  CHECK(shear_modulus(sheet("muscle-strongly-contracted").tissue.law) == Approx(15 * muscle));
  CHECK(shear_modulus(sheet("trigger-nodule").tissue.law) == Approx(2 * muscle));
  CHECK(sheet("trigger-nodule").tissue.kappa == Approx(2 * sheet("muscle").tissue.kappa));
  CHECK(sheet("scar").tissue.name == "scar");
}
