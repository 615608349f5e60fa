#!/usr/bin/python3
"""Block benchmark with DOLFINx 0.5: both forms of the benchmark that bench/peers/README.md describes.

Form 1: dead cosine traction on the top; the result is how far the centre of the top goes down.
Form 2: a frictionless rigid sphere of 30 mm radius pressed 8 mm into the centre of the top; the result is the vertical force.
DOLFINx has no contact. The sphere enters as a penalty on the analytical distance: energy density eps/2 <-gap>^2 per area at rest.

One program start is one run; it prints one line of JSON. `run` in this folder starts it. Two processes: mpirun -n 2.

Needs DOLFINx 0.5 (Debian: python3-dolfinx).

  block_benchmark_dolfinx.py --elements 8 --form 1 --method condensed-cg-gamg
  block_benchmark_dolfinx.py --list                what the methods are
  block_benchmark_dolfinx.py --empty               imports only, for the memory of an empty run
"""

import time

BEGIN = time.time()

import argparse  # noqa: E402  (the clock starts first)
import json  # noqa: E402
import logging  # noqa: E402
import math  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402

os.environ.setdefault("OMP_NUM_THREADS", "1")  # processes share the cores, threads of the BLAS would only add to them

LENGTH, HEIGHT, RADIUS = 0.1, 0.05, 0.03  # m; RADIUS of the traction and of the sphere
SHEAR_MODULUS, KAPPA = 5e3, 500e3  # Pa
LOAD, TRAVEL = 2500.0, 0.008  # Pa, m
TOLERANCE = 1e-5  # Newton: norm of the residual over the norm of the load (form 2: of the contact forces)

PENALTY_RAMP = (0.01, 0.1, 1.0)  # form 2: shares of the penalty in the first Newton iterations of an increment; the last one stays

# Name: (element, linear solver, what it is). Elements:
#   condensed  hexahedra, Q2 displacement, discontinuous linear pressure, pressure eliminated element by element: positive definite
#   mixed      the same element with the pressure as an unknown: saddle point
#   reduced    hexahedra, Q2 displacement alone, the volumetric term by 2 x 2 x 2 points
#   plain      hexahedra, Q2 displacement alone, 3 x 3 x 3 points for everything
#   taylor     tetrahedra, P2 displacement, continuous P1 pressure: saddle point
#   p2         tetrahedra, P2 displacement alone
METHODS = {}
for element in ("condensed", "reduced", "plain", "p2"):
    METHODS[f"{element}-mumps"] = (element, "mumps", "direct: MUMPS, a new factor for each Newton step")
    METHODS[f"{element}-mumps-lag"] = (element, "mumps-lag", "CG with an old MUMPS factor, a new one when it takes over 20 iterations")
    METHODS[f"{element}-cg-gamg"] = (element, "gamg", "CG, GAMG with rigid body modes")
    METHODS[f"{element}-cg-hypre"] = (element, "hypre", "CG, BoomerAMG")
for element in ("mixed", "taylor"):
    METHODS[f"{element}-mumps"] = (element, "mumps", "direct: MUMPS, a new factor for each Newton step")
    METHODS[f"{element}-mumps-lag"] = (element, "mumps-lag", "FGMRES with an old MUMPS factor, a new one when it takes over 20 iterations")
    METHODS[f"{element}-fgmres-gamg"] = (element, "gamg", "FGMRES, fieldsplit: GAMG with rigid body modes, mass matrix of the pressure")
    METHODS[f"{element}-fgmres-hypre"] = (element, "hypre", "FGMRES, fieldsplit: BoomerAMG, mass matrix of the pressure")

GAMG = {"pc_type": "gamg", "pc_gamg_type": "agg", "pc_gamg_agg_nsmooths": 1, "pc_gamg_threshold": 0.02, "pc_gamg_reuse_interpolation": True,
        "mg_levels_ksp_type": "chebyshev", "mg_levels_ksp_max_it": 3, "mg_levels_pc_type": "jacobi",
        "mg_levels_esteig_ksp_type": "cg", "mg_levels_esteig_ksp_max_it": 10}
HYPRE = {"pc_type": "hypre", "pc_hypre_type": "boomeramg", "pc_hypre_boomeramg_strong_threshold": 0.5,
         "pc_hypre_boomeramg_nodal_coarsen": 4, "pc_hypre_boomeramg_vec_interp_variant": 2,
         "pc_hypre_boomeramg_coarsen_type": "HMIS", "pc_hypre_boomeramg_interp_type": "ext+i"}


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--elements", type=int, default=4, help="elements through the height; twice as many across")
    parser.add_argument("--form", type=int, choices=[1, 2], default=1)
    parser.add_argument("--method", choices=list(METHODS), default="condensed-cg-gamg")
    parser.add_argument("--increments", type=int, default=4)
    parser.add_argument("--penalty", type=float, default=5e8, help="form 2: eps in Pa/m")
    parser.add_argument("--cache", help="folder of the compiled forms, otherwise that of DOLFINx")
    parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", help="another PETSc option of the preconditioner")
    parser.add_argument("--verbose", action="store_true", help="Newton's progress on stderr")
    parser.add_argument("--list", action="store_true", help="print the methods")
    parser.add_argument("--empty", action="store_true", help="imports only")
    return parser.parse_args()


if __name__ == "__main__":
    OPTIONS = parse()
    if OPTIONS.list:
        print("\n".join(f"{name:26}{method[2]}" for name, method in METHODS.items()))
        sys.exit(0)

import numpy as np  # noqa: E402
import ufl  # noqa: E402
from dolfinx import fem, mesh  # noqa: E402
from dolfinx.fem import petsc  # noqa: E402
from mpi4py import MPI  # noqa: E402
from petsc4py import PETSc  # noqa: E402

IMPORTED = time.time()
logging.disable(logging.INFO)  # of the compiler of the forms


class Problem:
    """The forms of the block; state is the displacement u and, where there is one, the pressure p."""

    def __init__(self, options):
        self.options = options
        self.element, self.solver, _ = METHODS[options.method]
        self.mixed = self.element in ("mixed", "taylor")
        n, tetrahedra = options.elements, self.element in ("taylor", "p2")
        self.domain = mesh.create_box(MPI.COMM_WORLD, [[-LENGTH / 2, -LENGTH / 2, 0], [LENGTH / 2, LENGTH / 2, HEIGHT]], [2 * n, 2 * n, n],
                                      mesh.CellType.tetrahedron if tetrahedra else mesh.CellType.hexahedron)
        domain = self.domain
        cell = domain.ufl_cell()
        self.V = fem.FunctionSpace(domain, ufl.VectorElement("Lagrange", cell, 2))
        self.u, self.p = fem.Function(self.V), None
        if self.element in ("condensed", "mixed"):
            self.P = fem.FunctionSpace(domain, ("DPC", 1))
        elif self.element == "taylor":
            self.P = fem.FunctionSpace(domain, ("Lagrange", 1))
        else:
            self.P = None
        if self.P:
            self.p = fem.Function(self.P)

        bottom_facets = mesh.locate_entities_boundary(domain, 2, lambda x: np.isclose(x[2], 0))
        bottom = fem.locate_dofs_topological(self.V, 2, bottom_facets)
        self.bcs = [fem.dirichletbc(np.zeros(3), bottom, self.V)]
        owned = np.count_nonzero(bottom < self.V.dofmap.index_map.size_local)
        self.unknowns = 3 * (self.V.dofmap.index_map.size_global - domain.comm.allreduce(owned))
        top_facets = np.sort(mesh.locate_entities_boundary(domain, 2, lambda x: np.isclose(x[2], HEIGHT)))
        tags = mesh.meshtags(domain, 2, top_facets, np.ones(len(top_facets), dtype=np.int32))
        self.forms(tags)

        points = self.V.tabulate_dof_coordinates()[:self.V.dofmap.index_map.size_local]
        self.centre = np.flatnonzero(np.linalg.norm(points - [0, 0, HEIGHT], axis=1) < 1e-9)

    def forms(self, tags):
        u, p = self.u, self.p
        du, v = ufl.TrialFunction(self.V), ufl.TestFunction(self.V)
        # Degree 4: 3 x 3 x 3 points in a hexahedron, 14 in a tetrahedron. Degree 3 for the reduced volumetric term: 2 x 2 x 2.
        dx = ufl.Measure("dx", domain=self.domain, metadata={"quadrature_degree": 4})
        dx_volume = dx(metadata={"quadrature_degree": 3}) if self.element == "reduced" else dx
        F = ufl.Identity(3) + ufl.grad(u)
        J = ufl.det(F)
        shape = SHEAR_MODULUS / 2 * (J**(-2 / 3) * ufl.inner(F, F) - 3) * dx
        x = ufl.SpatialCoordinate(self.domain)
        self.level = fem.Constant(self.domain, 0.0)  # p0 in Pa, or the travel of the sphere in m
        if self.options.form == 1:
            r = ufl.sqrt(x[0]**2 + x[1]**2 + 1e-30)
            profile = ufl.conditional(ufl.lt(r, RADIUS), 0.5 * (1 + ufl.cos(math.pi * r / RADIUS)), 0.0)
            ds = ufl.Measure("ds", domain=self.domain, subdomain_data=tags, subdomain_id=1, metadata={"quadrature_degree": 12})
            load, contact_force, contact_tangent = self.level * profile * u[2] * ds, None, 0
            self.load_size = fem.form(profile * ds, jit_params=self.jit())
        else:
            # 2 x 2 points per face: about one per node. With more the stiff penalty holds the faces fixed, and Newton's method cycles.
            degree = 2 if self.element in ("taylor", "p2") else 3
            ds = ufl.Measure("ds", domain=self.domain, subdomain_data=tags, subdomain_id=1, metadata={"quadrature_degree": degree})
            offset = x + u - ufl.as_vector([0.0, 0.0, HEIGHT + RADIUS - self.level])
            distance = ufl.sqrt(ufl.inner(offset, offset))
            depth = ufl.conditional(ufl.lt(distance, RADIUS), RADIUS - distance, 0.0)
            eps = self.eps = fem.Constant(self.domain, self.options.penalty)
            load = eps / 2 * depth**2 * ds
            contact_force = -eps * depth * offset[2] / distance * ds  # upward on the sphere
            # The exact second derivative, but for the depth in its last term: far from equilibrium depths are larger by orders of
            # magnitude than any pressure of the solution (20 kPa here) and would make the tangent indefinite.
            normal, active = offset / distance, ufl.conditional(ufl.lt(distance, RADIUS), 1.0, 0.0)
            along, sideways = ufl.inner(normal, du) * ufl.inner(normal, v), ufl.inner(du, v)
            small = ufl.conditional(ufl.lt(eps * depth, 2e4), eps * depth, 2e4)
            contact_tangent = active * (eps * along - small / distance * (sideways - along)) * ds
            self.penetration = [fem.form(term, jit_params=self.jit()) for term in (depth * ds, depth**2 * ds)]
        self.contact_force = fem.form(contact_force, jit_params=self.jit()) if contact_force is not None else None

        form = lambda *forms: fem.form(list(forms) if len(forms) > 1 else forms[0], jit_params=self.jit())
        self.inverted = form(ufl.conditional(ufl.gt(J, 0), 0.0, 1.0) * dx)
        if self.P is None:
            energy = shape + KAPPA / 2 * (J - 1)**2 * dx_volume
            residual, resisting = ufl.derivative(energy + load, u, v), ufl.derivative(energy, u, v)
            self.R, self.K = form(residual), form(ufl.derivative(resisting, u, du) + contact_tangent)
            return
        dp, q = ufl.TrialFunction(self.P), ufl.TestFunction(self.P)
        energy = shape + p * (J - 1) * dx  # minus p^2/(2 kappa), whose derivatives are written out
        residual_u, resisting = ufl.derivative(energy + load, u, v), ufl.derivative(energy, u, v)
        residual_p = q * (J - 1) * dx - q * p / KAPPA * dx
        tangent = ufl.derivative(resisting, u, du) + contact_tangent
        coupling = ufl.derivative(q * (J - 1) * dx, u, du)
        self.R, self.K, self.D = form(residual_u), form(tangent), form(coupling)
        self.mass = form(dp * q * dx)
        if self.element == "condensed":
            self.volume = form(q * (J - 1) * dx)
        else:
            block = [[tangent, ufl.derivative(residual_u, p, dp)], [coupling, -dp * q / KAPPA * dx]]
            self.R_block = [form(residual_u), form(residual_p)]
            self.K_block = [[form(term) for term in row] for row in block]
            self.pressure_mass = form((1 / KAPPA + 1 / SHEAR_MODULUS) * dp * q * dx)

    def jit(self):
        parameters = {"cffi_extra_compile_args": ["-O3", "-march=native"], "cffi_libraries": ["m"]}
        if self.options.cache:
            parameters["cache_dir"] = self.options.cache
        return parameters

    def rigid_body_modes(self):
        """Orthonormal translations and rotations about the block's nodes at rest."""
        count = self.V.dofmap.index_map.size_local
        points = self.V.tabulate_dof_coordinates()[:count] - [0, 0, HEIGHT / 2]
        vectors = []
        for mode in range(6):
            array = np.zeros((count, 3))
            if mode < 3:
                array[:, mode] = 1
            else:
                a, b = (mode - 2) % 3, (mode - 1) % 3
                array[:, a], array[:, b] = -points[:, b], points[:, a]
            vector = PETSc.Vec().createWithArray(array.ravel(), bsize=3, comm=self.domain.comm)
            for other in vectors:
                vector.axpy(-vector.dot(other), other)
            vector.normalize()
            vectors.append(vector)
        return PETSc.NullSpace().create(vectors=vectors)


def accumulate(ghosted):
    """A PETSc vector with ghosts, after assembly: contributions to their owners."""
    ghosted.ghostUpdate(addv=PETSc.InsertMode.ADD, mode=PETSc.ScatterMode.REVERSE)


class DisplacementSystem:
    """Residual and tangent in the displacement alone; an eliminated pressure follows the displacement."""

    def __init__(self, problem):
        self.problem = problem
        self.A = petsc.create_matrix(problem.K)
        self.r = petsc.create_vector(problem.R)
        self.x = self.r.duplicate()
        self.S = None
        if problem.P:
            # The inverse of the pressure's mass matrix, kappa times: one dense block per element.
            mass = petsc.assemble_matrix(problem.mass)
            mass.assemble()
            first, last = mass.getOwnershipRange()
            self.inverse = PETSc.Mat().createAIJ(mass.getSizes(), nnz=(4, 0), comm=problem.domain.comm)
            done = np.zeros(last - first, dtype=bool)
            for row in range(first, last):
                if not done[row - first]:
                    columns = mass.getRow(row)[0]
                    block = np.array([mass.getRow(int(c))[1] for c in columns])
                    self.inverse.setValues(columns, columns, KAPPA * np.linalg.inv(block))
                    done[columns - first] = True
            self.inverse.assemble()
            self.D = petsc.create_matrix(problem.D)
            self.g = petsc.create_vector(problem.volume)
            self.p = self.inverse.createVecLeft()

    def state_changed(self):
        """Ghosts of u, and the pressure kappa M^-1 (integral of q (J - 1))."""
        problem = self.problem
        problem.u.x.scatter_forward()
        if problem.P:
            with self.g.localForm() as local:
                local.set(0)
            petsc.assemble_vector(self.g, problem.volume)
            accumulate(self.g)
            self.inverse.mult(self.g, self.p)
            problem.p.vector.array[:] = self.p.array
            problem.p.x.scatter_forward()

    def residual(self):
        with self.r.localForm() as local:
            local.set(0)
        petsc.assemble_vector(self.r, self.problem.R)
        accumulate(self.r)
        petsc.set_bc(self.r, self.problem.bcs, x0=self.problem.u.vector, scale=-1.0)
        return self.r

    def tangent(self):
        problem = self.problem
        self.A.zeroEntries()
        petsc.assemble_matrix(self.A, problem.K, bcs=problem.bcs)
        self.A.assemble()
        if not problem.P:
            return self.A
        self.D.zeroEntries()
        petsc.assemble_matrix(self.D, problem.D, bcs=problem.bcs)  # columns of the fixed nodes stay empty
        self.D.assemble()
        if self.S is None:
            self.S = self.inverse.PtAP(self.D, fill=1.0)
        else:
            self.inverse.PtAP(self.D, result=self.S)
        # The pattern of S is that of the elements, and so is that of A.
        self.A.axpy(1.0, self.S, structure=PETSc.Mat.Structure.SUBSET_NONZERO_PATTERN)
        return self.A

    def norms(self):
        return self.r.norm()

    def add(self, x, factor):
        self.problem.u.vector.axpy(factor, x)
        self.state_changed()

    def get(self):
        return self.problem.u.vector.copy()

    def set(self, state):
        state.copy(self.problem.u.vector)
        self.state_changed()


class MixedSystem:
    """Residual and tangent in displacement and pressure: one matrix for MUMPS, a nest of four for the field split."""

    def __init__(self, problem, nested):
        self.problem, self.nested = problem, nested
        self.bcs0 = fem.bcs_by_block(fem.extract_function_spaces(problem.R_block), problem.bcs)
        if nested:
            self.A = petsc.create_matrix_nest(problem.K_block)
            self.r = petsc.create_vector_nest(problem.R_block)
            mass = petsc.assemble_matrix(problem.pressure_mass)
            mass.assemble()
            self.pressure = mass
        else:
            self.A = petsc.create_matrix_block(problem.K_block)
            self.r = petsc.create_vector_block(problem.R_block)
        self.size_u = 3 * problem.V.dofmap.index_map.size_local
        self.x = self.r.duplicate()

    def state_changed(self):
        self.problem.u.x.scatter_forward()
        self.problem.p.x.scatter_forward()

    def residual(self):
        # The prescribed displacements are zero and u holds them, so the residual of their rows is zero and nothing is lifted.
        problem = self.problem
        self.parts = []
        for form, bcs in zip(problem.R_block, ([problem.bcs[0]], [])):
            part = petsc.assemble_vector(form)
            accumulate(part)
            if bcs:
                petsc.set_bc(part, bcs, x0=problem.u.vector, scale=-1.0)
            self.parts.append(part)
        if self.nested:
            for sub, part in zip(self.r.getNestSubVecs(), self.parts):
                part.copy(sub)
        else:
            with self.r as array:
                array[:self.size_u], array[self.size_u:] = self.parts[0].array, self.parts[1].array
        return self.r

    def tangent(self):
        self.A.zeroEntries()
        assemble = petsc.assemble_matrix_nest if self.nested else petsc.assemble_matrix_block
        assemble(self.A, self.problem.K_block, bcs=self.problem.bcs)
        self.A.assemble()
        return self.A

    def norms(self):
        return max(self.parts[0].norm(), SHEAR_MODULUS * self.parts[1].norm() / (HEIGHT / self.problem.options.elements))

    def split(self, x):
        if self.nested:
            return [sub.array for sub in x.getNestSubVecs()]
        array = x.array
        return [array[:self.size_u], array[self.size_u:]]

    def add(self, x, factor):
        du, dp = self.split(x)
        self.problem.u.vector.array[:] += factor * du
        self.problem.p.vector.array[:] += factor * dp
        self.state_changed()

    def get(self):
        return self.problem.u.vector.copy(), self.problem.p.vector.copy()

    def set(self, state):
        state[0].copy(self.problem.u.vector)
        state[1].copy(self.problem.p.vector)
        self.state_changed()


class Linear:
    """The linear solver of a method: solve(matrix, right-hand side, x, relative tolerance) returns its iterations."""

    def __init__(self, problem, system):
        self.problem, self.system, self.kind = problem, system, problem.solver
        self.stale, self.matrix, self.first = 10**9, None, True
        self.factors = 0
        comm = problem.domain.comm
        self.ksp = PETSc.KSP().create(comm)
        prefix, options = "block_", PETSc.Options()
        self.ksp.setOptionsPrefix(prefix)
        # The tangent of contact is not: its geometric part is negative where the sphere turns the surface.
        self.definite = not problem.mixed and problem.options.form == 1

        def put(values, before=""):
            for key, value in values.items():
                options[prefix + before + key] = value

        if self.kind.startswith("mumps"):
            put({"pc_type": "lu" if problem.mixed else "cholesky", "pc_factor_mat_solver_type": "mumps"})
            if self.kind == "mumps":
                put({"ksp_type": "preonly"})
            else:
                put({"ksp_type": "cg" if self.definite else "fgmres", "ksp_max_it": 40})
        elif not problem.mixed:
            put({"ksp_type": "cg" if self.definite else "fgmres", "ksp_gmres_restart": 100, "ksp_max_it": 1000})
            put(GAMG if self.kind == "gamg" else HYPRE)
        else:
            put({"ksp_type": "fgmres", "ksp_gmres_restart": 100, "ksp_max_it": 1000, "pc_type": "fieldsplit",
                 "pc_fieldsplit_type": "schur", "pc_fieldsplit_schur_fact_type": "upper", "pc_fieldsplit_schur_precondition": "user",
                 "fieldsplit_u_ksp_type": "preonly", "fieldsplit_p_ksp_type": "preonly",
                 "fieldsplit_p_pc_type": "bjacobi" if problem.element == "mixed" else "jacobi"})
            put(GAMG if self.kind == "gamg" else HYPRE, "fieldsplit_u_")
        for option in problem.options.option:
            key, _, value = option.partition("=")
            options[prefix + key] = value
        self.nested = problem.mixed and not self.kind.startswith("mumps")

    def prepare(self, matrix):
        """First use of the matrix: what the preconditioner has to know of it."""
        if self.nested:
            sets = matrix.getNestISs()[0]
            pc = self.ksp.getPC()
            pc.setType("fieldsplit")
            pc.setFieldSplitIS(("u", sets[0]), ("p", sets[1]))
            pc.setFieldSplitSchurPreType(PETSc.PC.SchurPreType.USER, -self.system.pressure)
            block = matrix.getNestSubMatrix(0, 0)
        else:
            block = matrix
        if not self.problem.mixed or self.nested:
            block.setNearNullSpace(self.problem.rigid_body_modes())
            block.setOption(PETSc.Mat.Option.SPD, self.nested or self.definite)
        matrix.setOption(PETSc.Mat.Option.SYMMETRIC, True)
        self.ksp.setOperators(matrix)
        self.ksp.setFromOptions()
        self.first = False

    def solve(self, matrix, b, x, tolerance):
        if self.first:
            self.prepare(matrix)
        self.ksp.setOperators(matrix)
        if self.kind == "mumps-lag":
            reuse = self.stale <= 20
            self.ksp.getPC().setReusePreconditioner(reuse)
            self.factors += not reuse
        self.ksp.setTolerances(rtol=tolerance, atol=0.0)
        x.set(0)
        self.ksp.solve(b, x)
        iterations = self.ksp.getIterationNumber()
        if self.kind == "mumps-lag":
            if self.ksp.getConvergedReason() < 0:  # the factor is too old
                self.ksp.getPC().setReusePreconditioner(False)
                self.factors += 1
                x.set(0)
                self.ksp.solve(b, x)
                iterations += self.ksp.getIterationNumber()
                self.stale = 0
            else:
                self.stale = iterations
        if self.ksp.getConvergedReason() < 0:
            raise RuntimeError(f"the linear solver stopped with PETSc's reason {self.ksp.getConvergedReason()} after {iterations} iterations")
        return iterations


def scalar(problem, form):
    return problem.domain.comm.allreduce(fem.assemble_scalar(form))


class Newton:
    """Newton's method for one increment after another, with counts and times over all of them."""

    def __init__(self, problem, system, solver, say):
        self.problem, self.system, self.solver, self.say = problem, system, solver, say
        self.steps = self.krylov = self.cutbacks = 0
        self.assembly = self.linear = 0.0
        self.first_norm = None

    def increment(self, level):
        problem, system, options, last = self.problem, self.system, self.problem.options, None
        ramp = PENALTY_RAMP if options.form == 2 else (1.0,)
        for iteration in range(25):
            start = time.time()
            if options.form == 2:
                problem.eps.value = options.penalty * ramp[min(iteration, len(ramp) - 1)]
            r = system.residual()
            norm = system.norms()
            if options.form == 1:
                self.first_norm = self.first_norm or norm / level  # at rest it is the load itself
                scale = self.first_norm * level
            else:  # nodal forces of the contact: about ten nodes per element through the height
                scale = max(scalar(problem, problem.contact_force), 1e-3) / math.sqrt(10 * options.elements)
            self.say(f"  level {level:g} iteration {iteration}: residual {norm / scale:.2e}")
            if not math.isfinite(norm):
                raise RuntimeError(f"the residual is no number at level {level:g}")
            if iteration >= len(ramp) and norm <= TOLERANCE * scale:
                return
            matrix = system.tangent()
            self.assembly += time.time() - start
            # Eisenstat and Walker: as exact as Newton's method can use.
            eta = 1e-3 if last is None else min(1e-3, max(0.9 * (norm / last)**2, 0.3 * TOLERANCE * scale / norm))
            start = time.time()
            iterations = self.solver.solve(matrix, r, system.x, max(eta, 1e-8))
            self.linear += time.time() - start
            self.say(f"    {iterations} iterations to {eta:.1e}, {time.time() - start:.2f} s")
            self.krylov, self.steps, last = self.krylov + iterations, self.steps + 1, norm
            self.step()
        raise RuntimeError(f"Newton's method did not converge at level {level:g} of the load: residual {norm / scale:.1e}")

    def step(self):
        """The full Newton step; half of it, a quarter ... where an element would turn inside out."""
        state, factor = self.system.get(), 1.0
        while True:
            self.system.add(self.system.x, -factor)
            if scalar(self.problem, self.problem.inverted) == 0:
                return
            if factor < 0.1:
                raise RuntimeError("elements turn inside out")
            self.say(f"    step of {factor:g} refused")
            self.system.set(state)
            factor /= 2


def run(options):
    problem = Problem(options)
    system = MixedSystem(problem, not problem.solver.startswith("mumps")) if problem.mixed else DisplacementSystem(problem)
    linear = Linear(problem, system)
    comm = problem.domain.comm
    say = lambda text: print(text, file=sys.stderr, flush=True) if options.verbose and comm.rank == 0 else None
    system.state_changed()
    comm.Barrier()
    solving = time.time()
    newton = Newton(problem, system, linear, say)
    full = LOAD if options.form == 1 else TRAVEL
    results, before, now, level, size = [], None, system.get(), 0.0, 1.0 / options.increments
    while level < 1 - 1e-9:
        problem.level.value = full * (level + size)
        if options.form == 1 and before is not None:  # a straight line through the two states before is the guess
            guess = [2 * b - a for a, b in zip(before, now)] if problem.mixed else 2 * now - before
            system.set(guess)
        try:
            newton.increment(level + size)
        except RuntimeError as error:
            if size < 0.1 / options.increments:
                raise
            say(f"  {error}; half the increment")
            newton.cutbacks, size, before = newton.cutbacks + 1, size / 2, None
            system.set(now)
            continue
        level += size
        before, now = now, system.get()
        if abs(level * options.increments - round(level * options.increments)) < 1e-9:
            size = 1.0 / options.increments
            if options.form == 1:
                local = -1e3 * problem.u.x.array[3 * problem.centre[0] + 2] if len(problem.centre) else 0.0
                results.append(comm.allreduce(local))
            else:
                results.append(scalar(problem, problem.contact_force))
        else:
            before = None
    comm.Barrier()
    done = time.time()
    extra = {}
    if options.form == 2:
        first, second = (scalar(problem, form) for form in problem.penetration)
        extra = {"penalty": options.penalty, "mean_penetration_mm": 1e3 * second / first}
    return {"program": "DOLFINx", "form": options.form, "method": options.method, "n": options.elements, "unknowns": problem.unknowns,
            "results": results, "newton": newton.steps, "krylov": newton.krylov, "factors": linear.factors,
            "cutbacks": newton.cutbacks, "processes": comm.size,
            "import_s": round(IMPORTED - BEGIN, 2), "setup_s": round(solving - IMPORTED, 2), "solve_s": round(done - solving, 2),
            "assembly_s": round(newton.assembly, 2), "linear_s": round(newton.linear, 2), **extra}


if __name__ == "__main__":
    COMM = MPI.COMM_WORLD
    try:
        ROW = {"program": "DOLFINx", "processes": COMM.size} if OPTIONS.empty else run(OPTIONS)
    except (RuntimeError, PETSc.Error) as error:
        ROW = {"program": "DOLFINx", "failed": " ".join(str(error).split())}
    # The processes' own peaks added up: pages of shared libraries count once per process, here and in the empty run.
    ROW["peak_MB"] = round(COMM.allreduce(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024, 1)
    if COMM.rank == 0:
        print(json.dumps(ROW), flush=True)
