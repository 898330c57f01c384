import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { removeLeftovers, writeFileAtomically } from "../../../src/jobs/files/atomicFile.js";
import {
  folderAside,
  recoverFolder,
  replaceFolder,
  writeFolderAtomically,
} from "../../../src/jobs/files/atomicFolder.js";

vi.mock("node:fs", async (original) => {
  const real = await original<typeof import("node:fs")>();
  return { ...real, default: real, renameSync: vi.fn(real.renameSync) };
});

const root = mkdtempSync(path.join(tmpdir(), "r3dvs-folder-"));
afterAll(() => rmSync(root, { recursive: true }));
const newPlace = () => path.join(mkdtempSync(path.join(root, "a-")), "model");
const write = (place: string, text: string) => writeFolderAtomically(place, [["file", text]], () => true);
const read = (place: string) => readFileSync(path.join(place, "file"), "utf8");
const beside = (place: string) => readdirSync(path.dirname(place));

test("a folder is replaced, and nothing stays beside it", () => {
  const place = newPlace();
  write(place, "old");
  write(place, "new");
  expect(read(place)).toBe("new");
  expect(beside(place)).toEqual(["model"]);
});

test.each([1, 2])("when rename %i fails, the old one stands where it was", (failing) => {
  const place = newPlace();
  write(place, "old");
  const made = folderAside(place);
  mkdirSync(made);
  const real = vi.mocked(renameSync).getMockImplementation();
  let calls = 0;
  vi.mocked(renameSync).mockImplementation((from, to) => {
    if (++calls === failing) throw Object.assign(new Error("EIO"), { code: "EIO" });
    real?.(from, to);
  });
  try {
    expect(() => replaceFolder(made, place)).toThrow("EIO");
  } finally {
    vi.mocked(renameSync).mockImplementation(real ?? (() => {}));
  }
  expect(read(place)).toBe("old");
  expect(existsSync(made)).toBe(true);
});

test("at every rename one of the two is whole", () => {
  const place = newPlace();
  write(place, "old");
  const made = folderAside(place);
  mkdirSync(made);
  writeFileSync(path.join(made, "file"), "new");
  const real = vi.mocked(renameSync).getMockImplementation();
  const whole: string[][] = [];
  vi.mocked(renameSync).mockImplementation((from, to) => {
    real?.(from, to);
    whole.push(beside(place).map((name) => read(path.join(path.dirname(place), name))));
  });
  replaceFolder(made, place);
  vi.mocked(renameSync).mockImplementation(real ?? (() => {}));
  expect(whole.map((texts) => texts.sort())).toEqual([
    ["new", "old"],
    ["new", "old"],
  ]);
});

test("what a kill left between the renames comes back", () => {
  const place = newPlace();
  write(place, "old");
  renameSync(place, path.join(path.dirname(place), ".model.0123456789ab.old"));
  recoverFolder(place);
  expect(read(place)).toBe("old");
  writeFolderAtomically(path.join(path.dirname(place), ".model.0123456789ac.old"), [["file", "older"]], () => true);
  write(place, "new");
  expect(read(place)).toBe("new");
  expect(beside(place)).toEqual(["model"]);
});

test("half-written files of a killed process go with the first write after a day, those of today stay", () => {
  const place = newPlace();
  mkdirSync(path.dirname(place), { recursive: true });
  const folder = path.dirname(place);
  const left = path.join(folder, ".a.json.0123456789ab.tmp");
  const fresh = path.join(folder, ".b.json.0123456789ab.tmp");
  const others = path.join(folder, ".bashrc.tmp");
  for (const file of [left, fresh, others]) writeFileSync(file, "");
  for (const file of [left, others]) utimesSync(file, 1, 1);
  writeFileAtomically(path.join(folder, "a.json"), "{}");
  expect(beside(place).sort()).toEqual([".b.json.0123456789ab.tmp", ".bashrc.tmp", "a.json"]);
  removeLeftovers(folder, 0);
  expect(beside(place).sort()).toEqual([".bashrc.tmp", "a.json"]);
});
