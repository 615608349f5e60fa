#!/usr/bin/env python3
"""Cook's membrane in plane strain with CalculiX (ccx, C3D20R): the reference of cook_test.cpp.

cook_calculix.py [POISSON] writes its decks into the present folder and prints the vertical displacement of the upper right
corner in mm for 8, 16, 32 and 64 elements a side (E = 70 MPa, shear traction 6.25 MPa, linear).
"""
import subprocess
import sys

CORNERS = [(0, 0, 0), (2, 0, 0), (2, 2, 0), (0, 2, 0), (0, 0, 2), (2, 0, 2), (2, 2, 2), (0, 2, 2)]
MIDDLES = [(1, 0, 0), (2, 1, 0), (1, 2, 0), (0, 1, 0), (1, 0, 2), (2, 1, 2), (1, 2, 2), (0, 1, 2),
           (0, 0, 1), (2, 0, 1), (2, 2, 1), (0, 2, 1)]


def tip_displacement(n, poisson, modulus=70.0, traction=6.25):
    numbers, points, elements, forces = {}, [], [], {}

    def node(i, j, k):
        if (i, j, k) not in numbers:
            x, y = i / (2 * n), j / (2 * n)
            points.append((48 * x, (1 - y) * 44 * x + y * (44 + 16 * x), 0.5 * k))
            numbers[i, j, k] = len(points)
        return numbers[i, j, k]

    for a in range(n):
        for b in range(n):
            elements.append([node(2 * a + p, 2 * b + q, r) for p, q, r in CORNERS + MIDDLES])
    # Consistent forces of an eight-node face: -1/12 of its load at corners, 1/3 at middles.
    load = traction * 16.0 / n
    for b in range(n):
        for q, r, share in [(0, 0, -1 / 12), (2, 0, -1 / 12), (0, 2, -1 / 12), (2, 2, -1 / 12),
                            (1, 0, 1 / 3), (0, 1, 1 / 3), (2, 1, 1 / 3), (1, 2, 1 / 3)]:
            key = node(2 * n, 2 * b + q, r)
            forces[key] = forces.get(key, 0) + share * load
    name = f"cook_{n}"
    with open(name + ".inp", "w") as deck:
        deck.write("*NODE,NSET=ALL\n")
        for number, p in enumerate(points, 1):
            deck.write("%d,%.12g,%.12g,%.12g\n" % (number, *p))
        deck.write("*ELEMENT,TYPE=C3D20R,ELSET=E\n")
        for number, e in enumerate(elements, 1):
            deck.write(f"{number}," + ",".join(map(str, e[:15])) + ",\n" + ",".join(map(str, e[15:])) + "\n")
        deck.write("*MATERIAL,NAME=M\n*ELASTIC\n%.16g,%.16g\n*SOLID SECTION,ELSET=E,MATERIAL=M\n" % (modulus, poisson))
        deck.write("*BOUNDARY\nALL,3,3\n")
        for (i, _, _), number in numbers.items():
            if i == 0:
                deck.write(f"{number},1,2\n")
        deck.write("*STEP\n*STATIC\n*CLOAD\n")
        for number, force in forces.items():
            deck.write("%d,2,%.12g\n" % (number, force))
        deck.write("*NSET,NSET=TIP\n%d\n*NODE PRINT,NSET=TIP\nU\n*END STEP\n" % numbers[2 * n, 2 * n, 0])
    subprocess.run(["ccx", name], check=True, capture_output=True)
    with open(name + ".dat") as result:
        last = [line for line in result if line.strip()][-1]
    return float(last.split()[2])


if __name__ == "__main__":
    ratio = float(sys.argv[1]) if len(sys.argv) > 1 else 0.4999
    print([tip_displacement(n, ratio) for n in (8, 16, 32, 64)])
