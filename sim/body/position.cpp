#include "body/position.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/units.hpp"

namespace knead {

namespace {

const std::vector<std::string> directions{"lateral", "medial", "cranial", "caudal", "deep"};

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

std::string joined(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

struct Part {
  double sign;
  std::string text;
};

// Cut at "+" and at "-" with spaces around it, so that "1e-2 m" stays whole.
std::vector<Part> split_parts(const std::string& words) {
  std::vector<Part> parts{{1, ""}};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool minus = words[i] == '-' && i > 0 && i + 1 < words.size() && words[i - 1] == ' ' && words[i + 1] == ' ';
    if (minus || (words[i] == '+' && (i == 0 || (words[i - 1] != 'e' && words[i - 1] != 'E')))) {
      parts.push_back({minus ? -1.0 : 1.0, ""});
    } else {
      parts.back().text += words[i];
    }
  }
  for (Part& part : parts) part.text = trimmed(part.text);
  return parts;
}

}  // namespace

SurfacePosition resolve_position(const Body& body, const std::string& words, Laterality side, const Location& where) {
  const auto refuse = [&](const std::string& sentence) { throw Error(ExitCode::invalid_input, where, sentence); };
  const double sign = side == Laterality::right ? 1 : -1;
  const std::vector<Part> parts = split_parts(words);

  std::vector<std::string> names;
  const Landmark* landmark = nullptr;
  for (const Landmark& l : body.landmarks) {
    names.push_back(l.name);
    if (l.name == parts[0].text) landmark = &l;
  }
  if (!landmark) {
    refuse(fmt::format("A place begins with a landmark, and {} is none of the body \"{}\"{}. Landmarks: {}.",
                       in_quotes(parts[0].text), body.name, did_you_mean(parts[0].text, names), joined(names)));
  }
  SurfacePosition position{body.one_sided ? landmark->across : sign * landmark->across, landmark->along, 0};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::size_t space = parts[i].text.find_last_of(' ');
    const std::string direction = space == std::string::npos ? parts[i].text : parts[i].text.substr(space + 1);
    const std::string length = space == std::string::npos ? "" : trimmed(parts[i].text.substr(0, space));
    const bool own = body.directions.size() == 4;  // a leg has words of its own for cranial and caudal
    std::vector<std::string> known = directions;
    for (std::size_t end = 0; own && end < 2; ++end)
      if (std::ranges::find(known, body.directions[end]) == known.end()) known.push_back(body.directions[end]);
    if (std::ranges::find(known, direction) == known.end()) {
      refuse(
          fmt::format("{} does not end in a direction{}. Write a length and one of: {}, for example \"{} + 40 mm "
                      "lateral\".",
                      in_quotes(parts[i].text), did_you_mean(direction, known), joined(known), landmark->name));
    }
    if (length.empty()) refuse(fmt::format("How far {}? Write a length before it, for example \"40 mm\".", direction));
    const QuantityResult quantity = parse_quantity(length, dimension::length);
    if (!quantity.ok()) refuse(fmt::format("In the place {}: {}.", in_quotes(words), quantity.problem));
    const double step = parts[i].sign * quantity.quantity.value;
    if (direction == "lateral") position.across += sign * step;
    if (direction == "medial") position.across -= sign * step;
    if (direction == "cranial" || (own && direction == body.directions[0])) position.along += step;
    if (direction == "caudal" || (own && direction == body.directions[1])) position.along -= step;
    if (direction == "deep") position.depth += step;
  }
  if (position.depth < 0)
    refuse(fmt::format("{} lies outside the skin; depth must not be negative.", in_quotes(words)));
  if (!body.surface->contains(position.across, position.along)) {
    names.clear();
    for (const Landmark& l : landmarks_on(body)) names.push_back(l.name);
    refuse(
        fmt::format("{} lies outside the body \"{}\": {:.0f} mm across and {:.0f} mm along from its origin. Choose a "
                    "place nearer to one of {}.",
                    in_quotes(words), body.name, 1e3 * position.across, 1e3 * position.along, joined(names)));
  }
  return position;
}

std::vector<Landmark> landmarks_on(const Body& body) {
  std::vector<Landmark> list;
  std::ranges::copy_if(body.landmarks, std::back_inserter(list),
                       [&](const Landmark& l) { return body.surface->contains(l.across, l.along); });
  return list;
}

Vec3d point_at(const SurfaceChart& chart, const SurfacePosition& position) {
  return chart.point(position.across, position.along) - position.depth * chart.normal(position.across, position.along);
}

}  // namespace knead
