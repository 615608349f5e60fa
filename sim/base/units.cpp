#include "base/units.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "base/error.hpp"

namespace knead {
namespace {

struct Unit {
  const char* symbol;
  double factor;  // to SI
  Dimension dimension;
};

constexpr double pi = 3.14159265358979323846;
constexpr double millimetre_mercury = 133.322387415;  // Pa, conventional

using namespace dimension;

constexpr Unit units[] = {
    {"m", 1, length},
    {"km", 1e3, length},
    {"cm", 1e-2, length},
    {"mm", 1e-3, length},
    {"um", 1e-6, length},
    {"µm", 1e-6, length},
    {"μm", 1e-6, length},
    {"nm", 1e-9, length},
    {"s", 1, time},
    {"ms", 1e-3, time},
    {"us", 1e-6, time},
    {"min", 60, time},
    {"h", 3600, time},
    {"kg", 1, mass},
    {"g", 1e-3, mass},
    {"mg", 1e-6, mass},
    {"N", 1, force},
    {"mN", 1e-3, force},
    {"kN", 1e3, force},
    {"kgf", standard_gravity, force},
    {"Pa", 1, pressure},
    {"mPa", 1e-3, pressure},
    {"hPa", 1e2, pressure},
    {"kPa", 1e3, pressure},
    {"MPa", 1e6, pressure},
    {"GPa", 1e9, pressure},
    {"bar", 1e5, pressure},
    {"mbar", 1e2, pressure},
    {"mmHg", millimetre_mercury, pressure},
    {"atm", 101325, pressure},
    {"Hz", 1, rate},
    {"kHz", 1e3, rate},
    {"J", 1, energy},
    {"mJ", 1e-3, energy},
    {"l", 1e-3, volume},
    {"ml", 1e-6, volume},
    {"rad", 1, angle},
    {"deg", pi / 180, angle},
    {"°", pi / 180, angle},
    {"K", 1, temperature},
    {"%", 1e-2, ratio},
};

// What people call a dimension, the unit they read it in and an example.
struct Everyday {
  Dimension dimension;
  const char* name;
  const char* si;
  const char* unit;
  const char* example;
};
constexpr Everyday everyday[] = {
    {ratio, "ratio", "", "", "0.5"},
    {length, "length", "m", "mm", "18 mm"},
    {area, "area", "m^2", "cm^2", "60 cm^2"},
    {volume, "volume", "m^3", "ml", "12 ml"},
    {mass, "mass", "kg", "kg", "75 kg"},
    {time, "time", "s", "s", "0.5 s"},
    {rate, "rate", "1/s", "Hz", "0.8 Hz"},
    {speed, "speed", "m/s", "cm/s", "12 cm/s"},
    {acceleration, "acceleration", "m/s^2", "m/s^2", "9.81 m/s^2"},
    {force, "force", "N", "N", "20 N"},
    {pressure, "pressure", "Pa", "kPa", "4.3 kPa"},
    {energy, "energy", "J", "mJ", "3 mJ"},
    {density, "density", "kg/m^3", "kg/m^3", "1060 kg/m^3"},
    {line_stiffness, "force per length", "N/m", "N/mm", "25 N/mm"},
    {foundation, "pressure per length", "Pa/m", "kPa/mm", "6 kPa/mm"},
    {viscosity, "viscosity", "Pa s", "mPa s", "1 mPa s"},
    {angle, "angle", "rad", "deg", "10 deg"},
    {temperature, "temperature", "K", "K", "310 K"},
};

const Everyday* find_everyday(const Dimension& d) {
  for (const auto& entry : everyday)
    if (entry.dimension == d) return &entry;
  return nullptr;
}

const Unit* find_unit(std::string_view symbol) {
  for (const auto& unit : units)
    if (symbol == unit.symbol) return &unit;
  return nullptr;
}

bool is_space(char c) { return c == ' ' || c == '\t'; }

bool take(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

void skip_spaces(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
}

// The letters of a unit: everything up to a separator, an exponent or a digit.
std::string_view take_symbol(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size()) {
    const char c = text[n];
    const std::string_view rest = text.substr(n);
    if (is_space(c) || c == '*' || c == '/' || c == '^' || (c >= '0' && c <= '9')) break;
    if (rest.substr(0, 2) == "²" || rest.substr(0, 2) == "³" || rest.substr(0, 2) == "·") break;
    ++n;
  }
  const auto symbol = text.substr(0, n);
  text.remove_prefix(n);
  return symbol;
}

// The exponent that follows a symbol; false when "^" is not followed by a sensible integer.
bool take_exponent(std::string_view& text, int& exponent) {
  exponent = 1;
  if (take(text, "²")) return exponent = 2, true;
  if (take(text, "³")) return exponent = 3, true;
  if (!take(text, "^")) return true;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  constexpr int largest_exponent = 9;
  if (problem != std::errc{} || std::abs(exponent) > largest_exponent) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

void multiply(Quantity& q, const Unit& unit, int exponent) {
  q.value *= std::pow(unit.factor, exponent);
  q.dimension.length += exponent * unit.dimension.length;
  q.dimension.mass += exponent * unit.dimension.mass;
  q.dimension.time += exponent * unit.dimension.time;
  q.dimension.angle += exponent * unit.dimension.angle;
  q.dimension.temperature += exponent * unit.dimension.temperature;
}

std::string example_of(const Dimension& d) {
  return fmt::format("write a {} such as \"{}\"", dimension_name(d), dimension_example(d));
}

// Half a sentence about the first thing that is wrong with the unit, or nothing. expected: null when anything will do.
std::string parse_unit(std::string_view text, const Dimension* expected, Quantity& q) {
  bool first = true;
  while (skip_spaces(text), !text.empty()) {
    bool below = false;
    if (!first) {
      if (take(text, "/"))
        below = true;
      else if (!take(text, "*"))
        take(text, "·");
    } else {
      below = take(text, "/");
      if (!below && take(text, "1/")) below = true;
    }
    first = false;
    skip_spaces(text);
    const auto symbol = take_symbol(text);
    if (symbol.empty()) return "has a unit that cannot be read";
    const Unit* unit = find_unit(symbol);
    if (!unit) {
      std::string hint = did_you_mean(std::string(symbol), unit_symbols());
      if (hint.empty() && expected) hint = "; " + example_of(*expected);
      return fmt::format("has the unknown unit {}{}", in_quotes(symbol), hint);
    }
    int exponent = 1;
    if (!take_exponent(text, exponent)) return "has an exponent that cannot be read";
    multiply(q, *unit, below ? -exponent : exponent);
  }
  return "";
}

QuantityResult parse(std::string_view text, const Dimension* expected) {
  constexpr std::size_t longest_quantity = 128;
  const auto refuse = [&](const std::string& why) { return QuantityResult{{}, in_quotes(text) + " " + why}; };
  if (text.size() > longest_quantity) return refuse(fmt::format("is not a quantity: {} characters long", text.size()));

  std::string_view rest = text;
  skip_spaces(rest);
  if (rest.size() > 1 && rest.front() == '+' && rest[1] != '-') rest.remove_prefix(1);
  double number = 0;
  const auto [end, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (problem == std::errc::result_out_of_range) return refuse("is too large or too small a number");
  if (problem != std::errc{}) return refuse("does not begin with a number");
  if (!std::isfinite(number)) return refuse("is not a finite number");
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  if (!rest.empty() && rest.front() == ',') return refuse("has a comma; write the decimal point as \".\"");

  Quantity q{number, {}};
  const std::string unit_problem = parse_unit(rest, expected, q);
  if (!unit_problem.empty()) return refuse(unit_problem);
  if (!std::isfinite(q.value)) return refuse("is too large a number");
  return {q, ""};
}

}  // namespace

QuantityResult parse_quantity(std::string_view text) { return parse(text, nullptr); }

QuantityResult parse_quantity(std::string_view text, const Dimension& expected) {
  auto result = parse(text, &expected);
  if (!result.ok() || result.quantity.dimension == expected) return result;
  if (result.quantity.dimension == ratio) {
    result.problem = fmt::format("{} has no unit; {}", in_quotes(text), example_of(expected));
  } else {
    result.problem =
        fmt::format("{} is a {}, not a {} such as \"{}\"", in_quotes(text), dimension_name(result.quantity.dimension),
                    dimension_name(expected), dimension_example(expected));
  }
  return result;
}

std::string dimension_name(const Dimension& d) {
  const auto* entry = find_everyday(d);
  return entry ? entry->name : "quantity in " + si_unit(d);
}

std::string dimension_example(const Dimension& d) {
  const auto* entry = find_everyday(d);
  return entry ? entry->example : "1 " + si_unit(d);
}

std::string si_unit(const Dimension& d) {
  if (const auto* entry = find_everyday(d)) return entry->si;
  std::string text;
  const auto append = [&](const char* symbol, int exponent) {
    if (exponent == 0) return;
    if (!text.empty()) text += ' ';
    text += symbol;
    if (exponent != 1) text += fmt::format("^{}", exponent);
  };
  append("m", d.length);
  append("kg", d.mass);
  append("s", d.time);
  append("rad", d.angle);
  append("K", d.temperature);
  return text;
}

std::string format_quantity(double si_value, const Dimension& d) {
  const auto* entry = find_everyday(d);
  if (!entry) return fmt::format("{:.6g} {}", si_value, si_unit(d));
  if (d == ratio) return fmt::format("{:.6g}", si_value);
  const double one = parse_quantity(std::string("1 ") + entry->unit).quantity.value;
  return fmt::format("{:.6g} {}", si_value / one, entry->unit);
}

const std::vector<std::string>& unit_symbols() {
  static const std::vector<std::string> symbols = [] {
    std::vector<std::string> list;
    for (const auto& unit : units) list.emplace_back(unit.symbol);
    return list;
  }();
  return symbols;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest_shown = 60;
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    // Shorten between characters, not inside a UTF-8 sequence.
    if (i >= longest_shown && (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) {
      out += "…";
      break;
    }
    if (is_control(text[i]))
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[i]));
    else
      out += text[i];
  }
  return out + "\"";
}

}  // namespace knead
