import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";

const CLI = path.resolve(import.meta.dirname, "../../../dist/cli.js");
const root = mkdtempSync(path.join(tmpdir(), "r3dvs-code-"));
afterAll(() => rmSync(root, { recursive: true }));

// to Node an empty text says no less than another
const { NODE_V8_COVERAGE: _measured, NODE_DISABLE_COMPILE_CACHE: _off, ...inherited } = process.env;

function run(cache: string, env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, "encode", "--help"], {
    encoding: "utf8",
    env: { ...inherited, XDG_CACHE_HOME: cache, ...env },
  });
  return { status, stdout, stderr };
}

const filesIn = (cache: string) =>
  readdirSync(cache, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(cache, name))
    .filter((file) => statSync(file).isFile());

const expected = run(path.join(root, "off"), { NODE_DISABLE_COMPILE_CACHE: "1" });

test("the code of a bundle is kept, and does the same", () => {
  expect(expected).toMatchObject({ status: 0, stderr: "" });
  const cache = mkdtempSync(path.join(root, "kept-"));
  expect(run(cache)).toEqual(expected);
  const made = filesIn(cache).map((file) => [file, readFileSync(file)] as const);
  expect(made.length).toBeGreaterThan(0);
  expect(run(cache)).toEqual(expected);
  for (const [file, bytes] of made) expect(readFileSync(file).equals(bytes), file).toBe(true);
});

test.each<[string, (bytes: Buffer) => Uint8Array]>([
  ["empty", () => Buffer.alloc(0)],
  ["cut", (bytes) => bytes.subarray(0, bytes.length >> 1)],
  ["changed in its middle", (bytes) => bytes.fill(0x55, bytes.length >> 1, (bytes.length >> 1) + 64)],
  ["of another kind", () => Buffer.from("nothing of the kind, but longer than a sum of thirty-two bytes")],
])("what is kept and %s is made again", (_, damage) => {
  const cache = mkdtempSync(path.join(root, "damaged-"));
  run(cache);
  for (const file of filesIn(cache)) writeFileSync(file, damage(readFileSync(file)));
  expect(run(cache)).toEqual(expected);
  // Node's own cache, from 22.1 on, has its own way with such files
  if (!("enableCompileCache" in nodeModule))
    expect(filesIn(cache).every((file) => readFileSync(file).length > 100_000)).toBe(true);
  expect(run(cache)).toEqual(expected);
});

test("a cache that cannot be written is done without", () => {
  const cache = mkdtempSync(path.join(root, "closed-"));
  writeFileSync(path.join(cache, "r3dvs"), "a file where the folder would stand");
  chmodSync(cache, 0o500);
  expect(run(cache)).toEqual(expected);
  chmodSync(cache, 0o700);
});
