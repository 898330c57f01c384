import { closePairs } from "../../crystal/closePairs.js";
import { covalentRadius } from "../../crystal/elementRadii.js";
import { atomicNumber, elementOfAnyCase, elementOfLabel, elementSymbol } from "../../crystal/elements.js";
import { imageProblem } from "../../crystal/imageLimits.js";
import { lengths } from "../../crystal/lattice.js";
import type { Structure } from "../../crystal/structure.js";
import type { Problem } from "../../text/problem.js";
import { type Diagnosis, diagnose, diagnosisOf, type Fix } from "../diagnosis.js";
import { nearestWord } from "../incar/spelling.js";
import type { RunContext } from "../runContext.js";
import { rangeIn, type TextRange } from "../textEdit.js";
import { blockOf, isPosition, type PoscarLayout, readPoscarLayout, type SpeciesBlock } from "./poscarLayout.js";
import * as rules from "./poscarRules.js";

/** What is wrong with a POSCAR, by itself and against the POTCAR in its folder. */
export function diagnosePoscar(text: string, context: RunContext = {}): Diagnosis[] {
  const layout = readPoscarLayout(text);
  const species = diagnoseSpecies(layout);
  // what the reader says of a label stands here with a fix
  const isSaid = ({ line, column }: Problem) => species.some((own) => own.line === line && own.column === column);
  const read = layout.problems
    .filter((found) => !isSaid(found))
    .map((found) => diagnosisOf(found, "poscar/form", layout.lines));
  const found = [
    ...read,
    ...species,
    ...diagnosePotcar(layout, context),
    ...(layout.structure ? diagnoseSites(layout, layout.structure) : []),
  ];
  return found.sort((a, b) => a.line - b.line || a.column - b.column);
}

function diagnoseSpecies({ blocks, countLines }: PoscarLayout): Diagnosis[] {
  const [first] = blocks;
  if (first && first.label === undefined)
    return [diagnose(rules.NO_SPECIES, rangeIn(countLines[0] ?? 0, 0, first.countRange.end.character))];
  const seen = new Set<string>();
  return blocks.flatMap(({ label, labelRange }) => {
    if (label === undefined || !labelRange) return [];
    const repeated = seen.has(label) ? [diagnose(rules.REPEATED_SPECIES, labelRange, [label])] : [];
    seen.add(label);
    return [...repeated, ...diagnoseLabel(label, labelRange)];
  });
}

function diagnoseLabel(label: string, range: TextRange): Diagnosis[] {
  const letters = /^[A-Za-z]+/.exec(label)?.[0] ?? "";
  const proper = letters.charAt(0).toUpperCase() + letters.slice(1).toLowerCase();
  // D and T are hydrogen, which the reader says
  if (letters === proper && elementOfAnyCase(label) !== undefined) return [];
  const fix = (element: string): Fix => ({
    title: { en: "Change to {0}", ja: "{0} に変更" },
    args: [element],
    edits: [
      {
        range: rangeIn(range.start.line, range.start.character, range.start.character + letters.length),
        text: element,
      },
    ],
    safe: false,
  });
  if (atomicNumber(proper) !== undefined)
    return letters === proper ? [] : [diagnose(rules.CASE_OF_ELEMENT, range, [proper, letters], [fix(proper)])];
  const near = nearestWord(proper, symbols());
  return near
    ? [diagnose(rules.MISSPELT_ELEMENT, range, [label, near], [fix(near)])]
    : [diagnose(rules.UNKNOWN_ELEMENT, range, [label])];
}

const symbols = (): string[] => Array.from({ length: 103 }, (_, i) => elementSymbol(i + 1) ?? "");

function diagnosePotcar({ blocks, countLines, labelLines }: PoscarLayout, { potcar }: RunContext): Diagnosis[] {
  if (!potcar || blocks.length === 0) return [];
  const line = labelLines[0] ?? countLines[0] ?? 0;
  if (potcar.length !== blocks.length) {
    const last = blocks.at(-1);
    return [
      diagnose(rules.POTCAR_COUNT, rangeIn(line, 0, (last?.labelRange ?? last?.countRange)?.end.character ?? 1), [
        potcar.length,
        blocks.length,
      ]),
    ];
  }
  return blocks.flatMap(({ label, labelRange, countRange }, i) => {
    const expected = potcar[i]?.element ?? "";
    const element = label === undefined ? undefined : elementOfLabel(label);
    return expected === "" || element === undefined || element === expected
      ? []
      : [diagnose(rules.POTCAR_ORDER, labelRange ?? countRange, [expected, element])];
  });
}

/** Å: nearer atoms are the same atom twice. */
const SAME = 0.01;
/** Of the sum of the covalent radii: no bond is shorter (H2 has 1.2, N2 0.77, C-C in C2 0.8 of it). */
const TOO_SHORT = 0.62;
const MAX_PAIRS = 20;

function diagnoseSites(layout: PoscarLayout, structure: Structure): Diagnosis[] {
  const pairs = diagnosePairs(layout, structure);
  const coordinates = diagnoseCoordinates(layout, structure, pairs.length > 0);
  return [
    ...diagnoseSurplus(layout),
    ...diagnoseFlags(layout),
    ...diagnoseCell(structure, layout),
    ...coordinates,
    ...pairs,
  ];
}

/** Å: as far as a kernel of atoms looks. */
const REACH = 12;
/** From 0: the first lattice vector. */
const LATTICE_LINE = 2;

/**
 * A cell in which no sum over neighbours ends, by a wrong scale factor or a slip in a vector; where atoms stand is told
 * elsewhere.
 */
function diagnoseCell({ lattice }: Structure, { lines, atoms }: PoscarLayout): Diagnosis[] {
  const origin = new Float64Array(3 * atoms);
  if (imageProblem(lattice, origin, REACH) === undefined) return [];
  return [diagnose(rules.UNUSUAL_CELL, rangeIn(LATTICE_LINE, 0, (lines[LATTICE_LINE] ?? "").trimEnd().length))];
}

/** Lines of numbers right behind the last position. A blank line or a word begins velocities. */
function diagnoseSurplus({ lines, firstSite = 0, sites, atoms, blocks }: PoscarLayout): Diagnosis[] {
  const first = firstSite + sites;
  let more = 0;
  while (isPosition(lines[first + more] ?? "")) more++;
  if (more === 0) return [];
  const [only] = blocks;
  const fixes: Fix[] =
    blocks.length === 1 && only
      ? [
          {
            title: { en: "Change to {0}", ja: "{0} に変更" },
            args: [atoms + more],
            edits: [{ range: only.countRange, text: String(atoms + more) }],
            safe: false,
          },
        ]
      : [];
  return [diagnose(rules.SURPLUS_POSITIONS, rangeIn(first, 0, (lines[first] ?? "").length), [atoms, more], fixes)];
}

function diagnoseFlags({ lines, firstSite = 0, sites, selectiveLine, modeLine = 0 }: PoscarLayout): Diagnosis[] {
  if (selectiveLine !== undefined) return [];
  for (let line = firstSite; line < firstSite + sites; line++) {
    // of 100,000 lines none holds a letter as a rule
    if (!/[TFtf]/.test(lines[line] ?? "")) continue;
    const flags = /^\s*(?:\S+\s+){3}((?:\.?[TFtf]\S*\s+){2}\.?[TFtf]\S*)\s*$/.exec(lines[line] ?? "");
    if (!flags?.[1]) continue;
    const start = (lines[line] ?? "").indexOf(flags[1], 1);
    const place = { line: modeLine, character: 0 };
    const fix: Fix = {
      title: { en: "Insert `Selective dynamics`", ja: "`Selective dynamics` を挿入" },
      args: [],
      edits: [{ range: { start: place, end: place }, text: "Selective dynamics\n" }],
      safe: false,
    };
    return [diagnose(rules.FLAGS_WITHOUT_SELECTIVE, rangeIn(line, start, start + flags[1].length), [], [fix])];
  }
  return [];
}

/** Å, and fractional units: far beyond what fractional positions of a cell are. */
const FAR = 2.5;

function diagnoseCoordinates(layout: PoscarLayout, { fractional, lattice }: Structure, crowded: boolean): Diagnosis[] {
  const { modeLine = 0, firstSite = 0, lines, atoms, isCartesian } = layout;
  const mode = rangeIn(modeLine, 0, (lines[modeLine] ?? "").trimEnd().length);
  const found: Diagnosis[] = [];
  let outside = 0;
  let first = -1;
  let largest = 0;
  for (let atom = 0; atom < atoms; atom++) {
    let out = false;
    for (let axis = 0; axis < 3; axis++) {
      const value = fractional[3 * atom + axis] ?? 0;
      largest = Math.max(largest, Math.abs(value));
      out ||= value < -1e-6 || value >= 1 + 1e-6;
    }
    if (!out) continue;
    outside++;
    if (first < 0) first = atom;
  }
  const cell = Math.min(...lengths(lattice));
  if (!isCartesian && largest > FAR) found.push(diagnose(rules.LOOKS_CARTESIAN, mode, [Number(largest.toFixed(2))]));
  else if (outside > 0)
    found.push(
      diagnose(rules.OUTSIDE_CELL, rangeIn(firstSite + first, 0, (lines[firstSite + first] ?? "").length), [
        outside,
        atoms,
      ]),
    );
  if (isCartesian && crowded && cell > FAR && looksFractional(layout))
    found.push(diagnose(rules.LOOKS_DIRECT, mode, [Number(cell.toFixed(2))]));
  return found;
}

/** All written numbers between 0 and 1, and one beyond a half. */
function looksFractional({ lines, firstSite = 0, atoms }: PoscarLayout): boolean {
  let largest = 0;
  for (let atom = 0; atom < Math.min(atoms, 10_000); atom++) {
    for (const word of (lines[firstSite + atom] ?? "").trim().split(/\s+/).slice(0, 3)) {
      const value = Number(word);
      if (!(value >= 0 && value <= 1)) return false;
      largest = Math.max(largest, value);
    }
  }
  return largest >= 0.5;
}

function diagnosePairs(layout: PoscarLayout, { lattice, fractional, species, counts }: Structure): Diagnosis[] {
  const { firstSite = 0, lines } = layout;
  const radii = counts.map((_, i) => covalentRadius(species?.[i] ?? "H"));
  const named = species !== undefined;
  const limit = named ? TOO_SHORT * 2 * Math.max(...radii) : 0.5;
  const radius = (atom: number) => radii[layout.blocks.indexOf(blockOf(layout, atom) as SpeciesBlock)] ?? 0.3;
  const found: Diagnosis[] = [];
  for (const { a, b, distance } of closePairs(lattice, fractional, limit)) {
    if (found.length >= MAX_PAIRS) break;
    if (named && distance >= TOO_SHORT * (radius(a) + radius(b))) continue;
    const range = rangeIn(firstSite + b, 0, (lines[firstSite + b] ?? "").trimEnd().length);
    const [lineA, lineB] = [firstSite + a + 1, firstSite + b + 1];
    const apart = distance.toFixed(2);
    if (a === b) found.push(diagnose(rules.OWN_IMAGE, range, [a + 1, apart]));
    else if (distance < SAME) found.push(diagnose(rules.SAME_POSITION, range, [a + 1, lineA, b + 1, lineB]));
    else found.push(diagnose(rules.CLOSE_ATOMS, range, [a + 1, lineA, b + 1, lineB, apart]));
  }
  return found;
}
