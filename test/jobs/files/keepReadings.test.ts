import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { fileVersion, keepReadings } from "../../../src/jobs/files/keepReadings.js";
import { readSmallText } from "../../../src/jobs/files/readSmallFile.js";

const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-kept-"));
afterAll(() => rmSync(folder, { recursive: true }));

function counted(most: number) {
  const read: string[] = [];
  const take = keepReadings(most, fileVersion, (file) => {
    read.push(path.basename(file));
    return readSmallText(file);
  });
  return { read, take };
}

const written = (name: string, text: string, second = 0) => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  utimesSync(file, second, second);
  return file;
};

test("a file is read once, and again when its time or its size has changed", () => {
  const { read, take } = counted(1);
  const file = written("a", "one");
  expect([take(file), take(file)]).toEqual(["one", "one"]);
  written("a", "two", 1);
  expect([take(file), take(file)]).toEqual(["two", "two"]);
  written("a", "three", 1);
  expect(take(file)).toBe("three");
  expect(read).toHaveLength(3);
});

test("no more are kept than was said, those that were asked for last", () => {
  const { read, take } = counted(2);
  const [a, b, c] = ["a", "b", "c"].map((name) => written(name, name)) as [string, string, string];
  for (const file of [a, b, a, c, a, b]) take(file);
  expect(read).toEqual(["a", "b", "c", "b"]);
});

test("what failed is tried again", () => {
  const { read, take } = counted(2);
  const file = path.join(folder, "late");
  expect(() => take(file)).toThrow();
  written("late", "here");
  expect(take(file)).toBe("here");
  expect(read).toEqual(["late", "late"]);
});
