# Descriptors and kernels of DScribe and scikit-learn for `npm run bench -- kernels`: kernels.py STRUCTURES.json
# Each line of stdin is a task {"what", "n", ...}; each answer a line with what it took.
import importlib.metadata, json, sys, time

import numpy as np
import scipy.sparse as sparse
from ase import Atoms
from dscribe.descriptors import SOAP, CoulombMatrix, EwaldSumMatrix, SineMatrix
from dscribe.kernels import AverageKernel, REMatchKernel
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics import pairwise_distances
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.preprocessing import normalize
from serve import peak_memory, say

materials = [
    Atoms(numbers=s["numbers"], cell=s["lattice"], scaled_positions=np.reshape(s["fractional"], (-1, 3)), pbc=True)
    for s in json.load(open(sys.argv[1]))
]
known = {}


def remember(key, make):
    if key not in known:
        known[key] = make()
    return known[key]


def soap(task, chosen, every):
    # as this project does: the species of the material itself; `every`: those of all, which kernels between materials need in DScribe
    species = sorted({int(z) for m in (chosen if every else [chosen]) for z in m.numbers})
    rbf = task.get("basis", "gto")
    return remember((rbf, tuple(species)), lambda: SOAP(species=species, r_cut=5, n_max=8, l_max=6, sigma=0.5, rbf=rbf, periodic=True, sparse=every))


def vectors(task):
    return sum(soap(task, m, False).create(m)[0, 0] for m in materials[: task["n"]])


def all_vectors(task):
    chosen = materials[: task["n"]]
    describe = soap(task, chosen, True)
    return [normalize(describe.create(m).tocsr()) for m in chosen]


def kernel(task):
    rows = remember(("rows", task["n"]), lambda: all_vectors(task))
    if task.get("with") == "scipy":  # one product of all centres with all, then means of blocks
        stacked = sparse.vstack(rows).tocsr()
        squares = np.asarray((stacked @ stacked.T).todense()) ** task.get("zeta", 2)
        starts = np.cumsum([0] + [r.shape[0] for r in rows[:-1]])
        result = np.add.reduceat(np.add.reduceat(squares, starts, axis=0), starts, axis=1)
        counts = np.array([r.shape[0] for r in rows])
        result = result / np.outer(counts, counts)
        own = np.sqrt(np.diag(result))
        return float((result / np.outer(own, own)).sum())
    local = dict(metric="polynomial", degree=task.get("zeta", 2), gamma=1, coef0=0)
    made = REMatchKernel(alpha=0.1, threshold=1e-12, **local) if task.get("kernel") == "rematch" else AverageKernel(**local)
    return float(made.create(rows).sum())


def matrices(kind):
    def run(task):
        chosen = materials[: task["n"]]
        make = remember((kind, task["n"]), lambda: kind(n_atoms_max=max(len(m) for m in chosen), permutation="none"))
        return float(sum(make.create(m)[1] if len(m) > 1 else 0 for m in chosen))

    return run


def ridge(task):
    n = task["n"]
    i = np.arange(n * 40, dtype=float)
    x = np.sin(i * i * 0.37 + i).reshape(n, 40)
    squares = pairwise_distances(x, metric="sqeuclidean")
    gram = rbf_kernel(x, gamma=1 / np.median(squares[np.triu_indices(n, 1)]))
    return float(KernelRidge(alpha=1e-3, kernel="precomputed").fit(gram, x[:, 0]).predict(gram)[0])


TASKS = dict(vectors=vectors, kernel=kernel, ewald=matrices(EwaldSumMatrix), sine=matrices(SineMatrix), cluster=matrices(CoulombMatrix), ridge=ridge)


say({"name": ", ".join(f"{p} {importlib.metadata.version(p)}" for p in ("dscribe", "scikit-learn", "scipy"))})
for line in sys.stdin:
    task = json.loads(line)
    if task["what"] == "kernel":  # the vectors are measured by themselves
        remember(("rows", task["n"]), lambda: all_vectors(task))
    wall, cpu = time.perf_counter(), time.process_time()
    check = TASKS[task["what"]](task)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    say({"check": float(check), "wall": wall, "cpu": cpu, "peakMb": peak_memory()})
