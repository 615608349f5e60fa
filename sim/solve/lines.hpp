#pragma once
#include <vector>

namespace knead {

// Groups of nodes in order, coupled strongly along the group: line l holds nodes[offsets[l] … offsets[l + 1]).
// No node is in two lines. A line of one node is a node block.
struct LineList {
  std::vector<int> offsets{0};
  std::vector<int> nodes;
  int num_lines() const { return static_cast<int>(offsets.size()) - 1; }
};

}  // namespace knead
