#include "same_result.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>

#include <hdf5.h>

#include <nlohmann/json.hpp>

namespace {

namespace fs = std::filesystem;

using Content = std::map<std::string, std::string>;  // where it stands in the file → its bytes

void require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error(what);
}

// Zeroes a member of a compound type: the time that a step took is not part of the result.
void blank(std::vector<char>& bytes, hid_t type, const char* member) {
  const int index = H5Tget_class(type) == H5T_COMPOUND ? H5Tget_member_index(type, member) : -1;
  if (index < 0) return;
  const hid_t inner = H5Tget_member_type(type, static_cast<unsigned>(index));
  const std::size_t offset = H5Tget_member_offset(type, static_cast<unsigned>(index)), width = H5Tget_size(inner);
  H5Tclose(inner);
  for (std::size_t row = 0; row + H5Tget_size(type) <= bytes.size(); row += H5Tget_size(type))
    std::memset(&bytes[row + offset], 0, width);
}

// Shape and bytes of a data set or an attribute; texts of variable length by their characters.
std::string bytes_of(hid_t type, hid_t space, const std::function<herr_t(void*)>& read) {
  const auto number = static_cast<std::size_t>(std::max<hssize_t>(0, H5Sget_simple_extent_npoints(space)));
  std::string result = std::to_string(number) + " x " + std::to_string(H5Tget_size(type)) + ":";
  if (number == 0) return result;
  std::vector<char> bytes(number * H5Tget_size(type));
  require(read(bytes.data()) >= 0, "values cannot be read");
  if (H5Tis_variable_str(type) > 0) {
    for (std::size_t i = 0; i < number; ++i) {
      char* text = nullptr;
      std::memcpy(&text, &bytes[i * sizeof text], sizeof text);
      result += (text ? std::string(text) : std::string()) + '\0';
    }
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, bytes.data());
    return result;
  }
  blank(bytes, type, "wall_time");
  return result.append(bytes.begin(), bytes.end());
}

herr_t add_attribute(hid_t object, const char* name, const H5A_info_t*, void* data) {
  auto& [content, path] = *static_cast<std::pair<Content*, std::string>*>(data);
  const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), type = H5Aget_type(attribute),
              space = H5Aget_space(attribute);
  (*content)[path + "@" + name] = bytes_of(type, space, [&](void* to) { return H5Aread(attribute, type, to); });
  H5Sclose(space);
  H5Tclose(type);
  H5Aclose(attribute);
  return 0;
}

herr_t add_object(hid_t file, const char* name, const H5O_info_t* info, void* data) {
  auto& content = *static_cast<Content*>(data);
  const hid_t object = H5Oopen(file, name, H5P_DEFAULT);
  std::pair<Content*, std::string> context(&content, name);
  H5Aiterate(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, add_attribute, &context);
  content[name];  // groups, too
  if (info->type == H5O_TYPE_DATASET) {
    const hid_t type = H5Dget_type(object), space = H5Dget_space(object);
    content[name] =
        bytes_of(type, space, [&](void* to) { return H5Dread(object, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, to); });
    H5Sclose(space);
    H5Tclose(type);
  }
  H5Oclose(object);
  return 0;
}

Content hdf5_content(const fs::path& path) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  require(file >= 0, path.string() + " cannot be opened");
  Content content;
  const herr_t status = H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, add_object, &content);
  H5Fclose(file);
  require(status >= 0, path.string() + " cannot be read");
  content.erase("Knead@threads");
  return content;
}

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> list;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, ',');) list.push_back(cell);
  return list;
}

// Row, column title → cell.
Content csv_content(const fs::path& path) {
  std::ifstream in(path);
  Content content;
  std::string line;
  require(static_cast<bool>(std::getline(in, line)), path.string() + " is empty");
  const auto titles = cells(line);
  for (int row = 1; std::getline(in, line); ++row) {
    const auto list = cells(line);
    for (std::size_t i = 0; i < std::max(list.size(), titles.size()); ++i) {
      const std::string title = i < titles.size() ? titles[i] : "beyond the last column";
      if (title.rfind("wall_time", 0) != 0)
        content["row " + std::to_string(row) + ", " + title] = i < list.size() ? list[i] : "nothing";
    }
  }
  return content;
}

Content json_content(const fs::path& path) {
  std::ifstream in(path);
  Content content;
  const auto flat = nlohmann::json::parse(in).flatten();
  for (const auto& [key, value] : flat.items()) {
    const auto last = key.substr(key.rfind('/') + 1);
    if (last != "wall_time_s" && last != "peak_memory_MB" && last != "threads") content[key] = value.dump();
  }
  return content;
}

void compare(const std::string& file, const Content& one, const Content& other, std::vector<std::string>& list) {
  for (const auto& [place, bytes] : one) {
    const auto found = other.find(place);
    if (found == other.end())
      list.push_back(file + ": only the first has " + place);
    else if (found->second != bytes)
      list.push_back(file + ": " + place);
  }
  for (const auto& [place, bytes] : other)
    if (one.count(place) == 0) list.push_back(file + ": only the second has " + place);
}

}  // namespace

std::vector<std::string> differences(const fs::path& one, const fs::path& other) {
  std::vector<std::string> list;
  compare("run.vtkhdf", hdf5_content(one / "run.vtkhdf"), hdf5_content(other / "run.vtkhdf"), list);
  compare("load_profile.csv", csv_content(one / "load_profile.csv"), csv_content(other / "load_profile.csv"), list);
  compare("probes.csv", csv_content(one / "probes.csv"), csv_content(other / "probes.csv"), list);
  compare("summary.json", json_content(one / "summary.json"), json_content(other / "summary.json"), list);
  return list;
}
