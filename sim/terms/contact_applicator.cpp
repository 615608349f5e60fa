#include "terms/contact_applicator.hpp"

#include "body/model_file.hpp"

namespace knead {
namespace {

Vec3d three(const ModelValue& value, const Dimension& dimension) {
  const auto& list = value.list();
  if (list.size() != 3) value.fail("three numbers are needed here");
  return {{list[0].quantity(dimension), list[1].quantity(dimension), list[2].quantity(dimension)}};
}

ShapeRequest read_shape(const ModelValue& table) {
  ShapeRequest request{table.at("kind").text(), {}, table.where};
  std::vector<ShapeParameter> known;
  for (const auto& info : shape_list())
    if (info.name == request.kind) known = info.parameters;
  for (const auto& [key, member] : table.members) {
    if (key == "kind") continue;
    const ModelValue& value = member.plain();
    // An unknown parameter is refused, with its name, when the shape is made.
    bool is_length = true;
    for (const auto& parameter : known)
      if (parameter.name == key) is_length = parameter.unit == "m";
    auto& numbers = request.parameters[key];
    if (value.kind == ModelValue::Kind::array) {
      for (const auto& item : value.items)
        numbers.push_back(is_length ? item.quantity(dimension::length) : item.number());
    } else {
      numbers.push_back(is_length ? value.quantity(dimension::length) : value.number());
    }
  }
  return request;
}

}  // namespace

Applicator read_applicator(const std::string& path) {
  const ModelValue file = read_model_file(path, "applicator");
  file.only_keys({"knead", "kind", "name", "title", "shape", "part", "blend", "pad", "cup"});
  Applicator applicator;
  applicator.name = file.at("name").text();
  applicator.description = file.text_or("title", "");

  const ModelValue* parts = file.find("part");
  if (parts) {
    std::vector<PartRequest> requests;
    for (const auto& part : parts->list()) {
      part.only_keys({"shape", "position", "rotation"});
      PartRequest request{read_shape(part.at("shape")), {{0, 0, 0}}, {{0, 0, 0}}};
      if (const ModelValue* position = part.find("position"))
        request.position = three(position->plain(), dimension::length);
      if (const ModelValue* rotation = part.find("rotation"))
        request.rotation = three(rotation->plain(), dimension::angle);
      requests.push_back(std::move(request));
    }
    applicator.shape = make_union(requests, file.quantity_or("blend", dimension::length, 0), file.where);
  } else {
    applicator.shape = make_shape(read_shape(file.at("shape")));
  }

  const ModelValue& pad = file.at("pad");
  pad.only_keys({"modulus", "thickness", "stiffness", "hard", "stiffens"});
  const ModelValue* hard = pad.find("hard");
  applicator.hard = hard && hard->plain().boolean;
  if (const ModelValue* stiffness = pad.find("stiffness")) {
    applicator.pad_stiffness = stiffness->plain().quantity(dimension::foundation);
  } else {
    const double thickness = pad.at("thickness").plain().quantity(dimension::length);
    if (!(thickness > 0)) pad.fail("the thickness of a pad must be positive");
    applicator.pad_thickness = thickness;
    const ModelValue* stiffens = pad.find("stiffens");
    applicator.pad_stiffens = stiffens && stiffens->flag();
    applicator.pad_stiffness = pad_stiffness(pad.at("modulus").plain().quantity(dimension::pressure), thickness);
  }
  if (!(applicator.pad_stiffness > 0)) pad.fail("the stiffness of a pad must be positive");

  if (const ModelValue* cup = file.find("cup")) {
    cup->only_keys({"volume"});
    const auto* rim = std::get_if<Torus>(&applicator.shape);
    if (!rim || rim->axis[2] != 1) cup->fail("the rim of a cup is a torus with axis = [0, 0, 1]");
    applicator.cup_volume = cup->at("volume").plain().quantity(dimension::volume);
    if (!(applicator.cup_volume > 0)) cup->fail("the volume of a cup must be positive");
  }
  return applicator;
}

}  // namespace knead
