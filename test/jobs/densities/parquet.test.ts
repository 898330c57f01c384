// Tables with one density per row, written by pyarrow (test/bench/forms.py), and damaged ones.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, describe, expect, it } from "vitest";
import { openDataset } from "../../../src/jobs/dataset/dataset.js";
import { listEncoded } from "../../../src/jobs/dataset/listEncoded.js";
import { lookThrough, resolvePaths } from "../../../src/jobs/dataset/materialFiles.js";
import { readTarget, targetColumns } from "../../../src/jobs/dataset/targetsFile.js";
import { withOutputTargets } from "../../../src/jobs/dataset/targetsOfDataset.js";
import { parquetRows } from "../../../src/jobs/densities/readParquetDensity.js";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import { inspectFile } from "../../../src/jobs/inspect/inspect.js";
import { readMaterial } from "../../../src/jobs/spectra/readMaterial.js";
import { DensityService } from "../../../src/jobs/surfaces/densityService.js";
import type { CallContext } from "../../../src/protocol/rpc.js";
import { damagedBytes } from "../../fuzz/bytes.js";
import { Dice } from "../../fuzz/mutate.js";

const FORMS = path.resolve(import.meta.dirname, "../../fixtures/forms");
const at = (name: string) => path.join(FORMS, name);
const root = mkdtempSync(path.join(tmpdir(), "r3dvs-parquet-"));
afterAll(() => rmSync(root, { recursive: true }));
const TABLES = ["materials_snappy.parquet", "materials_zstd.parquet"];
const SETTINGS = { spacing: 0.4, component: "total" } as const;

describe("a table of densities", () => {
  it.each(TABLES)("gives the descriptor of its CHGCAR: %s", async (name) => {
    const expected = (await readVolumetric(at("CHGCAR"))).value?.blocks[0]?.spectrum;
    for (const [frame, factor] of [
      [1, 1],
      [2, 25 / 24],
    ] as const) {
      const { value, problems } = await readVolumetric(at(name), { frame });
      expect(problems).toEqual([]);
      expect([value?.frames, value?.frame, value?.grid, value?.structure.counts]).toEqual([
        2,
        frame,
        [22, 18, 24],
        [1, 2],
      ]);
      const spectrum = value?.blocks[0]?.spectrum;
      expect(spectrum?.hkl).toEqual(expected?.hkl);
      const most = Math.max(...(expected?.amplitude ?? []));
      for (const [i, amplitude] of (spectrum?.amplitude ?? []).entries())
        expect(Math.abs(amplitude - factor * (expected?.amplitude[i] ?? Number.NaN))).toBeLessThan(1e-6 * most);
    }
  });

  it("is one material per row, in a dataset, alone, and in the Datasets view", async () => {
    const folder = path.join(root, "set");
    mkdirSync(path.join(folder, "part"), { recursive: true });
    for (const name of [TABLES[0] ?? "", "compressed.parquet"]) copyFileSync(at(name), path.join(folder, "part", name));
    const { materials, remarks } = await lookThrough(folder);
    expect(materials.map(({ id, row }) => [id, row])).toEqual([
      ["agm-1", 0],
      ["agm-2", 1],
    ]);
    expect(remarks.map(({ problem }) => problem.message)).toEqual([
      expect.stringMatching(/^compressed_charge_density is smoothed/),
    ]);
    const electrons = await Promise.all(materials.map(async (entry) => (await readMaterial(entry, SETTINGS)).value));
    expect(electrons.map((one) => [one?.id, one?.electrons?.toFixed(4), one?.frames])).toEqual([
      ["agm-1", "24.0000", undefined],
      ["agm-2", "25.0000", undefined],
    ]);
    expect(new Set(electrons.map((one) => one?.hash)).size).toBe(2);
    expect((await resolvePaths([path.join(folder, "part", TABLES[0] ?? "")])).materials.map(({ id }) => id)).toEqual([
      "agm-1",
      "agm-2",
    ]);
    expect((await listEncoded(folder)).map(({ id, row }) => [id, row])).toEqual([
      ["agm-1", 1],
      ["agm-2", 2],
    ]);
  });

  it("shows the crystal and the density of the row that is asked for", async () => {
    const { handlers } = new DensityService();
    const calls: CallContext = { cancelled: false, onCancel: () => {}, progress: () => {} };
    const file = at(TABLES[0] ?? "");
    const settings = { ...SETTINGS, length: 12.8, assignment: "nearest" } as const;
    const shown: unknown[] = [];
    for (const frame of [1, 2]) {
      const { crystal, problems } = await handlers.openStructure({ file, frame }, calls);
      expect(problems).toEqual([]);
      const { density, voxels, problems: found } = await handlers.openDensity({ file, frame, settings }, calls);
      expect(found.filter(({ severity }) => severity === "error")).toEqual([]);
      shown.push([
        crystal?.species,
        density !== undefined,
        voxels && (voxels.volume * (voxels.amplitude[0] ?? 0)).toFixed(3),
      ]);
    }
    expect(shown).toEqual([
      [["Zn", "O", "O"], true, "24.000"],
      [["Zn", "O", "O"], true, "25.000"],
    ]);
    expect((await handlers.openStructure({ file, frame: 3 }, calls)).problems.map(({ message }) => message)).toEqual([
      "no row 3: the table has 2",
    ]);
  });

  it("brings its targets in its columns, the energy also per atom", async () => {
    const file = path.join(root, "targets.parquet");
    copyFileSync(at(TABLES[1] ?? ""), file);
    const { table } = await withOutputTargets(await openDataset(file), undefined);
    expect(table && targetColumns(table).map(({ name, unit }) => [name, unit])).toEqual([
      ["energy", "eV"],
      ["energy_per_atom", "eV/atom"],
    ]);
    expect(table && [...readTarget(table, "energy_per_atom").values]).toEqual([
      ["agm-1", -12.5 / 3],
      ["agm-2", -4.5],
    ]);
  });

  it("passes over rows without a density, and names rows that share an id apart", async () => {
    const file = path.join(root, "gaps.parquet");
    const grids = [null, [1, 1, 2], [2, 1, 1]];
    const buffer = parquetWriteBuffer({
      columnData: [
        { name: "immutable_id", data: ["a", "b", "b"], type: "STRING" },
        { name: "charge_density", data: grids.map((grid) => grid && [8, 8]), type: "JSON", nullable: true },
        { name: "charge_density_grid_shape", data: grids, type: "JSON", nullable: true },
      ],
    });
    writeFileSync(file, Buffer.from(buffer));
    const { value } = await parquetRows(file);
    expect(value?.map(({ id, row }) => [id, row])).toEqual([
      ["b", 1],
      ["b-2", 2],
    ]);
  });

  it("reads densities that are kept as JSON, and refuses other texts", async () => {
    const written = (name: string, density: string) => {
      const lattice = JSON.stringify({ matrix: [[2, 0, 0], [0, 2, 0], [0, 0, 2]] }); // biome-ignore format: rows
      const structure = `{"lattice": ${lattice}, "sites": [{"abc": [0, 0, 0], "species": [{"element": "O", "occu": 1}]}]}`;
      const columnData = [
        { name: "charge_density", data: [density], type: "STRING" as const },
        { name: "charge_density_grid_shape", data: [[1, 2, 2]], type: "JSON" as const },
        { name: "structure", data: [structure], type: "STRING" as const },
      ];
      const file = path.join(root, name);
      writeFileSync(file, Buffer.from(parquetWriteBuffer({ columnData })));
      return readVolumetric(file);
    };
    expect((await written("texts.parquet", "[[[5, 7], [6, 6]]]")).value?.electrons).toBe(6);
    const { problems } = await written("words.parquet", "AAAA");
    expect(problems.map(({ message }) => message)).toContain(
      "the column charge_density holds texts that are no lists of numbers",
    );
  });
});

describe("what is refused", () => {
  const errorsOf = async (file: string, frame?: number) =>
    (await readVolumetric(file, frame === undefined ? {} : { frame })).problems.map(({ message }) => message);

  it("is named: a smoothed density, another table, a row that is not there", async () => {
    expect((await errorsOf(at("compressed.parquet")))[0]).toMatch(
      /^compressed_charge_density is smoothed and thinned out/,
    );
    const other = path.join(root, "other.parquet");
    writeFileSync(other, Buffer.from(parquetWriteBuffer({ columnData: [{ name: "x", data: [1, 2], type: "INT32" }] })));
    expect(await errorsOf(other)).toEqual([
      "this Parquet file has no columns charge_density and charge_density_grid_shape",
    ]);
    expect(await errorsOf(at(TABLES[0] ?? ""), 3)).toEqual(["no row 3: the table has 2"]);
    expect((await inspectFile(at(TABLES[0] ?? ""))).info.kind).toBe("CHGCAR");
  });

  it("ends in a value or an error where bytes are damaged or missing", { timeout: 120_000 }, async () => {
    const whole = readFileSync(at(TABLES[1] ?? ""));
    const file = path.join(root, "damaged.parquet");
    for (let seed = 1; seed <= 30; seed++) {
      writeFileSync(file, damagedBytes(whole, new Dice(seed)));
      if (seed % 5 === 0) truncateSync(file, 1000 * seed);
      const { value, problems } = await readVolumetric(file);
      const isWhole = value !== undefined && !value.truncated && value.blocks.length > 0;
      expect(isWhole || problems.some(({ severity }) => severity === "error"), `seed ${seed}`).toBe(true);
    }
  });
});
