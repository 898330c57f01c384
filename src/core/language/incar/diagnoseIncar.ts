import { parseInteger, parseReal } from "../../text/numbers.js";
import { type Diagnosis, diagnose, type Fix, type Rule } from "../diagnosis.js";
import type { RunContext } from "../runContext.js";
import { rangeIn, type TextRange } from "../textEdit.js";
import { diagnoseCombinations } from "./diagnoseCombinations.js";
import { type Assignment, type FormError, type IncarDocument, readIncarDocument } from "./incarDocument.js";
import * as rules from "./incarRules.js";
import { nearestWord } from "./spelling.js";
import { describedTag, describedTags } from "./tagTable.js";
import { hasTooMany, logicalOf, MAX_VALUES, numbersOf, typeOf, usedAssignments, wordsOf } from "./tagValue.js";

/** What is wrong with an INCAR, by itself and against the other inputs in its folder. */
export function diagnoseIncar(text: string, context: RunContext = {}): Diagnosis[] {
  const incar = readIncarDocument(text);
  const used = usedAssignments(incar);
  const found = [
    ...incar.errors.map(diagnoseForm),
    ...incar.assignments.flatMap((assignment) => diagnoseAssignment(assignment, used.get(assignment.name), incar)),
    ...diagnoseCombinations(used, incar.lines, context),
  ];
  return found.sort((a, b) => a.line - b.line || a.column - b.column);
}

const FORM: Readonly<Record<FormError["kind"], Rule>> = {
  openQuote: rules.OPEN_QUOTE,
  openBrace: rules.OPEN_BRACE,
  strayBrace: rules.STRAY_BRACE,
  continuation: rules.CONTINUATION,
};

const diagnoseForm = ({ kind, range }: FormError): Diagnosis => diagnose(FORM[kind], range);

function diagnoseAssignment(assignment: Assignment, first: Assignment | undefined, incar: IncarDocument): Diagnosis[] {
  const { name, nameRange } = assignment;
  if (first && first !== assignment) {
    return [
      diagnose(rules.REPEATED_TAG, nameRange, [name, first.nameRange.start.line + 1], [removal(assignment, incar)]),
    ];
  }
  if (name.includes("/")) return [];
  const known = describedTag(name) !== undefined || typeOf(name) !== undefined;
  return known ? diagnoseValue(assignment) : [diagnoseUnknown(assignment)];
}

function diagnoseUnknown({ name, nameRange }: Assignment): Diagnosis {
  const renamed = /^ML_FF_(.*?)(?:_MB)?$/.exec(name);
  const modern = renamed && `ML_${renamed[1]}`;
  if (modern && describedTag(modern))
    return diagnose(rules.RENAMED_TAG, nameRange, [name, modern], [replacement(nameRange, modern, false)]);
  const near = nearestWord(name, describedTags().keys());
  if (!near) return diagnose(rules.UNKNOWN_TAG, nameRange, [name]);
  return diagnose(rules.MISSPELT_TAG, nameRange, [name, near], [replacement(nameRange, near, false)]);
}

function diagnoseValue(assignment: Assignment): Diagnosis[] {
  const { name, nameRange, valueRange } = assignment;
  const type = typeOf(name);
  const words = wordsOf(assignment);
  const [first = ""] = words;
  if (first === "") return type === "text" ? [] : [diagnose(rules.NO_VALUE, nameRange, [name])];
  const wrong = (rule: Rule, fixes: readonly Fix[] = []) => [
    diagnose(rule, firstWord(valueRange, first), [name, first], fixes),
  ];
  switch (type) {
    case "integer":
      if (parseInteger(first) === undefined && !(name === "LORBIT" && logicalOf(first) !== undefined))
        return wrong(rules.NOT_INTEGER);
      break;
    case "real":
      if (parseReal(first) === undefined) return wrong(rules.NOT_REAL);
      break;
    case "logical":
      if (logicalOf(first) === undefined)
        return wrong(rules.NOT_LOGICAL, logicalFixes(firstWord(valueRange, first), first));
      break;
    case "choice":
      if (!isChoice(name, first)) return wrong(rules.NOT_CHOICE);
      break;
    case "integers":
    case "reals":
      if (hasTooMany(words)) return [diagnose(rules.TOO_MANY, nameRange, [name, MAX_VALUES])];
      if (!numbersOf(words, type === "integers"))
        return wrong(type === "integers" ? rules.NOT_INTEGERS : rules.NOT_REALS);
      return diagnoseSurplus(
        assignment,
        words.findIndex((word) => /^[A-Za-z(]/.test(word)),
        words,
      );
    default:
      return diagnoseWord(assignment, first);
  }
  return [...diagnoseWord(assignment, first), ...diagnoseSurplus(assignment, 1, words)];
}

/** Tags whose described values are all that VASP takes. Others take more numbers than those that have names. */
const CLOSED = new Set([
  "ALGO",
  "PREC",
  "METAGGA",
  "PRECFOCK",
  "ML_MODE",
  "ISPIN",
  "ISTART",
  "ICHARG",
  "ISIF",
  "ISYM",
  "LDAUTYPE",
  "LDAUPRINT",
  "IDIPOL",
  "ANTIRES",
]);
/** Of these VASP reads the first letter. */
const BY_LETTER = new Set(["ALGO", "PREC", "PRECFOCK"]);

function diagnoseWord({ name, valueRange }: Assignment, word: string): Diagnosis[] {
  const values = describedTag(name)?.values.map(({ value }) => value) ?? [];
  if (!CLOSED.has(name) || values.some((value) => value.toUpperCase() === word.toUpperCase())) return [];
  if (parseReal(word) !== undefined && values.some((value) => parseReal(value) === parseReal(word))) return [];
  if (BY_LETTER.has(name) && values.some((value) => isAbbreviation(word, value))) return [];
  const near = nearestWord(
    word.toUpperCase(),
    values.map((value) => value.toUpperCase()),
  );
  const exact = values.find((value) => value.toUpperCase() === near);
  const range = firstWord(valueRange, word);
  return [
    diagnose(rules.UNKNOWN_VALUE, range, [name, word], exact === undefined ? [] : [replacement(range, exact, false)]),
  ];
}

const isAbbreviation = (word: string, value: string) => value.toUpperCase().startsWith(word.toUpperCase());

/** Words behind a single value, as people write remarks without a sign. */
function diagnoseSurplus(
  { name, value, valueRange }: Assignment,
  index: number,
  words: readonly string[],
): Diagnosis[] {
  const second = words[index];
  if (second === undefined || value.includes("\n") || valueRange.start.line !== valueRange.end.line) return [];
  const at = valueRange.start.character + value.indexOf(second, (words[0] ?? "").length);
  const range = rangeIn(valueRange.start.line, at, valueRange.end.character);
  const comment: Fix = {
    title: { en: "Make it a comment", ja: "コメントにする" },
    args: [],
    edits: [{ range: rangeIn(valueRange.start.line, at, at), text: "# " }],
    safe: true,
  };
  return [diagnose(rules.SURPLUS_VALUE, range, [name], [comment])];
}

function isChoice(name: string, word: string): boolean {
  if (name === "LREAL") return logicalOf(word) !== undefined || /^(a|auto|o|on)$/i.test(word);
  if (name === "EFERMI") return parseReal(word) !== undefined || /^(legacy|midgap)$/i.test(word);
  return true;
}

function logicalFixes(range: TextRange, word: string): Fix[] {
  const guess = /^\.?(?:y|on|1|tru)/i.test(word) ? ".TRUE." : /^\.?(?:n|off|0|fal)/i.test(word) ? ".FALSE." : undefined;
  return guess === undefined ? [] : [replacement(range, guess, false)];
}

const firstWord = ({ start }: TextRange, word: string): TextRange =>
  rangeIn(start.line, start.character, start.character + word.length);

const replacement = (range: TextRange, text: string, safe: boolean): Fix => ({
  title: { en: "Change to {0}", ja: "{0} に変更" },
  args: [text],
  edits: [{ range, text }],
  safe,
});

/** Takes an assignment away, with its line where it stands there alone. */
function removal({ name, nameRange, valueRange }: Assignment, { lines }: IncarDocument): Fix {
  const { start } = nameRange;
  const { end } = valueRange;
  const before = (lines[start.line] ?? "").slice(0, start.character);
  const behind = (lines[end.line] ?? "").slice(end.character);
  const alone = before.trim() === "" && behind.trim() === "" && end.line + 1 < lines.length;
  const semicolon = /^\s*;\s*/.exec(behind)?.[0].length ?? 0;
  const range = alone
    ? { start: { line: start.line, character: 0 }, end: { line: end.line + 1, character: 0 } }
    : { start, end: { line: end.line, character: end.character + semicolon } };
  return {
    title: { en: "Remove this {0}", ja: "この {0} を削除" },
    args: [name],
    edits: [{ range, text: "" }],
    safe: true,
  };
}
