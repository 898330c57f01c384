import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { WriteError } from "../../../src/jobs/files/atomicFile.js";
import { EventLog, readEvents } from "../../../src/jobs/runs/eventLog.js";
import type { RunEvent } from "../../../src/protocol/runEvents.js";

const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-log-"));
afterAll(() => rmSync(folder, { recursive: true }));
const stopped = (reason: string): RunEvent => ({ event: "stopped", time: "2026-01-01T00:00:00.000Z", reason });

describe.each(['{"event":"stop', '{"event":"stopped"}', "é".repeat(70000)])("a last line left half-written", (half) => {
  const file = path.join(folder, `${half.length}.jsonl`);

  test("is passed over by readers and cut off by the next writer", () => {
    rmSync(file, { force: true });
    const before = new EventLog(file);
    before.append(stopped("one"));
    before.close();
    appendFileSync(file, half);
    expect(readEvents(file)).toEqual([stopped("one")]);
    const after = new EventLog(file);
    after.append(stopped("two"));
    after.close();
    expect(readEvents(file)).toEqual([stopped("one"), stopped("two")]);
    expect(readFileSync(file, "utf8").split("\n").length).toBe(3);
  });
});

test("a log that never got a whole line starts again", () => {
  const file = path.join(folder, "none.jsonl");
  writeFileSync(file, "x".repeat(100));
  expect(readEvents(file)).toEqual([]);
  new EventLog(file).close();
  expect(readFileSync(file, "utf8")).toBe("");
  expect(readEvents(path.join(folder, "missing.jsonl"))).toEqual([]);
});

test.skipIf(!existsSync("/dev/full"))("a full disk is said in plain words", () => {
  const log = new EventLog("/dev/full");
  expect(() => log.append(stopped("full"))).toThrow(new WriteError("/dev/full", "the disk is full"));
  log.close();
});
