import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { parseTargets, targetColumns } from "../../../src/jobs/dataset/targetsFile.js";
import { inspectFile } from "../../../src/jobs/inspect/inspect.js";
import { findOutputs } from "../../../src/jobs/outputs/outputFiles.js";
import { readMaterialTargets, type TargetsReading } from "../../../src/jobs/outputs/targetsReading.js";
import { readReferences } from "../../../src/jobs/outputs/targetsReferences.js";
import { elementsWithoutReference, targetsCsv, targetsRow } from "../../../src/jobs/outputs/targetsTable.js";
import { readMaterial } from "../../../src/jobs/spectra/readMaterial.js";
import { outcarText, TERMS } from "../../core/formats/outcarText.js";
import { vasprunText } from "../../core/formats/vasprunText.js";
import { volumetricText } from "../densities/volumetricText.js";

const SAMPLE = fileURLToPath(new URL("../../../media/sample/oxides", import.meta.url));
const root = mkdtempSync(path.join(tmpdir(), "r3dvs-targets-"));
afterAll(() => rmSync(root, { recursive: true }));

function material(files: Readonly<Record<string, string | Uint8Array>>, id?: string): string {
  const folder =
    id === undefined ? mkdtempSync(path.join(root, "m-")) : path.join(mkdtempSync(path.join(root, "set-")), id);
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  return folder;
}

async function read(folder: string): Promise<TargetsReading> {
  const found = await readMaterialTargets(folder);
  if (!found) throw new Error("no outputs");
  return found;
}

const messages = ({ problems }: TargetsReading) =>
  problems.map(({ file, problem: { severity, message } }) => `${path.basename(file)}: ${severity}: ${message}`);

describe("targets of a material", () => {
  it("are the terms of the OUTCAR and the gap of the vasprun.xml", async () => {
    const { targets, problems } = await read(
      material({ "OUTCAR.gz": gzipSync(outcarText({ linearResponse: true })), "vasprun.xml": vasprunText() }, "zno"),
    );
    expect(problems).toEqual([]);
    expect(targets).toEqual({
      id: "zno",
      atoms: 2,
      formula: "Zn1O1",
      elements: new Map([
        ["Zn", 1],
        ["O", 1],
      ]),
      volume: expect.closeTo(41.59375, 10),
      hartree: -TERMS.DENC,
      exchangeCorrelation: TERMS.XCENC,
      ionIon: TERMS.TEWEN,
      oneElectron: TERMS.EBANDS,
      total: -4.765625,
      gap: { gap: 2, direct: 2, metal: false, highestOccupied: 1.5, lowestEmpty: 3.5 },
    });
  });

  it("come from the vasprun.xml alone, VASP 5's energies put right, or without a gap from the OUTCAR alone", async () => {
    const alone = await read(material({ "vasprun.xml": vasprunText({ swapped: true, dispersion: -1 }) }));
    expect(alone.problems).toEqual([]);
    expect(alone.targets).toMatchObject({ hartree: 15.125, total: -5.765625, volume: 72, gap: { gap: 2 } });
    const bare = await read(material({ OUTCAR: outcarText() }));
    expect([bare.targets.gap, bare.problems]).toEqual([undefined, []]);
  });

  it("of another run than the density's are remarked on where the density is read, from the head of the outputs alone", async () => {
    const density = volumetricText({ grid: [4, 5, 6], blocks: [Array<number>(120).fill(18)] });
    const other = density.replaceAll(".18000000000E+02", ".17000000000E+02");
    const whole = outcarText();
    const head = whole.slice(0, whole.indexOf("\n", whole.indexOf("NELECT")) + 1);
    for (const [name, output] of [
      ["OUTCAR", head],
      ["OUTCAR.gz", gzipSync(head)],
    ] as const) {
      const place = (text: string) => path.join(material({ [name]: output, CHGCAR: text }), "CHGCAR");
      expect((await inspectFile(place(density))).problems).toEqual([]);
      const warning = "the density has 17 electrons but NELECT = 18: they come from different calculations";
      const { problems } = await inspectFile(place(other));
      expect(problems.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([`warning: ${warning}`]);
      const settings = { spacing: 0.4, component: "total" } as const;
      const encoded = await readMaterial({ id: "a", file: place(other) }, settings);
      expect(encoded.problems.map(({ message }) => message)).toContain(warning);
      expect(encoded.value?.electrons).toBeCloseTo(17, 9);
    }
    const elsewhere = path.join(material({ OUTCAR: head, CHGCAR_sum: other }), "CHGCAR_sum");
    expect((await inspectFile(elsewhere)).problems).toEqual([]);
  });

  it("of files of two runs, or a density of another one, are told with a warning", async () => {
    const density = volumetricText({ grid: [4, 5, 6], blocks: [Array<number>(120).fill(18)] });
    const same = await read(material({ OUTCAR: outcarText(), CHGCAR: density }));
    expect(same.problems).toEqual([]);
    const other = await read(
      material({
        OUTCAR: outcarText(),
        "vasprun.xml": vasprunText({ dispersion: -2 }),
        CHGCAR: density.replaceAll(".18000000000E+02", ".17000000000E+02"),
      }),
    );
    expect(messages(other)).toEqual([
      "vasprun.xml: warning: the free energy is -6.78125 eV here and -4.78125 eV in the OUTCAR: the files come from different calculations, so its gap is not used",
      "CHGCAR: warning: the density has 17 electrons but NELECT = 18: they come from different calculations",
    ]);
  });

  it("that the files should tell and do not are errors, once each", async () => {
    const stars = await read(material({ OUTCAR: outcarText({ replace: { DENC: "********************" } }) }));
    expect(messages(stars)).toEqual(['OUTCAR: error: "********************" is not a number']);
    expect([stars.targets.hartree, stars.targets.ionIon]).toEqual([undefined, TERMS.TEWEN]);
    const early = await read(material({ OUTCAR: outcarText({ ionicSteps: 0, finished: false }) }));
    expect(messages(early)).toEqual(["OUTCAR: error: the calculation ended before its first ionic step: no energies"]);
    const cut = await read(material({ "vasprun.xml": vasprunText().slice(0, 6000) }));
    expect(messages(cut)).toEqual([expect.stringMatching(/^vasprun.xml: error: the file ends within </)]);
    expect(await readMaterialTargets(material({}))).toBeUndefined();
  });

  it("are all of the last ionic step that was finished", async () => {
    const text = outcarText({ ionicSteps: 2, finished: false, replace: { DENC: "        -14.00000000" } });
    const reading = await read(material({ OUTCAR: text.slice(0, text.lastIndexOf("  FREE ENERGIE")) }));
    expect(messages(reading).at(-1)).toBe(
      "OUTCAR: warning: the calculation is unfinished: the file has no timing at its end",
    );
    expect(reading.targets).toMatchObject({ hartree: -TERMS.DENC, total: -4.765625 });
  });
});

describe("the table of targets", () => {
  it("is read back with the right kinds and units", async () => {
    const { targets } = await read(material({ OUTCAR: outcarText(), "vasprun.xml": vasprunText() }, "zno, wurtzite"));
    const references = new Map(Object.entries({ Zn: -0.25, O: -1.5 }));
    const row = targetsRow(targets, { perCell: true, references });
    expect(row).toMatchObject({
      E_hartree: 15.125,
      E_hartree_per_atom: 7.5625,
      E0_per_atom: -2.3828125,
      cohesive_energy_per_atom: 1.5078125,
      band_gap: 2,
    });
    const { value, problems } = parseTargets(targetsCsv([row]));
    expect(problems).toEqual([]);
    expect(value?.rows[0]?.id).toBe("zno, wurtzite");
    const kinds = Object.fromEntries(
      targetColumns(value ?? { columns: [], rows: [] }).map(({ name, kind, unit }) => [name, `${kind} ${unit}`]),
    );
    const energies = ["E_hartree", "Exc_minus_Vxc", "E_ewald", "E_band", "E0"];
    expect(kinds).toEqual({
      ...Object.fromEntries(
        energies.flatMap((name) => [
          [name, "perCell eV"],
          [`${name}_per_atom`, "perAtom eV/atom"],
        ]),
      ),
      cohesive_energy_per_atom: "perAtom eV/atom",
      band_gap: "intensive eV",
      band_gap_direct: "intensive eV",
    });
  });

  it("has energies per atom alone unless asked, and an empty cell where a value is missing", async () => {
    const { targets } = await read(material({ OUTCAR: outcarText() }));
    const row = targetsRow(targets, { perCell: false, references: new Map([["O", -1.5]]) });
    expect(Object.keys(row)).toEqual([
      ...[
        "id",
        "formula",
        "n_atoms",
        "volume",
        "E_hartree_per_atom",
        "Exc_minus_Vxc_per_atom",
        "E_ewald_per_atom",
        "E_band_per_atom",
      ],
      ...["E0_per_atom", "cohesive_energy_per_atom", "band_gap", "band_gap_direct"],
    ]);
    expect(row.cohesive_energy_per_atom).toBeUndefined();
    expect(elementsWithoutReference(targets, new Map([["O", -1.5]]))).toEqual(["Zn"]);
    expect(targetsCsv([row]).trimEnd().endsWith(",-2.3828125,,,")).toBe(true);
  });
});

describe("atomic reference energies", () => {
  const file = (text: string) => path.join(material({ references: text }), "references");

  it("are JSON or CSV", () => {
    const expected = new Map(Object.entries({ O: -1.5, Zn: -0.25 }));
    expect(readReferences(file('{"O": -1.5, "Zn": -0.25}'))).toEqual(expected);
    expect(readReferences(file("\uFEFFelement,energy\nO,-1.5\nZn,-2.5e-1\n"))).toEqual(expected);
    expect(readReferences(file("O, -1.5\nZn, -0.25\n"))).toEqual(expected);
  });

  it.each([
    ["", "does not list elements"],
    ["{}", "does not list elements"],
    ['{"O": }', "JSON"],
    ['{"Xx": 1}', "unknown element Xx"],
    ['{"O": "many"}', "the energy of O is not a number: many"],
    ["O,-1\nO,-2\n", "O is listed twice"],
  ])("refused: %j", (text, reason) => {
    expect(() => readReferences(file(text))).toThrow(reason);
  });
});

describe("paths of outputs", () => {
  it("are materials' folders, their files, files of other names, and what is in folders", () => {
    const set = mkdtempSync(path.join(root, "set-"));
    for (const id of ["b", "a"]) mkdirSync(path.join(set, id));
    for (const name of ["a/OUTCAR", "a/CHGCAR.gz", "b/vasprun.xml.gz", "OUTCAR_c.gz", "d.vasprun.xml", "notes.txt"])
      writeFileSync(path.join(set, name), "");
    mkdirSync(path.join(set, "e"));
    cpSync(path.join(SAMPLE, "mp-10064/CHGCAR.gz"), path.join(set, "e/CHGCAR.gz"));
    const ids = (...paths: string[]) => findOutputs(paths).materials.map(({ id }) => id);
    expect(ids(set)).toEqual(["a", "b", "c", "d", "e"]);
    expect(ids(path.join(set, "a"), path.join(set, "a/OUTCAR"), `${set}/*/vasprun.xml*`)).toEqual(["a", "b"]);
    expect(findOutputs([path.join(set, "a")]).materials[0]).toEqual({
      id: "a",
      place: path.join(set, "a"),
      outcar: path.join(set, "a/OUTCAR"),
      density: path.join(set, "a/CHGCAR.gz"),
    });
    expect(findOutputs([path.join(set, "notes.txt"), `${set}/nothing`, `${set}/*.none`]).missing).toHaveLength(3);
  });

  it("of one name in two folders keep apart", () => {
    const [one, two] = [material({ OUTCAR: "" }, "same"), material({ OUTCAR: "" }, "same")];
    const parent = (folder: string) => path.basename(path.dirname(folder));
    expect(findOutputs([one, two]).materials.map(({ id }) => id)).toEqual([
      `${parent(one)}/same`,
      `${parent(two)}/same`,
    ]);
  });
});
