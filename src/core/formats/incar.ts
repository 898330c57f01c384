import { parseInteger, parseReal } from "../text/numbers.js";
import { type Parsed, type Position, type Problem, problem } from "../text/problem.js";
import { splitLines } from "../text/tokens.js";
import { type TagType, tagType } from "./incarTags.js";

/** A value as its tag's type has it; text where the tag is not known. */
export type IncarValue = number | boolean | string | readonly number[];

export interface IncarTag {
  /** In capitals. */
  readonly name: string;
  readonly value: IncarValue;
  /** Of the tag, from 1. */
  readonly line: number;
  readonly column: number;
}

export interface Incar {
  /** In the order of the file; of a tag that stands there twice the first, as VASP has it. */
  readonly tags: readonly IncarTag[];
}

/**
 * Reads an INCAR: `TAG = value`, several on a line with `;` between them, comments behind `!` or `#`, a value that goes
 * on in the next line behind `\`, and values in quotes over several lines. Lines without `=` are headings, as VASP
 * takes them. Unknown and repeated tags are information, values of the wrong type errors.
 */
export function parseIncar(text: string): Parsed<Incar> {
  const problems: Problem[] = [];
  const tags = new Map<string, IncarTag>();
  const lines = splitLines(text);
  for (const entry of entriesOf(lines)) {
    const { name, line, column } = entry;
    const before = tags.get(name);
    if (before) {
      problems.push(
        problem("information", entry, "{0} is already set on line {1}; VASP uses that one", name, before.line),
      );
      continue;
    }
    const type = tagType(name);
    if (!type) problems.push(problem("information", entry, "{0} is not a known tag", name));
    const value = readValue(entry, type, problems);
    if (value !== undefined) tags.set(name, { name, value, line, column });
  }
  if (tags.size === 0 && problems.length === 0) {
    const first = lines.findIndex((line) => uncommented(line).trim() !== "");
    const place = { line: first + 1, column: 1 };
    if (first >= 0)
      return {
        problems: [
          problem("error", place, "this is not an INCAR: no line has a tag and its value, with = between them"),
        ],
      };
  }
  return { value: { tags: [...tags.values()] }, problems };
}

interface Entry {
  readonly name: string;
  readonly text: string;
  readonly line: number;
  readonly column: number;
  readonly valuePlace: Position;
}

const TAG = /^(\s*)([A-Za-z][A-Za-z0-9_/]*)(\s*=\s*)(.*)$/s;

function* entriesOf(lines: readonly string[]): Generator<Entry> {
  for (let index = 0; index < lines.length; index++) {
    const pieces = new JoinedLines();
    pieces.add(uncommented(lines[index] ?? ""), index);
    while (/\\\s*$/.test(pieces.text) && index + 1 < lines.length) {
      pieces.text = pieces.text.replace(/\\\s*$/, " ");
      pieces.add(uncommented(lines[++index] ?? ""), index);
    }
    while (hasOpenQuote(pieces.text) && index + 1 < lines.length) {
      pieces.text += "\n";
      pieces.add(lines[++index] ?? "", index);
    }
    let offset = 0;
    for (const part of pieces.text.split(/;(?=(?:[^"]*"[^"]*")*[^"]*$)/)) {
      const found = TAG.exec(part);
      if (found) {
        const [, blank = "", name = "", equals = "", value = ""] = found;
        const at = offset + blank.length;
        const place = pieces.positionOf(at + name.length + equals.length);
        yield { name: name.toUpperCase(), text: value.trim(), ...pieces.positionOf(at), valuePlace: place };
      }
      offset += part.length + 1;
    }
  }
}

/** Lines that go on in the next one, as one text. */
class JoinedLines {
  text = "";
  readonly #starts: { readonly offset: number; readonly line: number }[] = [];

  /** `index`: of the line, from 0. */
  add(text: string, index: number): void {
    this.#starts.push({ offset: this.text.length, line: index + 1 });
    this.text += text;
  }

  /** Where in the file a character of the text stands. */
  positionOf(offset: number): Position {
    const start = this.#starts.findLast((one) => one.offset <= offset);
    return { line: start?.line ?? 1, column: offset - (start?.offset ?? 0) + 1 };
  }
}

const hasOpenQuote = (text: string) => /=\s*"[^"]*$/.test(text);

/** A comment's sign within quotes is none. */
function uncommented(line: string): string {
  for (let i = 0, quoted = false; i < line.length; i++) {
    if (line[i] === '"') quoted = !quoted;
    else if ((line[i] === "#" || line[i] === "!") && !quoted) return line.slice(0, i);
  }
  return line;
}

/** The first word counts where one is asked for: people explain behind it without a comment's sign. */
function readValue(
  { name, text, valuePlace }: Entry,
  type: TagType | undefined,
  problems: Problem[],
): IncarValue | undefined {
  const bare = /^"(.*)"$/s.exec(text)?.[1] ?? text;
  const first = bare.trim().split(/\s+/)[0] ?? "";
  const refuse = (what: string) => {
    problems.push(problem("error", valuePlace, `{0} must be ${what}, not "{1}"`, name, first));
    return undefined;
  };
  if (first === "" && type !== "text") {
    problems.push(problem("error", valuePlace, "{0} has no value", name));
    return undefined;
  }
  if (type === undefined) return bare.trim();
  if (type === "text") return name === "SYSTEM" || name === "WANNIER90_WIN" || name === "LOCPROJ" ? bare.trim() : first;
  if (type === "integer") return parseInteger(first) ?? logicalLorbit(name, first) ?? refuse("a whole number");
  if (type === "real") return parseReal(first) ?? refuse("a number");
  if (type === "logical") return logicalOf(first) ?? refuse(".TRUE. or .FALSE.");
  if (type === "choice")
    return (
      choiceOf(name, first) ?? refuse(name === "LREAL" ? ".TRUE., .FALSE., Auto or On" : "a number, LEGACY or MIDGAP")
    );
  return listOf(bare, type === "integers") ?? refuse(type === "integers" ? "whole numbers" : "numbers");
}

/** `T`, `F`, `.TRUE.`, `.False.`, `True`: VASP looks at the first letter behind a dot. */
function logicalOf(word: string): boolean | undefined {
  const found = /^\.?([tf])(?:rue|alse)?\.?$/i.exec(word)?.[1];
  return found === undefined ? undefined : found.toLowerCase() === "t";
}

/** LORBIT was a logical once. */
const logicalLorbit = (name: string, word: string) => (name === "LORBIT" ? logicalOf(word) : undefined);

function choiceOf(name: string, word: string): IncarValue | undefined {
  if (name === "LREAL") return logicalOf(word) ?? (/^(a|auto|o|on)$/i.test(word) ? word : undefined);
  return parseReal(word) ?? (/^(legacy|midgap)$/i.test(word) ? word.toUpperCase() : undefined);
}

/** `2*0.6 5` is 0.6, 0.6, 5. Numbers end at the first word that is none. */
function listOf(text: string, whole: boolean): number[] | undefined {
  const numbers: number[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const [, times = "1", written = ""] = /^(?:(\d+)\*)?(.*)$/.exec(word) ?? [];
    const value = whole ? parseInteger(written) : parseReal(written);
    if (value === undefined) break;
    if (numbers.length + Number(times) > LONGEST_LIST) return undefined;
    for (let i = 0; i < Number(times); i++) numbers.push(value);
  }
  return numbers.length > 0 ? numbers : undefined;
}

const LONGEST_LIST = 1e6;
