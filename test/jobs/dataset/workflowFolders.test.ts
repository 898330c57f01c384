import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { formatProblem } from "../../../src/core/text/problem.js";
import { labelMaterials, openDataset } from "../../../src/jobs/dataset/dataset.js";
import { findMaterials, lookThrough, resolvePaths } from "../../../src/jobs/dataset/materialFiles.js";
import { withOutputTargets } from "../../../src/jobs/dataset/targetsOfDataset.js";
import { findOutputs } from "../../../src/jobs/outputs/outputFiles.js";
import { readTargets } from "../../../src/jobs/outputs/targetsReading.js";
import { readMaterial } from "../../../src/jobs/spectra/readMaterial.js";
import { runCli } from "../../cli/harness.js";
import { outcarText } from "../../core/formats/outcarText.js";
import { someValues, volumetricText } from "../densities/volumetricText.js";

const ATOMATE = path.resolve(import.meta.dirname, "../../fixtures/cases/t01_atomate");
const root = mkdtempSync(path.join(tmpdir(), "r3dvs-workflows-"));
afterAll(() => rmSync(root, { recursive: true }));

const density = (seed = 1) => volumetricText({ grid: [4, 4, 4], blocks: [someValues(64, seed)] });

/** A new folder with these files. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(root, "set-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

const idsIn = async (folder: string) => (await findMaterials(folder)).map(({ id }) => id);

describe("a dataset that atomate left", () => {
  it("has every folder with a density, and says why the others are left out", async () => {
    const { materials, remarks } = await lookThrough(ATOMATE);
    expect(materials.map(({ id, file }) => [id, path.relative(ATOMATE, file)])).toEqual([
      ["mp-10197", "mp-10197/CHGCAR.gz"],
      ["mp-3", "mp-3/CHGCAR.static.gz"],
      ["mp-4", "mp-4/CHGCAR_mp-4.gz"],
      ["mp-6", "mp-6/chgcar.gz"],
    ]);
    expect(remarks.map(({ file, problem }) => formatProblem(path.relative(ATOMATE, file), problem))).toEqual([
      "mp-1:1:1: warning: outputs without a density: left out",
      "mp-2:1:1: warning: outputs without a density: left out",
    ]);
    const { code, stderr, stdout } = await runCli(["encode", ATOMATE, "-o", path.join(root, "out.npz"), "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { event: string; id?: string });
    expect(events.filter(({ event }) => event === "encoded").length).toBe(4);
    expect(events.filter(({ event }) => event === "skipped").map(({ id }) => path.basename(id ?? ""))).toEqual([
      "mp-1",
      "mp-2",
    ]);
  });

  it("has the targets of each material's last step, and lists each that has none", async () => {
    const { materials } = findOutputs([ATOMATE]);
    const told = await Promise.all(materials.map((files) => readTargets(files)));
    expect(materials.map(({ id }, index) => [id, told[index]?.targets.total !== undefined])).toEqual([
      ...["mp-1", "mp-10197", "mp-2", "mp-3", "mp-4", "mp-6"].map((id) => [id, id === "mp-1" || id === "mp-2"]),
    ]);
    const remarks = told.flatMap(({ problems }) =>
      problems.filter(({ problem }) => problem.severity === "information"),
    );
    expect(remarks.map(({ file, problem }) => formatProblem(path.relative(ATOMATE, file), problem))).toEqual([
      "mp-1/OUTCAR.relax2.gz:1:1: information: OUTCAR.relax2.gz is used, the last of 2 steps",
      "mp-2/OUTCAR.gz:1:1: information: OUTCAR.gz is used, the last of 2 steps",
    ]);
  });
});

describe("folders at any depth", () => {
  it("are named by the shortest end of their path that no other has", async () => {
    const folder = folderWith({
      "block_1/launcher_1/CHGCAR": density(),
      "block_2/launcher_1/CHGCAR": density(2),
      "block_2/launcher_2/CHGCAR": density(3),
      "a/b/c/d/e/CHGCAR_mp-9": density(4),
      "flat/mp-1.CHGCAR": density(5),
      "flat/CHGCAR_mp-4": density(6),
      "other/mp-4/AECCAR2": density(7),
    });
    expect(await idsIn(folder)).toEqual([
      "block_1/launcher_1",
      "block_2/launcher_1",
      "e",
      "flat/mp-4",
      "launcher_2",
      "mp-1",
      "other/mp-4",
    ]);
  });

  it("of steps are one material, whose last step counts", async () => {
    const folder = folderWith({
      "mp-1/1_relax/CHGCAR": density(1),
      "mp-1/2_static/CHGCAR": density(2),
      "mp-2/relax2/CHGCAR": density(3),
      "mp-2/relax1/CHGCAR": density(4),
      "mp-3/relax/CHGCAR": density(5),
      "mp-3/supercell/CHGCAR": density(6),
    });
    const { materials, remarks } = await lookThrough(folder);
    expect(materials.map(({ id, file }) => [id, path.relative(folder, file)])).toEqual([
      ["mp-1", "mp-1/2_static/CHGCAR"],
      ["mp-2", "mp-2/relax2/CHGCAR"],
      ["relax", "mp-3/relax/CHGCAR"],
      ["supercell", "mp-3/supercell/CHGCAR"],
    ]);
    expect(remarks.map(({ problem }) => problem.message)).toEqual([
      "2_static is used, the last of 2 steps: 1_relax, 2_static",
      "relax2 is used, the last of 2 steps: relax1, relax2",
    ]);
  });

  it("of AiiDA and with numbered steps are materials, and those where nothing is found are listed", async () => {
    const folder = folderWith({
      "ab/cd/ef-1234/path/CHGCAR": density(),
      "mp-2/retrieved/CHGCAR": density(2),
      "mp-3/CHGCAR.1": density(3),
      "mp-3/CHGCAR.2": density(4),
      "mp-4/CHGCAR.static2": density(5),
      "mp-4/CHGCAR.double_relax1": density(6),
      "mp-5/raw-files.zip": "",
      "mp-6/CHGCAR.tar.gz": "",
      "mp-7/error.1.tar.gz": "",
      "mp-8/CHGCAR (1)": density(7),
      "mp-9/WAVECAR": "",
      "mp-10/INCAR": "",
    });
    const { materials, remarks } = await lookThrough(folder);
    expect(materials.map(({ id, file }) => [id, path.relative(folder, file)])).toEqual([
      ["ef-1234", "ab/cd/ef-1234/path/CHGCAR"],
      ["mp-2", "mp-2/retrieved/CHGCAR"],
      ["mp-3", "mp-3/CHGCAR.2"],
      ["mp-4", "mp-4/CHGCAR.static2"],
    ]);
    const [archive, named] = [
      "warning: an archive, which is not looked into: left out; unpack it",
      "warning: left out: its name is not one of a density (CHGCAR, CHGCAR.static, mp-1.CHGCAR, ...)",
    ];
    const told = remarks.map(({ file, problem }) => formatProblem(path.relative(folder, file), problem));
    expect(told.filter((line) => line.includes("warning"))).toEqual([
      `mp-5/raw-files.zip:1:1: ${archive}`,
      `mp-6/CHGCAR.tar.gz:1:1: ${archive}`,
      `mp-7/error.1.tar.gz:1:1: ${archive}`,
      `mp-8/CHGCAR (1):1:1: ${named}`,
      "mp-9:1:1: warning: outputs without a density: left out",
    ]);
  });

  it("may be links, also to a folder around them", async () => {
    const folder = folderWith({ "real/mp-1/CHGCAR": density() });
    const elsewhere = folderWith({ "mp-2/CHGCAR": density(2), "mp-3/CHGCAR": density(3) });
    symlinkSync(folder, path.join(folder, "real/again"));
    symlinkSync(path.join(elsewhere, "mp-2"), path.join(folder, "mp-2"));
    mkdirSync(path.join(folder, "mp-4"));
    symlinkSync(path.join(elsewhere, "mp-3/CHGCAR"), path.join(folder, "mp-4/CHGCAR"));
    expect(await idsIn(folder)).toEqual(["mp-1", "mp-2", "mp-4"]);
  });

  it("have their rows in targets.csv by id or by path", async () => {
    const folder = folderWith({
      "block_1/launcher_1/CHGCAR": density(),
      "block_2/launcher_2/CHGCAR": density(2),
      "targets.csv": "id,gap\nlauncher_1,1\nblock_2/launcher_2,2\n",
    });
    const labels = labelMaterials(await openDataset(folder));
    expect([...(labels.values.get("gap") ?? [])]).toEqual([
      ["launcher_1", 1],
      ["launcher_2", 2],
    ]);
    expect(labels.unlabelled).toEqual([]);
  });

  it("have their targets in the outputs of their own names, where several lie in one", async () => {
    const folder = folderWith({
      "flat/mp-1.CHGCAR": density(),
      "flat/mp-1.OUTCAR": outcarText(),
      "flat/mp-2.CHGCAR": density(2),
      "flat/mp-3.OUTCAR": outcarText(),
    });
    const labels = labelMaterials(await withOutputTargets(await openDataset(folder), undefined), ["E0_per_atom"]);
    expect([...(labels.values.get("E0_per_atom") ?? [])].map(([id]) => id)).toEqual(["mp-1"]);
    expect(labels.unlabelled.map(({ entry }) => entry.id)).toEqual(["mp-2"]);
  });
});

describe("the last complete step", () => {
  const settings = { spacing: 0.4, component: "total" } as const;

  it("of a density is an earlier one where the last is cut", async () => {
    const folder = folderWith({
      "mp-1/CHGCAR.relax1": density(1),
      "mp-1/CHGCAR.relax2": density(2),
      "mp-1/CHGCAR.static": density(3),
    });
    truncateSync(path.join(folder, "mp-1/CHGCAR.static"), density(3).length - 700);
    const [entry] = await findMaterials(folder);
    expect(entry && path.basename(entry.file)).toBe("CHGCAR.static");
    const { value, problems } = await readMaterial(entry ?? { id: "", file: "" }, settings);
    expect(value && path.basename(value.file)).toBe("CHGCAR.relax2");
    expect(problems[0]?.message).toBe("CHGCAR.static is not complete: an earlier step is used, CHGCAR.relax2");
  });

  it("of outputs is an earlier one where the last tells no energy", async () => {
    const folder = folderWith({
      "mp-1/OUTCAR.relax1": outcarText(),
      "mp-1/OUTCAR.relax2": outcarText({ ionicSteps: 0, finished: false }),
    });
    const [files] = findOutputs([folder]).materials;
    const { targets, problems } = await readTargets(files ?? { id: "", place: "" });
    expect(targets.total).toBeDefined();
    expect(problems.map(({ problem }) => problem.message)).toContain(
      "OUTCAR.relax2 is not complete: an earlier step is used, OUTCAR.relax1",
    );
  });
});

describe("a list of paths", () => {
  it("is a dataset, relative to its folder, and names what is not there", async () => {
    const elsewhere = folderWith({ "mp-3/CHGCAR": density(3) });
    const list = ["# densities", "", "x/mp-1/CHGCAR", "x/mp-2", path.join(elsewhere, "mp-3"), "x/nothing"].join("\n");
    const folder = folderWith({
      "x/mp-1/CHGCAR": density(),
      "x/mp-2/CHGCAR": density(2),
      "filelist.txt": list,
      "targets.csv": "id,gap\nmp-1,1\nmp-3,2\n",
    });
    const file = path.join(folder, "filelist.txt");
    const { materials, remarks } = await resolvePaths([file]);
    expect(materials.map(({ id }) => id)).toEqual(["mp-1", "mp-2", "mp-3"]);
    expect(remarks.map(({ problem }) => [problem.line, problem.message])).toEqual([[6, "there is no file x/nothing"]]);
    const dataset = await openDataset(file);
    expect([dataset.folder, labelMaterials(dataset).entries.map(({ id }) => id)]).toEqual([folder, ["mp-1", "mp-3"]]);
    cpSync(file, path.join(folder, "notes.md"));
    await expect(openDataset(path.join(folder, "notes.md"))).rejects.toThrow("is a file");
    expect(readFileSync(file, "utf8")).toBe(list);
  });
});

it("a list of paths may have a byte-order mark, Windows line ends, the home folder, and a path twice", async () => {
  const data = folderWith({ "mp-1/CHGCAR": density(), "酸化物 2/CHGCAR": density(2) });
  const home = `~/${path.relative(homedir(), data)}`;
  const lines = [`${home}/mp-1/CHGCAR`, `  ${home}/mp-1/CHGCAR `, "# ~/none", `${home}/酸化物 2`, `${home}/none`, ""];
  const folder = folderWith({ "list.lst": `\ufeff${lines.join("\r\n")}` });
  const { materials, remarks } = await resolvePaths([path.join(folder, "list.lst")]);
  expect(materials.map(({ id }) => id)).toEqual(["mp-1", "酸化物 2"]);
  expect(remarks.map(({ problem }) => [problem.line, problem.message])).toEqual([[5, `there is no file ${home}/none`]]);
});

describe("several files of one name in a folder", () => {
  it("are one material where they are of several kinds", async () => {
    const folder = folderWith({
      "flat/CHGCAR_mp-4": density(1),
      "flat/AECCAR0_mp-4": density(2),
      "flat/mp-4.LOCPOT": density(3),
      "flat/AECCAR2_mp-5": density(4),
      "flat/mp-6.CHGCAR": density(5),
    });
    const { materials } = await lookThrough(folder);
    expect(materials.map(({ id, file }) => [id, path.basename(file)])).toEqual([
      ["mp-4", "CHGCAR_mp-4"],
      ["mp-5", "AECCAR2_mp-5"],
      ["mp-6", "mp-6.CHGCAR"],
    ]);
  });

  it("are told apart by the names of their files where they are asked for", async () => {
    const folder = folderWith({
      CHGCAR_a: density(1),
      AECCAR2_a: density(2),
      "a.CHGCAR": density(3),
      CHGCAR_b: density(4),
    });
    const names = ["CHGCAR_a", "AECCAR2_a", "a.CHGCAR", "CHGCAR_b"];
    const { materials } = await resolvePaths(names.map((name) => path.join(folder, name)));
    expect(materials.map(({ id }) => id)).toEqual(["CHGCAR_a", "AECCAR2_a", "a.CHGCAR", "b"]);
  });
});
