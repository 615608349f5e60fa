"""Reads run.vtkhdf with VTK's own reader: cells, arrays, volume. Exit 77: VTK is missing."""
import sys

try:
    import vtk
    from vtk.util.numpy_support import vtk_to_numpy
    import numpy as np
except ImportError:
    sys.exit(77)

vtk.vtkObject.GlobalWarningDisplayOff()  # readers before VTK 9.3 warn of version 2.0 and show the first step
reader = vtk.vtkHDFReader()
if not reader.CanReadFile(sys.argv[1]):
    sys.exit("check_vtk.py: VTK does not know the file")
reader.SetFileName(sys.argv[1])
reader.Update()
grid = reader.GetOutputDataObject(0)
if grid.IsA("vtkPartitionedDataSet"):
    grid = grid.GetPartition(0)


def check(condition, what):
    if not condition:
        sys.exit("check_vtk.py: " + what)


check(grid.GetNumberOfPoints() == 175 and grid.GetNumberOfCells() == 96, "size of the grid")
check(all(grid.GetCellType(c) == vtk.VTK_HEXAHEDRON for c in range(96)), "cell types")
displacement = vtk_to_numpy(grid.GetPointData().GetArray("displacement"))
check(displacement.shape == (175, 3), "displacement")
check(np.array_equal(displacement.ravel(), (1e6 + (np.arange(525) % 997) / 8).astype(np.float32)), "first step")
check(grid.GetCellData().GetArray("tissue_pressure").GetNumberOfTuples() == 96, "tissue_pressure")
quality = vtk.vtkMeshQuality()
quality.SetInputData(grid)
quality.SetHexQualityMeasureToVolume()
quality.Update()
volume = vtk_to_numpy(quality.GetOutput().GetCellData().GetArray("Quality"))
exact = 0.06 * 0.04 * (0.04 + 0.1 * np.sin(50 * 0.04) / 50)
check((volume > 0).all() and abs(volume.sum() / exact - 1) < 2e-3, f"volume {volume.sum()} is not {exact}")
