#pragma once
// Subcommands of `knead`. A command is a description and a function; main.cpp turns descriptions into a parser, so the
// parser's header is included once. To add a command: a file with `Command xyz_command()`, and its line in
// commands.cpp.
#include <map>
#include <string>
#include <vector>

namespace knead {

struct Argument {
  enum class Kind { flag, value, values };
  std::string name;  // "SCENARIO" for a place on the line, "-o,--output" for an option
  Kind kind = Kind::value;
  std::string about;
  std::string placeholder{};  // of an option's value in the help: "DIR"
  bool required = false;
  std::vector<std::string> choices{};
  std::string fallback{};
};

// What was given on the command line, addressed by the last spelling: "SCENARIO", "--output".
class Given {
 public:
  bool flag(const std::string& name) const { return flags_.count(name) != 0; }
  bool has(const std::string& name) const { return values_.count(name) != 0; }
  // Empty when it was not given and has no default.
  std::string value(const std::string& name) const;
  std::vector<std::string> values(const std::string& name) const;
  // As whole number or number; wrong_usage when it is not one.
  long integer(const std::string& name, long least, long most) const;

  void set_flag(const std::string& name) { flags_[name] = true; }
  void add(const std::string& name, const std::string& value) { values_[name].push_back(value); }

 private:
  std::map<std::string, bool> flags_;
  std::map<std::string, std::vector<std::string>> values_;
};

struct Command {
  std::string name;
  std::string summary;
  std::vector<Argument> arguments;
  int (*run)(const Given&) = nullptr;  // exit code; user errors are thrown as knead::Error
};

// In the order of the help.
std::vector<Command> commands();

Command run_command();
Command check_command();
Command compare_command();
Command converge_command();
Command export_command();
Command import_command();
Command new_command();
Command list_command();
Command info_command();
Command cite_command();
Command schema_command();
Command explain_command();
#ifdef KNEAD_HAVE_VTK
Command render_command();
#endif

// Writes results to stdout; a full disk or a closed pipe is an Error(file_error).
void print_result(const std::string& text);

}  // namespace knead
