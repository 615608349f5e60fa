// Our label maps as VTK reads them.
#include <vtkImageData.h>
#include <vtkMatrix4x4.h>
#include <vtkNIFTIImageReader.h>
#include <vtkNew.h>

#include <filesystem>

#include "body/nifti_file.hpp"
#include "catch.hpp"
#include "unit/body/leg_fixture.hpp"

using namespace knead;

TEST_CASE("A label map means the same to VTK's reader and to ours") {
  test::SampleLeg leg;
  leg.tilt = 0.2;
  const LabelMap map = leg.scan(5e-3, 0.04, {2, 0, 1}, {true, false, true});
  for (const char* name : {"vtk-reads.nii", "vtk-reads.nii.gz"}) {
    const auto path = (std::filesystem::temp_directory_path() / name).string();
    write_nifti(map, path);
    const LabelMap ours = read_nifti(path);
    vtkNew<vtkNIFTIImageReader> reader;
    reader->SetFileName(path.c_str());
    reader->Update();
    vtkImageData* image = reader->GetOutput();
    const int* size = image->GetDimensions();
    for (std::size_t a = 0; a < 3; ++a) REQUIRE(size[a] == ours.size[a]);
    const vtkMatrix4x4* place = reader->GetSFormMatrix();
    REQUIRE(place != nullptr);
    // VTK gives positions in mm for x = spacing times index.
    const double* spacing = image->GetSpacing();
    int wrong = 0;
    double furthest = 0;
    for (int k = 0; k < size[2]; ++k)
      for (int j = 0; j < size[1]; ++j)
        for (int i = 0; i < size[0]; ++i) {
          wrong += static_cast<int>(image->GetScalarComponentAsDouble(i, j, k, 0)) != ours.at(i, j, k);
          const double local[4] = {i * spacing[0], j * spacing[1], k * spacing[2], 1};
          Vec3d theirs{0, 0, 0};
          for (int row = 0; row < 3; ++row)
            for (int column = 0; column < 4; ++column)
              theirs[row] += 1e-3 * place->GetElement(row, column) * local[column];
          furthest = std::max(furthest, norm(theirs - ours.position(i, j, k)));
        }
    CHECK(wrong == 0);
    CHECK(furthest < 1e-6);
    std::filesystem::remove(path);
  }
}
