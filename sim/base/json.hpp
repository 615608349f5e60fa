#pragma once
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace knead {

// JSON as files and --json have it. Names that come from a file system need not be UTF-8: what is not becomes U+FFFD,
// where nlohmann's own default throws.
std::string json_text(const nlohmann::ordered_json& json, int indent = 2);

}  // namespace knead
