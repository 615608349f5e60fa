// Damaged scenarios and model files: they are read or refused with sentences, never with a crash or another exception.
// Every round has its own seed. KNEAD_FUZZ=<first>:<count> in the environment replaces the rounds that run by default;
// the text of the round that is under way stands in the file fuzz-last.toml of the working folder.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.hpp"
#include "body/chart_body.hpp"
#include "body/tissue_file.hpp"
#include "catch.hpp"
#include "scenario/read.hpp"
#include "support/mutation.hpp"
#include "terms/contact_applicator.hpp"

using namespace knead;
using namespace knead::test;
namespace fs = std::filesystem;

namespace {

const fs::path root = KNEAD_SOURCE_DIR;

std::string content(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::vector<fs::path> toml_files(std::initializer_list<const char*> folders) {
  std::vector<fs::path> files;
  for (const char* folder : folders)
    for (const auto& entry : fs::recursive_directory_iterator(root / folder))
      if (entry.path().extension() == ".toml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> contents(const std::vector<fs::path>& files) {
  std::vector<std::string> texts;
  for (const auto& file : files) texts.push_back(content(file));
  return texts;
}

struct Rounds {
  std::uint64_t first = 1, count;
};

Rounds rounds(std::uint64_t by_default) {
  Rounds r{1, by_default};
  if (const char* text = std::getenv("KNEAD_FUZZ")) {
    char colon = 0;
    std::istringstream(text) >> r.first >> colon >> r.count;
  }
  return r;
}

void keep(const std::string& text) { std::ofstream("fuzz-last.toml", std::ios::binary) << text; }

// Runs f; what it throws must be an Error of the user's making, in sentences of one line each. Returns whether it
// threw.
template <class F>
bool refused(F&& f) {
  try {
    f();
    return false;
  } catch (const Error& error) {
    INFO(error.what());
    const bool by_user = error.code() == ExitCode::invalid_input || error.code() == ExitCode::file_error;
    CHECK(by_user);
    CHECK_FALSE(error.diagnostics().empty());
    CHECK(error.diagnostics().size() < 60);
    for (const auto& d : error.diagnostics()) {
      CHECK_FALSE(d.message.empty());
      CHECK(d.message.size() < 2000);
      CHECK(d.message.find('\n') == std::string::npos);
    }
    return true;
  } catch (const std::exception& error) {
    FAIL_CHECK("not an Error: " << error.what());
    return true;
  }
}

}  // namespace

TEST_CASE("Damaged scenarios are read or refused") {
  const Mutator mutator(contents(toml_files({"scenarios", "tests/cli/bad", "tests/restart"})));
  const auto [first, count] = rounds(3000);
  std::uint64_t num_refused = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    INFO("round " << seed);
    const std::string text = mutator.text(seed);
    keep(text);
    ReadOptions options;
    if (seed % 4 == 0) {  // any line of a scenario as an argument of -s
      std::istringstream lines(mutator.text(seed + (std::uint64_t{1} << 32)));
      for (std::string line; std::getline(lines, line) && options.overrides.size() < 3;)
        if (line.find('=') != std::string::npos) options.overrides.push_back(line);
    }
    num_refused += refused([&] { read_scenario_text(text, (root / "scenarios/fuzz.toml").string(), options); });
  }
  // Neither is everything refused nor nothing: the mistakes are small, but there are some.
  CHECK(num_refused > count / 3);
  CHECK(num_refused < count);
}

TEST_CASE("Damaged model files are read or refused") {
  const auto files = toml_files({"models"});
  const Mutator mutator(contents(files));
  const auto [first, count] = rounds(2000);
  const auto folder = fs::path("fuzz-models");
  fs::create_directories(folder);
  std::uint64_t num_refused = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const fs::path& file = files[seed % files.size()];
    INFO("round " << seed << ": " << file.string());
    const std::string text = mutator.damaged(content(file), seed), kind = file.parent_path().filename().string();
    keep(text);
    const std::string path = (folder / "damaged.toml").string();
    std::ofstream(path, std::ios::binary) << text;
    num_refused += refused([&] {
      if (kind == "tissues") {
        if (text.find("membrane") != std::string::npos)
          read_membrane_sheet(path, {}, 0);
        else
          read_tissue_sheet(path, {{KNEAD_SOURCE_DIR "/models"}, TissueClass::lower_bound});
      } else if (kind == "applicators") {
        read_applicator(path);
      } else if (kind == "subjects") {
        read_subject(path, {(root / "models").string()});
      } else if (kind == "relations") {
        read_relations(path);
      } else if (kind == "bodies") {
        BodyRequest request;
        request.path = path;
        request.models = {(root / "models").string()};
        request.subject = read_subject((root / "models/subjects/average.toml").string(), request.models);
        outline_chart_body(request);
        read_body_summary(path, request.subject);
      } else if (kind == "techniques") {
        fs::create_directories(folder / "techniques");
        fs::copy_file(path, folder / "techniques/effleurage.toml", fs::copy_options::overwrite_existing);
        ReadOptions options;
        options.model_folders = {folder.string(), (root / "models").string()};
        read_scenario((root / "scenarios/effleurage-lower-back.toml").string(), options);
      }
    });
  }
  CHECK(num_refused > count / 5);
  CHECK(num_refused < count);
  fs::remove_all(folder);
}
