#pragma once
// The list of fibre laws. A new one is one header and one word here: the generic tests and `knead list laws` follow.
#include <array>
#include <string_view>
#include <variant>

#include "tissue/exponential_fibres.hpp"
#include "tissue/laws.hpp"
#include "tissue/muscle_fibres.hpp"

namespace knead {

// Dispatched once per batch of cells, like the isotropic law of the matrix between the fibres.
using FibreLaw = std::variant<ExponentialFibres, MuscleFibres>;

namespace detail {
template <std::size_t... i>
constexpr std::array<LawEntry, sizeof...(i)> make_fibre_law_list(std::index_sequence<i...>) {
  return {LawEntry{std::variant_alternative_t<i, FibreLaw>::name, std::variant_alternative_t<i, FibreLaw>::line}...};
}
}  // namespace detail

inline constexpr auto fibre_law_list =
    detail::make_fibre_law_list(std::make_index_sequence<std::variant_size_v<FibreLaw>>());

inline std::string_view name(const FibreLaw& law) {
  return std::visit([](const auto& l) { return l.name; }, law);
}
// The same fibres with every stress multiplied by factor.
inline FibreLaw scaled(FibreLaw law, double factor) {
  std::visit([factor](auto& l) { l.scale(factor); }, law);
  return law;
}

}  // namespace knead
