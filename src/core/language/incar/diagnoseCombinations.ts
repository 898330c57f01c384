import type { Kpoints } from "../../formats/kpoints.js";
import { type Diagnosis, diagnose, type Fix, type Rule } from "../diagnosis.js";
import type { RunContext } from "../runContext.js";
import type { Assignment } from "./incarDocument.js";
import * as rules from "./incarRules.js";
import { TagValues } from "./tagValue.js";

type Check = (tags: TagValues, context: RunContext) => readonly (Diagnosis | undefined)[];

/** What tags say against each other and against the structure, k-points and potentials of the folder. */
export function diagnoseCombinations(
  used: ReadonlyMap<string, Assignment>,
  lines: readonly string[],
  context: RunContext,
): Diagnosis[] {
  const tags = new TagValues(used, lines);
  return [spin, plusU, moves, smearing, cutoff, functionals, files, counts].flatMap((check: Check) =>
    check(tags, context).filter((found): found is Diagnosis => found !== undefined),
  );
}

const at = (
  tags: TagValues,
  name: string,
  rule: Rule,
  args: readonly (string | number)[] = [],
  fixes: readonly Fix[] = [],
) => {
  const range = tags.at(name)?.nameRange;
  return range && diagnose(rule, range, args, fixes);
};

/** A line `TAG = value` below the one of another tag. */
function addition(tags: TagValues, below: string, text: string): Fix[] {
  const line = tags.at(below)?.valueRange.end.line;
  if (line === undefined) return [];
  const place = { line, character: tags.lineLength(line) };
  return [
    {
      title: { en: "Add {0}", ja: "{0} を追加" },
      args: [text],
      edits: [{ range: { start: place, end: place }, text: `\n${text}` }],
      safe: false,
    },
  ];
}

const isNoncollinear = (tags: TagValues) => tags.logical("LNONCOLLINEAR") || tags.logical("LSORBIT");

const spin: Check = (tags) => [
  tags.has("MAGMOM") && tags.number("ISPIN") !== 2 && !isNoncollinear(tags)
    ? at(tags, "MAGMOM", rules.MAGMOM_WITHOUT_SPIN, [], tags.has("ISPIN") ? [] : addition(tags, "MAGMOM", "ISPIN = 2"))
    : undefined,
  isNoncollinear(tags) && tags.number("ISPIN") === 2 ? at(tags, "ISPIN", rules.SPIN_ORBIT_MAGMOM) : undefined,
  tags.has("NPAR") && tags.has("NCORE") ? at(tags, "NPAR", rules.NPAR_WITH_NCORE) : undefined,
  tags.logical("LDIPOL") && !tags.has("IDIPOL")
    ? at(tags, "LDIPOL", rules.DIPOLE_DIRECTION, [], addition(tags, "LDIPOL", "IDIPOL = 3"))
    : undefined,
];

const plusU: Check = (tags) => {
  const shells = tags.list("LDAUL") ?? [];
  const deepest = Math.max(...shells, 0);
  return [
    tags.logical("LDAU") && !tags.has("LDAUU") ? at(tags, "LDAU", rules.DFTU_WITHOUT_U) : undefined,
    ...["LDAUU", "LDAUJ", "LDAUL"].map((name) =>
      tags.has(name) && !tags.logical("LDAU") ? at(tags, name, rules.U_WITHOUT_DFTU, [name]) : undefined,
    ),
    tags.logical("LDAU") && deepest >= 2 && (tags.number("LMAXMIX") ?? 2) < 2 * deepest
      ? at(tags, "LDAU", rules.NEEDS_LMAXMIX, [], addition(tags, "LDAU", `LMAXMIX = ${deepest === 2 ? 4 : 6}`))
      : undefined,
  ];
};

const RELAXATIONS = new Set([0, 1, 2, 3]);
/** eV: a positive EDIFFG from here on is nearly always a force with its sign forgotten. */
const LOOSE_EDIFFG = 5e-3;

const moves: Check = (tags) => {
  const steps = tags.number("NSW") ?? 0;
  const method = tags.number("IBRION");
  const ediffg = tags.number("EDIFFG") ?? 0;
  const moving = method !== undefined && RELAXATIONS.has(method);
  const freedom = tags.number("ISIF");
  return [
    moving && steps <= 0 ? at(tags, "IBRION", rules.IDLE_IBRION, [method, steps]) : undefined,
    method === -1 && steps > 1 ? at(tags, "NSW", rules.IDLE_NSW, [steps]) : undefined,
    method === 0 && steps > 0 && !tags.has("POTIM")
      ? at(tags, "IBRION", rules.MD_NEEDS_POTIM, [], addition(tags, "IBRION", "POTIM = 1.0"))
      : undefined,
    ediffg >= LOOSE_EDIFFG && steps > 0
      ? at(tags, "EDIFFG", rules.POSITIVE_EDIFFG, [tags.at("EDIFFG")?.value ?? ""], negated(tags, "EDIFFG"))
      : undefined,
    freedom !== undefined && freedom >= 3 && steps <= 0 && (method === undefined || method === -1)
      ? at(tags, "ISIF", rules.CELL_FIXED, [freedom])
      : undefined,
  ];
};

function negated(tags: TagValues, name: string): Fix[] {
  const assignment = tags.at(name);
  if (!assignment) return [];
  const text = `-${assignment.value.replace(/^\+/, "")}`;
  return [
    {
      title: { en: "Change to {0}", ja: "{0} に変更" },
      args: [text],
      edits: [{ range: assignment.valueRange, text }],
      safe: false,
    },
  ];
}

const smearing: Check = (tags, { kpoints }) => {
  const method = tags.number("ISMEAR");
  const relaxing = [1, 2, 3].includes(tags.number("IBRION") ?? -1) && (tags.number("NSW") ?? 0) > 0;
  if (method === undefined || ![-4, -5, -14, -15].includes(method)) return [];
  const points = kpoints && pointCount(kpoints);
  return [
    kpoints?.style === "line" ? at(tags, "ISMEAR", rules.TETRAHEDRON_LINE, [method]) : undefined,
    points !== undefined && points < 4 ? at(tags, "ISMEAR", rules.TETRAHEDRON_POINTS, [method, points]) : undefined,
    relaxing ? at(tags, "ISMEAR", rules.FORCES_TETRAHEDRON, [method]) : undefined,
  ];
};

/** Points of a mesh before symmetry, or of a list; undefined where the cell decides. */
function pointCount(kpoints: Kpoints): number | undefined {
  if (kpoints.divisions) return kpoints.divisions.reduce((product, n) => product * n, 1);
  return kpoints.style === "explicit" ? kpoints.count : undefined;
}

const cutoff: Check = (tags, { potcar }) => {
  const largest = Math.max(...(potcar ?? []).map((entry) => entry.cutoff ?? 0), 0);
  const chosen = tags.number("ENCUT");
  if (largest === 0 || chosen === undefined) return [];
  const relaxesCell = [3, 6, 7, 8].includes(tags.number("ISIF") ?? 2) && (tags.number("NSW") ?? 0) > 0;
  return [
    chosen < largest - 0.01 ? at(tags, "ENCUT", rules.LOW_CUTOFF, [chosen, largest]) : undefined,
    chosen >= largest - 0.01 && relaxesCell && chosen < 1.25 * largest
      ? at(tags, "ENCUT", rules.CELL_CUTOFF, [Math.ceil(1.3 * largest)])
      : undefined,
  ];
};

const functionals: Check = (tags) => {
  const hybrid = tags.logical("LHFCALC");
  const algorithm = tags.word("ALGO");
  const metagga = tags.word("METAGGA");
  return [
    hybrid && /^(F|V)/.test(algorithm)
      ? at(tags, "ALGO", rules.HYBRID_ALGO, [tags.at("ALGO")?.value ?? ""])
      : undefined,
    ...["AEXX", "HFSCREEN", "PRECFOCK"].map((name) =>
      tags.has(name) && !hybrid && !isManyBody(algorithm) ? at(tags, name, rules.HYBRID_FRACTION, [name]) : undefined,
    ),
    metagga !== "" && metagga !== "NONE" && !tags.logical("LASPH")
      ? at(tags, "METAGGA", rules.NEEDS_LASPH, ["METAGGA"], addition(tags, "METAGGA", "LASPH = .TRUE."))
      : undefined,
    metagga !== "" && metagga !== "NONE" && tags.has("GGA") ? at(tags, "GGA", rules.GGA_AND_METAGGA) : undefined,
    [0, 1, 2, 5].includes(tags.number("LORBIT") ?? -1) && (tags.number("LORBIT") ?? 0) > 0 && !tags.has("RWIGS")
      ? at(tags, "LORBIT", rules.NEEDS_RWIGS, [tags.number("LORBIT") ?? 0])
      : undefined,
  ];
};

const isManyBody = (algorithm: string) => /GW|RPA|ACFDT|BSE|TDHF|CHI|TIMEEV|MP2|2E4W/.test(algorithm);

const files: Check = (tags, { files: names }) => {
  if (!names) return [];
  const charge = tags.number("ICHARG");
  const missing = (name: string) =>
    ![...names].some((file) => file === name || file.startsWith(`${name}.`)) && !names.has("vaspwave.h5");
  return [
    ...["KSPACING", "KGAMMA"].map((name) =>
      tags.has(name) && names.has("KPOINTS") ? at(tags, name, rules.KSPACING_UNUSED, [name]) : undefined,
    ),
    (charge === 1 || charge === 11) && missing("CHGCAR")
      ? at(tags, "ICHARG", rules.NEEDS_FILE, ["ICHARG", charge, "CHGCAR"])
      : undefined,
    [1, 2, 3].includes(tags.number("ISTART") ?? 0) && missing("WAVECAR")
      ? at(tags, "ISTART", rules.NEEDS_FILE, ["ISTART", tags.number("ISTART") ?? 1, "WAVECAR"])
      : undefined,
  ];
};

const counts: Check = (tags, { poscar }) => {
  if (!poscar) return [];
  const atoms = poscar.counts.reduce((sum, count) => sum + count, 0);
  const moments = tags.list("MAGMOM");
  const needed = isNoncollinear(tags) ? 3 * atoms : atoms;
  const perSpecies = ["LDAUL", "LDAUU", "LDAUJ"].map((name) => {
    const values = tags.list(name);
    const wrong = tags.logical("LDAU") && values !== undefined && values.length !== poscar.counts.length;
    return wrong ? at(tags, name, rules.SPECIES_COUNT, [name, values.length, poscar.counts.length]) : undefined;
  });
  return [
    moments && moments.length !== needed ? at(tags, "MAGMOM", rules.MAGMOM_COUNT, [moments.length, needed]) : undefined,
    ...perSpecies,
  ];
};
