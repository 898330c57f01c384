import { type TagType, tagType } from "../../formats/incarTags.js";
import { parseInteger, parseReal } from "../../text/numbers.js";
import type { Assignment, IncarDocument } from "./incarDocument.js";

/** The first assignment of each tag: the one that VASP uses. */
export function usedAssignments(incar: IncarDocument): ReadonlyMap<string, Assignment> {
  const used = new Map<string, Assignment>();
  for (const assignment of incar.assignments) if (!used.has(assignment.name)) used.set(assignment.name, assignment);
  return used;
}

/** Words of a value, quotation marks removed. */
export const wordsOf = (assignment: Assignment): string[] =>
  assignment.value.replaceAll('"', " ").trim().split(/\s+/).filter(Boolean);

/** `T`, `.TRUE.`, `F`, `.False.`; undefined for what is no logical. */
export function logicalOf(word: string): boolean | undefined {
  const letter = /^\.?([tf])(?:rue|alse)?\.?$/i.exec(word)?.[1];
  return letter === undefined ? undefined : letter.toLowerCase() === "t";
}

/**
 * Numbers of a list with repeats such as `4*0.6`; undefined where a word is no number, or where they are too many. A
 * word that begins a remark ends the list.
 */
export function numbersOf(words: readonly string[], whole: boolean): number[] | undefined {
  const numbers: number[] = [];
  for (const word of words) {
    const [, times = "1", written = ""] = /^(?:(\d+)\*)?(.*)$/.exec(word) ?? [];
    const value = whole ? parseInteger(written) : parseReal(written);
    if (value === undefined) return numbers.length > 0 && /^[A-Za-z(]/.test(word) ? numbers : undefined;
    if (numbers.length + Number(times) > MAX_VALUES) return undefined;
    for (let i = 0; i < Number(times); i++) numbers.push(value);
  }
  return numbers.length > 0 ? numbers : undefined;
}

/** A list with more numbers is not looked at: no tag has so many, and a repeat may ask for any number. */
export const MAX_VALUES = 1e6;

/** Whether a list is refused for its length alone. */
export function hasTooMany(words: readonly string[]): boolean {
  let count = 0;
  for (const word of words) {
    count += Number(/^(\d+)\*/.exec(word)?.[1] ?? 1);
    if (count > MAX_VALUES) return true;
    if (parseReal(word.replace(/^\d+\*/, "")) === undefined) return false;
  }
  return false;
}

/** Reads tags as numbers and switches, for rules that compare them. */
export class TagValues {
  constructor(
    private readonly used: ReadonlyMap<string, Assignment>,
    private readonly lines: readonly string[],
  ) {}

  lineLength(line: number): number {
    return (this.lines[line] ?? "").length;
  }

  at(name: string): Assignment | undefined {
    return this.used.get(name);
  }

  has(name: string): boolean {
    return this.used.has(name);
  }

  number(name: string): number | undefined {
    const [word = ""] = this.words(name);
    return parseReal(word);
  }

  logical(name: string): boolean {
    const [word = ""] = this.words(name);
    return logicalOf(word) ?? false;
  }

  word(name: string): string {
    return (this.words(name)[0] ?? "").toUpperCase();
  }

  list(name: string): number[] | undefined {
    const assignment = this.used.get(name);
    return assignment && numbersOf(wordsOf(assignment), false);
  }

  private words(name: string): string[] {
    const assignment = this.used.get(name);
    return assignment ? wordsOf(assignment) : [];
  }
}

/** Tags of sub-blocks (`KERNEL_TRUNCATION/...`) have no type here. */
export const typeOf = (name: string): TagType | undefined => (name.includes("/") ? undefined : tagType(name));
