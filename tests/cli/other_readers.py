"""Runs a scenario and reads run.vtkhdf as others do: layout of every step by h5py against the VTKHDF specification, the
first step by VTK's own reader. Exit 77: h5py or VTK is missing.

usage: other_readers.py PROGRAM SCENARIO FOLDER
"""
import subprocess
import sys

try:
    import h5py
    import numpy as np
    import vtk
    from vtk.util.numpy_support import vtk_to_numpy
except ImportError as missing:
    print(f"skipped: {missing}; Debian has it in python3-{'h5py' if missing.name == 'h5py' else 'vtk9'}")
    sys.exit(77)

program, scenario, folder = sys.argv[1:]
subprocess.run([program, "run", scenario, "-o", folder, "--force", "--no-picture", "--quiet"], check=True,
               stdout=subprocess.DEVNULL)
path = folder + "/run.vtkhdf"


def check(condition, what):
    if not condition:
        sys.exit("other_readers.py: " + what)


vtk.vtkObject.GlobalWarningDisplayOff()  # readers before VTK 9.3 warn of version 2.0 and show the first step
reader = vtk.vtkHDFReader()
check(reader.CanReadFile(path), "VTK does not know the file")
reader.SetFileName(path)
reader.Update()
grid = reader.GetOutputDataObject(0)
if grid.IsA("vtkPartitionedDataSet"):
    grid = grid.GetPartition(0)

file = h5py.File(path, "r")
root, steps = file["VTKHDF"], file["VTKHDF/Steps"]
number, points, cells = int(steps.attrs["NSteps"]), int(root["NumberOfPoints"][0]), int(root["NumberOfCells"][0])
check(number > 10, "too few steps to say anything")
check(list(root.attrs["Version"]) == [2, 0] and root.attrs["Type"] == b"UnstructuredGrid", "version and type")
check(steps["Values"].shape == (number,) and (np.diff(steps["Values"][:]) > 0).all(), "times must rise")
check(np.array_equal(steps["Values"][:], file["Knead/History"]["time"][np.isin(
    file["Knead/History"]["time"], steps["Values"][:])]), "recorded times must be times of the solver")
for name, value, shape in (("PartOffsets", 0, (number,)), ("NumberOfParts", 1, (number,)),
                           ("PointOffsets", 0, (number,)), ("CellOffsets", 0, (number, 1)),
                           ("ConnectivityIdOffsets", 0, (number, 1))):
    check(steps[name].shape == shape and (steps[name][:] == value).all(), name)

check(grid.GetNumberOfPoints() == points and grid.GetNumberOfCells() == cells, "size of the grid in VTK")
check(np.array_equal(vtk_to_numpy(grid.GetPoints().GetData()), root["Points"][:]), "points in VTK")
names = {"PointData": (points, grid.GetPointData()), "CellData": (cells, grid.GetCellData())}
static = {"tissue", "region", "parent_element"}
for group, (rows, shown) in names.items():
    check(shown.GetNumberOfArrays() == len(root[group]), group + ": VTK shows another number of fields")
    for name, data in root[group].items():
        kept = 1 if name in static else number
        check(data.shape[0] == rows * kept, name + " has another number of rows")
        offsets = steps[group + "Offsets"][name]
        check(np.array_equal(offsets[:], rows * (np.arange(number) % kept)), name + " offsets")
        check(np.isfinite(data[:]).all(), name + " is not finite")
        check(np.array_equal(vtk_to_numpy(shown.GetArray(name)), data[:rows]), name + ": first step in VTK")
check({"displacement", "contact_pressure", "contact_shear"} <= set(root["PointData"]), "point fields")
last = root["PointData/displacement"][(number - 1) * points:]
check(np.abs(last).max() > 1e-4, "the body must have moved in the last step")
