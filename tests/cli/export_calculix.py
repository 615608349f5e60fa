#!/usr/bin/env python3
"""The decks of `knead export calculix`, solved by CalculiX (ccx), beside Knead.

export_calculix.py KNEAD FOLDER

A block under a dead load along one axis is deformed the same everywhere, so both programs have to agree whatever their
elements: every law, to 1e-4 (Knead ends at 1e-6 of the largest nodal force, which leaves up to 3e-5 of the displacement).
The block benchmark is compared with the deck that bench/peers writes for itself, on the same mesh: what differs is the
quadrature of the cosine load. Needs ccx and h5py; without them the test is skipped (code 77).
"""
import pathlib
import shutil
import subprocess
import sys
import types

try:
    import h5py
    import numpy as np
except ImportError:
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench/peers"))
import block_benchmark_calculix as peer  # noqa: E402

LAWS = {
    "neo-hookean": 'law = "neo-hookean"\nG = "5 kPa"',
    "mooney-rivlin": 'law = "mooney-rivlin"\nC10 = "1.5 kPa"\nC01 = "1 kPa"',
    "yeoh": 'law = "yeoh"\nC10 = "2.5 kPa"\nC20 = "0.8 kPa"\nC30 = "0.3 kPa"',
    "ogden": 'law = "ogden"\nterms = [{ modulus = "3 kPa", alpha = 7 }, { modulus = "2 kPa", alpha = -2 }]',
}
UNIAXIAL = """knead = 1
title = "Uniaxial pressure, {law}"
[body]
name = "block"
size = ["10 mm", "10 mm", "10 mm"]
elements = [1, 1, 2]
tissue = "soft rubber"
[tissue."soft rubber"]
{cards}
bulk_modulus = "500 kPa"
[time]
end = "2 s"
step = "0.25 s"
[output]
fields = ["displacement"]
[[boundary]]
on = "left"
displacement = {{ normal = "0 mm" }}
[[boundary]]
on = "front"
displacement = {{ normal = "0 mm" }}
[[boundary]]
on = "bottom"
displacement = {{ normal = "0 mm" }}
[[boundary]]
on = "top"
traction = {{ normal = [["0 s", "0 kPa"], ["1 s", "-3 kPa"], ["2 s", "{last} kPa"]] }}
"""


def command(*words):
    result = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, words))} ended with code {result.returncode}:\n{result.stdout}{result.stderr}")
    return result


def by_calculix(knead, scenario, folder, point, options=()):
    """Displacement (m) of the node at a point, after the last step of the exported deck."""
    deck = folder / (scenario.stem + ".inp")
    command(knead, "export", "calculix", scenario, "-o", deck, *options)
    log = subprocess.run(["ccx", deck.stem], cwd=folder, capture_output=True, text=True)
    if log.returncode or "*ERROR" in log.stdout or "*WARNING" in log.stdout:
        sys.exit(f"ccx does not take {deck}:\n{log.stdout[-2000:]}")
    node = None
    for line in deck.read_text().splitlines():
        words = line.split(",")
        if line.startswith("*ELEMENT"):
            break
        if len(words) == 4 and np.linalg.norm(np.array(words[1:], float) - point) < 1e-9:
            node = words[0]
    rows = [line.split() for line in deck.with_suffix(".dat").read_text().splitlines() if line.split()[:1] == [node]]
    return np.array(rows[-1][1:], float)


def by_knead(knead, scenario, folder, point):
    command(knead, "run", scenario, "-o", folder / "run", "--force", "--no-picture", "-q")
    with h5py.File(folder / "run/run.vtkhdf", "r") as file:
        points = file["VTKHDF/Points"][:]
        node = int(np.argmin(np.linalg.norm(points - point, axis=1)))
        return file["VTKHDF/PointData/displacement"][-len(points) + node].astype(float)


def compare(name, value, reference, limit):
    difference = np.linalg.norm(value - reference) / np.linalg.norm(reference)
    print(f"{name}: {value} beside {reference}, difference {difference:.1e}, limit {limit:.0e}", flush=True)
    return difference <= limit


def main():
    knead, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    if not shutil.which("ccx"):
        sys.exit(77)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    good = True
    corner = np.array([0.01, 0.01, 0.01])
    for law, cards in LAWS.items():
        for sign in (-1, 1):  # further down, or up into tension
            scenario = folder / f"{law}{'_tension' if sign > 0 else ''}.toml"
            scenario.write_text(UNIAXIAL.format(law=law, cards=cards, last=6 * sign), encoding="utf-8")
            good &= compare(scenario.stem, by_calculix(knead, scenario, folder, corner), by_knead(knead, scenario, folder, corner),
                            1e-4)
    block = ROOT / "scenarios/verification/block-benchmark.toml"
    n = 4
    exported = by_calculix(knead, block, folder, np.array([0.05, 0.05, 0.05]), ["-s", f"body.elements=[{2 * n},{2 * n},{n}]"])
    settings = types.SimpleNamespace(full=True, element="C3D20R", solver="SPOOLES", threads=1, ccx="ccx", keep=False)
    own = peer.solve(n, settings, 2500.0, 4)["centre_mm"][-1]
    good &= compare("block benchmark", exported[2:], np.array([-1e-3 * own]), 2e-4)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
