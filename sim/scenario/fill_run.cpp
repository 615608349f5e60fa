// [time], [output], [expect].
#include <fmt/format.h>

#include "scenario/fill.hpp"

namespace knead {

TimeSpec fill_time(const Cursor& top) {
  const Cursor at = top.table("time");
  TimeSpec time;
  time.where = at.where();
  time.end = at.quantity("end");
  if (!at.has("end") && !top.has("stroke"))
    at.problem("end", "end is missing in [time]: without strokes there is no natural end");
  time.step = at.quantity("step");
  if (at.has("step") && at.has("adaptive")) at.problem("adaptive", "a step is either fixed or adaptive");
  if (time.end && time.step && *time.step > *time.end) at.problem("step", "the step is longer than the simulated time");
  constexpr double most_steps = 1e7;
  if (time.end && time.step && *time.end > most_steps * *time.step)
    at.problem("step", fmt::format("that makes {:.2g} steps; this program stops at {:.0e}", *time.end / *time.step,
                                   most_steps));
  if (at.has("step")) return time;
  const Cursor adaptive = at.table("adaptive");
  time.tolerance = adaptive.number("tolerance");
  time.first_step = adaptive.quantity("first");
  time.smallest_step = adaptive.quantity("smallest");
  time.largest_step = adaptive.quantity("largest");
  if (time.smallest_step && time.largest_step && *time.smallest_step > *time.largest_step)
    adaptive.problem("smallest", "the smallest step is larger than the largest");
  return time;
}

OutputSpec fill_output(const Cursor& top) {
  const Cursor at = top.table("output");
  OutputSpec output;
  output.every = at.quantity("every");
  output.fields = at.texts("fields");
  output.keep = choose<OutputSpec::Keep>(at, "keep");
  output.precision_bits = at.integer("precision_bits").value_or(output.precision_bits);
  output.compression = at.integer("compression").value_or(output.compression);
  for (const Cursor& entry : at.tables("probes")) {
    ProbeSpec probe;
    probe.where = entry.where();
    probe.name = entry.text("name").value_or("");
    probe.at = entry.position("at").value_or(Position{});
    probe.fields = entry.texts("fields");
    for (const auto& other : output.probes)
      if (other.name == probe.name && !probe.name.empty())
        entry.problem("name", fmt::format("there are two probes named {}", in_quotes(probe.name)));
    output.probes.push_back(probe);
  }
  return output;
}

namespace {

ExpectSpec fill_measure(const Cursor& at, const std::string& stroke, const std::string& measure) {
  ExpectSpec expect;
  expect.where = at.where();
  expect.stroke = stroke;
  expect.measure = {measure, at.where()};
  expect.value = at.quantity("value").value_or(0);
  expect.preview = at.quantity("preview");
  expect.within = at.quantity("within").value_or(0);
  const Node* value = at.find("value");
  const Node* within = at.find("within");
  if (!value || !within) return expect;
  expect.value_text = to_text(*value);
  if (expect.preview) expect.preview_text = to_text(*at.find("preview"));
  const auto parsed_value = parse_quantity(expect.value_text), parsed_within = parse_quantity(to_text(*within));
  if (!parsed_value.ok() || !parsed_within.ok()) return expect;
  const bool share = within->is_text() && within->text.find('%') != std::string::npos;
  expect.within_is_absolute = !share;
  if (!share && !(parsed_within.quantity.dimension == parsed_value.quantity.dimension))
    at.problem("within", fmt::format("{} is neither a share such as \"5 %\" nor a {} like the value",
                                     in_quotes(within->text), dimension_name(parsed_value.quantity.dimension)));
  if (expect.within < 0) at.problem("within", "a tolerance must not be negative");
  return expect;
}

}  // namespace

std::vector<ExpectSpec> fill_expect(const Cursor& top) {
  std::vector<ExpectSpec> list;
  for (const auto& [name, entry] : top.table("expect").named_tables()) {
    if (entry.has("value") || entry.has("within") || entry.has("preview")) {
      list.push_back(fill_measure(entry, "", name));
      continue;
    }
    for (const auto& [measure, inner] : entry.named_tables()) list.push_back(fill_measure(inner, name, measure));
  }
  return list;
}

}  // namespace knead
