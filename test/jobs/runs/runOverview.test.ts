import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renameRun } from "../../../src/jobs/runs/renameRun.js";
import { createRun, readManifest, runFile, writeManifest } from "../../../src/jobs/runs/runFolder.js";
import { listRunsWithErrors, runOverview } from "../../../src/jobs/runs/runOverview.js";
import type { RunEvent } from "../../../src/protocol/runEvents.js";

let dataset: string;
let run: string;
beforeEach(() => {
  dataset = mkdtempSync(path.join(tmpdir(), "r3dvs-overview-"));
  run = path.join(dataset, ".r3dvs/runs/first");
  mkdirSync(run, { recursive: true });
  createRun(run, dataset, {});
});
afterEach(() => rmSync(dataset, { recursive: true, force: true }));

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();
const started = (seconds: number): RunEvent => ({
  event: "started",
  time: at(seconds),
  run: "first",
  tasks: 4,
  materials: 9,
  pid: 1,
});
const result = (
  seconds: number,
  model: string,
  trainSize: number,
  repeat: number,
  mae: number,
  target = "band_gap",
): RunEvent => ({
  event: "result",
  time: at(seconds),
  target,
  unit: "eV",
  model,
  trainSize,
  repeat,
  mae,
  rmse: mae,
  seconds: 1,
});
const log = (...events: RunEvent[]) =>
  writeFileSync(runFile(run, "events"), events.map((event) => `${JSON.stringify(event)}\n`).join(""));

describe("the overview of a run", () => {
  it("has the mean errors at each target's largest size, least first, and the time without pauses", () => {
    log(
      started(0),
      result(10, "cm", 6, 0, 0.1),
      result(20, "cm", 12, 0, 0.8),
      result(30, "cm", 12, 1, 0.6),
      { event: "stopped", time: at(40), reason: "asked" },
      started(1000),
      result(1005, "cm", 12, 1, 0.4),
      result(1010, "shells", 12, 0, 0.5),
      result(1015, "shells", 6, 0, 2, "E0"),
    );
    expect(runOverview(run)).toEqual({
      errors: [
        { target: "band_gap", model: "shells", trainSize: 12, mae: 0.5 },
        { target: "band_gap", model: "cm", trainSize: 12, mae: expect.closeTo(0.6, 12) },
        { target: "E0", model: "shells", trainSize: 6, mae: 2 },
      ],
      seconds: 55,
    });
    log(started(0), result(7, "cm", 6, 0, 0.1));
    expect(runOverview(run)).toMatchObject({ seconds: 7, errors: [{ mae: 0.1 }] });
  });

  it("is empty where nothing has happened, and is not asked for while the run is under way", () => {
    expect(runOverview(run)).toEqual({ errors: [] });
    log(started(0), result(7, "cm", 6, 0, 0.1));
    const [queued] = listRunsWithErrors(dataset);
    expect(queued?.state).toBe("queued");
    expect(queued?.errors).toBeUndefined();
    writeManifest(run, { ...readManifest(run), state: "finished" });
    expect(listRunsWithErrors(dataset)[0]?.errors).toHaveLength(1);
  });
});

describe("renaming a run", () => {
  it("gives folder and manifest the new name, plain on every system", () => {
    const renamed = renameRun(run, "../gap: second try");
    expect(path.dirname(renamed)).toBe(path.dirname(run));
    expect(path.basename(renamed)).toBe("__gap_ second try");
    expect(existsSync(run)).toBe(false);
    expect(readManifest(renamed).name).toBe("__gap_ second try");
    rmSync(runFile(renamed, "manifest"));
    expect(listRunsWithErrors(dataset)).toEqual([]);
  });

  it("never replaces another run, and needs a name", () => {
    const other = path.join(dataset, ".r3dvs/runs/other");
    mkdirSync(other);
    createRun(other, dataset, {});
    expect(() => renameRun(run, "other")).toThrow("there is a run other already");
    expect(() => renameRun(run, "  ")).toThrow("needs a name");
    expect(renameRun(run, "first")).toBe(run);
    expect(readManifest(other).name).toBe("other");
  });
});
