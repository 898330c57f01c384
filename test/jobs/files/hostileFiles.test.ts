import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { VasprunReader } from "../../../src/core/formats/vasprun.js";
import { openDataset } from "../../../src/jobs/dataset/dataset.js";
import { parseTargets } from "../../../src/jobs/dataset/targetsFile.js";
import { hasVolumetricData } from "../../../src/jobs/densities/volumetricContent.js";
import { readSmallFile, readSmallJson } from "../../../src/jobs/files/readSmallFile.js";
import { inspectFile } from "../../../src/jobs/inspect/inspect.js";
import { listModels } from "../../../src/jobs/models/modelList.js";
import { readEvents } from "../../../src/jobs/runs/eventLog.js";
import { listRuns, readManifest } from "../../../src/jobs/runs/runFolder.js";
import { readConfig } from "../../../src/jobs/settings/configFile.js";

const root = mkdtempSync(path.join(tmpdir(), "r3dvs-hostile-"));
afterAll(() => rmSync(root, { recursive: true }));
const at = (...parts: string[]) => path.join(root, ...parts);
const isPosix = process.platform !== "win32";

/** What the process has grown by. */
async function growth(work: () => unknown): Promise<number> {
  const before = process.memoryUsage().rss;
  await work();
  return process.memoryUsage().rss - before;
}
const MB = 2 ** 20;

describe("a file that is read as a whole", () => {
  test("is read as it stands, without its byte order mark", () => {
    writeFileSync(at("a.json"), '\ufeff{"a": 1}');
    expect(readSmallJson(at("a.json"))).toEqual({ a: 1 });
  });

  test("of more bytes than its kind has is refused before it is read", async () => {
    writeFileSync(at("large"), Buffer.alloc(20 * MB));
    expect(
      await growth(() =>
        expect(() => readSmallFile(at("large"))).toThrow("the file has 20 MB; at most 16 MB are read here"),
      ),
    ).toBeLessThan(10 * MB);
    expect(readSmallFile(at("large"), 20 * MB).length).toBe(20 * MB);
  });

  test.skipIf(!isPosix)("is no device, pipe or folder", () => {
    symlinkSync("/dev/zero", at("zero"));
    expect(spawnSync("mkfifo", [at("pipe")]).status).toBe(0);
    for (const name of ["zero", "pipe"]) expect(() => readSmallFile(at(name))).toThrow("this is no regular file");
    expect(() => readSmallFile(root)).toThrow("this is a folder");
  });
});

describe.skipIf(!isPosix)("a folder of another's", () => {
  const folder = at("folder");
  const run = path.join(folder, ".r3dvs", "runs", "a");
  const special = (file: string, kind: "zero" | "pipe") => {
    mkdirSync(path.dirname(file), { recursive: true });
    if (kind === "zero") symlinkSync("/dev/zero", file);
    else expect(spawnSync("mkfifo", [file]).status).toBe(0);
  };

  test.each(["zero", "pipe"] as const)(
    "with a %s in the place of every small file neither hangs nor eats the memory",
    async (kind) => {
      const own = path.join(folder, kind);
      mkdirSync(path.join(own, "a"), { recursive: true });
      writeFileSync(path.join(own, "a", "CHGCAR"), "");
      for (const name of ["targets.csv", "r3dvs.json", "spectra.npz"]) special(path.join(own, name), kind);
      for (const name of ["run.json", "events.jsonl", "lock"])
        special(path.join(own, ".r3dvs", "runs", "a", name), kind);
      for (const name of ["model.json", "weights.bin"])
        special(path.join(own, ".r3dvs", "runs", "a", "models", "m", name), kind);
      const grown = await growth(async () => {
        const { problems } = await openDataset(own);
        expect(problems.map(({ file, problem }) => `${path.basename(file)}: ${problem.message}`)).toEqual([
          "targets.csv: this is no regular file",
          "r3dvs.json: this is no regular file",
        ]);
        expect(listRuns(own)).toEqual([]);
        expect(() => readManifest(path.join(own, ".r3dvs", "runs", "a"))).toThrow("this is no regular file");
        expect(readEvents(path.join(own, ".r3dvs", "runs", "a", "events.jsonl"))).toEqual([]);
        expect(listModels([path.join(own, ".r3dvs", "runs", "a")])).toEqual([]);
        expect(readConfig(path.join(own, "r3dvs.json")).value).toBeUndefined();
      });
      expect(grown).toBeLessThan(50 * MB);
      expect(run).toContain("runs");
    },
  );
});

describe("inputs without bounds", () => {
  test("a vasprun.xml of elements within elements costs nothing", async () => {
    const reader = new VasprunReader();
    const chunk = Buffer.from(`${"<a>".repeat(1e5)}\n`);
    const grown = await growth(() => {
      reader.push(Buffer.from("<modeling>"));
      for (let i = 0; i < 200; i++) reader.push(chunk);
    });
    expect(grown).toBeLessThan(100 * MB);
    const { problems } = reader.finish();
    expect(problems.map(({ message }) => message)).toContain(
      "elements stand in one another 64 deep: this is no vasprun.xml",
    );
  });

  test.each(["POSCAR", "a.vasp", "CHGCAR"])(
    "a %s of one line is refused where that has grown too long",
    async (name) => {
      const file = at(name);
      for (const text of ["x", "H "]) {
        writeFileSync(file, `a\n1.0\n1 0 0\n0 1 0\n0 0 1\n${text.repeat(4 * MB)}`);
        const grown = await growth(async () => {
          const { problems } = await inspectFile(file);
          expect(problems.map(({ message }) => message)).toContain("line of more than 65536 bytes: not a VASP file");
          expect(problems.every(({ message }) => message.length < 1000)).toBe(true);
          expect(await hasVolumetricData(file)).toBe(false);
        });
        expect(grown).toBeLessThan(100 * MB);
      }
    },
  );

  test("an INCAR's value is shortened in a message", async () => {
    const file = at("INCAR");
    writeFileSync(file, `ENCUT = ${"x".repeat(3 * MB)}\n`);
    const { problems } = await inspectFile(file);
    expect(problems.map(({ message }) => message.length < 1000)).toEqual([true]);
  });

  test("a table of more cells than any dataset has ends early", () => {
    expect(
      parseTargets(`id,a\n${`${",".repeat(60_000)}\n`.repeat(170)}`).problems.map(({ message }) => message),
    ).toEqual(["the table has more than 10000000 cells"]);
  });

  test("settings beyond any use are refused", () => {
    writeFileSync(at("r3dvs.json"), '{ "repeats": 1e7 }');
    expect(readConfig(at("r3dvs.json")).problems.map(({ message }) => message)).toEqual([
      '"repeats" must be a whole number from 1 to 100000',
    ]);
    writeFileSync(at("r3dvs.json"), " ".repeat(2 * MB));
    expect(readConfig(at("r3dvs.json")).problems.map(({ message }) => message)).toEqual([
      "the file has 2 MB; at most 1 MB are read here",
    ]);
  });
});
