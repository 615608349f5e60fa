#include "render_divide.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <unordered_map>

#include <vtkCellArray.h>
#include <vtkNew.h>
#include <vtkPoints.h>
#include <vtkTriangleFilter.h>

#include "render_hash.hpp"

namespace knead {
namespace {

using Triangle = std::array<std::size_t, 3>;
using Box = std::array<std::int64_t, 3>;

// Points by number, and one number for the point that belongs to an edge, whichever triangle asks.
class Division {
 public:
  Division(const std::vector<vtkSmartPointer<vtkPolyData>>& faces, const std::function<int(const Vec3d&)>& label)
      : label_(label) {
    for (const auto& part : faces) {
      vtkNew<vtkTriangleFilter> triangles;
      triangles->SetInputData(part);
      triangles->Update();
      vtkPolyData* data = triangles->GetOutput();
      std::vector<std::size_t> number(static_cast<std::size_t>(data->GetNumberOfPoints()));
      for (std::size_t i = 0; i < number.size(); ++i) {
        double x[3];
        data->GetPoint(static_cast<vtkIdType>(i), x);
        number[i] = merged({{x[0], x[1], x[2]}});
      }
      vtkIdType count = 0;
      const vtkIdType* ids = nullptr;
      for (data->GetPolys()->InitTraversal(); data->GetPolys()->GetNextCell(count, ids);) {
        if (count != 3) continue;
        Triangle t{};
        for (std::size_t i = 0; i < 3; ++i) t[i] = number[static_cast<std::size_t>(ids[i])];
        if (t[0] != t[1] && t[1] != t[2] && t[2] != t[0]) triangles_.push_back(t);
      }
    }
    at_.clear();
  }

  void refine(double edge) {
    constexpr int most = 4;
    for (int round = 0; round < most && mean_edge() > edge; ++round) {
      on_edge_.clear();
      std::vector<Triangle> finer;
      for (const Triangle& t : triangles_) {
        std::size_t half[3];  // on the edge from corner i to the next
        for (std::size_t i = 0; i < 3; ++i)
          half[i] = on_edge(t[i], t[(i + 1) % 3], [&](const Vec3d& a, const Vec3d& b) { return 0.5 * (a + b); });
        for (std::size_t i = 0; i < 3; ++i) finer.push_back({t[i], half[i], half[(i + 2) % 3]});
        finer.push_back({half[0], half[1], half[2]});
      }
      triangles_ = std::move(finer);
    }
  }

  std::map<int, vtkSmartPointer<vtkPolyData>> divide() {
    find_labels();
    on_edge_.clear();
    for (const Triangle& t : triangles_) {
      const int a = label_of_[t[0]], b = label_of_[t[1]], c = label_of_[t[2]];
      if (a == b && b == c) {
        add(a, {t[0], t[1], t[2]});
      } else if (a != b && b != c && c != a) {
        const std::size_t ab = border(t[0], t[1]), bc = border(t[1], t[2]), ca = border(t[2], t[0]);
        points_.push_back((points_[ab] + points_[bc] + points_[ca]) / 3.0);
        const std::size_t middle = points_.size() - 1;
        add(a, {t[0], ab, middle, ca});
        add(b, {t[1], bc, middle, ab});
        add(c, {t[2], ca, middle, bc});
      } else {
        const std::size_t odd = b == c ? 0 : c == a ? 1 : 2;
        const std::size_t o = t[odd], p = t[(odd + 1) % 3], q = t[(odd + 2) % 3];
        const std::size_t op = border(o, p), qo = border(q, o);
        add(label_of_[o], {o, op, qo});
        add(label_of_[p], {op, p, q, qo});
      }
    }
    std::map<int, vtkSmartPointer<vtkPolyData>> parts;
    for (const auto& [label, polygons] : polygons_) parts[label] = polydata_of(polygons);
    return parts;
  }

 private:
  // Where a plane passes close to a corner, slivers would part neighbours: points closer than this are one.
  std::size_t merged(const Vec3d& x) {
    constexpr double closest = 2e-5;  // m
    Box box{};
    for (int c = 0; c < 3; ++c) box[static_cast<std::size_t>(c)] = std::lround(x[c] / closest);
    for (long i = -1; i <= 1; ++i)
      for (long j = -1; j <= 1; ++j)
        for (long k = -1; k <= 1; ++k) {
          const auto found = at_.find({box[0] + i, box[1] + j, box[2] + k});
          if (found != at_.end() && norm(points_[found->second] - x) < closest) return found->second;
        }
    points_.push_back(x);
    return at_[box] = points_.size() - 1;
  }

  double mean_edge() const {
    double sum = 0;
    for (const Triangle& t : triangles_)
      for (std::size_t i = 0; i < 3; ++i) sum += norm(points_[t[i]] - points_[t[(i + 1) % 3]]);
    return triangles_.empty() ? 0 : sum / (3.0 * static_cast<double>(triangles_.size()));
  }

  // Points on the rim of all faces may lie beside every label by rounding: each is asked a little further inside.
  void find_labels() {
    std::vector<Vec3d> towards(points_.size(), Vec3d{{0, 0, 0}});
    std::vector<int> count(points_.size(), 0);
    for (const Triangle& t : triangles_) {
      const Vec3d middle = (points_[t[0]] + points_[t[1]] + points_[t[2]]) / 3.0;
      for (const std::size_t n : t) towards[n] += middle, ++count[n];
    }
    asked_at_.resize(points_.size());
    label_of_.resize(points_.size());
    for (std::size_t n = 0; n < points_.size(); ++n) {
      constexpr double share = 0.1;
      asked_at_[n] = count[n] == 0 ? points_[n] : (1 - share) * points_[n] + (share / count[n]) * towards[n];
      label_of_[n] = label_(asked_at_[n]);
    }
  }

  template <class Place>
  std::size_t on_edge(std::size_t a, std::size_t b, const Place& place) {
    const std::size_t first = std::min(a, b), last = std::max(a, b);
    const auto [it, is_new] = on_edge_.try_emplace((static_cast<std::uint64_t>(first) << 32) | last, points_.size());
    if (is_new) points_.push_back(place(points_[first], points_[last]));
    return it->second;
  }

  // Where the label of the edge's first end ends.
  std::size_t border(std::size_t a, std::size_t b) {
    const std::size_t first = std::min(a, b), last = std::max(a, b);
    return on_edge(a, b, [&](const Vec3d& from, const Vec3d& to) {
      double inside = 0, outside = 1;
      for (int i = 0; i < 8; ++i) {
        const double middle = 0.5 * (inside + outside);
        const Vec3d x = (1 - middle) * asked_at_[first] + middle * asked_at_[last];
        (label_(x) == label_of_[first] ? inside : outside) = middle;
      }
      return (1 - inside) * from + inside * to;
    });
  }

  void add(int label, std::vector<std::size_t> polygon) { polygons_[label].push_back(std::move(polygon)); }

  vtkSmartPointer<vtkPolyData> polydata_of(const std::vector<std::vector<std::size_t>>& polygons) const {
    vtkNew<vtkPoints> points;
    points->SetDataTypeToDouble();
    vtkNew<vtkCellArray> cells;
    std::unordered_map<std::size_t, vtkIdType> number;
    for (const auto& polygon : polygons) {
      cells->InsertNextCell(static_cast<int>(polygon.size()));
      for (const std::size_t n : polygon) {
        const auto [it, is_new] = number.try_emplace(n, points->GetNumberOfPoints());
        if (is_new) points->InsertNextPoint(points_[n].v);
        cells->InsertCellPoint(it->second);
      }
    }
    auto data = vtkSmartPointer<vtkPolyData>::New();
    data->SetPoints(points);
    data->SetPolys(cells);
    return data;
  }

  const std::function<int(const Vec3d&)>& label_;
  std::vector<Vec3d> points_, asked_at_;
  std::vector<int> label_of_;
  std::vector<Triangle> triangles_;
  std::unordered_map<Box, std::size_t, NumbersHash> at_;  // points by the box around them
  std::unordered_map<std::uint64_t, std::size_t> on_edge_;
  std::map<int, std::vector<std::vector<std::size_t>>> polygons_;
};

}  // namespace

std::map<int, vtkSmartPointer<vtkPolyData>> divide(const std::vector<vtkSmartPointer<vtkPolyData>>& faces,
                                                   const std::function<int(const Vec3d&)>& label, double edge) {
  Division division(faces, label);
  division.refine(edge);
  return division.divide();
}

}  // namespace knead
