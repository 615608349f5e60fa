// The arrows of the architecture: a folder of sim/ includes only folders before it, and never the tools.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"

namespace {

namespace fs = std::filesystem;
using Arrows = std::map<std::string, std::set<std::string>>;

// Direct arrows, the same as the LINK lists of the top CMakeLists.txt.
const Arrows direct = {
    {"base", {}},        {"math", {"base"}},    {"tissue", {"math"}}, {"applicator", {"math"}},
    {"solve", {"math"}}, {"body", {"tissue"}},  {"fem", {"body"}},    {"terms", {"fem", "applicator", "solve"}},
    {"step", {"terms"}}, {"measure", {"step"}}, {"io", {"step"}},     {"scenario", {"measure", "io"}}};

// Everything that can be reached from a folder, itself included.
std::set<std::string> reachable(const std::string& folder) {
  std::set<std::string> all = {folder};
  for (const auto& next : direct.at(folder)) all.merge(reachable(next));
  return all;
}

// Headers that cost seconds per file that includes them.
bool is_heavy(const std::string& header) {
  if (header == "nlohmann/json_fwd.hpp") return false;  // declarations only
  for (const char* start : {"hdf5", "vtk", "toml++", "CLI/", "Eigen/Sparse", "nlohmann/"}) {
    if (header.rfind(start, 0) == 0) return true;
  }
  return false;
}

struct Include {
  std::string header;
  int line;
};

std::vector<Include> includes_of(std::istream& text) {
  std::vector<Include> list;
  std::string line;
  for (int number = 1; std::getline(text, line); ++number) {
    const auto hash = line.find_first_not_of(" \t");
    if (hash == std::string::npos || line[hash] != '#') continue;
    const auto word = line.find_first_not_of(" \t", hash + 1);
    if (word == std::string::npos || line.compare(word, 7, "include") != 0) continue;
    const auto open = line.find_first_of("\"<", word);
    if (open == std::string::npos) continue;
    const auto close = line.find_first_of("\">", open + 1);
    if (close != std::string::npos) list.push_back({line.substr(open + 1, close - open - 1), number});
  }
  return list;
}

// What is wrong with the includes of one file; `path` is relative to the repository, as in "sim/fem/cells.hpp".
std::vector<std::string> violations(const fs::path& path, std::istream& text) {
  std::vector<std::string> found;
  const fs::path in_library = path.lexically_relative("sim");
  const std::string folder = in_library.has_parent_path() ? in_library.begin()->string() : "";
  if (!folder.empty() && !direct.count(folder))
    return {path.string() + ": folder " + folder + " has no place in the order"};
  for (const auto& [header, line] : includes_of(text)) {
    const std::string place = path.string() + ":" + std::to_string(line) + ": ";
    const std::string target = fs::path(header).begin()->string();
    const bool ours = direct.count(target) && header.find('/') != std::string::npos;
    if (header.find("..") != std::string::npos) found.push_back(place + "include by the path from sim/: " + header);
    if (target == "knead" || target == "tools")
      found.push_back(place + "the library does not know the tools: " + header);
    if (!folder.empty() && header == "simulation.hpp") found.push_back(place + folder + " runs back to simulation.hpp");
    if (ours && !folder.empty() && !reachable(folder).count(target)) {
      found.push_back(place + folder + " must not include " + target + " (" + header + ")");
    }
  }
  return found;
}

std::vector<std::string> violations(const std::string& path, const std::string& text) {
  std::istringstream stream(text);
  return violations(fs::path(path), stream);
}

// A file of sim/ by its path from there, as includes name it.
using Files = std::map<std::string, std::vector<Include>>;

// Heavy headers stay inside one folder: a header that includes one, itself or through another header, is heavy too, and
// no other folder may include it.
std::vector<std::string> heavy_violations(const Files& files) {
  std::set<std::string> heavy;
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& [path, includes] : files) {
      if (fs::path(path).extension() != ".hpp" || heavy.count(path)) continue;
      for (const auto& include : includes) {
        if (is_heavy(include.header) || heavy.count(include.header)) grew = heavy.insert(path).second;
      }
    }
  }
  std::vector<std::string> found;
  for (const auto& [path, includes] : files) {
    for (const auto& [header, line] : includes) {
      if (heavy.count(header) && fs::path(header).parent_path() != fs::path(path).parent_path()) {
        found.push_back("sim/" + path + ":" + std::to_string(line) + ": " + header +
                        " includes a heavy header; only files beside it may include it");
      }
    }
  }
  return found;
}

}  // namespace

TEST_CASE("Includes of the library follow the order of its folders") {
  const fs::path root = KNEAD_SOURCE_DIR;
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator(root / "sim")) {
    const auto extension = entry.path().extension();
    if (extension != ".hpp" && extension != ".cpp") continue;
    std::ifstream file(entry.path());
    REQUIRE(file);
    for (const auto& violation : violations(entry.path().lexically_relative(root), file)) FAIL_CHECK(violation);
    file.clear();
    file.seekg(0);
    files[entry.path().lexically_relative(root / "sim").generic_string()] = includes_of(file);
  }
  CHECK(files.size() > 10);
  for (const auto& violation : heavy_violations(files)) FAIL_CHECK(violation);
}

TEST_CASE("The check of includes sees what it must see") {
  CHECK(violations("sim/fem/a.hpp", "#include \"math/tensor.hpp\"\n#include <vector>\n").empty());
  CHECK(violations("sim/simulation.cpp", "#include \"scenario/build.hpp\"\n").empty());
  CHECK(violations("sim/solve/a.hpp", "#include \"body/mesh.hpp\"\n").size() == 1);
  CHECK(violations("sim/tissue/a.hpp", "  #  include \"solve/fgmres.hpp\"\n").size() == 1);
  CHECK(violations("sim/measure/a.cpp", "#include \"io/record.hpp\"\n").size() == 1);
  CHECK(violations("sim/step/a.cpp", "#include \"simulation.hpp\"\n").size() == 1);
  CHECK(violations("sim/scenario/a.cpp", "#include \"knead/command.hpp\"\n").size() == 1);
  CHECK(violations("sim/terms/a.cpp", "#include \"../fem/cells.hpp\"\n").size() == 1);
  CHECK(violations("sim/kitchen/a.cpp", "").size() == 1);
  const auto two = violations("sim/base/a.hpp", "#include <map>\n#include \"io/read.hpp\"\n#include \"fem/a.hpp\"\n");
  REQUIRE(two.size() == 2);
  CHECK(two[0] == "sim/base/a.hpp:2: base must not include io (io/read.hpp)");
}

TEST_CASE("The check of heavy headers follows them through other headers") {
  const Include hdf5{"hdf5.h", 1}, handle{"io/handle.hpp", 1}, record{"io/record.hpp", 2};
  CHECK(heavy_violations({{"io/handle.hpp", {hdf5}}, {"io/record.cpp", {handle}}, {"io/record.hpp", {}}}).empty());
  const auto found = heavy_violations({{"io/handle.hpp", {hdf5}},
                                       {"io/record.hpp", {handle}},
                                       {"scenario/build.cpp", {Include{"math/tensor.hpp", 1}, record}}});
  REQUIRE(found.size() == 1);
  CHECK(found[0].rfind("sim/scenario/build.cpp:2: io/record.hpp", 0) == 0);
}

TEST_CASE("The order of folders is the one that CMake links") {
  std::ifstream file(fs::path(KNEAD_SOURCE_DIR) / "CMakeLists.txt");
  REQUIRE(file);
  std::string line;
  std::size_t num_modules = 0;
  while (std::getline(file, line)) {
    if (line.rfind("knead_module(", 0) != 0) continue;
    std::istringstream words(line.substr(13, line.find_last_of(')') - 13));
    std::string name, word;
    words >> name;
    std::set<std::string> linked;
    while (words >> word && word != "PRIVATE") {
      if (word.rfind("knead_", 0) == 0) linked.insert(word.substr(6));
    }
    INFO(name);
    REQUIRE(direct.count(name));
    CHECK(linked == direct.at(name));
    ++num_modules;
  }
  CHECK(num_modules == direct.size());
}
