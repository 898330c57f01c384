import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { nodeProgram } from "../../src/build/install.mjs";
import { numbersOf } from "../../src/jobs/files/npy.js";
import { readNpz } from "../../src/jobs/files/npz.js";
import { runCli, SAMPLE, SAMPLE_IDS, sampleDataset, temporaryFolder } from "./harness.js";

const FIXTURES = path.resolve(import.meta.dirname, "../fixtures");
const NODE_22 = nodeProgram("22");
const NODE_24 = nodeProgram("24");
const MODELS = ["--models", "r3dvs,composition,soap", "--targets", "band_gap", "--train-sizes", "4,8"];
const SIZES = ["--test-size", "4", "--repeats", "2", "--ensemble", "1", "--epochs", "3", "--rotations", "1"];
const STUDY = [...MODELS, ...SIZES, "--seed", "5", "--quiet"];

const root = temporaryFolder();
const at = (...names: string[]) => path.join(root, ...names);
let data: string;

/** The numbers of a table, and its words. */
const cellsOf = (run: string, file: string) => {
  const cells = readFileSync(at(run, file), "utf8").split(/[,\n]/);
  return { numbers: cells.map(Number), words: cells.filter((cell) => Number.isNaN(Number(cell))) };
};

/** Every form in which a density or a structure is kept, plain and compressed, whole and damaged. */
const odd = ["forms", "packed", "cases"].flatMap((folder) =>
  readdirSync(path.join(FIXTURES, folder), { withFileTypes: true })
    .filter(({ name }) => !/\.(md|csv)$/.test(name))
    .map(({ name }) => path.join(FIXTURES, folder, name)),
);

/** Of one version of Node; undefined stands for that of the tests. */
async function everyForm(node: string | undefined) {
  const { code, stdout, stderr } = await runCli(["info", "--json", ...odd], node === undefined ? {} : { node });
  return { code, stderr, facts: stdout.split("\n") };
}

describe.skipIf(!(NODE_22 && NODE_24))("on Node 22 and 24, as on the Node of the tests,", () => {
  beforeAll(async () => {
    data = sampleDataset(root, SAMPLE_IDS.slice(0, 12));
    expect((await runCli(["study", data, "-o", at("whole"), ...STUDY])).code).toBe(0);
  }, 120_000);

  test("every form is read, or refused, in the same words", async () => {
    const expected = await everyForm(undefined);
    expect(expected.facts.length).toBeGreaterThan(20);
    for (const node of [NODE_22, NODE_24]) expect(await everyForm(node)).toEqual(expected);
  });

  test("a dataset is encoded to the same voxels", async () => {
    const encode = async (name: string, node?: string) => {
      const args = ["encode", data, "--rotations", "2", "-o", at(`${name}.npz`), "--quiet"];
      expect((await runCli(args, node === undefined ? {} : { node })).code).toBe(0);
      const array = readNpz(readFileSync(at(`${name}.npz`))).arrays.get("descriptor");
      return array ? Array.from(numbersOf(array)) : [];
    };
    const expected = await encode("voxels");
    expect(expected.length).toBe(12 * 2 * 32 ** 3);
    for (const node of [NODE_22, NODE_24]) {
      const voxels = await encode("other", node);
      expect(voxels.length).toBe(expected.length);
      const largest = voxels.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] ?? 0))), 0);
      expect(largest).toBeLessThan(1e-6);
    }
  });

  test("a study that one version begins and another ends comes to the same numbers", async () => {
    const begun = await runCli(["study", data, "-o", at("both"), ...STUDY, "--threads", "1", "--json"], {
      node: NODE_22 ?? "",
      hold: { epoch: 1 },
      onLine: (line, child) => void (line.includes('"event":"epoch"') && child.kill("SIGINT")),
    });
    expect([begun.code, begun.events.at(-1)?.event]).toEqual([130, "stopped"]);
    const ended = await runCli(["study", data, "-o", at("both"), "--resume", "--quiet"], { node: NODE_24 ?? "" });
    expect(ended.code).toBe(0);
    // sin and cos of V8 differ by a bit between these versions, so far 1e-11 in what is reported
    const [both, whole] = [cellsOf("both", "predictions.csv"), cellsOf("whole", "predictions.csv")];
    expect(both.words).toEqual(whole.words);
    expect(both.numbers.length).toBe(whole.numbers.length);
    for (const [i, value] of whole.numbers.entries())
      if (!Number.isNaN(value)) expect(both.numbers[i]).toBeCloseTo(value, 8);
    const weights = (run: string) => readFileSync(at(run, "models/band_gap-r3dvs/weights.bin"));
    expect(weights("both").equals(weights("whole"))).toBe(true);
  });

  test("a file is predicted with the same numbers", async () => {
    const file = path.join(SAMPLE, SAMPLE_IDS[13] ?? "", "CHGCAR.gz");
    const model = at("whole", "models/band_gap-r3dvs");
    const predicted = async (node?: string) =>
      (await runCli(["predict", model, file, "--json"], node === undefined ? {} : { node })).events;
    const expected = await predicted();
    expect(expected[0]).toMatchObject({ target: "band_gap", value: expect.any(Number) });
    for (const node of [NODE_22, NODE_24]) {
      const [other] = await predicted(node);
      expect(other).toMatchObject({ target: "band_gap", known: expected[0]?.known });
      for (const name of ["value", "sigma"]) expect(other?.[name]).toBeCloseTo(Number(expected[0]?.[name]), 6);
    }
  });
});
