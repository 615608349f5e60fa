#include "base/version.hpp"

#include <cctype>
#include <string>

#include "catch.hpp"

TEST_CASE("A build knows its version, compiler and flags") {
  const knead::BuildInformation& build = knead::build_information();
  const std::string version = build.version, compiler = build.compiler, flags = build.flags;
  CHECK(std::isdigit(static_cast<unsigned char>(version.at(0))));
#ifdef __clang__
  CHECK(compiler == "Clang " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__) + "." +
                        std::to_string(__clang_patchlevel__));
#else
  CHECK(compiler == "GNU " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__) + "." +
                        std::to_string(__GNUC_PATCHLEVEL__));
#endif
  CHECK(build.native == (flags.find("-march=native") != std::string::npos));
  CHECK(flags.find("-fno-math-errno") != std::string::npos);
  CHECK(flags.find("-ffast-math") == std::string::npos);
  CHECK(std::string(knead::build_sentence()).rfind("knead " + version + " (", 0) == 0);
}
