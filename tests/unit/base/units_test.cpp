#include "base/units.hpp"

#include <cmath>

#include "catch.hpp"

using namespace knead;

namespace {
double si(const char* text) {
  const auto result = parse_quantity(text);
  INFO(text << ": " << result.problem);
  REQUIRE(result.ok());
  return result.quantity.value;
}
Dimension of(const char* text) { return parse_quantity(text).quantity.dimension; }
bool refused(std::string_view text) { return !parse_quantity(text).ok(); }
}  // namespace

// Factors from the SI brochure and NIST SP 811.
TEST_CASE("Quantities become SI") {
  CHECK(si("20 N") == 20.0);
  CHECK(si("20N") == 20.0);
  CHECK(si("  -18 mm ") == Approx(-0.018).epsilon(1e-15));
  CHECK(si("+3 s") == 3.0);
  CHECK(si("12 cm/s") == Approx(0.12).epsilon(1e-15));
  CHECK(si("300 mmHg") == Approx(39996.7162245).epsilon(1e-12));
  CHECK(si("2.5 kgf/cm^2") == Approx(245166.25).epsilon(1e-12));
  CHECK(si("0.8 Hz") == 0.8);
  CHECK(si("12 /min") == Approx(0.2).epsilon(1e-15));
  CHECK(si("1/s") == 1.0);
  CHECK(si("1e-14 m^2") == 1e-14);
  CHECK(si("1e-14 m²") == 1e-14);
  CHECK(si("1 Pa s") == 1.0);
  CHECK(si("1 Pa*s") == 1.0);
  CHECK(si("3 mPa·s") == Approx(0.003).epsilon(1e-15));
  CHECK(si("25 N/mm") == Approx(25000.0).epsilon(1e-14));
  CHECK(si("180 deg") == Approx(M_PI).epsilon(1e-15));
  CHECK(si("5 %") == Approx(0.05).epsilon(1e-15));
  CHECK(si("9.81 m s^-2") == 9.81);
  CHECK(si("1 ml") == Approx(1e-6).epsilon(1e-15));
}

TEST_CASE("Equal dimensions are equal however they are written") {
  CHECK(of("1 N/m^2") == dimension::pressure);
  CHECK(of("1 kg m/s^2") == dimension::force);
  CHECK(of("1 Pa/mm") == dimension::foundation);
  CHECK(of("1 N s/m^2") == dimension::viscosity);
  CHECK(of("1 J/m^3") == dimension::pressure);
  CHECK(of("3") == dimension::ratio);
  CHECK_FALSE(of("3 deg") == dimension::ratio);
}

TEST_CASE("What is not a quantity is refused") {
  for (const char* text : {"",        " ",        "N",       "20 furlong",      "nan N", "inf N",  "-inf",
                           "1e999 N", "1e308 km", "12 N N^", "2,5 N",           "1 N/",  "1 N^99", "1 N^x",
                           "20 N 3",  "0x10 N",   "1 // s",  "1 m^99999999999", "--3 N", "+-3 N"}) {
    INFO(text);
    CHECK(refused(text));
  }
  CHECK(refused(std::string(10'000'000, '1')));
  CHECK(refused(std::string("1 N\0", 4)));
  CHECK(refused("1 \xff\xfe"));
}

TEST_CASE("Messages name the thing and an example") {
  CHECK(parse_quantity("20 kg", dimension::force).problem == "\"20 kg\" is a mass, not a force such as \"20 N\"");
  CHECK(parse_quantity("20", dimension::force).problem == "\"20\" has no unit; write a force such as \"20 N\"");
  CHECK(parse_quantity("20 kpa").problem.find("did you mean \"kPa\"") != std::string::npos);
  CHECK(parse_quantity(std::string(10'000'000, 'x')).problem.size() < 200);
  CHECK(in_quotes("a\nb") == "\"a\\x0ab\"");
}

TEST_CASE("Formatting is undone by parsing") {
  for (const auto& d : {dimension::length, dimension::pressure, dimension::force, dimension::speed,
                        dimension::viscosity, dimension::angle, dimension::foundation, dimension::area}) {
    const auto back = parse_quantity(format_quantity(0.0123, d), d);
    INFO(format_quantity(0.0123, d));
    REQUIRE(back.ok());
    CHECK(back.quantity.value == Approx(0.0123).epsilon(1e-5));
    CHECK(parse_quantity(dimension_example(d), d).ok());
  }
  CHECK(format_quantity(0.018, dimension::length) == "18 mm");
}
