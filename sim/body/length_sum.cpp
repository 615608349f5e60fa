#include "body/length_sum.hpp"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <vector>

namespace knead {

namespace {

struct SumTerm {
  double sign;
  std::string text;
};

std::vector<SumTerm> split_sum(const std::string& text) {
  std::vector<SumTerm> terms{{1, ""}};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool alone = i > 0 && i + 1 < text.size() && text[i - 1] == ' ' && text[i + 1] == ' ';
    if (alone && (text[i] == '+' || text[i] == '-')) {
      terms.push_back({text[i] == '+' ? 1.0 : -1.0, ""});
      ++i;
    } else {
      terms.back().text += text[i];
    }
  }
  for (SumTerm& term : terms) {
    const std::size_t first = term.text.find_first_not_of(' '), last = term.text.find_last_not_of(' ');
    term.text = first == std::string::npos ? "" : term.text.substr(first, last - first + 1);
  }
  return terms;
}

}  // namespace

double evaluate_length(const ModelValue& value, double scale, const LengthNames& names, const std::string& known) {
  double sum = 0;
  for (const SumTerm& term : split_sum(value.text())) {
    double factor = term.sign;
    std::string word = term.text;
    if (auto found = names(word)) {
      sum += factor * *found;
      continue;
    }
    const std::size_t space = word.find(' ');
    if (space != std::string::npos && !word.empty() && (std::isdigit(static_cast<unsigned char>(word[0])) != 0)) {
      if (auto found = names(word.substr(space + 1))) {
        double times = 0;
        const auto [end, problem] = std::from_chars(word.data(), word.data() + space, times);
        if (problem == std::errc{} && end == word.data() + space) {
          sum += factor * times * *found;
          continue;
        }
      }
    }
    const QuantityResult quantity = parse_quantity(word, dimension::length);
    if (!quantity.ok()) {
      value.fail(
          fmt::format("{} is neither a length nor one of the names that hold here: {}.", in_quotes(word), known));
    }
    sum += factor * scale * quantity.quantity.value;
  }
  return sum;
}

}  // namespace knead
