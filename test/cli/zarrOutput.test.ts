import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import * as zarr from "zarrita";
import { numbersOf, textsOf } from "../../src/jobs/files/npy.js";
import { readNpz } from "../../src/jobs/files/npz.js";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "./harness.js";

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const ids = [...SAMPLE_IDS.slice(0, 4)].sort();
const data = sampleDataset(folder, ids);
const sized = ["--dl", "0.4"];

/** A folder for zarrita, which knows nothing of r3dvs. */
const storeOf = (root: string) => ({
  get: (key: string) => {
    const file = path.join(root, key);
    return Promise.resolve(existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined);
  },
});

async function group(name: string) {
  const opened = await zarr.open.v2(storeOf(at(name)), { kind: "group" });
  return { opened, array: (key: string) => zarr.open.v2(opened.resolve(key), { kind: "array" }) };
}

async function values(name: string, key: string) {
  const { array } = await group(name);
  const found = await array(key);
  const read = await zarr.get(found);
  // one number stands alone
  return {
    shape: found.shape,
    values: typeof read === "object" && read !== null ? [...(read.data as Iterable<unknown>)] : [read],
  };
}

function npzArray(name: string, key: string) {
  const found = readNpz(readFileSync(at(name))).arrays.get(key);
  if (found === undefined) throw new Error(`no ${key}`);
  return { shape: [...found.shape], values: found.type.startsWith("<U") ? textsOf(found) : [...numbersOf(found)] };
}

beforeAll(async () => {
  for (const name of ["a.npz", "a.zarr"])
    expect((await runCli(["encode", data, "-o", at(name), ...sized])).code).toBe(0);
});

describe("a zarr group of descriptors", () => {
  it("has the numbers of the .npz, to the bit, each material a chunk, with ids, lattices and how they were made", async () => {
    for (const key of ["ids", "descriptor", "lattice", "dl", "length"]) {
      const { shape, values: all } = await values("a.zarr", key);
      const wanted = npzArray("a.npz", key);
      expect(shape, key).toEqual(wanted.shape);
      expect(all, key).toEqual(wanted.values);
    }
    const { opened, array } = await group("a.zarr");
    expect((await array("descriptor")).chunks).toEqual([1, 32, 32, 32]);
    const told = opened.attrs.r3dvs as { shape: number[]; parameters: object };
    expect(told).toEqual(JSON.parse(readNpz(readFileSync(at("a.npz"))).texts.get("meta.json") ?? ""));
    expect(told.shape).toEqual([32, 32, 32]);
    const { metadata } = JSON.parse(readFileSync(at("a.zarr/.zmetadata"), "utf8"));
    expect(Object.keys(metadata).sort()).toEqual(
      [
        ".zattrs",
        ".zgroup",
        ...["descriptor", "dl", "ids", "lattice", "length"].map((name) => `${name}/.zarray`),
      ].sort(),
    );
  });

  it("holds SOAP vectors, one row per atom too, and their kernel", async () => {
    for (const name of ["s.npz", "s.zarr"]) {
      const { code } = await runCli([
        "describe",
        data,
        "-o",
        at(name),
        "--average",
        "off",
        "--n-max",
        "3",
        "--l-max",
        "2",
      ]);
      expect(code).toBe(0);
    }
    for (const key of ["ids", "features", "centres", "pairs", "starts", "kernel"])
      expect(await values("s.zarr", key), key).toEqual(npzArray("s.npz", key));
  });

  it("is made of stored spectra too", async () => {
    await runCli(["encode", data, "-o", at("spectra")]);
    const files = ids.map((id) => at(`spectra/${id}.npz`));
    expect((await runCli(["convert", ...files, "-o", at("c.zarr"), ...sized])).code).toBe(0);
    expect(await values("c.zarr", "descriptor")).toEqual(npzArray("a.npz", "descriptor"));
  });

  it("replaces an earlier one of its own, and no other folder", async () => {
    writeFileSync(at("c.zarr/left-over"), "");
    expect((await runCli(["encode", data, "-o", at("c.zarr"), "--dl", "0.8"])).code).toBe(0);
    expect(readdirSync(at("c.zarr"))).not.toContain("left-over");
    expect((await values("c.zarr", "descriptor")).shape).toEqual([4, 16, 16, 16]);
    mkdirSync(at("other.zarr"));
    writeFileSync(at("other.zarr/.zattrs"), '{"mine": 1}');
    const { code, stderr } = await runCli(["encode", data, "-o", at("other.zarr"), "--dl", "0.8"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("something else stands there")]);
    expect(readdirSync(at("other.zarr"))).toEqual([".zattrs"]);
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  });
});
