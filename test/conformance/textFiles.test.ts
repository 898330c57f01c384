import path from "node:path";
import { describe, expect, it } from "vitest";
import { volume } from "../../src/core/crystal/lattice.js";
import { inspectFile } from "../../src/jobs/inspect/inspect.js";
import { readOutcar, readVasprun } from "../../src/jobs/outputs/readOutputs.js";
import { agrees, COLLECTION, hasCollection, type ManifestRow, manifestRows } from "./manifest.js";

const rows = [...manifestRows(), ...manifestRows("big")];
const ofKind = (kind: string) => rows.filter((row) => row.kind === kind);
const name = (row: ManifestRow) => path.relative(COLLECTION, row.file);
const number = (fact: unknown) => (fact === null || fact === undefined ? undefined : Number(fact) + 0);
const INCOMPLETE = "incomplete file";

/** Elements and counts, a 1 written or not. */
const composition = (formula = "") =>
  formula
    .match(/[A-Z][a-z]?\d*/g)
    ?.map((part) => part.replace(/([a-z])$|^([A-Z])$/i, "$&1"))
    .sort();

describe.skipIf(!hasCollection)("OUTCARs of the collection", () => {
  for (const row of ofKind("OUTCAR")) {
    it(`${name(row)} ${row.expect}`, async () => {
      const { facts } = row;
      const { value, problems } = await readOutcar(row.file);
      if (!value) throw new Error(problems.map(({ message }) => message).join());
      expect(value.version).toBe(facts.vasp);
      expect([value.atoms, value.electrons]).toEqual([number(facts.natoms), number(facts.nelect)]);
      if (facts.ispin)
        expect([value.spinPolarized, value.noncollinear]).toEqual([facts.ispin === "2", facts.ncl === "T"]);
      expect([value.finished, value.steps.length, value.fermi]).toEqual([
        facts.finished,
        facts.n_ionic,
        number(facts.efermi),
      ]);
      expectTerms(value.terms, facts.terms_last_block, OUTCAR_TERMS);
      const last = value.steps.at(-1);
      expect(last?.free).toBe(number(facts.TOTEN_ionic));
      if (facts.E_wo_entropy_sigma0)
        expect([last?.withoutEntropy, last?.sigmaZero]).toEqual((facts.E_wo_entropy_sigma0 as string[]).map(number));
      if (facts.electrons_mag_last) {
        const [electrons, moments] = facts.electrons_mag_last as [string, string[]];
        expect([value.electronsFound, ...(value.moments ?? [])].map(number)).toEqual(
          [electrons, ...moments].map(number),
        );
      }
      if (row.volume) expect(agrees(value.lattice && volume(value.lattice), row.volume)).toBe(true);
      expect(problems.some(({ message }) => /unfinished|ended before/.test(message))).toBe(
        row.expect.startsWith(INCOMPLETE),
      );
      expect(problems.filter(({ severity }) => severity === "error").length).toBe(
        row.expect.startsWith(INCOMPLETE) && last === undefined ? 1 : 0,
      );
      const { info } = await inspectFile(row.file);
      if (row.formula) expect(composition(info.formula)).toEqual(composition(row.formula));
    });
  }

  it("is told of a dispersion energy apart where the manifest's notes have one", async () => {
    const noted = [
      "OUTCAR_ispin2_v544",
      "OUTCAR_Sb2Si2Te6_ncl_v544.gz",
      "OUTCAR_v621_mpi.gz",
      "OUTCAR_Cu_etest3_v541.gz",
    ];
    for (const [index, apart] of [-0.97150045, -36.32877024, -0.57985612, -0.88427817].entries()) {
      const { value } = await readOutcar(path.join(COLLECTION, "outcar", noted[index] ?? ""));
      expect(value?.dispersion).toBeCloseTo(apart, 4);
      expect((value?.steps.at(-1)?.free ?? 0) - (value?.electronic?.free ?? 0)).toBeCloseTo(apart, 7);
    }
  });
});

describe.skipIf(!hasCollection)("vasprun.xml files of the collection", () => {
  for (const row of ofKind("vasprun")) {
    it(`${name(row)} ${row.expect}`, async () => {
      const { facts } = row;
      const { value, problems } = await readVasprun(row.file);
      const errors = problems.filter(({ severity }) => severity === "error");
      expect(errors.length).toBe(row.expect.startsWith(INCOMPLETE) ? 1 : 0);
      if (row.file.endsWith("spoilt.xml")) return expect(value).toBeUndefined();
      if (!value) throw new Error("no value");
      expect(value.truncated).toBe(row.expect.startsWith(INCOMPLETE));
      if (!facts.vasp) return;
      expect([value.version, value.fermi]).toEqual([facts.vasp, facts.efermi]);
      expectTerms(value.terms, facts.terms_last_scf, VASPRUN_TERMS);
      const scf = facts.terms_last_scf as Record<string, number>;
      expect(value.electronic).toEqual({
        free: scf.e_fr_energy,
        withoutEntropy: scf.e_wo_entrp,
        sigmaZero: scf.e_0_energy,
      });
      const ionic = facts.energies_last as Record<string, number>;
      const last = value.steps.at(-1);
      expect(last?.free).toBe(ionic.e_fr_energy);
      // whatever the version wrote there, the ionic step is the electronic one and what is added to it
      const apart = (ionic.e_fr_energy ?? 0) - (scf.e_fr_energy ?? 0);
      expect(last?.sigmaZero).toBeCloseTo((scf.e_0_energy ?? 0) + apart, 7);
      expect(last?.withoutEntropy).toBeCloseTo((scf.e_wo_entrp ?? 0) + apart, 7);
      expect(problems.some(({ message }) => message.includes("(VASP 5)"))).toBe(
        Math.abs((ionic.e_0_energy ?? 0) - (last?.sigmaZero ?? 0)) > 1e-6,
      );
      const { info } = await inspectFile(row.file);
      expect(info.natoms).toBe(facts.natoms);
      expect(composition(info.formula)).toEqual(composition(row.formula));
      expect(agrees(info.volume, row.volume)).toBe(true);
      expectGap(info, facts.gap_cbm_vbm_direct as [number, number, number, boolean], name(row));
    });
  }
});

/**
 * Where the occupations are those of a metal; the manifest's gaps count every level that holds a trace of an electron
 * as occupied.
 */
const METALS =
  /al111|fe_monomer|graphene|relaxation_v5212|_5\.xml|_7\.xml|_Al\.|Al4_3|_Cr\.|Cu_etest1|charged|stars_8|Ge_bands/;
/** Insulators whose smearing leaves such traces in the conduction band. */
const TRACES = /h2o_bader|si_vasp541_aiida|vasprun_md/;

function expectGap(
  { bandGap, highestOccupied, lowestEmpty }: { bandGap?: number; highestOccupied?: number; lowestEmpty?: number },
  [gap, conduction, valence]: [number, number, number, boolean],
  file: string,
): void {
  if (METALS.test(file)) expect(bandGap).toBe(0);
  else if (TRACES.test(file)) expect(bandGap).toBeGreaterThan(gap + 0.05);
  else {
    expect(bandGap).toBeCloseTo(gap, 4);
    expect([lowestEmpty, highestOccupied]).toEqual([conduction, valence]);
  }
}

const OUTCAR_TERMS: Readonly<Record<string, string>> = Object.fromEntries(
  ["PSCENC", "TEWEN", "DENC", "EXHF", "XCENC", "EENTRO", "EBANDS", "EATOM", "Ediel_sol"].map((term) => [term, term]),
);
const VASPRUN_TERMS: Readonly<Record<string, string>> = {
  alphaZ: "PSCENC",
  ewald: "TEWEN",
  hartreedc: "DENC",
  XCdc: "XCENC",
  pawpsdc: "PAWPS",
  pawaedc: "PAWAE",
  eentropy: "EENTRO",
  bandstr: "EBANDS",
  atom: "EATOM",
};

function expectTerms(
  terms: ReadonlyMap<string, number> | undefined,
  facts: unknown,
  names: Readonly<Record<string, string>>,
): void {
  if (!facts) {
    expect(terms).toBeUndefined();
    return;
  }
  const known = facts as Record<string, number | readonly number[]>;
  for (const [fact, term] of Object.entries(names))
    if (fact in known) expect(terms?.get(term), term).toBeCloseTo(Number(known[fact]), 9);
  if (known.PAW_dc) expect([terms?.get("PAWPS"), terms?.get("PAWAE")]).toEqual(known.PAW_dc);
}

describe.skipIf(!hasCollection)("XDATCARs of the collection", () => {
  for (const row of ofKind("XDATCAR")) {
    it(name(row), async () => {
      const { info, problems } = await inspectFile(row.file);
      expect(problems).toEqual([]);
      expect(info.truncated).toBe(false);
      if (row.natoms) expect([info.natoms, info.frames]).toEqual([Number(row.natoms), row.facts.frames]);
      else expect([info.natoms, info.frames, info.formula]).toEqual([4, 10, "Ne4"]);
    });
  }
});

describe.skipIf(!hasCollection)("INCARs and KPOINTS of the collection", () => {
  for (const row of ofKind("INCAR")) {
    it(name(row), async () => {
      const { info, problems } = await inspectFile(row.file);
      const told = tagsOf(row.pymatgen);
      if (told.length === 0) {
        expect(problems.map(({ severity }) => severity)).toEqual(["error", "error", "error", "information"]);
        return;
      }
      expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
      for (const [tag, value] of told)
        expect(sameValue(info.tags?.[tag], value), `${tag}: ${String(info.tags?.[tag])} for ${value}`).toBe(true);
      expect(Object.keys(info.tags ?? {}).length).toBeGreaterThan(2);
    });
  }

  for (const row of ofKind("KPOINTS")) {
    it(name(row), async () => {
      const { info, problems } = await inspectFile(row.file);
      expect(problems).toEqual([]);
      const [, style = "", count = "", points = ""] = /style=(\w+) num=(\d+) kpts=(.*)$/.exec(row.pymatgen) ?? [];
      expect(info.style).toBe(STYLES[`${style}${count === "0" ? "" : " list"}`]);
      if (count !== "0") expect(info.kpoints).toBe(Number(count));
      else if (info.divisions) expect([info.divisions]).toEqual(JSON.parse(points));
      else if (info.length !== undefined) expect([[info.length]]).toEqual(JSON.parse(points));
    });
  }

  it("are all here", () => {
    const count = (kind: string) => ofKind(kind).length;
    expect([count("OUTCAR"), count("vasprun"), count("XDATCAR"), count("INCAR"), count("KPOINTS")]).toEqual([
      51, 37, 8, 25, 19,
    ]);
  });
});

const STYLES: Readonly<Record<string, string>> = {
  Automatic: "automatic",
  Gamma: "gamma",
  Monkhorst: "monkhorst",
  Cartesian: "generating vectors",
  "Reciprocal list": "explicit",
};

/**
 * pymatgen's tags and values as the manifest tells them, without those whose trailing words it took for a value, and
 * those cut off.
 */
function tagsOf(told: string): [string, string][] {
  if (!told.startsWith("ok ")) return [];
  const found = [...told.slice(3).matchAll(/([A-Z][A-Z0-9_]*)=(\[[^\]]*\]|[^,[]*)(?=,[A-Z][A-Za-z0-9_]*=|$)/g)];
  return found
    .map(([, tag = "", value = ""]): [string, string] => [tag, value.trim()])
    .slice(0, -1)
    .filter(([tag]) => tag !== "SYSTEM");
}

function sameValue(ours: unknown, theirs: string): boolean {
  if (Array.isArray(ours))
    return (
      JSON.stringify(ours.map((value) => Number(value) + 0)) ===
      JSON.stringify((JSON.parse(theirs) as number[]).map((value) => value + 0))
    );
  if (typeof ours === "number") return ours === Number(theirs.split(" ")[0]);
  if (typeof ours === "boolean") return (ours ? /^(true|t)$/i : /^(false|f)$/i).test(theirs);
  return String(ours).toLowerCase() === theirs.split(" ")[0]?.toLowerCase();
}
