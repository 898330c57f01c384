import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const STUDY = [
  "--models",
  "r3dvs,soap,soap+cm,soap+r3dvs",
  "--targets",
  "cohesive_energy_per_atom,band_gap",
  "--train-sizes",
  "8",
];
const QUICK = ["--test-size", "4", "--repeats", "1", "--ensemble", "2", "--epochs", "3", "--rotations", "2"];
let data: string;

beforeAll(() => {
  data = sampleDataset(root, SAMPLE_IDS.slice(0, 12));
});

/** `results.csv` without the seconds. */
const resultsOf = (run: string) =>
  readFileSync(path.join(root, run, "results.csv"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(",").slice(0, -1).join(","));

test("a study of two-step models is the same on one thread, on two, and killed and resumed", async () => {
  expect((await runCli(["study", data, "-o", path.join(root, "one"), ...STUDY, ...QUICK, "--threads", "1"])).code).toBe(
    0,
  );
  const whole = resultsOf("one");
  expect(whole).toHaveLength(1 + 2 * 4);
  expect(whole.slice(1).map((line) => line.split(",")[1])).toEqual(
    ["cohesive energy", "gap"].flatMap(() => ["r3dvs", "soap", "soap+r3dvs", "soap+cm"]),
  );
  expect((await runCli(["study", data, "-o", path.join(root, "two"), ...STUDY, ...QUICK, "--threads", "2"])).code).toBe(
    0,
  );
  expect(resultsOf("two")).toEqual(whole);
  expect(existsSync(path.join(root, "two", "models", "band_gap-soap.r3dvs", "model.json"))).toBe(true);
  const report = readFileSync(path.join(root, "two", "report.html"), "utf8");
  for (const network of ["R3DVS", "SOAP + R3DVS"]) expect(report).toContain(`Cohesive energy: ${network}<`);
  const killed = await runCli(
    ["study", data, "-o", path.join(root, "parts"), ...STUDY, ...QUICK, "--threads", "1", "--json"],
    {
      hold: { line: '"event":"epoch"' },
      onLine: (line, child) => void (line.includes('"event":"epoch"') && child.kill("SIGKILL")),
    },
  );
  expect(killed.signal).toBe("SIGKILL");
  expect((await runCli(["study", data, "-o", path.join(root, "parts"), "--resume"])).code).toBe(0);
  expect(resultsOf("parts")).toEqual(whole);
});

test("the second step learns errors on unseen materials, or with inSample those on the training set, which are smaller", async () => {
  const residuals = async (which: string) => {
    const folder = path.join(root, `model-${which}`);
    const asked = ["--model", "soap+cm", "--target", "cohesive_energy_per_atom", "--two-step-residuals", which];
    expect((await runCli(["train", data, "-o", folder, ...asked])).code).toBe(0);
    const { learned } = JSON.parse(readFileSync(path.join(folder, "model.json"), "utf8"));
    expect(learned).toMatchObject({
      kind: "twoSteps",
      residuals: which,
      first: { kind: "soap" },
      second: { kind: "kernel" },
    });
    rmSync(folder, { recursive: true });
    return learned.residualScale.deviation as number;
  };
  const unseen = await residuals("outOfFold");
  const seen = await residuals("inSample");
  expect(unseen).toBeGreaterThan(0.3);
  expect(seen).toBeLessThan(0.8 * unseen);
});

test("settings of SOAP that cannot work are refused in words", async () => {
  const config = path.join(root, "wrong.json");
  writeFileSync(config, JSON.stringify({ soapRCut: 0.5 }));
  const { code, stderr } = await runCli([
    "study",
    data,
    "-o",
    path.join(root, "wrong"),
    "--models",
    "soap",
    "--config",
    config,
  ]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("r_cut must be more than 1 Å")]);
});
