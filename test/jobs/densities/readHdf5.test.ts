import { copyFileSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import h5wasm, { File } from "h5wasm/node";
import { beforeAll, describe, expect, it } from "vitest";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import { ContentHash } from "../../../src/jobs/files/contentHash.js";
import { inspectFile } from "../../../src/jobs/inspect/inspect.js";
import { fortran, someValues, type Triple, temporaryFile, volumetricText } from "./volumetricText.js";

const GRID: Triple = [10, 9, 8];
const blocks = [someValues(720, 1).map(Math.abs), someValues(720, 2)].map((block) =>
  block.map((value) => Number(fortran(value))),
);

/**
 * A file in the layout of VASP 6.5's vaspwave.h5, made here by the HDF5 library; without a group it has no structure,
 * as before 6.5.
 */
function hdf5File(values: readonly (readonly number[])[], group = "structure/positions"): string {
  const file = temporaryFile("vaspwave.h5", "");
  unlinkSync(file);
  const h5 = new File(file, "w");
  if (values.length > 0) {
    h5.create_group("charge").create_dataset({
      name: "charge",
      data: new Float64Array(values.flat()),
      shape: [values.length, 8, 9, 10],
    });
  }
  const [outer = "", inner = ""] = group.split("/");
  if (group === "") {
    h5.close();
    return file;
  }
  const positions = h5.create_group(outer).create_group(inner);
  const lattice = [4, 0, 0.5, 0, 5, 0, 0.7, 0, 4.5];
  const ions = [0, 0, 0, 0.25, 0.5, 0.75, 0.5, 0.25, 0.125];
  positions.create_dataset({ name: "scale", data: 1 });
  positions.create_dataset({ name: "lattice_vectors", data: new Float64Array(lattice), shape: [3, 3] });
  positions.create_dataset({ name: "position_ions", data: new Float64Array(ions), shape: [3, 3] });
  positions.create_dataset({ name: "number_ion_types", data: new Int32Array([1, 2]) });
  positions.create_dataset({ name: "ion_types", data: ["Fe", "O_s"], dtype: "S16" });
  h5.close();
  return file;
}

beforeAll(async () => {
  await h5wasm.ready;
});

describe("vaspwave.h5", () => {
  it("gives what the same density in a CHGCAR gives, to the bit", async () => {
    const expected = await readVolumetric(temporaryFile("CHGCAR", volumetricText({ grid: GRID, blocks })));
    for (const group of ["structure/positions", "results/positions"]) {
      const file = hdf5File(blocks, group);
      const { value, problems } = await readVolumetric(file);
      expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
      const { structure, blocks: found, ...rest } = value ?? { structure: undefined, blocks: undefined };
      expect(found).toEqual(expected.value?.blocks);
      expect(structure).toEqual({ ...expected.value?.structure, comment: "" });
      const bytes = readFileSync(file);
      const hash = new ContentHash().update(bytes).digest();
      expect(rest).toMatchObject({ kind: "CHGCAR", grid: GRID, truncated: false, hash, bytes: bytes.length });
    }
  });

  it("of VASP before 6.5 takes the structure of the last step from the vaspout.h5 beside it", async () => {
    const expected = await readVolumetric(temporaryFile("CHGCAR", volumetricText({ grid: GRID, blocks })));
    const file = hdf5File(blocks, "");
    const alone = await readVolumetric(file);
    expect(alone.problems).toEqual([
      expect.objectContaining({ severity: "error", message: expect.stringContaining("no vaspout.h5 with one") }),
    ]);
    const beside = path.join(path.dirname(file), "vaspout.h5");
    copyFileSync(hdf5File([], "results/positions"), beside);
    expect((await readVolumetric(file)).value?.structure).toEqual({ ...expected.value?.structure, comment: "" });
    const h5 = new File(beside, "a");
    const steps = h5.create_group("intermediate").create_group("ion_dynamics");
    const cells = [1, 2].flatMap((edge) => [edge, 0, 0, 0, edge, 0, 0, 0, edge]);
    const places = [0, 0, 0, 0.1, 0.1, 0.1, 0.2, 0.2, 0.2];
    steps.create_dataset({ name: "lattice_vectors", data: new Float64Array(cells), shape: [2, 3, 3] });
    steps.create_dataset({
      name: "position_ions",
      data: new Float64Array([...places, ...places.map((x) => 2 * x)]),
      shape: [2, 3, 3],
    });
    h5.close();
    const { structure } = (await readVolumetric(file)).value ?? {};
    expect(structure?.lattice).toEqual([
      [2, 0, 0],
      [0, 2, 0],
      [0, 0, 2],
    ]);
    expect([...(structure?.fractional ?? [])]).toEqual(places.map((x) => 2 * x));
    expect(structure?.species).toEqual(["Fe", "O"]);
  });

  it("is told by info", async () => {
    const { info } = await inspectFile(hdf5File(blocks));
    expect(info).toMatchObject({
      kind: "CHGCAR",
      formula: "Fe1O2",
      grid: GRID,
      blocks: [{ name: "total" }, { name: "magnetization" }],
    });
  });

  it("without a density, with holes, cut, or of other bytes has an error", async () => {
    const whole = hdf5File(blocks);
    const cut = temporaryFile("vaspwave.h5", readFileSync(whole).subarray(0, 3000));
    const other = temporaryFile("vaspwave.h5", "no HDF5");
    writeFileSync(other, "no HDF5");
    const holes = hdf5File([[...(blocks[0] ?? []).slice(1), Number.NaN]]);
    for (const file of [hdf5File([]), cut, other, holes, tmpdir(), path.join(tmpdir(), "nowhere.h5")]) {
      const { value, problems } = await readVolumetric(file.endsWith(".h5") ? file : `${file}`, {});
      expect(
        problems.some(({ severity }) => severity === "error"),
        file,
      ).toBe(true);
      expect(value?.blocks[0]?.spectrum).toBeUndefined();
    }
  });
});
