"""Checks run.vtkhdf written by the unit test with h5py: shapes, offsets, values, attributes. Exit 77: h5py is missing."""
import sys

try:
    import h5py
    import numpy as np
except ImportError:
    sys.exit(77)

path, steps = sys.argv[1], int(sys.argv[2])
file = h5py.File(path, "r")
root, own = file["VTKHDF"], file["Knead"]


def check(condition, what):
    if not condition:
        sys.exit("check_record.py: " + what)


check(list(root.attrs["Version"]) == [2, 0], "version")
check(root.attrs["Type"] == b"UnstructuredGrid", "type")
kind = h5py.h5a.open(root.id, b"Type").get_type()
check(kind.get_class() == h5py.h5t.STRING and not kind.is_variable_str() and kind.get_cset() == h5py.h5t.CSET_ASCII,
      "type must be a fixed ASCII string")
n_points, n_cells, n_ids = (int(root[name][0]) for name in ("NumberOfPoints", "NumberOfCells", "NumberOfConnectivityIds"))
check((n_points, n_cells, n_ids) == (5 * 7 * 5, 8 * 12, 64 * 12), "counts")
check(root["Points"].shape == (n_points, 3) and root["Points"].dtype == np.float64, "points")
check(root["Connectivity"].shape == (n_ids,) and root["Connectivity"].dtype == np.int64, "connectivity")
check((root["Offsets"][:] == 8 * np.arange(n_cells + 1)).all(), "offsets")
check(root["Types"].dtype == np.uint8 and (root["Types"][:] == 12).all(), "types")

# The volume of the linear hexahedra by 2x2x2 Gauss points against the block's formula to the mesh's own curvature.
x = root["Points"][:][root["Connectivity"][:].reshape(-1, 8)]
signs = np.array([[-1, -1, -1], [1, -1, -1], [1, 1, -1], [-1, 1, -1], [-1, -1, 1], [1, -1, 1], [1, 1, 1], [-1, 1, 1]])
volume = 0.0
for xi in signs / np.sqrt(3.0):
    gradient = np.empty((8, 3))
    for d in range(3):
        others = [k for k in range(3) if k != d]
        gradient[:, d] = signs[:, d] * np.prod(1 + signs[:, others] * xi[others], axis=1) / 8
    determinant = np.linalg.det(np.einsum("cnd,nk->cdk", x, gradient))
    check((determinant > 0).all(), "an inverted hexahedron")
    volume += determinant.sum()
# int (1 + 0.1 cos 50 x) dx dy dz over [0, 0.04] x [0, 0.06] x [0, 0.04]; the shear of x by y keeps volumes.
exact = 0.06 * 0.04 * (0.04 + 0.1 * np.sin(50 * 0.04) / 50)
check(abs(volume / exact - 1) < 2e-3, f"volume {volume} is not {exact}")

s = root["Steps"]
check(s.attrs["NSteps"] == steps, "NSteps")
check(np.array_equal(s["Values"][:], 0.05 * np.arange(steps)), "times")
for name, value, shape in (("PartOffsets", 0, (steps,)), ("NumberOfParts", 1, (steps,)), ("PointOffsets", 0, (steps,)),
                           ("CellOffsets", 0, (steps, 1)), ("ConnectivityIdOffsets", 0, (steps, 1))):
    check(s[name].shape == shape and (s[name][:] == value).all(), name)
fields = (("PointData", "displacement", n_points, 3), ("PointData", "contact_pressure", n_points, 1),
          ("CellData", "tissue_pressure", n_cells, 1))
for number, (group, name, rows, components) in enumerate(fields, 1):
    data = root[group][name]
    check(data.dtype == np.float32, name + " must be single precision")
    check(data.shape == ((rows * steps, components) if components > 1 else (rows * steps,)), name + " shape")
    check(rows % data.chunks[0] == 0, name + ": a step must be a whole number of chunks")
    offsets = s[group + "Offsets"][name]
    check(np.array_equal(offsets[:], rows * np.arange(steps)), name + " offsets")
    flat = data[:].reshape(steps, -1)
    expected = 1e6 * number + 1000.0 * np.arange(steps)[:, None] + (np.arange(rows * components) % 997) / 8
    check(np.array_equal(flat, expected.astype(np.float32)), name + " values")
    for key in ("units", "description", "sign", "reference"):
        check(key in data.attrs, name + " attribute " + key)
check(root["CellData/tissue_pressure"].attrs["units"] == b"Pa", "units of pressure")
check(root["CellData/tissue_pressure"].attrs["sign"] == b"compression positive", "sign of pressure")
check(root["PointData/displacement"].attrs["units"] == b"m", "units of displacement")
for name in ("tissue", "region", "layer", "parent_element"):
    check(root["CellData"][name].shape == (n_cells,), name + " shape")
    check((s["CellDataOffsets"][name][:] == 0).all() and s["CellDataOffsets"][name].shape == (steps,), name + " offsets")
check(np.array_equal(root["CellData/parent_element"][:], np.repeat(np.arange(12), 8)), "parent element")

check(own["scenario"][()].decode("utf-8") == 'knead = 1\ntitle = "é"\n', "scenario text")
check([t.decode() for t in own["tissues"][:]] == ["muscle", "skin"], "tissues")
check(own["History"].shape == (steps,) and own["History"].dtype.names == ("time", "contact_force"), "history")
check(np.array_equal(own["History"]["contact_force"], 25.0 + np.arange(steps)), "history values")
check([u.decode() for u in own["History"].attrs["units"]] == ["s", "N"], "history units")
check(own["Poses/position"].shape == (steps, 2, 3) and own["Poses/rotation"].shape == (steps, 2, 3, 3), "poses")
check(own["Landmarks/position"][1, 2] == 0.45, "landmarks")
check(own["Applicators/0/parameters"].attrs["b"] == 0.05, "applicators")
check(own["Faces/top"].shape == (6, 2), "faces")
check(own.attrs["finished"] == 1, "finished")
# The superblock starts after the signature of eight bytes; versions 0 and 1 have no mark of an open writer.
check(open(path, "rb").read(9)[8] <= 1, "superblock must be of version 0 or 1")
