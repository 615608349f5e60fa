#pragma once
// The rows of docs/validation.md: every case of these programs says what it compared with, and how far it was off.
#include <string>

namespace knead::test {

struct Row {
  int order = 0;          // place of the case in the page
  std::string name;       // what is computed
  std::string reference;  // where the right value comes from
  double expected = 0;
  double value = 0;       // Knead's
  double difference = 0;  // in the measure that `limit` speaks of
  double limit = 0;       // that the difference must not exceed
  std::string measure;    // "relative", "absolute", …
  std::string mesh;       // size of the problem, and what the value does under refinement
  bool inside() const { return difference <= limit; }
};

Row relative_row(int order, std::string name, std::string reference, double expected, double value, double limit,
                 std::string mesh);
// The value itself must not exceed the limit; what is expected is 0.
Row error_row(int order, std::string name, std::string reference, double error, double limit, std::string mesh);

// Appends the row to the fragment of this program in the folder that the environment variable KNEAD_VALIDATION names,
// if it is set; the first row of a program starts its fragment afresh. Prints it as well. Returns whether the row is
// inside its limit.
bool report(const Row& row);

}  // namespace knead::test
