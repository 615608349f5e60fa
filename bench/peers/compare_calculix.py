#!/usr/bin/env python3
"""Knead beside CalculiX (ccx): the same block, laws and load in both, three meshes each, extrapolated.

A block of 0.1 x 0.1 x 0.05 m (a quarter of it, bottom fixed, sides free) carries the dead traction of bench/peers/README.md on
its top: one neo-Hookean material, a slab of three layers, one Ogden material. Compared is how far the centre of the top goes
down. The volumetric energy is kappa (J - 1)^2 / 2 in both programs.

Needs Python 3 with h5py, ccx (Debian: calculix-ccx) and Knead.

  compare_calculix.py --knead build/release/knead [--cases block layers ogden] [--meshes 6 9 12]

With the environment variable KNEAD_VALIDATION=<folder> the rows go to <folder>/peers_calculix.csv for tools/validation.
"""
import argparse
import csv
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import types

import h5py
import numpy as np

import block_benchmark_calculix as peer
from extrapolate import extrapolate

LIMIT = 0.005  # of the extrapolated displacement


def neo_hookean(mu, kappa):
    return ["*HYPERELASTIC, NEO HOOKE", f"{mu / 2:.12g},{2 / kappa:.12g}"], f'law = "neo-hookean"\nG = "{mu} Pa"'


def ogden(mu, alpha, kappa):
    """W = 2 mu / alpha^2 (sum of isochoric stretches^alpha - 3) + (J - 1)^2 / D1, in both."""
    return (["*HYPERELASTIC, OGDEN, N=1", f"{mu:.12g},{alpha:.12g},{2 / kappa:.12g}"],
            f'law = "ogden"\nconvention = "B"\nterms = [{{ modulus = "{mu} Pa", alpha = {alpha} }}]')


# Title, p0 (Pa), materials from the bottom up in layers of the same thickness: (law, bulk modulus, Pa).
CASES = {
    "block": ("neo-Hookean block, μ 5 kPa, κ 500 kPa", 2500.0, [(neo_hookean(5e3, 5e5), 5e5)]),
    "layers": ("slab of three layers from the top, neo-Hookean μ 30, 3, 8 kPa, κ = 100 μ", 2500.0,
               [(neo_hookean(8e3, 8e5), 8e5), (neo_hookean(3e3, 3e5), 3e5), (neo_hookean(30e3, 30e5), 30e5)]),
    "ogden": ("Ogden block, μ 5 kPa, α 9, κ 500 kPa", 2000.0, [(ogden(5e3, 9.0, 5e5), 5e5)]),
}
INCREMENTS = 4


def calculix(case, n, options):
    """Displacement of the centre, mm, downwards."""
    _, load, parts = CASES[case]
    thickness = peer.HEIGHT / len(parts)
    materials = [(i * thickness, law[0]) for i, (law, _) in enumerate(parts)]
    settings = types.SimpleNamespace(full=False, element=options.element, solver="SPOOLES", threads=1, ccx=options.ccx, keep=False)
    return peer.solve(n, settings, load, INCREMENTS, materials)["centre_mm"][-1]


def knead(case, n, options):
    title, load, parts = CASES[case]
    layers = ", ".join(f'{{ tissue = "part{i}", thickness = "{1e3 * peer.HEIGHT / len(parts):.15g} mm", elements = {n // len(parts)} }}'
                       for i in reversed(range(len(parts))))
    text = f"""knead = 1
title = "{title}"
[body]
name = "block"
size = ["{500 * peer.LENGTH:g} mm", "{500 * peer.LENGTH:g} mm", "{1e3 * peer.HEIGHT:g} mm"]
elements = [{n}, {n}, {n}]
layers = [{layers}]
[time]
end = "{INCREMENTS} s"
step = "1 s"
[output]
fields = ["displacement"]
"""
    for i, (law, kappa) in enumerate(parts):
        text += f'[tissue.part{i}]\n{law[1]}\nbulk_modulus = "{kappa} Pa"\n'
    for face, condition in (("bottom", 'displacement = ["0 mm", "0 mm", "0 mm"]'), ("left", 'displacement = { normal = "0 mm" }'),
                            ("front", 'displacement = { normal = "0 mm" }'),
                            ("top", f'traction = {{ normal = [["0 s", "0 Pa"], ["{INCREMENTS} s", "{-load} Pa"]], profile = "cosine", '
                                    f'centre = ["0 mm", "0 mm", "{1e3 * peer.HEIGHT:g} mm"], radius = "{1e3 * peer.RADIUS:g} mm" }}')):
        text += f'[[boundary]]\non = "{face}"\n{condition}\n'
    with tempfile.TemporaryDirectory() as folder:
        scenario = pathlib.Path(folder) / "case.toml"
        scenario.write_text(text, encoding="utf-8")
        run = subprocess.run([options.knead, "run", scenario, "-o", folder + "/run", "--no-picture"], capture_output=True, text=True)
        if run.returncode:
            sys.exit(f"compare_calculix: knead ended with code {run.returncode}:\n{run.stderr}")
        with h5py.File(folder + "/run/run.vtkhdf", "r") as file:
            points = file["VTKHDF/Points"][:]
            centre = int(np.argmin(np.linalg.norm(points - [0, 0, peer.HEIGHT], axis=1)))
            return -1e3 * float(file["VTKHDF/PointData/displacement"][-len(points) + centre, 2])


def compare(order, case, options):
    meshes = sorted(options.meshes)
    found = {}
    for name, program in (("CalculiX", calculix), ("Knead", knead)):
        values = [program(case, n, options) for n in meshes]
        limit = extrapolate(meshes, values)
        if limit is None:
            sys.exit(f"compare_calculix: {name} does not converge on {case}: {values}")
        found[name] = (limit[0], f"{name} " + ", ".join(f"{v:.4f}" for v in values) + f", order {limit[1]:.1f}")
    expected, value = found["CalculiX"][0], found["Knead"][0]
    difference = abs(value / expected - 1)
    return {"order": order, "program": "peers_calculix", "case": f"{CASES[case][0]}: displacement of the centre, mm, extrapolated",
            "reference": f"CalculiX, {options.element}, the same", "expected": f"{expected:.5g}", "value": f"{value:.5g}",
            "difference": f"{difference:.2g}", "limit": LIMIT, "measure": "relative",
            "verdict": "inside" if difference <= LIMIT else "outside",
            "mesh": f"n = {', '.join(map(str, meshes))} through the height: {found['CalculiX'][1]}; {found['Knead'][1]}"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--knead", required=True, help="path of the program")
    parser.add_argument("--ccx", default=shutil.which("ccx"), help="path of CalculiX")
    parser.add_argument("--cases", nargs="+", default=list(CASES), choices=list(CASES))
    parser.add_argument("--meshes", nargs=3, type=int, default=[6, 9, 12], help="elements through the height, multiples of 3")
    parser.add_argument("--element", default="C3D20R", choices=["C3D20R", "C3D20"])
    options = parser.parse_args()
    if not options.ccx:
        sys.exit("compare_calculix: ccx was not found; install it (Debian: calculix-ccx) or pass --ccx PATH")
    if any(n % 3 or n < 3 for n in options.meshes) or len(set(options.meshes)) < 3:
        sys.exit("compare_calculix: --meshes needs three different multiples of 3")
    rows = []
    for number, case in enumerate(options.cases):
        row = compare(300 + number, case, options)
        rows.append(row)
        print(f"{row['case']}: {row['value']}, expected {row['expected']}, difference {row['difference']}: {row['verdict']}   "
              f"[{row['mesh']}]", flush=True)
    if folder := os.environ.get("KNEAD_VALIDATION"):
        with open(pathlib.Path(folder) / "peers_calculix.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
    sys.exit(any(row["verdict"] != "inside" for row in rows))


if __name__ == "__main__":
    main()
