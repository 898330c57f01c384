import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  DENSITIES_GLOB,
  densityAmongOthers,
  densityNamesBeside,
  FILES_GLOB,
  materialName,
  ownDensity,
} from "../../../src/core/formats/datasetNames.js";
import {
  CRYSTAL_NAME,
  DENSITY_NAME,
  EITHER_NAME,
  fileKind,
  fileRole,
  isAmbiguous,
  isCompressed,
  isText,
  outputKind,
  STRUCTURE_NAME,
  volumetricKind,
} from "../../../src/core/formats/fileNames.js";

interface Manifest {
  contributes: {
    customEditors: { viewType: string; priority: string; selector: { filenamePattern: string }[] }[];
    languages: { id: string; filenames?: string[]; filenamePatterns?: string[]; extensions?: string[] }[];
    menus: Record<string, { command: string; when: string }[]>;
  };
}

const manifest = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, "../../../package.json"), "utf8"),
) as Manifest;

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
  "LOCPOT2",
  "LOCPOT2.gz",
  "Li_LOCPOT",
  "mp-1.AECCAR2.xz",
];
/** Densities of other programs and of VASP's HDF5, which are no text in VASP's form. */
const OTHER_DENSITIES = [
  "MgO.cube",
  "total_density.CUB",
  "benzene.cube.xz",
  "vaspwave.h5",
  "vaspout.h5",
  "vaspwave_relaxed.h5",
];
const STRUCTURES = [
  "POSCAR",
  "CONTCAR",
  "POSCAR_relaxed",
  "CONTCAR-2",
  "POSCAR.1",
  "POSCAR.orig",
  "POSCAR.vasp",
  "MgO.poscar",
  "POSCAR_a",
];
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

/**
 * VS Code's own way with the few signs that the manifest's globs use: every name and glob is compared in lower case.
 */
function matchesGlob(glob: string, name: string): boolean {
  const source = glob
    .toLowerCase()
    .replace(/[.]/g, "\\.")
    .replace(/\*/g, "[^/]*")
    .replace(/\[!\\\.\]/g, "[^.]")
    .replace(/\{([^}]*)\}/g, (_, choices: string) => `(?:${choices.split(",").join("|")})`);
  return new RegExp(`^${source}$`).test(name.toLowerCase());
}

const globsOf = (viewType: string): string[] =>
  manifest.contributes.customEditors
    .filter((editor) => editor.viewType === viewType)
    .flatMap((editor) => editor.selector.map((entry) => entry.filenamePattern));

/** In VS Code's order: whole names, then globs, then extensions. */
function languageOf(name: string): string | undefined {
  const { languages } = manifest.contributes;
  const lower = name.toLowerCase();
  const byName = languages.find((language) => language.filenames?.some((known) => known.toLowerCase() === lower));
  const byGlob = languages.find((language) => language.filenamePatterns?.some((glob) => matchesGlob(glob, name)));
  return (
    byName ??
    byGlob ??
    languages.find((language) => language.extensions?.some((extension) => lower.endsWith(extension)))
  )?.id;
}

describe("fileRole", () => {
  it.each(DENSITIES)("takes %s for a density", (name) => expect(fileRole(name)).toBe("density"));
  it.each(OTHER_DENSITIES)("takes %s for a density", (name) => expect(fileRole(name)).toBe("density"));
  it.each([...EITHER, ...PACKED_EITHER])("leaves it to what stands in %s", (name) =>
    expect(fileRole(name)).toBe("either"),
  );
  it.each(STRUCTURES)("takes %s for a structure", (name) => expect(fileRole(name)).toBe("structure"));
  it.each(OTHERS)("leaves %s alone", (name) => expect(fileRole(name)).toBeUndefined());

  it("knows what a text editor cannot show", () => {
    expect(OTHER_DENSITIES.filter((name) => !isText(name))).toEqual([
      "benzene.cube.xz",
      "vaspwave.h5",
      "vaspout.h5",
      "vaspwave_relaxed.h5",
    ]);
    expect(DENSITIES.filter(isText)).toEqual(DENSITIES.filter((name) => !isCompressed(name)));
    expect(DENSITIES.filter(isCompressed)).toEqual([
      "CHGCAR.gz",
      "chgcar.bz2",
      "LOCPOT.xz",
      "CHGCAR_relaxed.gz",
      "CHGCAR.static.gz",
      "mp-1265.chgcar.gz",
      "LOCPOT2.gz",
      "mp-1.AECCAR2.xz",
    ]);
  });
});

describe("the manifest's globs", () => {
  it.each([...DENSITIES, ...OTHER_DENSITIES, ...STRUCTURES, ...EITHER, ...OTHERS])(
    "open %s as voxels exactly if it is a density",
    (name) => {
      expect(globsOf("r3dvs.voxels").some((glob) => matchesGlob(glob, name))).toBe(fileRole(name) === "density");
    },
  );

  it.each([...STRUCTURES, ...EITHER, ...PACKED_EITHER, ...OTHERS])(
    "offer the voxels of %s exactly if it is, or may be, a structure",
    (name) => {
      expect(globsOf("r3dvs.structureVoxels").some((glob) => matchesGlob(glob, name))).toBe(
        fileRole(name) !== undefined,
      );
    },
  );

  it.each([...DENSITIES.filter((name) => !isCompressed(name)), ...STRUCTURES, ...EITHER, ...OTHERS])(
    "give %s its language",
    (name) => {
      const expected = { density: "chgcar", structure: "poscar", either: "poscar" } as const;
      const kind = fileRole(name);
      const language = languageOf(name);
      expect(language === "chgcar" || language === "poscar" ? language : undefined).toBe(kind && expected[kind]);
    },
  );
});

describe("the crystal of a file", () => {
  const TRAJECTORIES = [
    "XDATCAR",
    "XDATCAR.gz",
    "XDATCAR_2",
    "vasprun.xml",
    "vasprun.xml.xz",
    "vasprun_2.xml",
    "mp-1.vasprun.xml",
    "MgO.cif",
    "a.b.cif.gz",
  ];
  it.each([...STRUCTURES, ...EITHER, ...PACKED_EITHER, "POSCAR.gz", ...TRAJECTORIES])(
    "is offered for %s, which stays a text by default",
    (name) => {
      expect(new RegExp(CRYSTAL_NAME, "i").test(name)).toBe(true);
      expect(globsOf("r3dvs.crystal").some((glob) => matchesGlob(glob, name))).toBe(true);
      expect(manifest.contributes.customEditors.find(({ viewType }) => viewType === "r3dvs.crystal")?.priority).toBe(
        "option",
      );
    },
  );
  it.each([...DENSITIES, ...OTHERS, "vasprun.xml.py", "cif", "run.xml"])(
    "is not offered beside the density or for others: %s",
    (name) => {
      expect(new RegExp(CRYSTAL_NAME, "i").test(name) && fileRole(name) !== "density").toBe(false);
    },
  );
  it.each(DENSITIES.filter(isCompressed))("gives the compressed density %s its icon", (name) => {
    expect(languageOf(name)).toBe("r3dvs-compressed");
  });
});

describe("the menus", () => {
  const clauses = Object.values(manifest.contributes.menus)
    .flat()
    .flatMap(({ command, when }) =>
      [...when.matchAll(/resourceFilename =~ \/(.*?)\/i(?= |$)/g)].map((match) => ({
        command,
        source: match[1] ?? "",
      })),
    );

  it("ask for file names with the very expressions of fileNames.ts", () => {
    const names = [
      DENSITY_NAME,
      STRUCTURE_NAME,
      `${DENSITY_NAME}|${EITHER_NAME}`,
      `${DENSITY_NAME}|${STRUCTURE_NAME}`,
      CRYSTAL_NAME,
      `${DENSITY_NAME}|${CRYSTAL_NAME}`,
    ];
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

describe("one name, one kind", () => {
  it.each(["LOCPOT2", "LOCPOT_3", "Fe.LOCPOT", "LOCPOT.static"])("whether %s is compressed or not", (name) => {
    for (const packed of ["", ".gz", ".bz2", ".xz", ".zst"]) {
      expect([volumetricKind(name + packed), fileKind(name + packed)]).toEqual(["LOCPOT", "LOCPOT"]);
      expect([fileRole(name + packed), densityAmongOthers(name + packed)]).toEqual(["density", "yes"]);
      expect(materialName(name + packed)).toBe(materialName(name));
    }
  });

  it("of packed JSON tells a density only where the file is named after one, or after a material of the Materials Project", () => {
    const opened = (name: string) => globsOf("r3dvs.voxels").some((glob) => matchesGlob(glob, name));
    const densities = ["CHGCAR.json.gz", "LOCPOT_2.json.xz", "mp-149.json.gz", "mp-aaabx.json.gz", "mvc-12.json.zst"];
    expect(densities.map((name) => [opened(name), fileRole(name)])).toEqual(densities.map(() => [true, "density"]));
    const others = [
      "package.json.gz",
      "logs.json.gz",
      "mp-149.json",
      "mp-data-2.json.gz",
      "tasks-mp-1.json.gz",
      "a.json.bz2",
    ];
    expect(others.map((name) => [opened(name), fileRole(name)])).toEqual(others.map(() => [false, undefined]));
    const offered = (name: string) => globsOf("r3dvs.formVoxels").some((glob) => matchesGlob(glob, name));
    expect([...others, "x.hdf5", "rho.npy", ".zgroup", "zarr.json"].filter((name) => !offered(name))).toEqual([]);
    expect(manifest.contributes.customEditors.find(({ viewType }) => viewType === "r3dvs.formVoxels")?.priority).toBe(
      "option",
    );
  });

  it("is told by what stands in the file where the name says two things or none", () => {
    const twofold = ["MgO.vasp", "POSCAR.CHGCAR", "CHGCAR_POSCAR.gz", "CHGCAR.cube", "OUTCAR.CHGCAR"];
    expect(twofold.filter(isAmbiguous)).toEqual(twofold);
    expect(twofold.map(densityAmongOthers)).toEqual(twofold.map(() => "perhaps"));
    expect(DENSITIES.filter(isAmbiguous)).toEqual([]);
  });
});

describe("files of a folder", () => {
  it("are densities by their names, perhaps, or not", () => {
    expect(DENSITIES.filter((name) => densityAmongOthers(name) !== "yes")).toEqual([]);
    const perhaps = [
      "chgcar_sum.py",
      "CHGCAR.json",
      "CHGCAR_plot.png",
      "CHGCAR_U3.eV",
      "ions.chg",
      "vaspout.h5",
      "GaN.vasp.gz",
    ];
    expect(perhaps.map(densityAmongOthers)).toEqual(perhaps.map(() => "perhaps"));
    const others = ["OUTCAR", "notes.txt", "plot_chgcars.py", "POSCAR", "XCHGCAR", "spectra.npz", "WAVECAR"];
    expect(others.map(densityAmongOthers)).toEqual(others.map(() => "no"));
  });

  it("of a material give the density as VASP names it, else that of the last step of a workflow", () => {
    expect(ownDensity(["AECCAR2", "CHG", "CHGCAR.gz", "CHGCAR_sum"])).toBe("CHGCAR.gz");
    expect(ownDensity(["CHGCAR.relax1.gz", "CHGCAR.relax2.gz", "CHGCAR.relax10.gz"])).toBe("CHGCAR.relax10.gz");
    expect(ownDensity(["CHGCAR.relax2", "CHGCAR.static"])).toBe("CHGCAR.static");
    expect(ownDensity(["CHGCAR_a", "CHGCAR_b", "CHGCAR.json", "chgcar_sum.py"])).toBeUndefined();
  });

  it("of outputs are those of VASP, and no script or picture named after one", () => {
    const outputs = [
      "OUTCAR",
      "OUTCAR_3.gz",
      "mp-1.OUTCAR",
      "vasprun.xml",
      "vasprun_2.xml.gz",
      "vasprun.xml.relax2.gz",
      "EIGENVAL.bz2",
    ];
    expect(outputs.map(outputKind)).toEqual([
      "OUTCAR",
      "OUTCAR",
      "OUTCAR",
      "vasprun",
      "vasprun",
      "vasprun",
      "EIGENVAL",
    ]);
    expect(
      ["outcar_plot.png", "plot_OUTCAR.py", "OUTCAR.md", "vasprun.xml.json", "vasprun.py"].map(outputKind),
    ).toEqual(Array(5).fill(undefined));
  });
});

describe("the globs of the editor's searches", () => {
  const names = [
    ...DENSITIES,
    ...OTHER_DENSITIES,
    ...EITHER,
    ...PACKED_EITHER,
    "CHGCAR_0.5",
    "ions.chg",
    "POSCAR.CHGCAR",
    "vaspout.h5",
  ];
  const finds = (glob: string, name: string) => {
    const parts = glob.slice("**/{".length, -1).split(",");
    return parts.some((part) =>
      new RegExp(
        `^${part
          .replaceAll(".", "\\.")
          .replace(/\[\\\.(?=_)/g, "[.")
          .replaceAll("*", "[^/]*")}$`,
      ).test(name),
    );
  };

  it.each(names)("find %s for the datasets, in whatever case it is written", (name) => {
    for (const written of [name, name.toUpperCase(), name.toLowerCase()])
      expect(finds(DENSITIES_GLOB, written), written).toBe(true);
  });

  it.each([...names, ...STRUCTURES])("watch %s", (name) => expect(finds(FILES_GLOB, name)).toBe(true));

  it("leave most other files alone", () => {
    expect(OTHERS.filter((name) => finds(FILES_GLOB, name))).not.toContain("notes.txt");
    expect(finds(DENSITIES_GLOB, "WAVECAR")).toBe(false);
  });
});
