"""Follows every reference of run.xdmf and compares shapes and values with the formulas. Exit 77: h5py is missing."""
import os
import sys
import xml.etree.ElementTree as tree

try:
    import h5py
    import numpy as np
except ImportError:
    sys.exit(77)

path, steps = sys.argv[1], int(sys.argv[2])
folder = os.path.dirname(path)


def check(condition, what):
    if not condition:
        sys.exit("check_xdmf.py: " + what)


def load(item):
    name, place = item.text.split(":", 1)
    with h5py.File(os.path.join(folder, name), "r") as file:
        data = file[place][:]
    check(data.shape == tuple(int(d) for d in item.get("Dimensions").split()), place + " shape")
    kind = {"Float": "f", "Int": "i", "UChar": "u"}[item.get("NumberType")]
    check(data.dtype.kind == kind and data.dtype.itemsize == int(item.get("Precision")), place + " type")
    return data


os.chdir("/")
grids = tree.parse(path).getroot().find("Domain").find("Grid").findall("Grid")
check(len(grids) == steps, "number of steps")
for step, grid in enumerate(grids):
    check(float(grid.find("Time").get("Value")) == 0.05 * step, "time")
    topology = grid.find("Topology")
    check(topology.get("TopologyType") == "Hexahedron" and topology.get("NumberOfElements") == "96", "topology")
    check(load(topology.find("DataItem")).max() == 174, "connectivity")
    check(load(grid.find("Geometry").find("DataItem")).shape == (175, 3), "points")
    found = {a.get("Name"): a for a in grid.findall("Attribute")}
    check(set(found) == {"displacement", "contact_pressure", "tissue_pressure", "tissue", "region", "layer",
                         "parent_element"}, "fields")
    for number, name in enumerate(("displacement", "contact_pressure", "tissue_pressure"), 1):
        data = load(found[name].find("DataItem")).ravel()
        expected = 1e6 * number + 1000.0 * step + (np.arange(data.size) % 997) / 8
        check(np.array_equal(data, expected.astype(np.float32)), f"{name} at step {step}")
    check(found["displacement"].get("AttributeType") == "Vector" and found["displacement"].get("Center") == "Node",
          "displacement")
    check(found["tissue_pressure"].get("Center") == "Cell", "tissue_pressure")
    check(load(found["region"].find("DataItem"))[5] == 3, "region")
