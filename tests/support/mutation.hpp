#pragma once
// Text files damaged at random, the same way for the same seed.
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace knead::test {

class Mutator {
 public:
  explicit Mutator(std::vector<std::string> corpus) : corpus_(std::move(corpus)) {}

  // One text of the corpus with one to six mistakes, some of them cuttings of other texts.
  std::string text(std::uint64_t seed) const {
    Dice dice{std::mt19937_64(seed)};
    std::string text = corpus_[dice.below(corpus_.size())];
    for (auto count = 1 + dice.below(6); count > 0; --count) damage(text, dice);
    return text;
  }
  std::string damaged(std::string text, std::uint64_t seed) const {
    Dice dice{std::mt19937_64(seed)};
    for (auto count = 1 + dice.below(4); count > 0; --count) damage(text, dice);
    return text;
  }

 private:
  struct Dice {
    std::mt19937_64 engine;
    // Not std::uniform_int_distribution: that differs between libraries.
    std::size_t below(std::size_t limit) { return limit == 0 ? 0 : static_cast<std::size_t>(engine() % limit); }
  };

  static constexpr std::string_view values[] = {
      "nan",     "-inf",      "1e400",       "-1",    "0",           "99999999999999999999", "1e-320", "\"\"",
      "\"5 N\"", "\"-3 mm\"", "\"1e99 m\"",  "[]",    "{}",          "[[\"0 s\", \"1 N\"]]", "true",   "1979-05-27",
      "\"L3\"",  "\"block\"", "\"\\u0000\"", "'''",   "\"\"\"",      "[1, \"2\", [3]]",      "0x7f",   "\"1 / 0\"",
      "\"5 %\"", "\"mm\"",    "\"5  mm^9\"", "\"é\"", "{ a.b = 1 }", "[\"free\", 0]",        "-0",     "1_000"};
  static constexpr std::string_view lines[] = {
      "[[stroke]]", "[body]",          "extends = \"x.toml\"", "[[boundary]]",   "[[applicator]]", "[expect]",
      "[a.b.c.d]",  "knead = 2",       "[[tissue]]",           "[tissue.x]",     "\"\" = 1",       "[output]",
      "refine = 1", "body.name.x = 1", "stroke = 3",           "[[stroke.path]]"};

  // Start of a random line, and of the one after it.
  static std::pair<std::size_t, std::size_t> some_line(const std::string& text, Dice& dice) {
    const std::size_t from = text.rfind('\n', dice.below(text.size()));
    const std::size_t begin = from == std::string::npos ? 0 : from + 1;
    const std::size_t end = text.find('\n', begin);
    return {begin, end == std::string::npos ? text.size() : end + 1};
  }

  void damage(std::string& text, Dice& dice) const {
    const std::size_t at = dice.below(text.size() + 1);
    const auto [begin, end] = some_line(text, dice);
    switch (dice.below(12)) {
      case 0:  // another byte
        if (at < text.size()) text[at] = static_cast<char>(dice.below(256));
        break;
      case 1:  // a missing piece
        text.erase(at, 1 + dice.below(40));
        break;
      case 2:  // the end is missing
        text.resize(at);
        break;
      case 3:  // a line twice
        text.insert(end, text.substr(begin, end - begin));
        break;
      case 4:  // a line is missing
        text.erase(begin, end - begin);
        break;
      case 5: {  // a line elsewhere
        const std::string line = text.substr(begin, end - begin);
        text.erase(begin, end - begin);
        text.insert(some_line(text, dice).first, line);
        break;
      }
      case 6: {  // lines of another file
        const std::string& other = corpus_[dice.below(corpus_.size())];
        const auto [from, to] = some_line(other, dice);
        text.insert(begin, other.substr(from, (to - from) * (1 + dice.below(5))));
        break;
      }
      case 7:
      case 8: {  // another value
        const std::size_t equals = text.find('=', begin);
        if (equals != std::string::npos && equals < end)
          text.replace(equals + 1, end - equals - 1, " " + std::string(values[dice.below(std::size(values))]) + "\n");
        break;
      }
      case 9: {  // another number
        const std::size_t digit = text.find_first_of("0123456789", at);
        if (digit != std::string::npos) text.replace(digit, 1, std::string(values[dice.below(8)]));
        break;
      }
      case 10:  // a section or key that does not belong there
        text.insert(begin, std::string(lines[dice.below(std::size(lines))]) + "\n");
        break;
      default:  // brackets that do not match, quotes, separators
        text.insert(at, 1 + dice.below(3), "[]{}\"'=.,#\\\n\t\0"[dice.below(14)]);
    }
  }

  std::vector<std::string> corpus_;
};

}  // namespace knead::test
