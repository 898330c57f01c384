import { coincidentAtoms } from "../crystal/coincidentAtoms.js";
import { atomSpecies } from "../crystal/formula.js";
import type { Structure } from "../crystal/structure.js";
import { parseReal } from "../text/numbers.js";
import { type Parsed, type Problem, problem } from "../text/problem.js";
import { positionOf, splitLines, tokenize } from "../text/tokens.js";
import { PoscarReader } from "./poscarReader.js";

/**
 * Reads a POSCAR or CONTCAR of VASP 4, 5 or 6. Velocities and whatever else follows the positions are ignored.
 * The value is there whenever every position could be read; warnings (unknown species, left-handed cell) may come with
 * it.
 */
export function parsePoscar(text: string): Parsed<Structure> {
  const reader = new PoscarReader();
  const lines = splitLines(text);
  let read = 0;
  while (reader.state === "reading" && read < lines.length) reader.push(lines[read++] ?? "");
  return finishPoscar(reader, lines[read] ?? "", read + 1);
}

/**
 * What a reader of a POSCAR has come to, with what is wrong with the structure as a whole. `next`: the line behind
 * those that it read, with its number in the file.
 */
export function finishPoscar(reader: PoscarReader, next: string, number: number): Parsed<Structure> {
  const { value, problems } = reader.finish();
  if (!value) return { problems };
  return { value, problems: [...problems, ...surplus(next, number), ...coincidence(value, reader.landmarks.mode)] };
}

/** A line behind the last position that is one more; velocities stand behind an empty line. */
function surplus(line: string, number: number): Problem[] {
  const tokens = tokenize(line).slice(0, 3);
  if (tokens.length < 3 || tokens.some(({ text }) => parseReal(text) === undefined)) return [];
  const template = "there are more positions than the numbers of atoms say: they are left out from here on";
  return [problem("warning", positionOf(number, tokens[0], line), template)];
}

/** `before`: the lines in front of the first position. */
function coincidence(structure: Structure, before: number): Problem[] {
  const same = coincidentAtoms(structure);
  if (!same) return [];
  const other = same[1];
  const species = atomSpecies(structure);
  const names = same.map((atom) => `${species?.[atom] ?? ""} (${atom + 1})`.trim());
  return [
    problem("warning", { line: before + other + 1, column: 1 }, "the atoms {0} and {1} are at one place", ...names),
  ];
}

/**
 * Writes a structure as a VASP 5 POSCAR with scale factor 1 and fractional positions; parsePoscar gives back the same
 * bits.
 */
export function writePoscar(structure: Structure): string {
  const lines = [structure.comment.replaceAll(/[\r\n]+/g, " "), "   1.00000000000000"];
  for (const row of structure.lattice) lines.push(row.map((x) => writeReal(x, 22)).join(""));
  if (structure.species) lines.push(structure.species.map((label) => ` ${label}`.padStart(5)).join(""));
  lines.push(structure.counts.map((count) => String(count).padStart(6)).join(""));
  if (structure.free) lines.push("Selective dynamics");
  lines.push("Direct");
  for (let i = 0; i < structure.fractional.length; i += 3) {
    const position = Array.from(structure.fractional.subarray(i, i + 3), (x) => writeReal(x, 20)).join("");
    const flags = structure.free
      ? Array.from(structure.free.subarray(i, i + 3), (free) => (free ? "   T" : "   F")).join("")
      : "";
    lines.push(position + flags);
  }
  return `${lines.join("\n")}\n`;
}

/** Sixteen decimals as VASP has them, or more digits where those would not give the same number again. */
function writeReal(value: number, width: number): string {
  const fixed = value.toFixed(16);
  return ` ${Number(fixed) === value ? fixed : value.toExponential(16)}`.padStart(width);
}
