import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { formatProblem } from "../../../src/core/text/problem.js";
import { labelMaterials, openDataset } from "../../../src/jobs/dataset/dataset.js";
import { resolvePaths } from "../../../src/jobs/dataset/materialFiles.js";
import { inspectDataset, withOutputTargets } from "../../../src/jobs/dataset/targetsOfDataset.js";
import { materialId } from "../../../src/jobs/spectra/materialFile.js";
import { outcarText } from "../../core/formats/outcarText.js";

const SAMPLE = fileURLToPath(new URL("../../../media/sample/oxides", import.meta.url));
const root = mkdtempSync(path.join(tmpdir(), "r3dvs-data-"));
afterAll(() => rmSync(root, { recursive: true }));

test("the sample has 120 materials with six targets each, and looking at it writes nothing", async () => {
  const before = readdirSync(SAMPLE);
  const { materials, targets, problems } = await inspectDataset(SAMPLE);
  expect([materials.length, targets.length, problems]).toEqual([120, 6, []]);
  expect(targets.map(({ available }) => available)).toEqual(Array(6).fill(120));
  expect(readdirSync(SAMPLE)).toEqual(before);
});

test("a material is left out for the targets that it lacks, and altogether without any, with the place that says why", async () => {
  const folder = dataset(["a", "b", "c", "d", "e"], "id,gap,energy\na,1,1\nb,,2\nd,x,nan\ne,3,y\nstranger,1,1\n");
  const labels = labelMaterials(await openDataset(folder), ["gap", "energy"]);
  expect(labels.entries.map(({ id }) => id)).toEqual(["a", "b", "e"]);
  const file = path.join(folder, "targets.csv");
  expect(labels.unlabelled.flatMap(({ problems }) => problems.map((p) => formatProblem(p.file, p.problem)))).toEqual([
    `${folder}/c/CHGCAR:1:1: error: c has no row in ${file}`,
    `${file}:4:3: error: "x" is not a finite number (gap of d)`,
    `${file}:4:5: error: "nan" is not a finite number (energy of d)`,
  ]);
  expect(
    labels.lacking.map(({ entry, target, problem }) => [
      entry.id,
      target,
      formatProblem(problem.file, problem.problem),
    ]),
  ).toEqual([
    ["b", "gap", `${file}:3:3: warning: b has no value for gap`],
    ["e", "energy", `${file}:5:5: error: "y" is not a finite number (energy of e)`],
  ]);
  expect([...(labels.values.get("gap") ?? [])].map(([id]) => id)).toEqual(
    ["a", "b", "e", "stranger"].filter((id) => id !== "b"),
  );
  expect((await inspectDataset(folder)).problems.map((p) => formatProblem(p.file, p.problem))).toEqual([
    `${file}:6:1: warning: there is no material stranger in this folder`,
  ]);
});

test("without targets.csv the targets come from each material's outputs", async () => {
  const folder = dataset(["a", "b", "c"]);
  writeFileSync(path.join(folder, "a/OUTCAR"), outcarText());
  writeFileSync(path.join(folder, "b/OUTCAR"), outcarText({ ionicSteps: 0, finished: false }));
  const { targets, problems } = await inspectDataset(folder);
  expect(targets.map(({ name, unit, available }) => `${name} ${unit} ${available}`)).toEqual([
    ...["E_hartree_per_atom", "Exc_minus_Vxc_per_atom", "E_ewald_per_atom", "E_band_per_atom", "E0_per_atom"].map(
      (name) => `${name} eV/atom 1`,
    ),
  ]);
  expect(problems.map(({ file }) => path.relative(folder, file))).toEqual(["b/OUTCAR"]);
  const labels = labelMaterials(await withOutputTargets(await openDataset(folder), undefined));
  expect(labels.entries.map(({ id }) => id)).toEqual(["a"]);
  expect(labels.values.get("E_hartree_per_atom")?.get("a")).toBe(7.5625);
  expect(labels.unlabelled.map(({ entry }) => entry.id)).toEqual(["b", "c"]);
});

test("outputs are read once: what they told is kept until one of them changes", async () => {
  const folder = dataset(["a", "b"]);
  const [a, b] = [path.join(folder, "a/OUTCAR"), path.join(folder, "b/OUTCAR")];
  writeFileSync(a, outcarText());
  writeFileSync(b, outcarText({ ionicSteps: 0, finished: false }));
  const time = new Date(2026, 1, 3);
  utimesSync(a, time, time);
  const first = await inspectDataset(folder);
  const told = (summary: typeof first) => JSON.stringify([summary.targets, summary.problems]);
  const cache = path.join(folder, ".r3dvs/outputs.json");
  expect(existsSync(cache)).toBe(true);
  // a file of the same size and time that holds nothing would be found out by reading it
  writeFileSync(a, " ".repeat(outcarText().length));
  utimesSync(a, time, time);
  expect(told(await inspectDataset(folder))).toBe(told(first));
  utimesSync(a, time, new Date(time.getTime() + 1));
  expect((await inspectDataset(folder)).problems.map(({ file }) => file)).toEqual([a, b]);
  writeFileSync(a, outcarText());
  expect(told(await inspectDataset(folder))).toBe(told(first));
  writeFileSync(cache, readFileSync(cache).subarray(0, 200));
  expect(told(await inspectDataset(folder))).toBe(told(first));
});

test("targets.csv goes first; what it lacks comes from the outputs where it is asked for", async () => {
  const folder = dataset(["a", "b"], "id,gap,E0_per_atom\na,1,7\nb,2,8\n");
  writeFileSync(path.join(folder, "a/OUTCAR"), outcarText());
  const opened = await openDataset(folder);
  expect(await withOutputTargets(opened, undefined)).toBe(opened);
  expect(await withOutputTargets(opened, ["gap"])).toBe(opened);
  const labels = labelMaterials(await withOutputTargets(opened, ["E0_per_atom", "E_band", "gap"]), [
    "E0_per_atom",
    "E_band",
    "gap",
  ]);
  expect(labels.targets.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    "E0_per_atom perAtom",
    "E_band perCell",
    "gap intensive",
  ]);
  expect([...labels.values].map(([name, values]) => [name, values.get("a")])).toEqual([
    ["E0_per_atom", 7],
    ["E_band", 5.0625],
    ["gap", 1],
  ]);
  expect(labels.lacking.map(({ problem }) => formatProblem(problem.file, problem.problem))).toEqual([
    `${path.join(folder, "targets.csv")}:3:1: warning: b has no value for E_band`,
  ]);
});

test("a folder that is no dataset, or lacks a target, is refused in words", async () => {
  const empty = mkdtempSync(path.join(root, "empty-"));
  await expect(openDataset(path.join(root, "nowhere"))).rejects.toThrow("no such folder");
  await expect(openDataset(empty)).rejects.toThrow("contains no materials");
  await expect((async () => labelMaterials(await openDataset(dataset(["a"]))))()).rejects.toThrow(
    "targets.csv is needed",
  );
  await expect(
    (async () => labelMaterials(await openDataset(dataset(["a"], "id,gap\na,1\n")), ["gap", "energy"]))(),
  ).rejects.toThrow("has no column energy; choose from gap");
  await expect((async () => labelMaterials(await openDataset(dataset(["a"], "id,name\na,x\n"))))()).rejects.toThrow(
    "no numeric column",
  );
});

test("a material is named after its folder, or its file where that has a name of its own", () => {
  const ids = ["/x/mp-1/CHGCAR.gz", "/x/mp-2.CHGCAR", "/x/CHGCAR_mp-3.xz", "/x/mp-4/LOCPOT", "/x/mp-5.vasp"].map(
    materialId,
  );
  expect(ids).toEqual(["mp-1", "mp-2", "mp-3", "mp-4", "mp-5"]);
});

test("files, material folders, datasets and globs are all paths; each file counts once", async () => {
  const folder = dataset(["a", "b"]);
  writeFileSync(path.join(folder, "c.CHGCAR"), "");
  const found = async (...paths: string[]) => (await resolvePaths(paths)).materials.map(({ id }) => id);
  expect(await found(folder)).toEqual(["a", "b", "c"]);
  expect(await found(path.join(folder, "b"), path.join(folder, "a/CHGCAR"))).toEqual(["b", "a"]);
  expect(await found(`${folder}/*/CHGCAR`, folder)).toEqual(["a", "b", "c"]);
  expect(await found(`${folder}/[ab]`)).toEqual(["a", "b"]);
  expect((await resolvePaths([path.join(folder, "nothing"), `${folder}/*.none`])).missing.length).toBe(2);
});

test("materials of the same name in two folders keep apart", async () => {
  const [one, two] = [dataset(["a"]), dataset(["a", "b"])];
  expect((await resolvePaths([one, two])).materials.map(({ id }) => id)).toEqual([
    `${path.basename(one)}/a`,
    `${path.basename(two)}/a`,
    "b",
  ]);
});

function dataset(ids: readonly string[], targets?: string): string {
  const folder = mkdtempSync(path.join(root, "set-"));
  for (const id of ids) {
    mkdirSync(path.join(folder, id));
    cpSync(path.join(SAMPLE, "mp-10064/CHGCAR.gz"), path.join(folder, id, "CHGCAR"));
  }
  mkdirSync(path.join(folder, "notes"));
  mkdirSync(path.join(folder, ".r3dvs"));
  if (targets !== undefined) writeFileSync(path.join(folder, "targets.csv"), targets);
  return folder;
}
