import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readMaterialTargets, type TargetsReading } from "../../../src/jobs/outputs/targetsReading.js";
import { outcarText, TERMS } from "../../core/formats/outcarText.js";
import { vasprunText } from "../../core/formats/vasprunText.js";

const CASES = path.resolve(import.meta.dirname, "../../fixtures/cases");
const root = mkdtempSync(path.join(tmpdir(), "r3dvs-mixed-"));
afterAll(() => rmSync(root, { recursive: true }));

const fixture = (name: string) => readFileSync(path.join(CASES, name), "utf8");

async function read(files: Readonly<Record<string, string>>): Promise<TargetsReading> {
  const folder = mkdtempSync(path.join(root, "m-"));
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  const found = await readMaterialTargets(folder);
  if (!found) throw new Error("no outputs");
  return found;
}

const messages = ({ problems }: TargetsReading) =>
  problems.map(({ file, problem: { severity, message } }) => `${path.basename(file)}: ${severity}: ${message}`);

/** As NWRITE = 0 has it: no electronic steps behind the first ionic one. */
function fewTerms(text: string): string {
  const end = text.indexOf("energy  without entropy");
  return (
    text.slice(0, end).replaceAll(/DENC {3}=.*/g, "DENC   =        -14.00000000") +
    text.slice(end).replaceAll(BLOCK, "")
  );
}

const BLOCK = / Free energy of the ion-electron system \(eV\)\n[\s\S]*?energy without entropy.*\n/g;

describe("outputs that tell different ionic steps", () => {
  it("have no terms of another step than the total", async () => {
    for (const [steps, text] of [
      [1, outcarText()],
      [2, outcarText()],
      [4, outcarText({ ionicSteps: 5 })],
    ] as const) {
      const outcar = steps === 1 ? fixture("y01_outcar/OUTCAR_nwrite0") : fewTerms(text);
      const reading = await read({ OUTCAR: outcar });
      expect(messages(reading)).toContainEqual(
        expect.stringMatching(
          /^OUTCAR: warning: the energy terms of the last ionic step are not written .* those of ionic step 1 are not used/,
        ),
      );
      expect(messages(reading).filter((message) => message.includes("error"))).toEqual([]);
      const { hartree, exchangeCorrelation, ionIon, oneElectron, total } = reading.targets;
      expect([hartree, exchangeCorrelation, ionIon, oneElectron]).toEqual([undefined, undefined, undefined, undefined]);
      expect(total).toBeLessThan(-4);
    }
  });

  it("take all energies of the file that has them all, and say so", async () => {
    const reading = await read({ OUTCAR: fewTerms(outcarText()), "vasprun.xml": vasprunText() });
    expect(reading.targets).toMatchObject({
      hartree: -TERMS.DENC,
      ionIon: TERMS.TEWEN,
      total: -4.765625,
      gap: { gap: 2 },
    });
    expect(messages(reading)).toEqual([
      expect.stringContaining("are not used"),
      "OUTCAR: warning: energies are taken from vasprun.xml, which has all terms of the last ionic step; the OUTCAR does not",
    ]);
    // of another run it tells nothing
    const other = await read({ OUTCAR: fewTerms(outcarText()), "vasprun.xml": vasprunText({ dispersion: -2 }) });
    expect([other.targets.hartree, other.targets.total, other.targets.gap]).toEqual([undefined, -4.765625, undefined]);
  });

  it("of which one was cut are those of the file with more steps", async () => {
    const cut = outcarText({ ionicSteps: 1, finished: false });
    const reading = await read({ OUTCAR: cut, "vasprun.xml": vasprunText({ dispersion: 0 }) });
    expect(reading.targets.volume).toBeCloseTo(72, 9);
    expect(messages(reading).at(-1)).toContain("energies are taken from vasprun.xml");
    const whole = await read({ OUTCAR: outcarText(), "vasprun.xml": vasprunText() });
    expect([whole.targets.volume, whole.problems]).toEqual([expect.closeTo(41.59375, 9), []]);
  });

  it("keep the lattice to its step, too", async () => {
    const moving = fewTerms(outcarText({ ionicSteps: 3 })).replace(
      "   IBRION =",
      "   ISIF   =      3    stress\n   IBRION =",
    );
    const last = moving.lastIndexOf("  volume of cell");
    const text = moving.slice(0, last) + moving.slice(moving.indexOf("  FREE", last));
    const reading = await read({ OUTCAR: text });
    expect(reading.targets.volume).toBeUndefined();
    expect(messages(reading)).toContainEqual(expect.stringContaining("that of ionic step 2 is not used"));
    const fixed = await read({ OUTCAR: text.replace("ISIF   =      3", "ISIF   =      2") });
    expect(fixed.targets.volume).toBeCloseTo(41.59375, 9);
  });
});

describe("outputs that tell different atoms", () => {
  it("in one file are those of its last run, with a warning, whatever it was cut within", async () => {
    const first = outcarText({ ionicSteps: 1 });
    for (const end of [
      first.length,
      first.indexOf("EBANDS"),
      first.indexOf("direct lattice") + 100,
      first.indexOf("NELECT"),
    ]) {
      const second = outcarText().replaceAll("Zn", "Cd");
      const reading = await read({ OUTCAR: `${first.slice(0, end)}\n${second}` });
      expect(messages(reading)).toEqual([
        expect.stringContaining("OUTCAR: warning: calculation 2 of this file starts here: only the last one is read"),
      ]);
      expect(reading.targets).toMatchObject({ formula: "Cd1O1", total: -4.765625 });
    }
    const early = await read({ OUTCAR: outcarText() + outcarText({ ionicSteps: 0, finished: false }) });
    expect(messages(early)).toContainEqual(
      expect.stringContaining("error: the calculation ended before its first ionic step"),
    );
    expect([early.targets.total, early.targets.hartree]).toEqual([undefined, undefined]);
  });

  it("by the structure's elements or those of the other output are warned of", async () => {
    const poscar = (species: string) => `made\n1.0\n4 0 0\n0 4 0\n0 0 4\n${species}\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n`;
    expect((await read({ OUTCAR: outcarText(), POSCAR: poscar("Zn O") })).problems).toEqual([]);
    const cobalt = await read({ OUTCAR: outcarText(), POSCAR: poscar("Co O") });
    expect(messages(cobalt)).toEqual([expect.stringContaining("POSCAR: warning: Co1O1 here but Zn1O1 in the POTCARs")]);
    const xml = await read({ OUTCAR: outcarText().replaceAll("Zn", "Cd"), "vasprun.xml": vasprunText() });
    expect(messages(xml)).toEqual([
      "vasprun.xml: warning: Zn1O1 here and Cd1O1 in the OUTCAR: the files come from different calculations",
    ]);
  });

  it("of more than ten types add up to all atoms", async () => {
    const twelve = await read({ OUTCAR: fixture("y01_outcar/OUTCAR_12types_cut") });
    expect([twelve.targets.atoms, twelve.targets.formula, twelve.targets.elements]).toEqual([48, undefined, undefined]);
    const eleven = await read({ OUTCAR: fixture("y01_outcar/OUTCAR_11types_cut") });
    const sum = [...(eleven.targets.elements?.values() ?? [])].reduce((total, count) => total + count, 0);
    expect(sum).toBe(eleven.targets.atoms);
  });
});

describe("counts of ions", () => {
  const of = async (line: string, atoms: number, types: readonly string[]) => {
    const titles = types.map((type) => `   TITEL  = PAW_PBE ${type} 01Jan2000\n`).join("");
    const text = outcarText()
      .replaceAll(/ {3}TITEL.*\n/g, "")
      .replace("   ions per type =               1   1\n", `${titles}   ions per type =            ${line}\n`)
      .replace("NIONS =      2", `NIONS = ${String(atoms).padStart(6)}`);
    return (await read({ OUTCAR: text })).targets;
  };

  it.each([
    ["10002000", 3000, ["Al", "O"], "Al1000O2000"],
    [" 9991000   1", 2000, ["Al", "O", "H"], "Al999H1O1000"],
    ["   11000 200", 1201, ["Al", "O", "H"], "Al1H200O1000"],
    ["1000   1", 1001, ["Al", "O"], "Al1000O1"],
    ["**** 200", 12200, ["Al", "O"], "Al12000O200"],
    ["********", 30000, ["Al", "O"], undefined],
    ["   1   2", 4, ["Al", "O"], undefined],
    ["   1   2", 4, ["Al", "O", "H"], undefined],
    ["   1   x", 4, ["Al", "O"], "Al1O3"],
  ])("%s of %i", async (line, atoms, types, formula) => {
    const targets = await of(line, atoms, types);
    expect([targets.formula, targets.atoms]).toEqual([formula, atoms]);
  });
});
