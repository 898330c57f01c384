import { atomicNumber } from "../crystal/elements.js";
import { parseInteger } from "../text/numbers.js";
import { FILE_START, type Position, type Problem, problem } from "../text/problem.js";
import { elementOfTitle } from "./potcarTitle.js";

/**
 * The types of a run's ions as its OUTCAR tells them: titles of POTCARs, atoms of each type, and the title of the
 * POSCAR.
 */
export class OutcarSpecies {
  readonly #titles: string[] = [];
  readonly #potcars: string[] = [];
  #counts: { text: string; readonly place: Position } | undefined;
  #comment: { readonly text: string; readonly place: Position } | undefined;

  /** `TITEL  = PAW_PBE Zn 06Sep2000` */
  readTitle(text: string): void {
    this.#titles.push(elementOfTitle(text.replace(/^.*?=/, "")));
  }

  /** `POTCAR:    PAW_PBE Zn 06Sep2000`, written for each POTCAR once or twice */
  readPotcar(text: string): void {
    this.#potcars.push(elementOfTitle(text.replace(/^.*?POTCAR:/, "")));
  }

  /**
   * `ions per type =               1   1`: columns of four digits, ten of them; what is more stands nowhere, or in
   * further lines of this kind.
   */
  readCounts(text: string, line: number): void {
    const equals = text.indexOf("=");
    const numbers = text.slice(equals + 1).trimEnd();
    if (this.#counts && line === this.#counts.place.line + 1) this.#counts.text += ` ${numbers}`;
    else this.#counts ??= { text: numbers, place: { line, column: equals + 2 } };
  }

  /** `POSCAR: Zn O`, the structure's first line */
  readComment(text: string, line: number): void {
    const colon = text.indexOf(":");
    this.#comment ??= { text: text.slice(colon + 1).trim(), place: { line, column: colon + 2 } };
  }

  /** `atoms`: NIONS, to which the counts must add up. No counts without it being so, and no species without counts. */
  result(atoms: number | undefined, problems: Problem[]): { counts?: readonly number[]; species?: readonly string[] } {
    const titles = this.#titles.length > 0 ? this.#titles : this.#potcars;
    const counts = this.#counts && this.#addedUp(this.#counts, atoms, problems);
    if (!counts) return {};
    const species = titles.length >= counts.length ? titles.slice(0, counts.length) : undefined;
    if (!species?.every((element) => element !== "")) return { counts };
    this.#compare(species, counts, problems);
    return { counts, species };
  }

  #addedUp(
    { text, place }: { readonly text: string; readonly place: Position },
    atoms: number | undefined,
    problems: Problem[],
  ) {
    const words = text.trim().split(/\s+/);
    const plain = words.map(parseInteger);
    if (plain.every(isCount) && (atoms === undefined || sumOf(plain) === atoms)) return plain;
    if (atoms === undefined || words[0] === "") {
      problems.push(problem("error", place, "the numbers of ions of each type cannot be read"));
      return undefined;
    }
    const readings = [plain, ...WIDTHS.map((width) => columnsOf(text, width))];
    const whole = readings.find((counts): counts is number[] => counts.every(isCount) && sumOf(counts) === atoms);
    if (whole) return whole;
    const completed = readings.flatMap((counts) => this.#completed(counts, atoms) ?? []);
    const [counts] = completed;
    // digits that can be cut in two ways tell nothing
    if (counts && completed.every((other) => other.join() === counts.join())) {
      problems.push(
        problem(
          "warning",
          place,
          "the number of atoms of one type is missing: {0} of {1} atoms are assigned to it",
          ...rest(counts, atoms),
        ),
      );
      return counts.map((count) => (count < 0 ? rest(counts, atoms)[0] : count));
    }
    const template = "the numbers of ions per type do not sum to NIONS = {0} (VASP writes at most ten): no formula";
    problems.push(problem("warning", place, template, atoms));
    return undefined;
  }

  /** With -1 for the one type of which the number is missing. */
  #completed(found: readonly (number | undefined)[], atoms: number): number[][] | undefined {
    const types = this.#titles.length;
    const counts = found.length === types - 1 && found.length >= PRINTED_TYPES ? [...found, undefined] : found;
    const missing = counts.filter((count) => !isCount(count)).length;
    if (counts.length !== types || missing !== 1) return undefined;
    const told = counts.map((count) => (isCount(count) ? count : -1));
    return rest(told, atoms)[0] > 0 ? [told] : undefined;
  }

  /** A POTCAR in another order than the structure gives the atoms wrong elements; the structure's title often tells. */
  #compare(species: readonly string[], counts: readonly number[], problems: Problem[]): void {
    const { text = "", place = FILE_START } = this.#comment ?? {};
    const told = composition(text, counts);
    if (!told) return;
    const here = new Map<string, number>();
    species.forEach((element, index) => {
      here.set(element, (here.get(element) ?? 0) + (counts[index] ?? 0));
    });
    // a title of other elements or numbers is an old one
    const isPermuted =
      [...told.keys()].sort().join() === [...here.keys()].sort().join() && ratios(told) === ratios(here);
    if (
      !isPermuted ||
      [...told].every(([element, count]) => share(count, told) === share(here.get(element) ?? 0, here))
    )
      return;
    const template =
      "the structure title lists {0}, the POTCARs {1}: is the order of the POTCAR different from the POSCAR?";
    problems.push(
      problem("warning", place, template, text, [...here].map(([element, count]) => `${element}${count}`).join(" ")),
    );
  }
}

/** VASP writes no more. */
const PRINTED_TYPES = 10;
/** Of the columns of counts. */
const WIDTHS = [4, 5, 6, 7] as const;

const isCount = (count: number | undefined): count is number => count !== undefined && count >= 0;
const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
const rest = (counts: readonly number[], atoms: number): [number, number] => [
  atoms - sumOf(counts.filter((count) => count >= 0)),
  atoms,
];

/** Columns that may touch (`10002000`), cut from the last one on. */
function columnsOf(text: string, width: number): (number | undefined)[] {
  const counts: (number | undefined)[] = [];
  for (let end = text.length; end > 0; end -= width) {
    const cell = text.slice(Math.max(0, end - width), end).trim();
    if (cell === "") break;
    counts.unshift(parseInteger(cell));
  }
  return counts;
}

/**
 * The atoms that a title tells: `Li3 F39 O3`, `LiF13O`, or one symbol a type (`Zn  O`), which stand for the types'
 * numbers then.
 */
function composition(title: string, counts: readonly number[]): Map<string, number> | undefined {
  const compact = title.replaceAll(/\s+/g, "");
  const parts = [...compact.matchAll(/([A-Z][a-z]?)(\d*)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== compact) return undefined;
  if (parts.some(([, symbol = ""]) => atomicNumber(symbol) === undefined)) return undefined;
  const words = title.trim().split(/\s+/);
  const areTypes =
    words.length === parts.length && words.length === counts.length && parts.every(([, , digits]) => digits === "");
  const told = new Map<string, number>();
  parts.forEach(([, symbol = "", digits], index) => {
    const count = areTypes ? (counts[index] ?? 0) : Number(digits || 1);
    told.set(symbol, (told.get(symbol) ?? 0) + count);
  });
  return told;
}

const share = (count: number, of: ReadonlyMap<string, number>): number =>
  Number((count / sumOf([...of.values()])).toPrecision(9));
const ratios = (of: ReadonlyMap<string, number>): string =>
  [...of.values()]
    .map((count) => share(count, of))
    .sort((a, b) => a - b)
    .join();
