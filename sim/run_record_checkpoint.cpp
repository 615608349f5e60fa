// Checkpoints of a run: the state of the stepper, and what the record has gathered.
#include <fmt/format.h>

#include "base/stopwatch.hpp"
#include "measure/profile_archive.hpp"
#include "run_record_parts.hpp"

namespace knead {

void RunRecord::checkpoint(const std::filesystem::path& stem, const StepState& state) {
  auto& s = *self_;
  Stopwatch watch(s.seconds.output);
  s.recorder->sync();
  if (s.probe_file) s.probe_file->sync();
  Checkpoint c;
  c.scenario_hash = scenario_hash();
  c.step = state.step;
  c.record_steps = s.recorder->num_steps();
  c.history_rows = s.recorder->num_history_rows();
  c.arrays["u"].assign(state.x.u.begin(), state.x.u.end());
  c.arrays["p"].assign(state.x.p.begin(), state.x.p.end());
  c.arrays["scalars"] = state.x.scalars;
  c.arrays["last_travel"] = state.last_travel;
  c.integers["was_force"].assign(state.was_force.begin(), state.was_force.end());
  c.integers["was_touching"].assign(state.was_touching.begin(), state.was_touching.end());
  for (std::size_t i = 0; i < state.history.size(); ++i) c.arrays[fmt::format("history.{}", i)] = state.history[i];
  c.integers["num_histories"] = {static_cast<std::int64_t>(state.history.size())};
  c.scalars["time"] = state.time;
  c.scalars["wanted"] = state.wanted;
  c.scalars["next_record"] = s.next_record;
  if (s.probe_file) c.integers["probe_file_size"] = {s.probe_file->size()};
  for (auto& [stroke, before] : s.before) {
    NumberWriter numbers;
    members(numbers, before.load, before.pass, before.travel, before.work);
    c.arrays[fmt::format("stroke_before.{}", stroke)] = std::move(numbers.numbers);
  }
  NumberWriter rows;
  members(rows, s.profile.rows);
  c.arrays["load_profile"] = std::move(rows.numbers);
  c.arrays["summary"] = s.summary->save();
  c.arrays["rest_pressure"] = s.rest_pressure;
  write_checkpoint(stem, c);
}

StepState RunRecord::restore(const Checkpoint& c) {
  auto& s = *self_;
  StepState state;
  const auto vector_of = [](const std::vector<double>& v) { return Vector<double>(v.begin(), v.end()); };
  state.x.u = vector_of(c.arrays.at("u"));
  state.x.p = vector_of(c.arrays.at("p"));
  state.x.scalars = c.arrays.at("scalars");
  state.last_travel = c.arrays.at("last_travel");
  for (const auto i : c.integers.at("was_force")) state.was_force.push_back(static_cast<char>(i));
  for (const auto i : c.integers.at("was_touching")) state.was_touching.push_back(static_cast<char>(i));
  for (std::int64_t i = 0; i < c.integers.at("num_histories").at(0); ++i)
    state.history.push_back(c.arrays.at(fmt::format("history.{}", i)));
  state.time = c.scalars.at("time");
  state.wanted = c.scalars.at("wanted");
  state.step = c.step;
  s.next_record = c.scalars.at("next_record");
  for (int stroke = 0; stroke < static_cast<int>(s.built.strokes.size()); ++stroke) {
    const auto found = c.arrays.find(fmt::format("stroke_before.{}", stroke));
    if (found == c.arrays.end()) continue;
    NumberReader numbers(found->second);
    auto& before = s.before[stroke];
    members(numbers, before.load, before.pass, before.travel, before.work);
  }
  NumberReader rows(c.arrays.at("load_profile"));
  members(rows, s.profile.rows);
  s.summary->load(c.arrays.at("summary"));
  s.rest_pressure = c.arrays.at("rest_pressure");
  std::filesystem::remove(failed_path());
  s.recorder.emplace(Recorder::resume(result_path(), static_cast<int>(c.record_steps), static_cast<int>(c.history_rows),
                                      s.record_settings()));
  if (!s.built.probes.empty())
    s.probe_file.emplace(
        TableFile::resume(probe_path(), probe_columns(s.built.probes), c.integers.at("probe_file_size").at(0)));
  return state;
}

}  // namespace knead
