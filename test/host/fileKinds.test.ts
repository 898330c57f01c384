import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  DENSITY_NAME,
  densityNamesBeside,
  EITHER_NAME,
  fileKind,
  isPacked,
  isText,
  STRUCTURE_NAME,
} from "../../src/host/files/fileKinds.js";

interface Manifest {
  contributes: {
    customEditors: { viewType: string; priority: string; selector: { filenamePattern: string }[] }[];
    languages: { id: string; filenames: string[]; filenamePatterns: string[]; extensions: string[] }[];
    menus: Record<string, { command: string; when: string }[]>;
  };
}

const manifest = JSON.parse(readFileSync(path.resolve(import.meta.dirname, "../../package.json"), "utf8")) as Manifest;

const DENSITIES = [
  "CHGCAR",
  "CHG",
  "AECCAR0",
  "AECCAR2",
  "LOCPOT",
  "ELFCAR",
  "PARCHG",
  "CHGCAR.gz",
  "chgcar.bz2",
  "LOCPOT.xz",
  "CHGCAR_sum",
  "CHGCAR_mp-1234567",
  "CHGCAR-up",
  "CHGCAR_relaxed.gz",
  "CHGCAR.vasp",
  "CHGCAR.static.gz",
  "CHGCAR.relax2",
  "PARCHG.0001.ALLK",
  "CHGCAR.1",
  "MgO.chgcar",
  "mp-1265.chgcar.gz",
];
/** Densities of other programs and of VASP's HDF5, which are no text in VASP's form. */
const OTHER_DENSITIES = ["MgO.cube", "total_density.CUB", "benzene.cube.xz", "vaspwave.h5", "vaspout.h5", "vaspwave_relaxed.h5"];
const STRUCTURES = ["POSCAR", "CONTCAR", "POSCAR_relaxed", "CONTCAR-2", "POSCAR.1", "POSCAR.orig", "POSCAR.vasp", "MgO.poscar", "POSCAR_a"];
const EITHER = ["MgO.vasp", "mp-1265.vasp", "relaxed.VASP"];
const PACKED_EITHER = ["MgO.vasp.gz", "MgO.vasp.zst"];
const OTHERS = [
  "chgcar.py",
  "chgcar_sum.py",
  "CHGCAR.md",
  "plot_chgcar.py",
  "chgcar-to-cube.sh",
  "CHGCARS",
  "poscar2cif.py",
  "poscar_tools.ipynb",
  "POSCAR.json",
  "CHGCAR_sum.png",
  "AECCAR3",
  "OUTCAR",
  "notes.txt",
  "chgcar.ts",
  "cube",
  "cube.py",
  "waves.h5",
  "vaspwave.h5.py",
  "vasp",
  "run.vasp.py",
];

/** VS Code's own way with the few signs that the manifest's globs use: every name and glob is compared in lower case. */
function matchesGlob(glob: string, name: string): boolean {
  const source = glob
    .toLowerCase()
    .replace(/[.]/g, "\\.")
    .replace(/\*/g, "[^/]*")
    .replace(/\[!\\\.\]/g, "[^.]")
    .replace(/\{([^}]*)\}/g, (_, choices: string) => `(?:${choices.split(",").join("|")})`);
  return new RegExp(`^${source}$`).test(name.toLowerCase());
}

const globsOf = (priority: string): string[] =>
  manifest.contributes.customEditors
    .filter((editor) => editor.priority === priority)
    .flatMap((editor) => editor.selector.map((entry) => entry.filenamePattern));

/** In VS Code's order: whole names, then globs, then extensions. */
function languageOf(name: string): string | undefined {
  const { languages } = manifest.contributes;
  const lower = name.toLowerCase();
  const byName = languages.find((language) => language.filenames.some((known) => known.toLowerCase() === lower));
  const byGlob = languages.find((language) => language.filenamePatterns.some((glob) => matchesGlob(glob, name)));
  return (byName ?? byGlob ?? languages.find((language) => language.extensions.some((extension) => lower.endsWith(extension))))?.id;
}

describe("fileKind", () => {
  it.each(DENSITIES)("takes %s for a density", (name) => expect(fileKind(name)).toBe("density"));
  it.each(OTHER_DENSITIES)("takes %s for a density", (name) => expect(fileKind(name)).toBe("density"));
  it.each([...EITHER, ...PACKED_EITHER])("leaves it to what stands in %s", (name) => expect(fileKind(name)).toBe("either"));
  it.each(STRUCTURES)("takes %s for a structure", (name) => expect(fileKind(name)).toBe("structure"));
  it.each(OTHERS)("leaves %s alone", (name) => expect(fileKind(name)).toBeUndefined());

  it("knows what a text editor cannot show", () => {
    expect(OTHER_DENSITIES.filter((name) => !isText(name))).toEqual([
      "benzene.cube.xz",
      "vaspwave.h5",
      "vaspout.h5",
      "vaspwave_relaxed.h5",
    ]);
    expect(DENSITIES.filter(isText)).toEqual(DENSITIES.filter((name) => !isPacked(name)));
    expect(DENSITIES.filter(isPacked)).toEqual([
      "CHGCAR.gz",
      "chgcar.bz2",
      "LOCPOT.xz",
      "CHGCAR_relaxed.gz",
      "CHGCAR.static.gz",
      "mp-1265.chgcar.gz",
    ]);
  });
});

describe("the manifest's globs", () => {
  it.each([...DENSITIES, ...OTHER_DENSITIES, ...STRUCTURES, ...EITHER, ...OTHERS])(
    "open %s as voxels exactly if it is a density",
    (name) => {
      expect(globsOf("default").some((glob) => matchesGlob(glob, name))).toBe(fileKind(name) === "density");
    },
  );

  it.each([...STRUCTURES, ...EITHER, ...PACKED_EITHER, ...OTHERS])(
    "offer the voxels of %s exactly if it is, or may be, a structure",
    (name) => {
      expect(globsOf("option").some((glob) => matchesGlob(glob, name))).toBe(fileKind(name) !== undefined);
    },
  );

  it.each([...DENSITIES.filter((name) => !isPacked(name)), ...STRUCTURES, ...EITHER, ...OTHERS])("give %s its language", (name) => {
    const expected = { density: "chgcar", structure: "poscar", either: "poscar" } as const;
    const kind = fileKind(name);
    expect(languageOf(name)).toBe(kind && expected[kind]);
  });
});

describe("the menus", () => {
  const clauses = Object.values(manifest.contributes.menus)
    .flat()
    .flatMap(({ command, when }) =>
      [...when.matchAll(/resourceFilename =~ \/(.*?)\/i(?= |$)/g)].map((match) => ({ command, source: match[1] ?? "" })),
    );

  it("ask for file names with the very expressions of fileKinds.ts", () => {
    const names = [DENSITY_NAME, STRUCTURE_NAME, `${DENSITY_NAME}|${EITHER_NAME}`, `${DENSITY_NAME}|${STRUCTURE_NAME}`];
    const allowed = new Set([...names, "^(?!.*\\.(gz|bz2|xz|zst|h5)$)"]);
    expect(clauses.length).toBeGreaterThan(8);
    expect(clauses.filter(({ source }) => !allowed.has(source))).toEqual([]);
  });
});

describe("densityNamesBeside", () => {
  it("prefers the density of the same tag, plain before compressed", () => {
    expect(densityNamesBeside("POSCAR_relaxed").slice(0, 2)).toEqual(["CHGCAR_relaxed", "CHGCAR_relaxed.gz"]);
    expect(densityNamesBeside("POSCAR_relaxed")).toContain("CHGCAR.gz");
    expect(densityNamesBeside("CONTCAR")[0]).toBe("CHGCAR");
    expect(densityNamesBeside("MgO.vasp")[0]).toBe("MgO.chgcar");
    expect(densityNamesBeside("MgO.vasp.gz")).toContain("MgO.cube.gz");
    expect(densityNamesBeside("POSCAR").at(-1)).toBe("vaspwave.h5");
  });
});
