import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { privateFolders } from "../../../src/jobs/files/privateFolder.js";
import { createRun, listRuns, runsFolders } from "../../../src/jobs/runs/runFolder.js";

const root = mkdtempSync(path.join(tmpdir(), "r3dvs-list-runs-"));
afterAll(() => rmSync(root, { recursive: true }));

test("runs of a dataset are found beside it and, of one that could not be written, in the user's cache", () => {
  vi.stubEnv("XDG_CACHE_HOME", path.join(root, "cache"));
  mkdirSync(path.join(root, "cache"));
  const dataset = path.join(root, "data");
  mkdirSync(dataset);
  expect([listRuns(dataset), runsFolders(dataset)]).toEqual([[], []]);
  const [own, cached] = privateFolders(dataset);
  expect([own, cached.startsWith(path.join(root, "cache", "r3dvs"))]).toEqual([path.join(dataset, ".r3dvs"), true]);
  createRun(path.join(cached, "runs/first"), dataset, {});
  expect(listRuns(dataset).map(({ name }) => name)).toEqual(["first"]);
  createRun(path.join(own, "runs/second"), dataset, {});
  expect(
    listRuns(dataset)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(["first", "second"]);
  expect(runsFolders(dataset)).toEqual([own, cached].map((place) => path.join(place, "runs")));
});
