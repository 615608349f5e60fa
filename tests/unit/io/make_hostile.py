"""Makes damaged variants of a good result: hostile-<name>.vtkhdf in the folder. Exit 77: h5py is missing."""
import shutil
import sys

try:
    import h5py
    import numpy as np
except ImportError:
    sys.exit(77)

good, folder = sys.argv[1], sys.argv[2]


def variant(name, change):
    path = f"{folder}/hostile-{name}.vtkhdf"
    shutil.copy(good, path)
    with h5py.File(path, "r+") as file:
        change(file)


def replace(place, **arguments):
    def change(file):
        attributes = dict(file[place].attrs)
        del file[place]
        data = file.create_dataset(place, **arguments)
        for key, value in attributes.items():
            data.attrs[key] = value
    return change


def attribute(place, name, value):
    return lambda file: file[place].attrs.__setitem__(name, value)


def remove(place):
    def change(file):
        del file[place]
    return change


def link(place, to):
    def change(file):
        del file[place]
        file[place] = to
    return change


def virtual(file):
    del file["VTKHDF/Points"]
    layout = h5py.VirtualLayout(shape=(175, 3), dtype="f8")
    layout[:] = h5py.VirtualSource("elsewhere.h5", "x", shape=(175, 3))
    file.create_virtual_dataset("VTKHDF/Points", layout)


def bad_number(place, index, value):
    return lambda file: file[place].__setitem__(index, value)


def vlen_text(file):
    del file["Knead/title"]
    file["Knead/title"] = "a text of variable length"


huge = 2 ** 61
variant("no-vtkhdf", remove("VTKHDF"))
variant("no-knead", remove("Knead"))
variant("no-steps", remove("VTKHDF/Steps"))
variant("no-points", remove("VTKHDF/Points"))
variant("no-title", remove("Knead/title"))
variant("no-units", lambda file: file["VTKHDF/CellData/tissue_pressure"].attrs.__delitem__("units"))
variant("number-units", attribute("VTKHDF/CellData/tissue_pressure", "units", 3))
variant("wrong-type", attribute("VTKHDF", "Type", np.bytes_("ImageData")))
variant("newer-format", attribute("Knead", "format", 99))
variant("huge-steps", attribute("VTKHDF/Steps", "NSteps", huge))
variant("negative-steps", attribute("VTKHDF/Steps", "NSteps", -1))
variant("text-steps", attribute("VTKHDF/Steps", "NSteps", np.bytes_("three")))
variant("huge-counts", bad_number("VTKHDF/NumberOfPoints", 0, huge))
variant("negative-counts", bad_number("VTKHDF/NumberOfCells", 0, -8))
variant("other-counts", bad_number("VTKHDF/NumberOfCells", 0, 88))
variant("wild-connectivity", bad_number("VTKHDF/Connectivity", 100, huge))
variant("negative-connectivity", bad_number("VTKHDF/Connectivity", 100, -1))
variant("wild-faces", bad_number("Knead/Faces/top", (0, 0), 10 ** 6))
variant("wild-sides", bad_number("Knead/Faces/top", (0, 1), 9))
variant("huge-field", replace("VTKHDF/CellData/tissue_pressure", shape=(2 ** 50,), maxshape=(None,), dtype="f4", chunks=(96,)))
variant("huge-times", lambda file: (replace("VTKHDF/Steps/Values", shape=(huge,), dtype="f8", chunks=(1024,))(file),
                                    attribute("VTKHDF/Steps", "NSteps", huge)(file)))
variant("huge-history", lambda file: file["Knead/History"].resize((2 ** 58,)))
variant("huge-texts", replace("Knead/notes", shape=(2 ** 40,), dtype="S64", chunks=(16,)))
variant("huge-holder", replace("Knead/holder", shape=(2 ** 60,), dtype="u1", chunks=(1024,)))
variant("text-field", replace("VTKHDF/CellData/tissue_pressure", shape=(288,), maxshape=(None,), dtype="S4", chunks=(96,)))
variant("short-field", lambda file: file["VTKHDF/CellData/tissue_pressure"].resize((200,)))
variant("deep-field", replace("VTKHDF/CellData/tissue_pressure", shape=(288, 2, 2), dtype="f4"))
variant("scalar-points", replace("VTKHDF/Points", data=1.0))
variant("plain-history", replace("Knead/History", data=np.zeros(3)))
variant("history-of-texts", replace("Knead/History", data=np.zeros(3, dtype=[("time", "S8"), ("contact_force", "f8")])))
variant("short-poses", lambda file: file["Knead/Poses/position"].resize((1, 2, 3)))
variant("group-for-data", lambda file: (remove("VTKHDF/Points")(file), file.create_group("VTKHDF/Points")))
variant("data-for-group",
        lambda file: (remove("VTKHDF/Steps")(file), file.create_dataset("VTKHDF/Steps", data=1.0)))
variant("soft-link", link("VTKHDF/Points", h5py.SoftLink("/VTKHDF/Points")))
variant("outside-link", link("VTKHDF/Points", h5py.ExternalLink("/etc/passwd", "/")))
variant("virtual", virtual)
variant("vlen-text", vlen_text)
variant("lzf", replace("VTKHDF/Points", data=np.zeros((175, 3)), compression="lzf"))
h5py.File(f"{folder}/hostile-empty.vtkhdf", "w").close()
