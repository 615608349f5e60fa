#include "catch.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include <vtkLookupTable.h>

#include "render_colour.hpp"
#include "render_units.hpp"

using namespace knead;

namespace {

// Lightness L* of CIE 1976 (ISO 11664-4) of an sRGB colour (IEC 61966-2-1).
double lightness(const double* rgb) {
  const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
  const double y = 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
  return y > 216.0 / 24389 ? 116 * std::cbrt(y) - 16 : y * 24389 / 27;
}

std::vector<double> ramp(double low, double high) {
  std::vector<double> values(1001);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = low + (high - low) * static_cast<double>(i) / 1000;
  return values;
}

}  // namespace

TEST_CASE("one-signed fields: lightness rises evenly with the value") {
  ColourScale scale;
  const auto table = scale.table();
  REQUIRE(table->GetNumberOfTableValues() == 256);
  const double first = lightness(table->GetTableValue(0)), last = lightness(table->GetTableValue(255));
  CHECK(last - first > 70);
  double before = first;
  for (vtkIdType i = 1; i < 256; ++i) {
    const double l = lightness(table->GetTableValue(i));
    CHECK(l > before - 0.1);  // colours are rounded to eight bits
    CHECK(std::abs(l - (first + (last - first) * static_cast<double>(i) / 255)) < 4.0);
    before = l;
  }
}

TEST_CASE("fields of both signs: zero is the lightest, the ends are equally dark") {
  ColourScale scale{-1, 1, true, {}};
  const auto table = scale.table();
  const double middle = lightness(table->GetTableValue(127));
  CHECK(middle > lightness(table->GetTableValue(40)));
  CHECK(middle > lightness(table->GetTableValue(215)));
  CHECK(lightness(table->GetTableValue(0)) == Approx(lightness(table->GetTableValue(255))).margin(3));
}

TEST_CASE("ranges are easy to read and do not follow single outliers") {
  std::vector<double> values;
  for (int copy = 0; copy < 5; ++copy) {
    for (const double v : ramp(0, 7.3)) values.push_back(v);
  }
  values.push_back(1e6);
  const ColourScale positive = choose_scale(values, {});
  CHECK(positive.low == 0);
  CHECK(positive.high == Approx(8));
  CHECK_FALSE(positive.diverging);
  CHECK(positive.ticks.front() == 0);
  CHECK(positive.ticks.back() == Approx(8));

  const ColourScale slightly_negative = choose_scale(ramp(-0.5, 7.3), {});
  CHECK(slightly_negative.low == 0);

  const ColourScale both = choose_scale(ramp(-3.2, 1.1), {});
  CHECK(both.diverging);
  CHECK(both.high == Approx(4));
  CHECK(both.low == Approx(-4));

  const ColourScale ratio = choose_scale(ramp(0.93, 1.02), {});
  CHECK(ratio.low <= 0.93 + 1e-3);
  CHECK(ratio.low > 0.9);
  CHECK(ratio.high >= 1.02 - 1e-3);
  CHECK(ratio.high < 1.05);

  const ColourScale asked = choose_scale(values, std::array<double, 2>{2, 3});
  CHECK(asked.low == 2);
  CHECK(asked.high == 3);
}

TEST_CASE("ranges exist for values that have none") {
  for (const auto& values : {std::vector<double>{}, std::vector<double>(100, 0.0), std::vector<double>(100, 1.0),
                             std::vector<double>(100, std::numeric_limits<double>::quiet_NaN())}) {
    const ColourScale scale = choose_scale(values, {});
    CHECK(scale.high > scale.low);
    CHECK(scale.ticks.size() < 12);
  }
  CHECK(choose_scale({-2e-29, 1e-29, 2e-29}, {}).high == 1);  // a body at rest
  // A footprint so small that the quantiles miss it.
  std::vector<double> footprint(100000, 0.0);
  footprint[7] = 12;
  CHECK(choose_scale(footprint, {}).high == Approx(12));
}

TEST_CASE("pictures speak in kPa and mm") {
  CHECK(display_unit("Pa").name == "kPa");
  CHECK(4300 * display_unit("Pa").factor == Approx(4.3));
  CHECK(0.018 * display_unit("m").factor == Approx(18));
  CHECK(display_unit("1").name.empty());
  CHECK(display_unit("furlong").factor == 1);
  CHECK(display_name("tissue_pressure") == "Tissue pressure");
}
