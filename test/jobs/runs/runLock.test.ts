import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { isRunAlive, RunLock } from "../../../src/jobs/runs/runLock.js";

const root = mkdtempSync(path.join(tmpdir(), "r3dvs-lock-"));
afterAll(() => rmSync(root, { recursive: true }));
const newRun = () => mkdtempSync(path.join(root, "run-"));
const ignore = () => {};

test("a second worker on a run is refused with the first one's number, and may start when the first is done", () => {
  const folder = newRun();
  const lock = RunLock.acquire(folder, ignore);
  expect(isRunAlive(folder)).toBe(true);
  expect(() => RunLock.acquire(folder, ignore)).toThrow(`process ${process.pid} on`);
  lock.release();
  expect(isRunAlive(folder)).toBe(false);
  RunLock.acquire(folder, ignore).release();
  expect(readdirSync(folder)).toEqual([]);
});

test("a lock whose process was killed counts no more", async () => {
  const folder = newRun();
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  writeLock(folder, child.pid ?? 0, hostname());
  expect(isRunAlive(folder)).toBe(true);
  expect(() => RunLock.acquire(folder, ignore)).toThrow("is in use by");
  child.kill("SIGKILL");
  await new Promise((resolve) => child.on("exit", resolve));
  expect(isRunAlive(folder)).toBe(false);
  RunLock.acquire(folder, ignore).release();
});

test("a lock of another machine counts as long as it is touched", () => {
  const folder = newRun();
  const file = writeLock(folder, 1, "another-machine");
  expect(isRunAlive(folder)).toBe(true);
  const old = new Date(Date.now() - 120_000);
  utimesSync(file, old, old);
  expect(isRunAlive(folder)).toBe(false);
  RunLock.acquire(folder, ignore).release();
});

test("an unreadable lock does not block a run for ever", () => {
  const folder = newRun();
  writeFileSync(path.join(folder, "lock"), '{"pid":');
  RunLock.acquire(folder, ignore).release();
});

test("an owner whose lock was taken over is told, and leaves the new one alone", async () => {
  const folder = newRun();
  let lost = false;
  const lock = RunLock.acquire(folder, () => {
    lost = true;
  });
  const file = writeLock(folder, process.pid, hostname());
  await expect.poll(() => lost, { timeout: 6000 }).toBe(true);
  lock.release();
  expect(existsSync(file)).toBe(true);
});

function writeLock(folder: string, pid: number, host: string): string {
  const file = path.join(folder, "lock");
  writeFileSync(file, JSON.stringify({ token: "of-another", pid, host, started: "" }));
  return file;
}

test("another machine's live run stays its own, whatever this machine's clock says", () => {
  const folder = newRun();
  writeLock(folder, 1, "another-machine");
  const now = Date.now();
  const clock = vi.spyOn(Date, "now").mockReturnValue(now + 3_600_000);
  try {
    expect(() => RunLock.acquire(folder, ignore)).toThrow("process 1 on another-machine");
  } finally {
    clock.mockRestore();
  }
});

test("another machine's run counts as alive while its beats are seen, however old they look", () => {
  const folder = newRun();
  const file = writeLock(folder, 1, "another-machine");
  const beat = (seconds: number) =>
    utimesSync(file, Date.now() / 1000 - 300 + seconds, Date.now() / 1000 - 300 + seconds);
  beat(0);
  expect(isRunAlive(folder)).toBe(false);
  beat(2);
  expect(isRunAlive(folder)).toBe(true);
});

describe.skipIf(process.platform !== "linux")("on one machine", () => {
  test("a process that was held up for an hour keeps its run", () => {
    const folder = newRun();
    const lock = RunLock.acquire(folder, ignore);
    const old = new Date(Date.now() - 3_600_000);
    utimesSync(path.join(folder, "lock"), old, old);
    expect(() => RunLock.acquire(folder, ignore)).toThrow("is in use by");
    lock.release();
  });

  test("a number that another process has by now holds no run", () => {
    const folder = newRun();
    const lock = { token: "x", pid: process.pid, host: hostname(), started: "", birth: "1" };
    writeFileSync(path.join(folder, "lock"), JSON.stringify(lock));
    expect(isRunAlive(folder)).toBe(false);
    RunLock.acquire(folder, ignore).release();
  });

  test("a number of another container's says nothing", () => {
    const folder = newRun();
    const lock = { token: "x", pid: 2 ** 22 + 1, host: hostname(), started: "", space: "pid:[1]" };
    writeFileSync(path.join(folder, "lock"), JSON.stringify(lock));
    expect(isRunAlive(folder)).toBe(true);
  });
});
