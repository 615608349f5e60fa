#include "io/record_static.hpp"

namespace knead {

namespace {

constexpr std::int64_t knead_format = 1;

// One list of what is a plain text, so that writing and reading cannot part.
template <class Info, class F>
void for_each_text(Info& info, F&& f) {
  f("title", info.title);
  f("scenario_path", info.scenario_path);
  f("scenario", info.scenario_text);
  f("resolved_scenario", info.resolved_scenario);
  f("version", info.version);
  f("git_hash", info.git_hash);
  f("host", info.host);
  f("cpu", info.cpu);
  f("flags", info.flags);
  f("stiffness_class", info.stiffness_class);
  f("body", info.body);
}

template <class Info, class F>
void for_each_list(Info& info, F&& f) {
  f("notes", info.notes);
  f("tissues", info.tissues);
  f("regions", info.regions);
  f("holders", info.holders);
}

void write_applicators(hid_t group, const std::vector<ApplicatorInfo>& applicators) {
  for (std::size_t i = 0; i < applicators.size(); ++i) {
    const auto& applicator = applicators[i];
    const h5::Handle one = h5::create_group(group, std::to_string(i));
    h5::write_attribute(one, "name", applicator.name);
    h5::write_attribute(one, "kind", applicator.kind);
    const h5::Handle parameters = h5::create_group(one, "parameters");
    for (const auto& [name, value] : applicator.parameters) h5::write_attribute(parameters, name, value);
  }
}

std::vector<ApplicatorInfo> read_applicators(hid_t group) {
  const std::size_t number = h5::names(group).size();
  std::vector<ApplicatorInfo> applicators;
  for (std::size_t i = 0; i < number; ++i) {
    const h5::Handle one = h5::open_group(group, std::to_string(i));
    ApplicatorInfo applicator{h5::read_text_attribute(one, "name"), h5::read_text_attribute(one, "kind"), {}};
    const h5::Handle parameters = h5::open_group(one, "parameters");
    for (const auto& name : h5::attribute_names(parameters))
      applicator.parameters[name] = h5::read_number_attribute(parameters, name);
    applicators.push_back(std::move(applicator));
  }
  return applicators;
}

}  // namespace

void write_run_info(hid_t knead_group, const RunInfo& info, const Mesh& mesh) {
  h5::write_attribute(knead_group, "format", knead_format);
  h5::write_attribute(knead_group, "finished", std::int64_t{0});
  h5::write_attribute(knead_group, "threads", std::int64_t{info.threads});
  h5::write_attribute(knead_group, "preview", std::int64_t{info.preview});
  h5::write_attribute(knead_group, "units", std::string("SI: m, N, Pa, s; each field names its own"));
  h5::write_attribute(knead_group, "statement", result_statement(info.anatomy));
  for_each_text(info, [&](const char* name, const std::string& text) { h5::write_text(knead_group, name, text); });
  h5::write_text(knead_group, "sources", info.sources);
  for_each_list(info, [&](const char* name, const auto& list) { h5::write_texts(knead_group, name, list); });
  h5::write_texts(knead_group, "directions", info.directions);
  h5::write_array(knead_group, "holder", info.holder, true);

  const h5::Handle landmarks = h5::create_group(knead_group, "Landmarks");
  std::vector<std::string> names, descriptions;
  std::vector<double> positions;
  for (const auto& landmark : info.landmarks) {
    names.push_back(landmark.name);
    descriptions.push_back(landmark.description);
    positions.insert(positions.end(), landmark.position.v, landmark.position.v + 3);
  }
  h5::write_texts(landmarks, "name", names);
  h5::write_texts(landmarks, "description", descriptions);
  h5::write_array<double>(landmarks, "position", {names.size(), 3}, positions);

  write_applicators(h5::create_group(knead_group, "Applicators"), info.applicators);

  // Rows of [element, side]; sides are numbered as in Side: -xi, +xi, -eta, +eta, -zeta, +zeta.
  const h5::Handle faces = h5::create_group(knead_group, "Faces");
  for (const auto& [name, list] : mesh.faces) {
    std::vector<std::int32_t> rows;
    for (const auto& face : list) {
      rows.push_back(face.cell);
      rows.push_back(static_cast<std::int32_t>(face.side));
    }
    h5::write_array<std::int32_t>(faces, name, {list.size(), 2}, rows, true);
  }
}

RunInfo read_run_info(hid_t knead_group) {
  const std::int64_t format = h5::read_integer_attribute(knead_group, "format");
  if (format != knead_format) h5::fail("it was written by a newer version of Knead");
  RunInfo info;
  info.threads = static_cast<int>(h5::read_integer_attribute(knead_group, "threads"));
  if (h5::has_attribute(knead_group, "preview"))  // came later
    info.preview = h5::read_integer_attribute(knead_group, "preview") != 0;
  const std::string statement = h5::read_text_attribute(knead_group, "statement");
  info.anatomy = statement.substr(0, statement.find(';'));
  for_each_text(info, [&](const char* name, std::string& text) { text = h5::read_text(knead_group, name); });
  if (h5::exists(knead_group, "sources")) info.sources = h5::read_text(knead_group, "sources");  // came later
  for_each_list(info, [&](const char* name, auto& list) { list = h5::read_texts(knead_group, name); });
  if (h5::exists(knead_group, "directions")) info.directions = h5::read_texts(knead_group, "directions");  // came later
  info.holder = h5::read_array<std::uint8_t>(knead_group, "holder", {0});
  const h5::Handle landmarks = h5::open_group(knead_group, "Landmarks");
  const auto names = h5::read_texts(landmarks, "name");
  const auto descriptions = h5::read_texts(landmarks, "description");
  const auto positions = h5::read_array<double>(landmarks, "position", {names.size(), 3});
  if (descriptions.size() != names.size()) h5::fail("the landmarks are damaged");
  for (std::size_t i = 0; i < names.size(); ++i)
    info.landmarks.push_back(
        {names[i], {{positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]}}, descriptions[i]});
  info.applicators = read_applicators(h5::open_group(knead_group, "Applicators"));
  return info;
}

std::vector<HistoryColumn> read_history_columns(hid_t history) {
  constexpr int most_columns = 4096;
  const h5::Handle type(H5Dget_type(history), H5Tclose, "the history cannot be read");
  if (H5Tget_class(type) != H5T_COMPOUND) h5::fail("the history is not a table");
  const int number = H5Tget_nmembers(type);
  if (number <= 0 || number > most_columns) h5::fail("the history has no sensible number of columns");
  const auto units = h5::read_texts_attribute(history, "units");
  const auto descriptions = h5::read_texts_attribute(history, "description");
  if (units.size() != static_cast<std::size_t>(number) || descriptions.size() != units.size())
    h5::fail("the history is damaged");
  std::vector<HistoryColumn> columns;
  for (int i = 0; i < number; ++i) {
    char* name = H5Tget_member_name(type, static_cast<unsigned>(i));
    if (!name) h5::fail("the history is damaged");
    const auto index = static_cast<std::size_t>(i);
    columns.push_back({name, units[index], descriptions[index]});
    H5free_memory(name);
    if (H5Tget_member_class(type, static_cast<unsigned>(i)) != H5T_FLOAT) h5::fail("the history holds no numbers");
  }
  return columns;
}

h5::Handle history_row_type(const std::vector<HistoryColumn>& columns) {
  h5::Handle type(H5Tcreate(H5T_COMPOUND, sizeof(double) * columns.size()), H5Tclose, "the history cannot be made");
  for (std::size_t i = 0; i < columns.size(); ++i)
    h5::check(H5Tinsert(type, columns[i].name.c_str(), sizeof(double) * i, H5T_NATIVE_DOUBLE),
              "the history cannot be made");
  return type;
}

}  // namespace knead
