// The HDF5 library under its guard has no disk but the file that it is given. Apart from the others, whose own library
// writes files.
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import h5wasm, { File } from "h5wasm/node";
import { afterAll, expect, it } from "vitest";
import { openHdf5 } from "../../../src/jobs/densities/hdf5Library.js";

const fixtures = path.resolve(import.meta.dirname, "../../fixtures/hostile");
const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-confined-"));
afterAll(() => rmSync(folder, { recursive: true }));
const [own, other] = [path.join(folder, "own.h5"), path.join(folder, "other.h5")];
for (const file of [own, other]) copyFileSync(path.join(fixtures, "hugeCell.h5"), file);

/** What the library says of a file that it could not open. */
const idOf = (file: string, mode: "r" | "a" | "w"): bigint => new File(file, mode).file_id;

it("the HDF5 library opens what it is given, and nothing else in any way", async () => {
  const opened = await openHdf5(own);
  expect(opened.facts("charge/charge")?.shape).toEqual([1, 2, 2, 10]);
  const files = (await h5wasm.ready).FS as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const way of ["open", "stat", "lstat", "readlink", "readFile", "unlink", "truncate", "writeFile"])
    for (const file of [other, own]) expect(() => files[way]?.(file, 0), `${way} ${file}`).toThrow();
  expect(() => files.readdir?.(folder)).toThrow();
  expect(idOf(other, "r")).toBeLessThan(0n);
  opened.close();
  for (const mode of ["r", "a", "w"] as const)
    for (const file of [own, path.join(folder, "new.h5")]) expect(idOf(file, mode)).toBeLessThan(0n);
  expect(readdirSync(folder).sort()).toEqual(["other.h5", "own.h5"]);
  expect(readFileSync(own)).toEqual(readFileSync(other));
  await expect(openHdf5(path.join(folder, "nowhere.h5"))).rejects.toThrow(/no such file|unable to open/i);
});
