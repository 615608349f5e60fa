#pragma once
// Reads values out of a table of the merged tree: defaults come from the schema, every value in effect is noted.
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenario/values.hpp"

namespace knead {

// What a reading pass has in common. Mistakes in single values were reported by validate(); the pass itself reports
// only what concerns several values together.
struct ReadingPass {
  Diagnostics& diagnostics;
  std::vector<ResolvedValue>& resolved;
  std::set<const Node*> read;  // values that something asked for
};

class Cursor {
 public:
  // `table` may be null: then everything has its default. `pattern` is the table's key in the schema, `shown` the one
  // for people.
  Cursor(const Node* table, std::string pattern, std::string shown, Location where, ReadingPass& pass);

  bool has(const std::string& key) const { return find(key) != nullptr; }
  const Node* find(const std::string& key) const { return table_ ? table_->find(key) : nullptr; }
  const Node* node() const { return table_; }
  const std::string& shown() const { return shown_; }
  // Of the value, or of the table when there is none.
  Location where(const std::string& key) const;
  const Location& where() const { return where_; }
  void problem(const std::string& key, const std::string& sentence) const;
  void problem_at(const Location& place, const std::string& sentence) const;

  // The value, its default, or nothing. A value that validate() refused reads as absent.
  std::optional<std::string> text(const std::string& key) const;
  std::optional<std::string> choice(const std::string& key) const;
  std::optional<bool> flag(const std::string& key) const;
  std::optional<int> integer(const std::string& key) const;
  std::optional<double> number(const std::string& key) const;
  std::optional<double> quantity(const std::string& key) const;
  std::optional<Position> position(const std::string& key) const;
  std::optional<Vec3d> vector(const std::string& key) const;
  // A vector as unit vector; a problem when it is zero.
  std::optional<Vec3d> direction(const std::string& key) const;
  std::vector<Name> texts(const std::string& key) const;
  std::vector<int> integers(const std::string& key) const;
  std::vector<double> quantities(const std::string& key) const;
  std::optional<Table> history(const std::string& key) const;
  std::array<std::optional<Table>, 3> components(const std::string& key) const;
  Name name(const std::string& key) const;
  // Position of the choice in the schema's list, for enumerations in the same order.
  int choice_index(const std::string& key) const;

  Cursor table(const std::string& key) const;
  std::vector<Cursor> tables(const std::string& key) const;
  // Tables that are not in the schema by name, below "*".
  std::vector<std::pair<std::string, Cursor>> named_tables() const;

 private:
  template <class T>
  std::optional<T> read(const std::string& key,
                        std::optional<T> (*reader)(const Node&, const KeySpec&, Diagnostics&)) const;
  const KeySpec& spec(const std::string& key) const;
  void note(const std::string& key, const Node& node, bool fallback) const;

  const Node* table_;
  std::string pattern_, shown_;
  Location where_;
  ReadingPass* pass_;
};

// A choice as an enumeration whose values stand in the order of the schema's choices.
template <class E>
E choose(const Cursor& at, const std::string& key) {
  return static_cast<E>(at.choice_index(key));
}

}  // namespace knead
