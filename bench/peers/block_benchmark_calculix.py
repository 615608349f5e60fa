#!/usr/bin/env python3
"""Block benchmark with CalculiX (ccx): the benchmark that bench/peers/README.md describes, in both forms.

A block of 0.1 x 0.1 x 0.05 m (bottom fixed, sides free, split neo-Hookean law, mu = 5 kPa, kappa = 500 kPa) carries the dead
traction p0 (1 + cos(pi r / a)) / 2 for r < a = 30 mm on its top, downward, in equal increments. The result is how far the
centre of the top goes down.

Second form: instead of the traction a rigid sphere of 30 mm radius without friction is pressed 8 mm into the centre of the top. The
result is the vertical force. CalculiX has no analytical rigid surfaces, so the sphere is a patch of twenty-node elements whose nodes
are all prescribed, in face-to-face penalty contact with the block.

Needs Python 3 (standard library only) and the program ccx (Debian: calculix-ccx).

  block_benchmark_calculix.py --elements 8 12 16            quarter of the block, three meshes
  block_benchmark_calculix.py --elements 8 --full           the whole block, for times
  block_benchmark_calculix.py --elements 8 --full --sphere  the second form
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
SPHERE_RADIUS, TRAVEL = 0.03, 0.008  # m, second form
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


class Sphere:
    """A patch of the sphere, 90 degrees wide both ways about its lowest point, one layer of `across` x `across` twenty-node elements.

    Edges of equal angles: the quadratic faces of 12 elements across stay within 0.0001 mm of the sphere.
    """

    def __init__(self, across, lowest):
        self.nodes, self.coordinates = {}, []
        for k in range(3):
            radius = SPHERE_RADIUS * (1 - 0.05 * k)  # the touching face comes first, at the bottom
            for j in range(2 * across + 1):
                for i in range(2 * across + 1):
                    if (i & 1) + (j & 1) + (k & 1) <= 1:
                        x, y = (math.tan(math.pi / 4 * (count / across - 1)) for count in (i, j))
                        scale = radius / math.sqrt(x * x + y * y + 1)
                        self.nodes[i, j, k] = len(self.coordinates)
                        self.coordinates.append((x * scale, y * scale, lowest + SPHERE_RADIUS - scale))
        self.elements = [[self.nodes[2 * i + a, 2 * j + b, c] for a, b, c in Block.CORNERS + Block.EDGES]
                         for j in range(across) for i in range(across)]


def element_rows(number, nodes):
    return [f"{number}," + ",".join(map(str, nodes[:10])) + ",", ",".join(map(str, nodes[10:]))]


def write_deck(path, block, element, load, increments, solver, materials=RUBBER, sphere_penalty=None):
    """The deck of the first form, or with the penalty of the contact (Pa/m) that of the second."""
    rows = ["*HEADING", "Block benchmark, " + ("rigid sphere" if sphere_penalty else "dead cosine traction"), "*NODE, NSET=ALL"]
    rows += [f"{i + 1},{x:.12g},{y:.12g},{z:.12g}" for i, (x, y, z) in enumerate(block.coordinates)]
    per_layer = block.across**2
    material_of_layer = [max(m for m, (start, _) in enumerate(materials) if k * block.h > start - 1e-9) for k in range(block.n)]
    for i, nodes in enumerate(block.elements):
        if i % per_layer == 0:
            rows.append(f"*ELEMENT, TYPE={element}, ELSET=PART{material_of_layer[i // per_layer]}")
        rows += element_rows(i + 1, nodes)
    rows += ["*NSET, NSET=BOTTOM"] + [f"{node}," for node in block.bottom]
    rows += ["*NSET, NSET=CENTRE", f"{block.centre},"]
    if not block.full:
        for axis, name in ((0, "XSYM"), (1, "YSYM")):
            rows += [f"*NSET, NSET={name}"] + [f"{node}," for key, node in block.nodes.items() if key[axis] == 0 and key[2] > 0]
    for m, (_, cards) in enumerate(materials):
        rows += [f"*MATERIAL, NAME=MATERIAL{m}", *cards, f"*SOLID SECTION, ELSET=PART{m}, MATERIAL=MATERIAL{m}"]
    if sphere_penalty:
        sphere = Sphere(12, HEIGHT)
        node, first = len(block.coordinates) + 1, len(block.elements) + 1
        rows += ["*NODE, NSET=SPHERE"] + [f"{node + i},{x:.12g},{y:.12g},{z:.12g}" for i, (x, y, z) in enumerate(sphere.coordinates)]
        rows += ["*ELEMENT, TYPE=C3D20R, ELSET=SPHERE"]
        for i, nodes in enumerate(sphere.elements):
            rows += element_rows(first + i, [node + one for one in nodes])
        rows += ["*MATERIAL, NAME=STIFF", "*ELASTIC", "1e9,0.3", "*SOLID SECTION, ELSET=SPHERE, MATERIAL=STIFF"]
        rows += ["*SURFACE, NAME=TOUCHING", "SPHERE,S1", "*SURFACE, NAME=TOUCHED"]
        for i in range(per_layer):  # faces of the top that the sphere can reach
            x, y = (block.origin + (count + 0.5) * block.h for count in (i % block.across, i // block.across))
            if math.hypot(x, y) < SPHERE_RADIUS * math.sqrt(0.5):
                rows.append(f"{len(block.elements) - per_layer + i + 1},S2")
        rows += ["*SURFACE INTERACTION, NAME=SMOOTH", "*SURFACE BEHAVIOR, PRESSURE-OVERCLOSURE=LINEAR", f"{sphere_penalty:.12g}",
                 "*CONTACT PAIR, INTERACTION=SMOOTH, TYPE=SURFACE TO SURFACE", "TOUCHED,TOUCHING"]
    rows += ["*BOUNDARY", "BOTTOM,1,3"]
    if not block.full:
        rows += ["XSYM,1,1", "YSYM,2,2"]
    if sphere_penalty:
        # Automatic increments, none larger: CalculiX cuts an increment whose contact does not settle.
        rows += ["*STEP, NLGEOM, INC=1000", f"*STATIC, SOLVER={solver}", f"{1 / increments:.12g},1.,1e-5,{1 / increments:.12g}",
                 "*BOUNDARY", "SPHERE,1,2", f"SPHERE,3,3,{-TRAVEL:.12g}"]
    else:
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


def run(folder, options):
    """ccx on block.inp in a folder: exit code, seconds, peak memory in MB, log."""
    environment = dict(os.environ, OMP_NUM_THREADS=str(options.threads))
    start = time.monotonic()
    with open(os.path.join(folder, "log"), "w") as log:
        process = subprocess.Popen([options.ccx, "block"], cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - start
    with open(os.path.join(folder, "log")) as log:
        return process.returncode, seconds, usage.ru_maxrss / 1024, log.read()


def solve(n, options, load, increments, materials=RUBBER):
    """One run of ccx; returns the row of the result table."""
    block = Block(n, options.full)
    sphere = options.penalty if getattr(options, "sphere", False) else None
    folder = tempfile.mkdtemp(prefix="knead-ccx-")
    try:
        write_deck(os.path.join(folder, "block.inp"), block, options.element, load, increments, options.solver, materials, sphere)
        code, seconds, peak, text = run(folder, options)
        centre, reaction = ([], [])
        if os.path.exists(os.path.join(folder, "block.dat")):
            centre, reaction = read_results(os.path.join(folder, "block.dat"))
        if code != 0 or len(centre) < increments:
            sys.exit(f"block_benchmark_calculix: ccx stopped with code {code} after {len(centre)} "
                     f"increments; the end of its log:\n" + "\n".join(text.splitlines()[-15:]))
        row = {"program": "CalculiX", "element": options.element, "n": n, "full": options.full, "unknowns": block.unknowns()}
        if sphere:
            row |= {"penalty": sphere, "force_N": reaction[-1] * (1 if options.full else 4), "increments": len(reaction),
                    "penetration_mm": 1e3 * (TRAVEL - centre[-1])}
        else:
            applied = load * sum(block.top_forces().values())
            row |= {"load_Pa": load, "centre_mm": [1e3 * u for u in centre], "reaction_balance": reaction[-1] / applied - 1}
        return row | {"iterations": text.count("\n iteration "), "seconds": round(seconds, 2), "peak_MB": round(peak),
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
    parser.add_argument("--sphere", action="store_true", help="the second form of the benchmark")
    parser.add_argument("--penalty", type=float, default=5e8, help="second form: pressure over penetration, Pa/m")
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
