import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Outcome, runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const IDS = SAMPLE_IDS.slice(0, 16);
const WITHOUT_GAP = IDS.slice(2, 5);
const RUN = path.join(root, "run");
const ARGUMENTS = [
  "--models",
  "r3dvs,composition",
  "--train-sizes",
  "5,10",
  "--test-size",
  "4",
  "--repeats",
  "1",
  "--ensemble",
  "1",
];
let table: string;
let outcome: Outcome;

/** The gap stands in the last column; the Hartree energy stands in the table per cell, too. */
beforeAll(async () => {
  const data = sampleDataset(root, IDS);
  table = path.join(data, "targets.csv");
  const [head = "", ...rows] = readFileSync(table, "utf8").trim().split("\n");
  const columns = head.split(",");
  const cell = (row: string, name: string) => Number(row.split(",")[columns.indexOf(name)]);
  const changed = rows.map((row) => {
    const perCell = cell(row, "E_hartree_per_atom") * cell(row, "n_atoms");
    return `${WITHOUT_GAP.some((id) => row.startsWith(`${id},`)) ? row.replace(/[^,]*$/, "") : row},${perCell}`;
  });
  writeFileSync(table, `${[`${head},E_hartree`, ...changed].join("\n")}\n`);
  const perTarget = {
    band_gap: { channels: ["power"], epochs: 2, rotations: 1 },
    cohesive_energy_per_atom: { patience: 3 },
  };
  writeFileSync(path.join(data, "r3dvs.json"), JSON.stringify({ epochs: 1, rotations: 2, perTarget }));
  outcome = await runCli([
    "study",
    data,
    "-o",
    RUN,
    ...ARGUMENTS,
    "--targets",
    "E_hartree,E_hartree_per_atom,band_gap",
    "--json",
  ]);
});

describe("a study whose materials lack some of the targets", () => {
  test("is whole, and names what each target does without", () => {
    expect([outcome.code, outcome.events.at(-1)]).toMatchObject([0, { event: "finished", failed: 0 }]);
    const lacking = outcome.events.filter(({ event }) => event === "lacking");
    expect(lacking.map(({ id, target }) => `${id} ${target}`)).toEqual(
      [...WITHOUT_GAP].sort().map((id) => `${id} band_gap`),
    );
    for (const { id, problem } of lacking)
      expect(problem).toMatchObject({
        line: IDS.indexOf(String(id)) + 2,
        severity: "warning",
        message: `${id} has no value for band_gap`,
      });
    const report = readFileSync(path.join(RUN, "report.html"), "utf8");
    expect(report).toContain("Skipped for one target only");
    expect(report).not.toMatch(/NaN|undefined|\[object/);
  });

  test("learns the other targets from all materials on one split, and the lacking one from the rest of it", () => {
    const [whole] = JSON.parse(readFileSync(path.join(RUN, "splits.json"), "utf8")).repeats as {
      test: string[];
      pool: string[];
    }[];
    const order = [...(whole?.test ?? []), ...(whole?.pool ?? [])];
    expect([...order].sort()).toEqual([...IDS].sort());
    const rows = readFileSync(path.join(RUN, "predictions.csv"), "utf8").trim().split("\n").slice(1);
    const tested = (target: string, model: string, size: number) =>
      rows
        .map((row) => row.split(","))
        .flatMap(([t, m, n, , id]) => (t === target && m === model && n === String(size) ? [id] : []));
    const withGap = order.filter((id) => !WITHOUT_GAP.includes(id));
    for (const model of ["r3dvs", "composition"]) {
      for (const target of ["E_hartree", "E_hartree_per_atom"])
        expect(tested(target, model, 10)).toEqual(order.slice(0, 4));
      expect(tested("band_gap", model, 5)).toEqual(withGap.slice(0, 4));
      // Of 13 materials 4 are for testing, so 10 to learn from are not there.
      expect(tested("band_gap", model, 10)).toEqual([]);
    }
  });

  test("keeps how each target was learned, what is asked for before what suits it", () => {
    const { settings } = JSON.parse(readFileSync(path.join(RUN, "run.json"), "utf8"));
    expect(settings.perTarget.band_gap).toMatchObject({
      trainSizes: [5],
      training: { channels: ["power"], epochs: 2, rotations: 1 },
    });
    expect(settings.perTarget.E_hartree).toMatchObject({
      normalize: "volume",
      trainSizes: [5, 10],
      training: { epochs: 1, rotations: 2, linearPart: "sums" },
    });
    const model = JSON.parse(readFileSync(path.join(RUN, "models/band_gap-r3dvs/model.json"), "utf8"));
    expect(model.training).toEqual(settings.perTarget.band_gap.training);
    expect(model.materials).toHaveLength(5);
  });

  test("reports what stands per cell in the table per atom, to the same errors", () => {
    const rows = readFileSync(path.join(RUN, "results.csv"), "utf8")
      .trim()
      .split("\n")
      .map((row) => row.split(","));
    const maes = (target: string) => rows.filter(([name]) => name === target).map((row) => Number(row[4]));
    const [perCell, perAtom] = [maes("E_hartree"), maes("E_hartree_per_atom")];
    expect(perCell).toHaveLength(4);
    perCell.forEach((mae, i) => {
      expect(mae / (perAtom[i] ?? Number.NaN)).toBeCloseTo(1, 3);
    });
  });
});
