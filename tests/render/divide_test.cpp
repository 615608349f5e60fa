#include "render_divide.hpp"

#include <cmath>
#include <map>
#include <numbers>
#include <utility>

#include <vtkCellArray.h>
#include <vtkNew.h>
#include <vtkPoints.h>

#include "catch.hpp"

using namespace knead;

namespace {

constexpr double width = 0.02;  // m

// A strip of a square in the plane z = 0 about the origin, from column `from` to `to` of its 4 × 4 squares.
vtkSmartPointer<vtkPolyData> strip(int from, int to) {
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  vtkNew<vtkCellArray> faces;
  for (int j = 0; j <= 4; ++j)
    for (int i = from; i <= to; ++i) points->InsertNextPoint((i / 4.0 - 0.5) * width, (j / 4.0 - 0.5) * width, 0);
  const int row = to - from + 1;
  for (int j = 0; j < 4; ++j)
    for (int i = 0; i + 1 < row; ++i) {
      const vtkIdType corner[4] = {j * row + i, j * row + i + 1, (j + 1) * row + i + 1, (j + 1) * row + i};
      faces->InsertNextCell(4, corner);
    }
  auto data = vtkSmartPointer<vtkPolyData>::New();
  data->SetPoints(points);
  data->SetPolys(faces);
  return data;
}

struct Shape {
  double area = 0, rim = 0;  // m², m: of polygons, and of their edges that only one of them has
};
Shape measure(vtkPolyData* data) {
  Shape shape;
  std::map<std::pair<vtkIdType, vtkIdType>, int> edges;
  const auto at = [&](vtkIdType i) {
    double x[3];
    data->GetPoint(i, x);
    return Vec3d{{x[0], x[1], x[2]}};
  };
  for (vtkIdType c = 0; c < data->GetNumberOfCells(); ++c) {
    vtkIdType count = 0;
    const vtkIdType* ids = nullptr;
    data->GetCellPoints(c, count, ids);
    for (vtkIdType i = 0; i < count; ++i) {
      const vtkIdType a = ids[i], b = ids[(i + 1) % count];
      ++edges[std::minmax(a, b)];
      shape.area += 0.5 * cross(at(a), at(b))[2];
    }
  }
  for (const auto& [edge, count] : edges)
    if (count == 1) shape.rim += norm(at(edge.first) - at(edge.second));
  return shape;
}

}  // namespace

TEST_CASE("faces are divided along a circle and a line, whatever their own edges are") {
  const double radius = 6.3e-3, line = 1.7e-3;
  const auto label = [&](const Vec3d& x) { return norm(x) < radius ? 1 : x[1] > line ? 2 : 0; };
  const auto parts = divide({strip(0, 2), strip(2, 4)}, label, 1.2e-3);
  REQUIRE(parts.size() == 3);
  const Shape circle = measure(parts.at(1)), above = measure(parts.at(2)), below = measure(parts.at(0));
  CHECK(circle.area == Approx(std::numbers::pi * radius * radius).epsilon(0.01));
  CHECK(circle.rim == Approx(2 * std::numbers::pi * radius).epsilon(0.01));  // whole within
  const double angle = 2 * std::acos(line / radius), cap = 0.5 * radius * radius * (angle - std::sin(angle));
  CHECK(above.area == Approx((width / 2 - line) * width - cap).epsilon(0.01));
  CHECK(circle.area + above.area + below.area == Approx(width * width));
  CHECK(above.rim ==
        Approx(2 * (width / 2 - line) + 2 * width - 2 * std::sqrt(radius * radius - line * line) + radius * angle)
            .epsilon(0.01));
}

TEST_CASE("what is one thing all over stays whole") {
  const auto parts = divide(
      {strip(0, 4)}, [](const Vec3d&) { return 7; }, 1.2e-3);
  REQUIRE(parts.size() == 1);
  CHECK(measure(parts.at(7)).area == Approx(width * width));
  CHECK(measure(parts.at(7)).rim == Approx(4 * width));
}
