#include "scenario/schema_parts.hpp"

namespace knead {

using enum Form;
namespace dim = dimension;

std::vector<KeySpec> history_keys(const std::string& key, const Dimension& dimension, const std::string& about) {
  return {
      {.key = key, .forms = history | table, .dimension = dimension, .about = about},
      {.key = key + ".values",
       .forms = form(history),
       .dimension = dimension,
       .required = true,
       .about = "pairs of time and value"},
      {.key = key + ".ramp",
       .forms = form(choice),
       .fallback = "linear",
       .choices = {"linear", "cosine"},
       .about = "how to go from one value to the next"},
  };
}

std::vector<KeySpec> direction_keys(const std::string& key, const Dimension& dimension, const std::string& about) {
  const auto component = [&](const char* name, const std::string& what) {
    return KeySpec{.key = key + "." + name, .forms = form(history), .dimension = dimension, .about = what};
  };
  return {
      {.key = key, .forms = components | table, .dimension = dimension, .about = about},
      component("normal", "along the outward normal at rest, instead of x, y, z"),
      component("x", "along x; left out = free"),
      component("y", "along y; left out = free"),
      component("z", "along z; left out = free"),
      {.key = key + ".ramp",
       .forms = form(choice),
       .fallback = "linear",
       .choices = {"linear", "cosine"},
       .about = "how to go from one value to the next"},
  };
}

}  // namespace knead
