#pragma once
// Quantities as people write them, "20 N", "12 cm/s", "1e-14 m^2", to SI with a check of their dimension.
//
//   quantity = number [unit]        unit = ["1"] factor { separator factor }      separator = " " | "*" | "·" | "/"
//   factor   = symbol ["^" integer | "²" | "³"]; after "/" only the next factor is below the line
#include <string>
#include <string_view>
#include <vector>

namespace knead {

// Exponents of m, kg, s, rad, K. Angles count as a dimension so that "30 deg" is not taken for a ratio.
struct Dimension {
  int length = 0, mass = 0, time = 0, angle = 0, temperature = 0;
  friend bool operator==(const Dimension&, const Dimension&) = default;
};

namespace dimension {
inline constexpr Dimension ratio{};
inline constexpr Dimension length{1, 0, 0};
inline constexpr Dimension area{2, 0, 0};
inline constexpr Dimension volume{3, 0, 0};
inline constexpr Dimension mass{0, 1, 0};
inline constexpr Dimension time{0, 0, 1};
inline constexpr Dimension rate{0, 0, -1};
inline constexpr Dimension speed{1, 0, -1};
inline constexpr Dimension acceleration{1, 0, -2};
inline constexpr Dimension force{1, 1, -2};
inline constexpr Dimension pressure{-1, 1, -2};
inline constexpr Dimension energy{2, 1, -2};
inline constexpr Dimension density{-3, 1, 0};
inline constexpr Dimension line_stiffness{0, 1, -2};  // N/m
inline constexpr Dimension foundation{-2, 1, -2};     // Pa/m
inline constexpr Dimension viscosity{-1, 1, -1};      // Pa s
inline constexpr Dimension angle{0, 0, 0, 1};
inline constexpr Dimension temperature{0, 0, 0, 0, 1};
}  // namespace dimension

inline constexpr double standard_gravity = 9.80665;  // m/s², CGPM 1901

struct Quantity {
  double value = 0;  // SI
  Dimension dimension;
};

struct QuantityResult {
  Quantity quantity;
  std::string problem;  // empty when the text was understood; otherwise half a sentence: "\"12 furlong\" has …"
  bool ok() const { return problem.empty(); }
};

// Never throws; refuses NaN, infinities, overflow and anything that is not entirely a quantity.
QuantityResult parse_quantity(std::string_view text);
// The same, refused when the dimension is not `expected`.
QuantityResult parse_quantity(std::string_view text, const Dimension& expected);

// "force", "length", …, or the SI unit when the dimension has no everyday name.
std::string dimension_name(const Dimension& dimension);
// A quantity as an example to follow: "20 N", "18 mm".
std::string dimension_example(const Dimension& dimension);
// SI unit: "N", "m/s", "kg m^-1 s^-1".
std::string si_unit(const Dimension& dimension);
// For people: 0.018 and length give "18 mm", 4300 and pressure "4.3 kPa".
std::string format_quantity(double si_value, const Dimension& dimension);
// Unit symbols that are understood, for the reference page and for suggestions.
const std::vector<std::string>& unit_symbols();

// A character that breaks a line or a table, in ASCII and in UTF-8.
constexpr bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

// Text in quotes for a message: control characters escaped, long text shortened.
std::string in_quotes(std::string_view text);

}  // namespace knead
