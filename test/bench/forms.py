"""Writes the small files of test/fixtures/forms: one density in the forms of its reference writers (pymatgen, numpy, zarr-python, pyarrow, ASE's rules for XSF).

    pip install pymatgen numpy zarr pyarrow h5py
    python test/bench/forms.py test/fixtures/forms

The structures are ours: a skewed cell with two or three atoms and smooth fields of whole numbers of electrons.
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
from pymatgen.core import Lattice, Structure
from pymatgen.io.vasp import Chgcar, Elfcar, Locpot, Poscar

BOHR = 0.529177210903


def field(shape, lattice, charge, seed, amplitude=0.4):
    """A smooth positive field times the volume, whose mean is `charge`."""
    rng = np.random.default_rng(seed)
    axes = np.meshgrid(*[np.arange(n) / n for n in shape], indexing="ij")
    values = np.ones(shape)
    for _ in range(12):
        wave = rng.integers(-2, 3, 3)
        values += amplitude / 4 * np.cos(2 * np.pi * (sum(k * x for k, x in zip(wave, axes)) + rng.random())) * rng.random()
    return values * charge / values.mean()


def xsf(structure, values):
    """Values [x][y][z] in e/A^3; points on the far faces are repeated."""
    rows = ["CRYSTAL", "PRIMVEC"]
    rows += [" ".join(f"{x:.10f}" for x in row) for row in structure.lattice.matrix]
    rows += ["PRIMCOORD", f"{len(structure)} 1"]
    rows += [f"{site.specie.Z} " + " ".join(f"{x:.10f}" for x in site.coords) for site in structure]
    general = np.pad(values, ((0, 1), (0, 1), (0, 1)), mode="wrap")
    rows += ["BEGIN_BLOCK_DATAGRID_3D", "data", "BEGIN_DATAGRID_3D_density", " ".join(map(str, general.shape)), "0 0 0"]
    rows += [" ".join(f"{x:.10f}" for x in row) for row in structure.lattice.matrix]
    flat = general.flatten(order="F")
    rows += [" ".join(f"{x:.11e}" for x in flat[i : i + 6]) for i in range(0, len(flat), 6)]
    return "\n".join([*rows, "END_DATAGRID_3D", "END_BLOCK_DATAGRID_3D", ""])


def main(out):
    out.mkdir(parents=True, exist_ok=True)
    lattice = Lattice([[4.1, 0, 0.3], [0.4, 3.6, 0], [0, 0.5, 4.6]])
    structure = Structure(lattice, ["Zn", "O", "O"], [[0, 0, 0], [0.25, 0.5, 0.75], [0.5, 0.2, 0.1]])
    shape = (22, 18, 24)
    total = field(shape, lattice, 24, 1)
    diff = field(shape, lattice, 2, 2, 0.9)
    poscar = Poscar(structure, comment="Zn1 O2")
    spin = Chgcar(poscar, {"total": total, "diff": diff})
    spin.write_file(str(out / "CHGCAR"))
    spin = Chgcar.from_file(str(out / "CHGCAR"))  # the same eleven digits everywhere
    total, diff = spin.data["total"], spin.data["diff"]
    bare = spin.to_json()
    with gzip.GzipFile(out / "CHGCAR.json.gz", "wb", mtime=0) as f:
        f.write(bare.encode())
    wrapped = json.dumps({"data": json.loads(bare), "maggma_store_type": "S3Store", "fs_id": "0", "task_id": "mp-aaabx"})
    with gzip.GzipFile(out / "mp-aaabx.json.gz", "wb", mtime=0) as f:
        f.write(wrapped.encode())
    spin.to_hdf5(str(out / "chgcar_pymatgen.hdf5"))
    noncollinear = Chgcar(poscar, {"total": total, "diff_x": diff * 0.5, "diff_y": diff * 0.25, "diff_z": diff, "diff": diff * 1.1})
    for name, thing in [("noncollinear", noncollinear), ("locpot", Locpot(poscar, {"total": total - 20})), ("elfcar", Elfcar(poscar, {"total": total / 60}))]:
        with gzip.GzipFile(out / f"{name}.json.gz", "wb", mtime=0) as f:
            f.write(thing.to_json().encode())
    Path(out / "structure.json").write_text(structure.to_json())
    structure.to(filename=str(out / "structure.cif"))
    Poscar(structure).write_file(str(out / "density.vasp"))
    np.save(out / "density.npy", total)
    Path(out / "density.xsf").write_text(xsf(structure, total / lattice.volume))
    with open(out / "chgcar_pymatgen.hdf5", "rb") as plain, gzip.GzipFile(out / "packed.h5.gz", "wb", mtime=0) as f:
        f.write(plain.read())
    others(out, structure, total, diff)


def others(out, structure, total, diff):
    import pyarrow as pa
    import pyarrow.parquet as pq
    import zarr

    for version in (2, 3):
        group = zarr.open_group(str(out / f"mp-v{version}.zarr"), mode="w", zarr_format=version)
        for name, values in (("total", total), ("diff", diff)):
            group.create_array(f"charge_density_{name}", data=values.astype("f4"), chunks=(16, 16, 16))
        group.attrs["structure"] = structure.to_json()
        group.attrs["metadata"] = json.dumps({"task_id": "mp-1"})
    rows = [structure] * 2
    table = pa.table(
        {
            "immutable_id": ["agm-1", "agm-2"],
            "elements": [["O", "Zn"]] * 2,
            "nsites": [3, 3],
            "lattice_vectors": [s.lattice.matrix.tolist() for s in rows],
            "cartesian_site_positions": [s.cart_coords.tolist() for s in rows],
            "species_at_sites": [[site.specie.symbol for site in s] for s in rows],
            "energy": [-12.5, -13.5],
            "charge_density": [total.astype("f4").flatten().tolist(), (total * 25 / 24).astype("f4").flatten().tolist()],
            "charge_density_grid_shape": [list(total.shape)] * 2,
        }
    )
    for codec in ("snappy", "zstd"):
        pq.write_table(table, out / f"materials_{codec}.parquet", compression=codec)
    nested = table.slice(0, 1).drop(["charge_density", "charge_density_grid_shape"])
    nested = nested.append_column("charge_density", pa.array([total.astype("f4").tolist()], pa.list_(pa.list_(pa.list_(pa.float32())))))
    pq.write_table(nested, out / "nested.parquet", compression="zstd")
    pq.write_table(pa.table({"immutable_id": ["a"], "compressed_charge_density": ["[[[1]]]"]}), out / "compressed.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
