#pragma once
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPNGReader.h>

#include "catch.hpp"

namespace knead::test {

struct Picture {
  int width = 0, height = 0;
  std::vector<std::array<int, 3>> pixels;

  // How many pixels have this colour, up to a few steps of 255.
  long count(const std::array<double, 3>& rgb, int slack = 4) const {
    return std::count_if(pixels.begin(), pixels.end(), [&](const auto& p) {
      for (std::size_t i = 0; i < 3; ++i) {
        if (std::abs(p[i] - 255 * rgb[i]) > slack) return false;
      }
      return true;
    });
  }
};

inline Picture read_png(const std::filesystem::path& path) {
  vtkNew<vtkPNGReader> reader;
  REQUIRE(reader->CanReadFile(path.c_str()));
  reader->SetFileName(path.c_str());
  reader->Update();
  Picture picture;
  const int* size = reader->GetOutput()->GetDimensions();
  picture.width = size[0], picture.height = size[1];
  REQUIRE(reader->GetOutput()->GetNumberOfScalarComponents() == 3);
  const auto* bytes = static_cast<const unsigned char*>(reader->GetOutput()->GetScalarPointer());
  for (long i = 0; i < long(size[0]) * size[1]; ++i)
    picture.pixels.push_back({bytes[3 * i], bytes[3 * i + 1], bytes[3 * i + 2]});
  return picture;
}

}  // namespace knead::test
