#pragma once
// Models by name: models/<kind>/<name>.toml in one of several folders.
#include <string>
#include <vector>

#include "base/error.hpp"

namespace knead {

// Path of models/<kind>/<name>.toml in the first of the folders that has it, kind = "tissues", "bodies", "subjects",
// "applicators" or "techniques". The Error at `where` names the models that exist and the closest one.
std::string find_model(const std::vector<std::string>& folders, const std::string& kind, const std::string& name,
                       const Location& where = {});
bool model_exists(const std::vector<std::string>& folders, const std::string& kind, const std::string& name);

// Path of a body: a name in models/bodies, or a file of its own, "my-leg.toml", as seen from the folder `beside`.
std::string find_body(const std::vector<std::string>& folders, const std::string& name, const std::string& beside,
                      const Location& where = {});
bool body_exists(const std::vector<std::string>& folders, const std::string& name, const std::string& beside);

}  // namespace knead
