#pragma once
// The list of laws. A new law is one header and one word here: the generic tests and `knead list laws` follow.
#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include "tissue/mooney_rivlin.hpp"
#include "tissue/neo_hookean.hpp"
#include "tissue/ogden.hpp"
#include "tissue/yeoh.hpp"

namespace knead {

// Dispatched once per batch of cells by std::visit, never per point.
using Law = std::variant<NeoHookean, MooneyRivlin, Ogden, Yeoh>;

struct LawEntry {
  std::string_view name;
  std::string_view line;  // for `knead list laws`
};

namespace detail {
template <std::size_t... i>
constexpr std::array<LawEntry, sizeof...(i)> make_law_list(std::index_sequence<i...>) {
  return {LawEntry{std::variant_alternative_t<i, Law>::name, std::variant_alternative_t<i, Law>::line}...};
}
}  // namespace detail

inline constexpr auto law_list = detail::make_law_list(std::make_index_sequence<std::variant_size_v<Law>>());

inline std::string_view name(const Law& law) {
  return std::visit([](const auto& l) { return l.name; }, law);
}
inline double shear_modulus(const Law& law) {
  return std::visit([](const auto& l) { return l.shear_modulus(); }, law);
}
inline VolumetricSplit split(const Law& law) {
  return std::visit([](const auto& l) { return l.split; }, law);
}
// The same law with every stress multiplied by factor.
inline Law scaled(Law law, double factor) {
  std::visit([factor](auto& l) { l.scale(factor); }, law);
  return law;
}

}  // namespace knead
