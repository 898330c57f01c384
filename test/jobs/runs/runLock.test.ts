import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
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
  expect(() => RunLock.acquire(folder, ignore)).toThrow("is being worked on");
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
