import { type Problem, problem, type Severity } from "../text/problem.js";
import { type Bilingual, type Language, say } from "./bilingual.js";
import type { TextEdit, TextRange } from "./textEdit.js";

/** A problem with what an editor can do about it. */
export interface Diagnosis extends Problem {
  /** Names the rule, such as `incar/unknown-tag`. */
  readonly code: string;
  /** Behind its last character, in its line, from 1. */
  readonly endColumn: number;
  /** Absent where the text comes from a file's reader: then `template` is the key of the translation. */
  readonly text?: Bilingual;
  readonly fixes: readonly Fix[];
}

/** A change that removes a problem. */
export interface Fix {
  readonly title: Bilingual;
  readonly args: readonly (string | number)[];
  readonly edits: readonly TextEdit[];
  /** Keeps the meaning of the file as VASP reads it, so that it may be done unasked (`r3dvs check --fix`). */
  readonly safe: boolean;
}

export interface Rule {
  readonly code: string;
  readonly severity: Severity;
  readonly text: Bilingual;
}

/** A diagnosis of a rule at a range, which is cut to its first line. */
export function diagnose(
  rule: Rule,
  range: TextRange,
  args: readonly (string | number)[] = [],
  fixes: readonly Fix[] = [],
): Diagnosis {
  const place = { line: range.start.line + 1, column: range.start.character + 1 };
  const end = range.end.line === range.start.line ? range.end.character : range.start.character + 1;
  const found = problem(rule.severity, place, rule.text.en, ...args);
  return { ...found, code: rule.code, endColumn: Math.max(end + 1, place.column + 1), text: rule.text, fixes };
}

/** A reader's problem as a diagnosis that ends with the word at its place. */
export function diagnosisOf(found: Problem, code: string, lines: readonly string[]): Diagnosis {
  const rest = (lines[found.line - 1] ?? "").slice(found.column - 1);
  const length = /^\S+/.exec(rest)?.[0].length ?? 1;
  return { ...found, code, endColumn: found.column + length, fixes: [] };
}

/** What is shown; undefined in Japanese for a reader's problem, which the caller translates by its template. */
export function messageIn(found: Diagnosis, language: Language): string | undefined {
  if (found.text) return say(found.text, language, ...found.args);
  return language === "en" ? found.message : undefined;
}
