import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { DENSITY_NAME, densityNamesBeside, fileKind, isPacked, STRUCTURE_NAME } from "../../src/host/language/fileKinds.js";

interface Manifest {
  contributes: {
    customEditors: { selector: { filenamePattern: string }[] }[];
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
const STRUCTURES = ["POSCAR", "CONTCAR", "POSCAR_relaxed", "CONTCAR-2", "POSCAR.1", "POSCAR.orig", "MgO.poscar", "MgO.vasp", "POSCAR_a"];
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

const editorGlobs = manifest.contributes.customEditors.flatMap((editor) => editor.selector.map((entry) => entry.filenamePattern));

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
  it.each(STRUCTURES)("takes %s for a structure", (name) => expect(fileKind(name)).toBe("structure"));
  it.each(OTHERS)("leaves %s alone", (name) => expect(fileKind(name)).toBeUndefined());

  it("knows what a text editor cannot show", () => {
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
  it.each([...DENSITIES, ...STRUCTURES, ...OTHERS])("open %s as voxels exactly if it is a density", (name) => {
    expect(editorGlobs.some((glob) => matchesGlob(glob, name))).toBe(fileKind(name) === "density");
  });

  it.each([...DENSITIES.filter((name) => !isPacked(name)), ...STRUCTURES, ...OTHERS])("give %s its language", (name) => {
    const expected = { density: "chgcar", structure: "poscar" } as const;
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
    const allowed = new Set([DENSITY_NAME, STRUCTURE_NAME, `${DENSITY_NAME}|${STRUCTURE_NAME}`, "^(?!.*\\.(gz|bz2|xz|zst)$)"]);
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
  });
});
