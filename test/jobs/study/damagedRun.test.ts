import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FileProblem } from "../../../src/core/text/problem.js";
import { writeReport } from "../../../src/jobs/report/writeReport.js";
import { createRun } from "../../../src/jobs/runs/runFolder.js";
import { LostRunError } from "../../../src/jobs/runs/runLock.js";
import { runStudy } from "../../../src/jobs/study/runStudy.js";
import { Cancellation } from "../../../src/protocol/rpc.js";
import type { RunEvent } from "../../../src/protocol/runEvents.js";
import type { RunManifest } from "../../../src/protocol/runFiles.js";

const root = mkdtempSync(path.join(tmpdir(), "r3dvs-damaged-"));
afterAll(() => rmSync(root, { recursive: true }));
const oxides = fileURLToPath(new URL("../../../media/oxides/", import.meta.url));

const OPTIONS = { models: ["shells", "composition"], trainSizes: [12], testSize: 12, repeats: 2 } as const;

function start(folder: string): void {
  createRun(folder, oxides, { ...OPTIONS, targets: ["band_gap"], threads: 1 });
}

async function work(folder: string, onEvent: (event: RunEvent) => void = () => {}) {
  const problems: FileProblem[] = [];
  const outcome = await runStudy(folder, {
    cancellation: new Cancellation(),
    onEvent,
    onProblem: (found) => problems.push(found),
  });
  return {
    ...outcome,
    told: problems.map(({ file, problem }) => `${path.relative(folder, file)}: ${problem.message}`),
  };
}

/** All results but the seconds that they took. */
const resultsOf = (folder: string) =>
  readFileSync(path.join(folder, "results.csv"), "utf8")
    .split("\n")
    .map((line) => line.split(",").slice(0, 6).join());
const items = (folder: string) => readdirSync(path.join(folder, "checkpoints"), { recursive: true, encoding: "utf8" });
const itemsOf = (folder: string) => items(folder).filter((name) => name.endsWith(".json"));

describe("a run whose files were damaged", () => {
  const whole = path.join(root, "whole");
  beforeAll(async () => {
    start(whole);
    await work(whole);
  });

  const flipped = (text: string) =>
    text.replace(
      /"value":(-?\d+\.?\d)(\d)/,
      (_, front: string, digit: string) => `"value":${front}${9 - Number(digit)}`,
    );
  const DAMAGES: readonly (readonly [what: string, damage: (text: string) => string])[] = [
    ["ends early", (text) => text.slice(0, text.length >> 1)],
    ["is empty", () => ""],
    ["has another digit", flipped],
    ["holds another thing", () => '{"predictions": [], "seconds": "1"}'],
    ["holds nothing", () => "null"],
  ];

  test.each(DAMAGES)("computes a result again whose file %s, and names it", async (_, damage) => {
    const folder = path.join(root, `item-${Math.random()}`);
    copyFolder(whole, folder);
    const [name = ""] = itemsOf(folder);
    const file = path.join(folder, "checkpoints", name);
    const before = readFileSync(file, "utf8");
    writeFileSync(file, damage(before));
    const { state, told } = await work(folder);
    expect(state).toBe("finished");
    expect(told.join("\n")).toMatch(/checkpoints.*json: the file is damaged \(.*\); what it held is computed again/);
    expect(resultsOf(folder)).toEqual(resultsOf(whole));
  });

  test.each(["", "{", '{"repeats": []}', '{"repeats": [{"repeat": 0, "test": ["Na"], "pool": []}]}'])(
    "draws splits again where there is %s",
    async (text) => {
      const folder = path.join(root, `splits-${Math.random()}`);
      copyFolder(whole, folder);
      writeFileSync(path.join(folder, "splits.json"), text);
      const { told } = await work(folder);
      expect(told).toContain("splits.json: the splits are damaged; they are drawn again, as they were");
      expect(readFileSync(path.join(folder, "splits.json"))).toEqual(readFileSync(path.join(whole, "splits.json")));
      expect(resultsOf(folder)).toEqual(resultsOf(whole));
    },
  );

  test("of another's hand makes a report without anything of it as markup", () => {
    const folder = path.join(root, "report");
    cpSync(whole, folder, { recursive: true });
    const file = path.join(folder, "run.json");
    const manifest = JSON.parse(readFileSync(file, "utf8")) as RunManifest;
    const evil = `"'><img src=x onerror=alert(1)><form action=http://x><base href=http://x>`;
    const [first, ...others] = manifest.materials;
    const hostile = {
      ...manifest,
      name: evil,
      dataset: evil,
      message: evil,
      software: { name: "r3dvs", version: evil },
      engine: { backend: evil, instructionSet: evil, build: evil },
      options: { ...manifest.options, [evil]: evil },
      targets: manifest.targets.map((target) => ({ ...target, unit: evil, reportedUnit: evil })),
      materials: [{ ...first, hash: evil, file: evil }, ...others],
      skipped: [{ id: evil, file: evil, reason: evil }],
      lacking: [{ id: evil, target: evil, reason: evil }],
    };
    writeFileSync(file, JSON.stringify(hostile));
    const epoch = {
      event: "epoch",
      target: "band_gap",
      model: evil,
      trainSize: 12,
      repeat: 0,
      member: 0,
      epoch: 1,
      loss: 1,
    };
    writeFileSync(
      path.join(folder, "events.jsonl"),
      [epoch, { ...epoch, epoch: evil }, { ...epoch, loss: {} }, null, 5]
        .map((one) => `${JSON.stringify(one)}\n`)
        .join(""),
    );
    const page = readFileSync(writeReport(folder), "utf8");
    expect(page).toContain("&gt;&lt;img src=x");
    expect(page).not.toMatch(/<(img|form|base|script)/i);
    expect(page).toContain("form-action 'none'; base-uri 'none'");
  });

  test.each(DAMAGES.filter(([what]) => what !== "has another digit"))(
    "goes on from the copy of a run.json that %s",
    async (_, damage) => {
      const folder = path.join(root, `manifest-${Math.random()}`);
      copyFolder(whole, folder);
      const file = path.join(folder, "run.json");
      writeFileSync(file, damage(readFileSync(file, "utf8")));
      const { state, told } = await work(folder);
      expect(state).toBe("finished");
      expect(told.join("\n")).toMatch(/^run\.json: the file is damaged \(.*\); what it held is taken from its copy$/m);
      expect(resultsOf(folder)).toEqual(resultsOf(whole));
      const { created: _c, ...restored } = JSON.parse(readFileSync(file, "utf8")) as RunManifest;
      const { created: _d, ...before } = JSON.parse(readFileSync(path.join(whole, "run.json"), "utf8")) as RunManifest;
      expect({ ...restored, engine: before.engine }).toEqual(before);
      expect((await work(folder)).told).toEqual([]);
    },
  );

  test("says where run.json is damaged, where no copy is", async () => {
    const folder = path.join(root, "manifest");
    copyFolder(whole, folder);
    rmSync(path.join(folder, "run.copy.json"));
    const file = path.join(folder, "run.json");
    const manifest = JSON.parse(readFileSync(file, "utf8")) as { materials: { natoms: unknown }[] };
    const [, second] = manifest.materials;
    if (second) second.natoms = "<b>";
    writeFileSync(file, JSON.stringify(manifest));
    await expect(work(folder)).rejects.toThrow("materials[1].natoms is no whole number from 1");
  });
});

test("a process that has lost its run writes nothing more", async () => {
  const folder = path.join(root, "lost");
  start(folder);
  let manifest = "";
  const takeOver = ({ event }: RunEvent) => {
    if (event !== "result" || manifest !== "") return;
    const other = { token: "of another", pid: 1, host: "elsewhere", started: "" };
    writeFileSync(path.join(folder, "lock"), JSON.stringify(other));
    for (const name of ["results.csv", "predictions.csv", "report.html"])
      writeFileSync(path.join(folder, name), "the other's");
    manifest = readFileSync(path.join(folder, "run.json"), "utf8");
  };
  await expect(work(folder, takeOver)).rejects.toThrow(LostRunError);
  for (const name of ["results.csv", "predictions.csv", "report.html"])
    expect(readFileSync(path.join(folder, name), "utf8")).toBe("the other's");
  expect(readFileSync(path.join(folder, "run.json"), "utf8")).toBe(manifest);
  expect(readFileSync(path.join(folder, "lock"), "utf8")).toContain("of another");
});

function copyFolder(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
}
