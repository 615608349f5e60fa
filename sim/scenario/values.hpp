#pragma once
// From a node of the tree to a value, under the rules of its key. Each function adds a sentence to `diagnostics` and
// returns nothing when the node is not what the key allows.
#include <optional>
#include <string>
#include <vector>

#include "scenario/schema.hpp"
#include "scenario/tree.hpp"

namespace knead {

std::optional<std::string> read_text(const Node& node, const KeySpec& spec, Diagnostics& diagnostics);
std::optional<std::string> read_choice(const Node& node, const KeySpec& spec, Diagnostics& diagnostics);
std::optional<bool> read_flag(const Node& node, const KeySpec& spec, Diagnostics& diagnostics);
std::optional<int> read_integer(const Node& node, const KeySpec& spec, Diagnostics& diagnostics);
std::optional<double> read_number(const Node& node, const KeySpec& spec, Diagnostics& diagnostics);
std::optional<double> read_quantity(const Node& node, const KeySpec& spec, Diagnostics& diagnostics);
std::optional<Position> read_position(const Node& node, const KeySpec& spec, Diagnostics& diagnostics);
std::optional<Vec3d> read_vector(const Node& node, const KeySpec& spec, Diagnostics& diagnostics);
std::optional<std::vector<Name>> read_texts(const Node& node, const KeySpec& spec, Diagnostics& diagnostics);
std::optional<std::vector<int>> read_integers(const Node& node, const KeySpec& spec, Diagnostics& diagnostics);
std::optional<std::vector<double>> read_quantities(const Node& node, const KeySpec& spec, Diagnostics& diagnostics);
std::optional<Table> read_history(const Node& node, const KeySpec& spec, Diagnostics& diagnostics);
// Three histories; an empty one is "free".
std::optional<std::array<std::optional<Table>, 3>> read_components(const Node& node, const KeySpec& spec,
                                                                   Diagnostics& diagnostics);

// Checks any value (not the contents of tables) with the functions above.
void check_value(const Node& node, const KeySpec& spec, Diagnostics& diagnostics);

}  // namespace knead
