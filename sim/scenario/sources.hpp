#pragma once
// Which model files a scenario uses, and where their numbers come from.
#include <string>
#include <vector>

#include "body/body.hpp"
#include "body/provenance.hpp"
#include "scenario/scenario.hpp"

namespace knead {

struct ModelSource {
  std::string kind;  // "tissues", "bodies", …
  std::string name, title;
  std::string like;  // of a tissue: the one it starts from, or empty
  std::vector<SourcedValue> values;
};

// Of one model file; values without a source are left out.
ModelSource read_model_source(const std::string& kind, const std::string& path);
// Of all that a scenario uses: body, subject, tissues and what they are like, membranes, applicators, techniques.
std::vector<ModelSource> sources_of(const Scenario& scenario, const Body& body);

// As the result file keeps them.
std::string sources_json(const std::vector<ModelSource>& sources);
// Throws Error(file_error) when the text is none.
std::vector<ModelSource> read_sources_json(const std::string& text);

// The entries of models/references.toml with these keys as BibTeX, in the order of the keys, and a comment for a key
// that is not there.
std::string bibtex(const std::vector<std::string>& model_folders, const std::vector<std::string>& keys);

}  // namespace knead
