#!/usr/bin/env python3
"""Block benchmark with CalculiX (ccx): the first form of the benchmark that bench/peers/README.md describes.

A block of 0.1 x 0.1 x 0.05 m (bottom fixed, sides free, split neo-Hookean law, mu = 5 kPa, kappa = 500 kPa) carries the dead
traction p0 (1 + cos(pi r / a)) / 2 for r < a = 30 mm on its top, downward, in equal increments. The result is how far the
centre of the top goes down.

Needs Python 3 (standard library only) and the program ccx (Debian: calculix-ccx).

  block_benchmark_calculix.py --elements 8 12 16            quarter of the block, three meshes
  block_benchmark_calculix.py --elements 8 --full           the whole block, for times
  block_benchmark_calculix.py --elements 8 --find-load 4    the p0 that moves the centre down by 4 mm
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time

LENGTH, HEIGHT, RADIUS = 0.1, 0.05, 0.03  # m
SHEAR_MODULUS, KAPPA = 5e3, 500e3  # Pa
DEFAULT_LOAD = 2500.0  # Pa, p0 of the benchmark
# Materials from the bottom up: the height where one begins (m), and its cards.
# W = C10 (I1bar - 3) + (J - 1)^2 / D1, so mu = 2 C10 and kappa = 2 / D1.
RUBBER = [(0.0, ["*HYPERELASTIC, NEO HOOKE", f"{SHEAR_MODULUS / 2:.12g},{2 / KAPPA:.12g}"])]


def gauss_legendre(n):
    """Points and weights on [-1, 1] by Newton's method on the Legendre polynomial."""
    points, weights = [], []
    for i in range(n):
        x = math.cos(math.pi * (i + 0.75) / (n + 0.5))
        for _ in range(100):
            p0, p1 = 1.0, x
            for k in range(2, n + 1):
                p0, p1 = p1, ((2 * k - 1) * x * p1 - (k - 1) * p0) / k
            derivative = n * (x * p1 - p0) / (x * x - 1)
            step = p1 / derivative
            x -= step
            if abs(step) < 1e-15:
                break
        points.append(x)
        weights.append(2 / ((1 - x * x) * derivative * derivative))
    return list(zip(points, weights))


def serendipity_face(s, t):
    """The eight shape functions of a quadratic face: corners counter-clockwise, then the midsides."""
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    values = [0.25 * (1 + s * a) * (1 + t * b) * (s * a + t * b - 1) for a, b in corners]
    values += [0.5 * (1 - s * s) * (1 - t), 0.5 * (1 + s) * (1 - t * t), 0.5 * (1 - s * s) * (1 + t),
               0.5 * (1 - s) * (1 - t * t)]
    return values


class Block:
    """Twenty-node hexahedra: `n` elements through the height, cubes; node (i, j, k) counts half elements."""

    CORNERS = [(0, 0, 0), (2, 0, 0), (2, 2, 0), (0, 2, 0), (0, 0, 2), (2, 0, 2), (2, 2, 2), (0, 2, 2)]
    EDGES = [(1, 0, 0), (2, 1, 0), (1, 2, 0), (0, 1, 0), (1, 0, 2), (2, 1, 2), (1, 2, 2), (0, 1, 2),
             (0, 0, 1), (2, 0, 1), (2, 2, 1), (0, 2, 1)]

    def __init__(self, n, full):
        self.n, self.full = n, full
        self.across = 2 * n if full else n  # elements along x and along y
        self.origin = -LENGTH / 2 if full else 0.0
        self.h = HEIGHT / n
        self.nodes, self.coordinates = {}, []
        for k in range(2 * n + 1):
            for j in range(2 * self.across + 1):
                for i in range(2 * self.across + 1):
                    if (i & 1) + (j & 1) + (k & 1) <= 1:
                        self.nodes[i, j, k] = len(self.coordinates) + 1
                        self.coordinates.append((self.origin + i * self.h / 2, self.origin + j * self.h / 2, k * self.h / 2))
        self.elements = [[self.nodes[2 * i + a, 2 * j + b, 2 * k + c] for a, b, c in self.CORNERS + self.EDGES]
                         for k in range(n) for j in range(self.across) for i in range(self.across)]
        centre = 0 if not full else self.across
        self.centre = self.nodes[centre, centre, 2 * n]
        self.bottom = [node for (i, j, k), node in self.nodes.items() if k == 0]

    def unknowns(self):
        """Displacement components that are not prescribed."""
        count = 0
        for i, j, k in self.nodes:
            if k > 0:
                count += 3 if self.full else (i > 0) + (j > 0) + 1
        return count

    def top_forces(self):
        """Consistent nodal forces (N, downward) of the traction profile with p0 = 1 Pa, by 12 x 12 Gauss points per face."""
        forces, rule = {}, gauss_legendre(12)
        face = [c for c in self.CORNERS[4:]] + [e for e in self.EDGES[4:8]]
        for j in range(self.across):
            for i in range(self.across):
                ids = [self.nodes[2 * i + a, 2 * j + b, 2 * self.n] for a, b, _ in face]
                for s, ws in rule:
                    for t, wt in rule:
                        x = self.origin + (i + (1 + s) / 2) * self.h
                        y = self.origin + (j + (1 + t) / 2) * self.h
                        r = math.hypot(x, y)
                        if r >= RADIUS:
                            continue
                        traction = 0.5 * (1 + math.cos(math.pi * r / RADIUS)) * ws * wt * self.h * self.h / 4
                        for node, shape in zip(ids, serendipity_face(s, t)):
                            forces[node] = forces.get(node, 0.0) + shape * traction
        exact = math.pi * RADIUS**2 * (0.5 - 2 / math.pi**2) * (1 if self.full else 0.25)
        error = abs(sum(forces.values()) / exact - 1)
        if error > 1e-5:
            sys.exit(f"block_benchmark_calculix: the nodal forces miss the total load by {error:.1e}")
        return forces


def write_deck(path, block, element, load, increments, solver, materials=RUBBER):
    rows = ["*HEADING", "Block benchmark, dead cosine traction", "*NODE, NSET=ALL"]
    rows += [f"{i + 1},{x:.12g},{y:.12g},{z:.12g}" for i, (x, y, z) in enumerate(block.coordinates)]
    per_layer = block.across**2
    material_of_layer = [max(m for m, (start, _) in enumerate(materials) if k * block.h > start - 1e-9) for k in range(block.n)]
    for i, nodes in enumerate(block.elements):
        if i % per_layer == 0:
            rows.append(f"*ELEMENT, TYPE={element}, ELSET=PART{material_of_layer[i // per_layer]}")
        rows.append(f"{i + 1}," + ",".join(map(str, nodes[:10])) + ",")
        rows.append(",".join(map(str, nodes[10:])))
    rows += ["*NSET, NSET=BOTTOM"] + [f"{node}," for node in block.bottom]
    rows += ["*NSET, NSET=CENTRE", f"{block.centre},"]
    if not block.full:
        for axis, name in ((0, "XSYM"), (1, "YSYM")):
            rows += [f"*NSET, NSET={name}"] + [f"{node}," for key, node in block.nodes.items() if key[axis] == 0 and key[2] > 0]
    for m, (_, cards) in enumerate(materials):
        rows += [f"*MATERIAL, NAME=MATERIAL{m}", *cards, f"*SOLID SECTION, ELSET=PART{m}, MATERIAL=MATERIAL{m}"]
    rows += ["*BOUNDARY", "BOTTOM,1,3"]
    if not block.full:
        rows += ["XSYM,1,1", "YSYM,2,2"]
    rows += ["*STEP, NLGEOM, INC=1000", f"*STATIC, DIRECT, SOLVER={solver}", f"{1 / increments:.12g},1.", "*CLOAD"]
    rows += [f"{node},3,{-load * force:.12g}" for node, force in sorted(block.top_forces().items())]
    rows += ["*NODE PRINT, NSET=CENTRE", "U", "*NODE PRINT, NSET=BOTTOM, TOTALS=ONLY", "RF", "*END STEP", ""]
    with open(path, "w") as file:
        file.write("\n".join(rows))


def read_results(path):
    """(downward displacement of the centre, vertical reaction) at each increment, from the .dat file."""
    centre, reaction, section = [], [], None
    with open(path) as file:
        for line in file:
            if "displacements" in line:
                section = "u"
            elif "total force" in line:
                section = "rf"
            elif line.strip() and section:
                numbers = [float(word) for word in line.split()]
                (centre if section == "u" else reaction).append(-numbers[3] if section == "u" else numbers[2])
                section = None
    return centre, reaction


def solve(n, options, load, increments, materials=RUBBER):
    """One run of ccx; returns the row of the result table."""
    block = Block(n, options.full)
    folder = tempfile.mkdtemp(prefix="knead-ccx-")
    try:
        write_deck(os.path.join(folder, "block.inp"), block, options.element, load, increments, options.solver, materials)
        environment = dict(os.environ, OMP_NUM_THREADS=str(options.threads))
        start = time.monotonic()
        with open(os.path.join(folder, "log"), "w") as log:
            process = subprocess.Popen([options.ccx, "block"], cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - start
        with open(os.path.join(folder, "log")) as log:
            text = log.read()
        centre, reaction = ([], [])
        if os.path.exists(os.path.join(folder, "block.dat")):
            centre, reaction = read_results(os.path.join(folder, "block.dat"))
        if process.returncode != 0 or len(centre) != increments:
            sys.exit(f"block_benchmark_calculix: ccx stopped with code {process.returncode} after {len(centre)} of {increments} "
                     f"increments; the end of its log:\n" + "\n".join(text.splitlines()[-15:]))
        iterations = text.count("\n iteration ")
        applied = load * sum(block.top_forces().values())
        return {"program": "CalculiX", "element": options.element, "n": n, "full": options.full, "unknowns": block.unknowns(),
                "load_Pa": load, "centre_mm": [1e3 * u for u in centre], "reaction_balance": reaction[-1] / applied - 1,
                "iterations": iterations, "seconds": round(seconds, 2), "peak_MB": round(usage.ru_maxrss / 1024),
                "threads": options.threads}
    finally:
        if options.keep:
            print(f"deck and output stay in {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder)


def find_load(n, options):
    """Secant iteration for the load whose last increment moves the centre down by options.find_load (mm)."""
    low, high = 0.9 * options.load, options.load
    low_row, high_row = (solve(n, options, p, options.increments) for p in (low, high))
    for _ in range(6):
        u_low, u_high = low_row["centre_mm"][-1], high_row["centre_mm"][-1]
        print(f"p0 = {high:.3f} Pa: centre {u_high:.6f} mm", file=sys.stderr)
        if abs(u_high - options.find_load) < 1e-4:
            break
        low, high, low_row = high, high + (options.find_load - u_high) * (high - low) / (u_high - u_low), high_row
        high_row = solve(n, options, high, options.increments)
    return high_row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--elements", type=int, nargs="+", default=[4, 6, 8], help="elements through the height, one per mesh")
    parser.add_argument("--element", default="C3D20R", choices=["C3D20R", "C3D20"])
    parser.add_argument("--full", action="store_true", help="the whole block instead of the quarter with x, y > 0")
    parser.add_argument("--load", type=float, default=DEFAULT_LOAD, help="p0 in Pa")
    parser.add_argument("--increments", type=int, default=4)
    parser.add_argument("--find-load", type=float, metavar="MM", help="vary p0 until the centre has gone down by MM")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--solver", default="SPOOLES", help="the equation solver that ccx shall use")
    parser.add_argument("--ccx", default=shutil.which("ccx"), help="path of the program")
    parser.add_argument("--keep", action="store_true", help="keep deck and output")
    options = parser.parse_args()
    if not options.ccx:
        sys.exit("block_benchmark_calculix: ccx was not found; install it (Debian: calculix-ccx) or pass --ccx PATH")
    if min(options.elements) < 2:
        sys.exit("block_benchmark_calculix: --elements needs at least 2 elements through the height")
    for n in sorted(options.elements):
        row = find_load(n, options) if options.find_load else solve(n, options, options.load, options.increments)
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
