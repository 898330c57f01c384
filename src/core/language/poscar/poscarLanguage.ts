import { atomicMass } from "../../crystal/elementMasses.js";
import { covalentRadius } from "../../crystal/elementRadii.js";
import { elementOfLabel } from "../../crystal/elements.js";
import { cellFormula, reducedFormula } from "../../crystal/formula.js";
import { angles, lengths, volume } from "../../crystal/lattice.js";
import { neighboursOf } from "../../crystal/neighbours.js";
import type { Structure } from "../../crystal/structure.js";
import { rowTimes } from "../../math/matrix3.js";
import type { Language } from "../bilingual.js";
import { type Fold, type Hover, linesRange, type OutlineItem } from "../results.js";
import { holds, rangeIn, type TextEdit, type TextPosition } from "../textEdit.js";
import { atomAt, blockOf, type PoscarLayout, readPoscarLayout, type SpeciesBlock } from "./poscarLayout.js";

const WORDS = {
  lattice: { en: "Lattice", ja: "格子" },
  sites: { en: "Sites", ja: "サイト" },
  volume: { en: "Volume", ja: "体積" },
  density: { en: "Density", ja: "密度" },
  formula: { en: "Formula", ja: "組成式" },
  spaceGroup: { en: "Space group", ja: "空間群" },
  fractional: { en: "Fractional", ja: "分率座標" },
  cartesian: { en: "Cartesian", ja: "デカルト座標" },
  neighbours: { en: "Neighbours", ja: "近接原子" },
  coordination: { en: "Coordination number", ja: "配位数" },
  fixed: { en: "Fixed along", ja: "固定方向" },
  atoms: { en: "atoms", ja: "原子" },
  covalent: { en: "Covalent radius", ja: "共有結合半径" },
  mass: { en: "Atomic mass", ja: "原子量" },
  none: { en: "none within {0} Å", ja: "{0} Å 以内になし" },
} as const;

/** Symmetry as somebody has found it, for the hover of the lattice. */
export interface SymmetryFacts {
  readonly number: number;
  readonly symbol: string;
}

/** What stands under the pointer: lattice, species or one site. */
export function hoverPoscar(
  text: string,
  position: TextPosition,
  language: Language,
  symmetry?: SymmetryFacts,
): Hover | undefined {
  const layout = readPoscarLayout(text);
  const { structure, lines } = layout;
  const line = lines[position.line] ?? "";
  const whole = rangeIn(position.line, 0, line.length);
  if (position.line >= 1 && position.line <= 4 && structure)
    return { range: whole, markdown: describeCell(structure, language, symmetry) };
  const block = layout.blocks.find(
    ({ labelRange, countRange }) => (labelRange && holds(labelRange, position)) || holds(countRange, position),
  );
  if (block) {
    const onLabel = block.labelRange && holds(block.labelRange, position);
    return {
      range: onLabel && block.labelRange ? block.labelRange : block.countRange,
      markdown: describeBlock(block, language),
    };
  }
  const atom = atomAt(layout, position.line);
  return atom === undefined || !structure
    ? undefined
    : { range: whole, markdown: describeSite(layout, structure, atom, language) };
}

function describeCell(structure: Structure, language: Language, symmetry?: SymmetryFacts): string {
  const [a, b, c] = lengths(structure.lattice).map((value) => value.toFixed(4));
  const [alpha, beta, gamma] = angles(structure.lattice).map((value) => value.toFixed(2));
  const cell = volume(structure.lattice);
  const mass = cellMass(structure);
  const rows = [
    ["a, b, c", `${a}, ${b}, ${c} Å`],
    ["α, β, γ", `${alpha}, ${beta}, ${gamma}°`],
    [WORDS.volume[language], `${cell.toFixed(3)} Å³`],
    mass === undefined ? undefined : [WORDS.density[language], `${((mass / cell) * GRAMS_PER_CM3).toFixed(3)} g/cm³`],
    symmetry && [WORDS.spaceGroup[language], `${symmetry.symbol} (${symmetry.number})`],
    [WORDS.formula[language], formulaOf(structure)],
  ].filter((row) => row !== undefined);
  return table(rows);
}

/** One atomic mass unit per cubic ångström in g/cm³ (CODATA 2018). */
const GRAMS_PER_CM3 = 1.6605390666;

function cellMass({ species, counts }: Structure): number | undefined {
  if (!species) return undefined;
  const masses = species.map((label) => atomicMass(label));
  return masses.includes(undefined)
    ? undefined
    : masses.reduce<number>((sum, mass, i) => sum + (mass ?? 0) * (counts[i] ?? 0), 0);
}

function formulaOf(structure: Structure): string {
  const [reduced, whole] = [reducedFormula(structure), cellFormula(structure)];
  return reduced === undefined ? "–" : reduced === whole ? reduced : `${reduced} (${whole})`;
}

function describeBlock({ label, count, first }: SpeciesBlock, language: Language): string {
  const element = label === undefined ? undefined : elementOfLabel(label);
  const mass = element === undefined ? undefined : atomicMass(element);
  const rows = [
    [WORDS.atoms[language], `${count} (${first + 1}–${first + count})`],
    element === undefined ? undefined : [WORDS.covalent[language], `${covalentRadius(element).toFixed(2)} Å`],
    mass === undefined ? undefined : [WORDS.mass[language], `${mass} u`],
  ].filter((row) => row !== undefined);
  return `${label === undefined ? "" : `**${label}**\n\n`}${table(rows)}`;
}

/**
 * Neighbours are listed up to this, Å; of them those within 1.2 times the nearest of the shell count as coordination.
 */
const REACH = 4;
const SHELL_GAP = 1.2;
const MAX_LISTED = 12;

function describeSite(layout: PoscarLayout, structure: Structure, atom: number, language: Language): string {
  const { lattice, fractional, free } = structure;
  const [x = 0, y = 0, z = 0] = fractional.subarray(3 * atom, 3 * atom + 3);
  const nearby = fractional.length <= 3e5 ? neighboursOf(lattice, fractional, atom, REACH) : [];
  const label = (other: number) => blockOf(layout, other)?.label ?? "?";
  const shell = coordinationShell(nearby.map(({ distance }) => distance));
  const listed = nearby.slice(0, Math.max(shell, 1)).slice(0, MAX_LISTED);
  const list = listed.map((one) => `${label(one.atom)}${one.atom + 1} ${one.distance.toFixed(3)} Å`).join(", ");
  const fixed = free ? ["a", "b", "c"].filter((_, axis) => free[3 * atom + axis] === 0) : [];
  const rows = [
    [WORDS.fractional[language], [x, y, z].map((value) => value.toFixed(5)).join(", ")],
    [
      WORDS.cartesian[language],
      `${rowTimes([x, y, z], lattice)
        .map((value) => value.toFixed(4))
        .join(", ")} Å`,
    ],
    [WORDS.coordination[language], String(shell)],
    [WORDS.neighbours[language], list === "" ? WORDS.none[language].replace("{0}", String(REACH)) : list],
    fixed.length > 0 ? [WORDS.fixed[language], fixed.join(", ")] : undefined,
  ].filter((row) => row !== undefined);
  return `**${label(atom)}${atom + 1}**\n\n${table(rows)}`;
}

/** Neighbours up to the first gap of a fifth. */
function coordinationShell(distances: readonly number[]): number {
  for (let i = 1; i < distances.length; i++) if ((distances[i] ?? 0) > SHELL_GAP * (distances[i - 1] ?? 0)) return i;
  return distances.length;
}

const table = (rows: readonly (readonly string[])[]): string =>
  `| | |\n|---|---|\n${rows.map(([name, value]) => `| ${name} | ${value} |`).join("\n")}`;

/** Lattice, then each species with its sites (long lists in one entry per species). */
export function outlinePoscar(text: string, language: Language): OutlineItem[] {
  const layout = readPoscarLayout(text);
  const { lines, structure, firstSite } = layout;
  const items: OutlineItem[] = [];
  if (structure) {
    const detail = `${lengths(structure.lattice)
      .map((value) => value.toFixed(3))
      .join(", ")} Å`;
    items.push({
      name: WORDS.lattice[language],
      detail,
      kind: "section",
      range: linesRange(lines, 1, 4),
      selection: linesRange(lines, 2, 2),
      children: [],
    });
  }
  if (firstSite === undefined) return items;
  for (const block of layout.blocks) {
    const from = firstSite + block.first;
    const to = Math.min(from + block.count, firstSite + layout.sites) - 1;
    if (to < from) continue;
    items.push({
      name: block.label ?? WORDS.sites[language],
      detail: `${block.count} ${WORDS.atoms[language]}`,
      kind: "list",
      range: linesRange(lines, from, to),
      selection: linesRange(lines, from, from),
      children: block.count > MAX_SITES ? [] : sitesOf(layout, block, from, to),
    });
  }
  return items;
}

/** Outlines of more entries help nobody, and cost an editor seconds. */
const MAX_SITES = 500;

const sitesOf = (
  { lines }: PoscarLayout,
  { label = "", first }: SpeciesBlock,
  from: number,
  to: number,
): OutlineItem[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({
    name: `${label}${first + i + 1}`,
    detail: (lines[from + i] ?? "").trim().split(/\s+/).slice(0, 3).join(" "),
    kind: "site" as const,
    range: linesRange(lines, from + i, from + i),
    selection: linesRange(lines, from + i, from + i),
    children: [],
  }));

/** Lattice, each species' sites, velocities. */
export function foldPoscar(text: string): Fold[] {
  const { lines, blocks, firstSite, sites, atoms } = readPoscarLayout(text);
  const folds: Fold[] = lines.length > 4 ? [{ start: 1, end: 4, kind: "region" }] : [];
  if (firstSite === undefined) return folds;
  for (const { first, count } of blocks)
    folds.push({ start: firstSite + first, end: firstSite + Math.min(first + count, sites) - 1, kind: "region" });
  let last = lines.length - 1;
  while (last > 0 && (lines[last] ?? "").trim() === "") last--;
  if (sites === atoms && last > firstSite + atoms) folds.push({ start: firstSite + atoms, end: last, kind: "region" });
  return folds.filter(({ start, end }) => end > start);
}

/** The edits that give a species another name; undefined where the position is not on a label or the name is none. */
export function renameSpecies(text: string, position: TextPosition, name: string): TextEdit[] | undefined {
  const { blocks } = readPoscarLayout(text);
  const chosen = blocks.find(({ labelRange }) => labelRange && holds(labelRange, position));
  if (chosen?.label === undefined || !/^[A-Z][A-Za-z]?(?:[_.][\w.]*)?$/.test(name)) return undefined;
  return blocks.flatMap(({ label, labelRange }) =>
    label === chosen.label && labelRange ? [{ range: labelRange, text: name }] : [],
  );
}
