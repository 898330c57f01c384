import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { type Outcome, runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const IDS = SAMPLE_IDS.slice(0, 14);
const TRAINING = ["--target", "E_hartree_per_atom", "--ensemble", "2", "--epochs", "2", "--rotations", "2"];
let data: string;
let held: string;

interface Row {
  readonly id: string;
  readonly value: number;
  readonly sigma: number;
  readonly outOfDomain: boolean;
  readonly nearest: readonly { readonly id: string; readonly similarity: number }[];
}

beforeAll(() => {
  data = sampleDataset(root, IDS);
  held = sampleDataset(root, SAMPLE_IDS.slice(14, 17), "held");
});

describe.each(["r3dvs", "soap", "cm", "composition", "shells", "soap+r3dvs", "soap+cm", "r3dvs+soap"])(
  "the model %s",
  (model) => {
    const folder = path.join(root, `model-${model}`);

    test("is trained, predicts files with its doubt and what they are like, the same on any number of threads", async () => {
      const trained = await runCli(["train", data, "-o", folder, "--model", model, ...TRAINING, "--json"]);
      expect([trained.code, trained.stderr]).toEqual([0, ""]);
      expect(trained.events.at(-1)).toMatchObject({ event: "finished", done: 1, failed: 0 });
      expect(existsSync(`${folder}.partial`)).toBe(false);
      const one = rowsOf(await runCli(["predict", folder, held, data, "--json", "--threads", "1"]));
      const two = rowsOf(await runCli(["predict", folder, held, data, "--json", "--threads", "2"]));
      expect(two).toEqual(one);
      expect(one.map(({ id }) => id)).toEqual([...SAMPLE_IDS.slice(14, 17)].sort().concat([...IDS].sort()));
      for (const row of one) {
        expect(row).toMatchObject({
          target: "E_hartree_per_atom",
          unit: "eV/atom",
          value: expect.any(Number),
          outOfDomain: expect.any(Boolean),
        });
        expect(row.sigma).toBeGreaterThanOrEqual(0);
        expect(row.nearest.length).toBe(3);
      }
      for (const { id, outOfDomain, nearest } of one.slice(3)) {
        expect(nearest[0]).toEqual({ id, similarity: 1, formula: expect.stringContaining("O") });
        expect(outOfDomain).toBe(false);
      }
    });

    test("names its inputs", () => {
      const facts = JSON.parse(readFileSync(path.join(folder, "model.json"), "utf8"));
      expect(facts.materials.map(({ id }: { id: string }) => id).sort()).toEqual([...IDS].sort());
      expect(facts).toMatchObject({
        format: 1,
        model,
        target: { name: "E_hartree_per_atom", kind: "perAtom", reportedUnit: "eV/atom" },
      });
    });
  },
);

test("shells learn the Hartree energy of the sample: the whole way from file to prediction is right", async () => {
  const big = sampleDataset(root, SAMPLE_IDS.slice(0, 60), "big");
  const folder = path.join(root, "good");
  await runCli(["train", big, "-o", folder, "--model", "shells", "--target", "E_hartree_per_atom"]);
  const unseen = sampleDataset(root, SAMPLE_IDS.slice(60, 70), "unseen");
  const rows = rowsOf(await runCli(["predict", folder, unseen, "--json"]));
  const actual = new Map(
    readFileSync(path.join(unseen, "targets.csv"), "utf8")
      .split("\n")
      .map((row) => [row.split(",")[0], Number(row.split(",")[6])]),
  );
  const errors = rows.map(({ id, value }) => Math.abs(value - (actual.get(id) ?? Number.NaN)));
  expect(errors.length).toBe(10);
  expect(errors.reduce((sum, error) => sum + error, 0) / 10).toBeLessThan(2);
});

test("training that is stopped goes on to the same model", async () => {
  const long = TRAINING.map((word, index) => (TRAINING[index - 1] === "--epochs" ? "6" : word));
  const whole = path.join(root, "whole");
  const parts = path.join(root, "parts");
  await runCli(["train", data, "-o", whole, ...long]);
  const stopped = await runCli(["train", data, "-o", parts, ...long, "--threads", "1", "--json"], {
    hold: { epoch: 2 },
    onLine: (line, child) => void (line.includes('"epoch":2') && child.kill("SIGINT")),
  });
  expect([stopped.code, existsSync(parts)]).toEqual([130, false]);
  const resumed = await runCli(["train", data, "-o", parts, ...long, "--json"]);
  expect(resumed.code).toBe(0);
  expect(resumed.events.filter(({ event }) => event === "epoch").length).toBeLessThan(12);
  for (const file of ["model.json", "weights.bin"]) {
    expect(readFileSync(path.join(parts, file)).equals(readFileSync(path.join(whole, file)))).toBe(true);
  }
});

test("the models that come along predict six properties, and say why one of another kind is none of theirs", async () => {
  const file = path.join(root, "other.CHGCAR");
  const density = gunzipSync(readFileSync(path.join(held, SAMPLE_IDS[14] ?? "", "CHGCAR.gz"))).toString("utf8");
  const lines = density.split("\n");
  lines[5] = (lines[5] ?? "").replace(/\bO\b/, "S");
  writeFileSync(file, lines.join("\n"));
  const { code, events } = await runCli(["predict", "oxides", path.join(held, SAMPLE_IDS[14] ?? ""), file, "--json"]);
  expect(code).toBe(0);
  const [own, other] = [events.slice(0, 6), events.slice(6)];
  expect(new Set(own.map(({ target }) => target)).size).toBe(6);
  expect(own.map(({ outOfDomain, reasons }) => [outOfDomain, reasons])).toEqual(own.map(() => [false, []]));
  // the density is that of an oxide all the same: models that read it alone have nothing to say against it
  const outside = other.filter(({ outOfDomain }) => outOfDomain);
  expect(outside.length).toBeGreaterThanOrEqual(2);
  for (const { reasons } of outside)
    expect((reasons as { code: string }[]).map(({ code }) => code)).toContain("absence");
  expect((await runCli(["predict", "metals", file])).stderr).toContain("metals contains no model");
});

test("a prediction has its 90 % interval, and tells a training material; another quantity gets a reason and no value", async () => {
  const known = path.join(held, "..", "predictionsOf");
  mkdirSync(known, { recursive: true });
  const density = gunzipSync(readFileSync(path.join(held, SAMPLE_IDS[14] ?? "", "CHGCAR.gz"))).toString("utf8");
  writeFileSync(path.join(known, "LOCPOT"), density);
  const lines = density.split("\n");
  writeFileSync(
    path.join(known, "CHGCAR_damaged"),
    lines.map((line, i) => (i > 40 && i < 60 ? line.replaceAll("E+0", "E-0") : line)).join("\n"),
  );
  const unnamed = lines.filter((_, i) => i !== 5).join("\n");
  writeFileSync(path.join(known, "CHGCAR_vasp4"), unnamed.replace(/^[^\n]*/, "no names here"));
  const files = ["LOCPOT", "CHGCAR_damaged", "CHGCAR_vasp4"].map((name) => path.join(known, name));
  const { events } = await runCli(["predict", "oxides", ...files, path.join(held, SAMPLE_IDS[14] ?? ""), "--json"]);
  const codes = (file: string) =>
    events
      .filter((event) => String(event.file) === file)
      .flatMap(({ value, reasons }) => [[value, (reasons as { code: string }[])[0]?.code]]);
  expect(codes(files[0] ?? "")).toEqual(Array(6).fill([undefined, "quantity"]));
  expect(codes(files[1] ?? "")).toEqual(Array(6).fill([undefined, "electrons"]));
  expect(codes(files[2] ?? "")).toEqual(Array(6).fill([undefined, "elements"]));
  const own = events.filter(({ file }) => !files.includes(String(file)));
  expect(own.length).toBe(6);
  for (const { value, sigma, lower, upper, level, target } of own as Record<string, number>[]) {
    expect(level).toBe(0.9);
    expect(lower).toBeLessThanOrEqual(value ?? Number.NaN);
    expect(upper).toBeGreaterThanOrEqual(value ?? Number.NaN);
    if (String(target) === "band_gap") expect(lower).toBeGreaterThanOrEqual(0);
    else expect((upper ?? 0) - (lower ?? 0)).toBeCloseTo(2 * 1.6448536 * (sigma ?? 0), 6);
  }
});

test("the calculated value of a targets table stands beside the prediction", async () => {
  const [id = ""] = SAMPLE_IDS.slice(14, 15);
  const columns = (line = "") => line.split(",");
  const table = readFileSync(path.join(held, "targets.csv"), "utf8").split("\n");
  const place = columns(table[0]).indexOf("E_hartree_per_atom");
  const value = Number(columns(table.find((line) => line.startsWith(`${id},`)))[place]);
  const { events } = await runCli(["predict", "oxides", path.join(held, id), "--json"]);
  const hartree = events.find(({ target }) => target === "E_hartree_per_atom");
  expect(hartree?.known).toEqual({ value, file: path.join(held, "targets.csv") });
  expect(events.every(({ known }) => known !== undefined)).toBe(true);
  const { stdout } = await runCli(["predict", "oxides", path.join(held, id)]);
  expect(stdout).toMatch(/Hartree energy = [\d.]+ ± [\d.]+ eV\/atom .*calculated: [\d.]+ eV\/atom \(targets\.csv\)/);
  const alone = path.join(root, "alone");
  mkdirSync(alone);
  writeFileSync(path.join(alone, "CHGCAR"), gunzipSync(readFileSync(path.join(held, id, "CHGCAR.gz"))));
  expect((await runCli(["predict", "oxides", alone, "--json"])).events.every(({ known }) => known === undefined)).toBe(
    true,
  );
});

test("only the materials asked for are learned from", async () => {
  const list = path.join(root, "ids.txt");
  writeFileSync(list, `${IDS.slice(0, 5).join("\n")}\n`);
  const folder = path.join(root, "few");
  expect(
    (await runCli(["train", data, "-o", folder, "--model", "composition", "--target", "band_gap", "--train-ids", list]))
      .code,
  ).toBe(0);
  expect(JSON.parse(readFileSync(path.join(folder, "model.json"), "utf8")).materials.length).toBe(5);
  writeFileSync(list, "mp-0\n");
  const wrong = await runCli([
    "train",
    data,
    "-o",
    path.join(root, "none"),
    "--model",
    "composition",
    "--target",
    "band_gap",
    "--train-ids",
    list,
  ]);
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringContaining("these training materials cannot be used: mp-0"),
  ]);
});

test("a plain file, a damaged one and none at all: each is told, the rest is predicted", async () => {
  const folder = path.join(root, "simple");
  await runCli(["train", data, "-o", folder, "--model", "composition", "--target", "band_gap"]);
  const place = path.join(root, "files");
  mkdirSync(place);
  writeFileSync(path.join(place, "plain.CHGCAR"), gunzipSync(readFileSync(path.join(data, IDS[0] ?? "", "CHGCAR.gz"))));
  writeFileSync(path.join(place, "bad.CHGCAR"), "not a density\n");
  const { code, stdout, stderr } = await runCli(["predict", folder, place, path.join(root, "nothing")]);
  expect(code).toBe(1);
  expect(stdout).toMatch(new RegExp(`^plain  Band gap = .* eV  nearest: ${IDS[0]} \\(1\\.00\\)`));
  expect(stderr).toMatch(/bad\.CHGCAR:\d+:\d+: error: /);
  expect(stderr).toMatch(/nothing:1:1: error: no volumetric file found/);
  const wrong = await runCli(["predict", place, data]);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("contains no model")]);
});

function rowsOf({ code, signal, stderr, events }: Outcome): Row[] {
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: "" });
  return events as unknown as Row[];
}
