import { readFileSync } from "node:fs";
import path from "node:path";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { beforeAll, describe, expect, it } from "vitest";
import { numbersOf, textsOf } from "../../src/jobs/files/npy.js";
import { readNpz } from "../../src/jobs/files/npz.js";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "./harness.js";

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const ids = [...SAMPLE_IDS.slice(0, 5)].sort();
const data = sampleDataset(folder, ids);
const sized = ["--dl", "0.8"];

interface Row {
  readonly id: string;
  readonly formula: string;
  readonly natoms: number;
  readonly volume: number;
  readonly lattice: number[];
  readonly descriptor: number[];
  readonly rotation?: number[];
}

async function table(
  file: string,
): Promise<{ rows: Row[]; metadata: Map<string, string | undefined>; creator: string | undefined }> {
  const bytes = await asyncBufferFromFile(file);
  const { key_value_metadata: pairs = [], created_by: creator } = await parquetMetadataAsync(bytes);
  const rows = (await parquetReadObjects({ file: bytes })) as unknown as Row[];
  return { rows, metadata: new Map(pairs.map(({ key, value }) => [key, value])), creator };
}

const npz = (file: string) => readNpz(readFileSync(file));
const values = (file: string, name: string) => {
  const array = npz(file).arrays.get(name);
  if (array === undefined) throw new Error(`no ${name}`);
  return [...numbersOf(array)];
};

beforeAll(async () => {
  for (const name of ["a.npz", "a.parquet"])
    expect((await runCli(["encode", data, "-o", at(name), ...sized])).code).toBe(0);
});

describe("a table of descriptors", () => {
  it("has the numbers of the .npz, to the bit, with ids, lattices and how they were made", async () => {
    const { rows, metadata, creator } = await table(at("a.parquet"));
    expect(rows.map(({ id }) => id)).toEqual(ids);
    expect(rows.flatMap(({ descriptor }) => descriptor)).toEqual(values(at("a.npz"), "descriptor"));
    expect(rows.flatMap(({ lattice }) => lattice)).toEqual(values(at("a.npz"), "lattice"));
    const { events } = await runCli(["info", "--json", ...ids.map((id) => path.join(data, id, "CHGCAR.gz"))]);
    for (const [i, { natoms, volume, formula }] of rows.entries()) {
      expect([natoms, formula]).toEqual([events[i]?.natoms, events[i]?.formula]);
      expect(volume).toBeCloseTo(Number(events[i]?.volume), 6);
    }
    const told = JSON.parse(metadata.get("r3dvs") ?? "");
    expect(told).toEqual(JSON.parse(npz(at("a.npz")).texts.get("meta.json") ?? ""));
    expect(told).toMatchObject({
      shape: [16, 16, 16],
      parameters: { dl: 0.8, length: 12.8, component: "total", assignment: "nearest" },
    });
    expect(creator).toBe(`r3dvs ${told.software.version}`);
  });

  it("has a row for each rotated copy", async () => {
    for (const name of ["r.npz", "r.parquet"])
      await runCli(["encode", data, "-o", at(name), ...sized, "--rotations", "2", "--seed", "7"]);
    const { rows, metadata } = await table(at("r.parquet"));
    expect(rows.map(({ id }) => id)).toEqual(ids.flatMap((id) => [id, id]));
    expect(rows.flatMap(({ rotation = [] }) => rotation)).toEqual(values(at("r.npz"), "rotation"));
    expect(rows.flatMap(({ descriptor }) => descriptor)).toEqual(values(at("r.npz"), "descriptor"));
    expect(JSON.parse(metadata.get("r3dvs") ?? "").parameters).toMatchObject({ rotations: 2, seed: 7 });
  });

  it("is made of stored spectra too", async () => {
    await runCli(["encode", data, "-o", at("spectra")]);
    const files = ids.map((id) => at(`spectra/${id}.npz`));
    expect((await runCli(["convert", ...files, "-o", at("c.parquet"), ...sized])).code).toBe(0);
    expect((await table(at("c.parquet"))).rows).toEqual((await table(at("a.parquet"))).rows);
  });

  it("holds descriptors of structures and their kernel", async () => {
    for (const options of [
      ["--descriptor", "soap"],
      ["--descriptor", "ewald", "--permutation", "sorted_l2"],
    ]) {
      for (const name of ["d.npz", "d.parquet"])
        expect((await runCli(["describe", data, "-o", at(name), ...options])).code).toBe(0);
      const { rows, metadata } = await table(at("d.parquet"));
      const columns = rows as unknown as { id: string; features: number[]; kernel: number[] }[];
      for (const name of ["features", "kernel", "lattice"] as const)
        expect(columns.flatMap((row) => (row as unknown as Record<string, number[]>)[name] ?? [])).toEqual(
          values(at("d.npz"), name),
        );
      const names = npz(at("d.npz")).arrays.get("ids");
      expect(columns.map(({ id }) => id)).toEqual(names && textsOf(names));
      expect(JSON.parse(metadata.get("r3dvs") ?? "")).toMatchObject({
        descriptor: options[1],
        software: { name: "r3dvs" },
      });
    }
    const { code, stderr } = await runCli(["describe", data, "-o", at("o.parquet"), "--average", "off"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("one row per material")]);
  });
});
