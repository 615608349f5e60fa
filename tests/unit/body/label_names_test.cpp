#include "body/label_names.hpp"

#include <fstream>

#include "base/error.hpp"
#include "catch.hpp"

using namespace knead;

namespace {

std::string write(const std::string& name, const std::string& text) {
  const std::string path = std::string(KNEAD_BINARY_DIR) + "/" + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

std::string complaint(const std::string& name, const std::string& text) {
  try {
    read_label_names(write(name, text));
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::invalid_input);
    return error.what();
  }
  return "";
}

void contains(const std::string& text, const std::string& part) {
  CAPTURE(text, part);
  CHECK(text.find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("A table of labels is read from TOML and from lists") {
  const LabelNames expected = {{75, "femur_left"}, {80, "gluteus_maximus_left"}, {3, "skeletal muscle"}};
  CHECK(read_label_names(write("labels.toml",
                               "knead = 1\nkind = \"labels\"\ntitle = \"CT of March\"\n[labels]\n75 = \"femur_left\"\n"
                               "80 = \"gluteus_maximus_left\"\n3 = \"skeletal muscle\"\n0 = \"air\"\n")) == expected);
  for (const char* text : {"# mine\n\n75 femur_left\r\n80\tgluteus_maximus_left\n 3  skeletal muscle \n0 air\n",
                           "75: femur_left\n80 : gluteus_maximus_left\n3:skeletal muscle",
                           "75,femur_left\n80 = gluteus_maximus_left\n3=\"skeletal muscle\"",
                           "75 255 0 0 1 1 1 \"femur_left\"\n80 0 9 0 1 1 1 \"gluteus_maximus_left\"\n"
                           "3 0 0 7 1 1 1 \"skeletal muscle\"\n"}) {
    CAPTURE(text);
    CHECK(read_label_names(write("labels.txt", text)) == expected);
  }
}

TEST_CASE("A broken table of labels is refused with its line") {
  contains(complaint("labels.txt", "1 bone\nfemur 2\n"), "labels.txt:2: A label is a whole number");
  contains(complaint("labels.txt", "1 bone\n65536 fat\n"), "labels.txt:2: A label is a whole number");
  contains(complaint("labels.txt", "99999999999999999999 fat\n"), "A label is a whole number");
  contains(complaint("labels.txt", "-1 fat\n"), "A label is a whole number");
  contains(complaint("labels.txt", "1.5 fat\n"), "A label is a whole number");
  contains(complaint("labels.txt", "1\n"), "Label 1 needs a name");
  contains(complaint("labels.txt", "1 :\n"), "Label 1 needs a name");
  contains(complaint("labels.txt", "1 \"bone\n"), "Label 1 needs a name");
  contains(complaint("labels.txt", "1 bone\n\n1 fat\n"), "labels.txt:3: Label 1 is named twice");
  contains(complaint("labels.txt", "1 bone\n2 bone\n"), "\"bone\" stands for two labels");
  contains(complaint("labels.txt", "# nothing\n"), "names no label");
  contains(complaint("labels.toml", "knead = 1\nkind = \"labels\"\n"), "\"labels\" is missing");
  contains(complaint("labels.toml", "knead = 1\nkind = \"labels\"\nlabels = 3\n"), "A table with lines");
  contains(complaint("labels.toml", "knead = 1\nkind = \"labels\"\n[labels]\nfemur = \"1\"\n"), "labels.toml:4");
  contains(complaint("labels.toml", "knead = 1\nkind = \"labels\"\n[labels]\n1 = 2\n"), "A text in quotes");
  contains(complaint("labels.toml", "knead = 1\nkind = \"tissue\"\n[labels]\n1 = \"a\"\n"), "kind \"labels\"");
  try {
    read_label_names("/nowhere/labels.txt");
    FAIL("there is no such file");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::file_error);
  }
}

TEST_CASE("Structures are found by name, with a hint for misspelt ones") {
  const LabelNames names = {{75, "femur_left"}, {76, "femur_right"}};
  CHECK(label_of(names, "femur_right", "labels.txt") == 76);
  try {
    label_of(names, "femur_rigth", "labels.txt");
    FAIL("there is no such structure");
  } catch (const Error& error) {
    contains(error.what(), "did you mean \"femur_right\"?");
  }
  REQUIRE(find_known_structure("gluteus_minimus_right"));
  CHECK(find_known_structure("gluteus_minimus_right")->kind == StructureKind::muscle);
  CHECK(find_known_structure("vertebrae_L5")->kind == StructureKind::bone);
  CHECK(find_known_structure("subcutaneous_fat")->kind == StructureKind::fat);
  CHECK(!find_known_structure("spleen"));
}
