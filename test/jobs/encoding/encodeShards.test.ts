import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findMaterials } from "../../../src/jobs/dataset/materialFiles.js";
import type { EncodeOutcome } from "../../../src/jobs/encoding/encodeMaterials.js";
import { encodeShards } from "../../../src/jobs/encoding/encodeShards.js";
import { formulasOfEncoded, readEncoded } from "../../../src/jobs/spectra/encodedMaterials.js";
import type { EncodedMaterial } from "../../../src/jobs/spectra/material.js";
import { readMaterial } from "../../../src/jobs/spectra/readMaterial.js";
import { readShardIndex, shardsIn } from "../../../src/jobs/spectra/shardIndex.js";
import { ThreadPool } from "../../../src/jobs/threads/threadPool.js";
import { Cancellation } from "../../../src/protocol/rpc.js";
import { runCli } from "../../cli/harness.js";
import { someValues, volumetricText } from "../densities/volumetricText.js";

const root = mkdtempSync(path.join(tmpdir(), "r3dvs-shards-"));
const data = mkdtempSync(path.join(root, "data-"));
const out = path.join(root, "out");
const settings = { spacing: 0.4, component: "total" } as const;
const write = (id: string, seed: number) =>
  writeFileSync(path.join(data, `CHGCAR_${id}`), volumetricText({ grid: [6, 6, 6], blocks: [someValues(216, seed)] }));
const IDS = ["a", "b", "c", "d", "e", "f", "g"];
let pool: ThreadPool;
beforeAll(() => {
  pool = new ThreadPool(1);
  for (const [seed, id] of IDS.entries()) write(id, seed);
  writeFileSync(path.join(data, "targets.csv"), `id,gap\n${IDS.map((id) => `${id},1`).join("\n")}\n`);
});
afterAll(async () => {
  await pool.dispose();
  rmSync(root, { recursive: true });
});

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

describe("spectra in shards", () => {
  it("are not kept once they are written, although the call could still be cancelled", async () => {
    const entries = await findMaterials(data);
    const cancellation = new Cancellation();
    const alive: WeakRef<EncodedMaterial>[] = [];
    const folder = path.join(root, "kept");
    const onDone = ({ material }: EncodeOutcome) => void (material && alive.push(new WeakRef(material)));
    await encodeShards(folder, entries, { settings, pool, cancellation, shardSize: 2, onDone });
    await new Promise(setImmediate);
    collectGarbage();
    expect(alive).toHaveLength(7);
    // the last shard may still stand on the stack
    expect(alive.slice(0, 6).filter((one) => one.deref() !== undefined)).toEqual([]);
    expect(cancellation.cancelled).toBe(false);
  });

  it("go on where a call was ended, hold what a density gives, and are listed without being read", async () => {
    const entries = await findMaterials(data);
    const cancellation = new Cancellation();
    let done = 0;
    const stopAtFive = () => {
      if (++done === 5) cancellation.cancel();
    };
    await expect(
      encodeShards(out, entries, { settings, pool, cancellation, shardSize: 3, onDone: stopAtFive }),
    ).rejects.toThrow();
    expect(shardsIn(out).map((file) => path.basename(file))).toEqual(["spectra-00001.npz"]);
    const [known, encoded]: [string[], string[]] = [[], []];
    const options = { settings, pool, shardSize: 3, onKnown: ({ id }: { id: string }) => known.push(id) };
    expect(await encodeShards(out, entries, { ...options, onDone: ({ entry }) => encoded.push(entry.id) })).toBe(7);
    expect([known, encoded.sort()]).toEqual([
      ["a", "b", "c"],
      ["d", "e", "f", "g"],
    ]);
    const listed = await findMaterials(out);
    expect(listed.map(({ id, file }) => `${id} ${path.basename(file)}`)).toEqual([
      ...["a", "b", "c"].map((id) => `${id} spectra-00001.npz`),
      ...["d", "e", "f"].map((id) => `${id} spectra-00002.npz`),
      "g spectra-00003.npz",
    ]);
    expect(formulasOfEncoded(path.join(out, "spectra-00001.npz")).get("a")).toBe("FeO2");
    for (const [index, entry] of listed.entries()) {
      const { value } = readEncoded(entry, settings);
      const expected = (await readMaterial(entries[index] ?? entry, settings)).value;
      expect(value?.spectrum.amplitude).toEqual(expected?.spectrum.amplitude);
      expect(value?.spectrum.functionals).toEqual(expected?.spectrum.functionals);
    }
  });

  it("hold a density that changed once more, the later one counts", async () => {
    write("b", 99);
    expect(await encodeShards(out, await findMaterials(data), { settings, pool, shardSize: 3 })).toBe(7);
    const listed = await findMaterials(out);
    expect(listed.map(({ id }) => id)).toEqual(IDS);
    expect(listed.find(({ id }) => id === "b")?.file).toBe(path.join(out, "spectra-00004.npz"));
  });

  it("are read themselves where the list beside them is damaged", async () => {
    writeFileSync(path.join(out, "spectra-00002.json"), "{");
    expect(readShardIndex(path.join(out, "spectra-00002.npz"))).toBeUndefined();
    expect((await findMaterials(out)).map(({ id }) => id)).toEqual(IDS);
  });

  it("are gone on with by the command line, with the targets", async () => {
    const { code, stdout } = await runCli(["encode", data, "-o", out, "--packed", "--json"]);
    expect([code, JSON.parse(stdout.trim().split("\n").at(-1) ?? "")]).toEqual([
      0,
      { event: "finished", done: 7, known: 4, failed: 0 },
    ]);
    expect(readdirSync(out)).toContain("targets.csv");
    const trained = await runCli([
      "train",
      out,
      "-o",
      path.join(root, "model"),
      "--target",
      "gap",
      "--model",
      "composition",
    ]);
    expect(trained.code).toBe(0);
  });
});
