#pragma once
// Model files (TOML) as a tree of values that remember where they stand, with the checks that every reader needs.
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/units.hpp"

namespace knead {

class ModelValue {
 public:
  enum class Kind { text, number, flag, array, table };

  // Defined where the class is complete: it holds pairs of itself.
  ModelValue();
  ~ModelValue();
  ModelValue(const ModelValue&);
  ModelValue(ModelValue&&) noexcept;
  ModelValue& operator=(const ModelValue&);
  ModelValue& operator=(ModelValue&&) noexcept;

  Kind kind = Kind::table;
  std::string string;
  double real = 0;
  bool boolean = false;
  std::vector<ModelValue> items;                            // of an array
  std::vector<std::pair<std::string, ModelValue>> members;  // of a table, in the order of the file
  Location where;

  // A number with its source is a table { value = …, source = …, tag = … }; this is the value in either spelling.
  const ModelValue& plain() const;

  // Members of a table. `at` throws Error naming the missing key; `find` gives nullptr.
  const ModelValue* find(const std::string& key) const;
  const ModelValue& at(const std::string& key) const;

  const std::string& text() const;
  double number() const;
  int count() const;  // a whole number, at least 1
  bool flag() const;
  double quantity(const Dimension& dimension) const;  // "12 mm" in SI
  std::vector<std::string> texts() const;
  const std::vector<ModelValue>& list() const;

  std::string text_or(const std::string& key, const std::string& fallback) const;
  double quantity_or(const std::string& key, const Dimension& dimension, double fallback) const;
  double number_or(const std::string& key, double fallback) const;

  // Error with "did you mean" for a member that is not among these.
  void only_keys(std::initializer_list<const char*> keys) const;

  [[noreturn]] void fail(const std::string& sentence) const;
};

// Throws Error: file_error when it cannot be read, invalid_input with the place when it is not TOML or not `kind`
// (an empty kind: any).
ModelValue read_model_file(const std::string& path, const std::string& kind);

}  // namespace knead
