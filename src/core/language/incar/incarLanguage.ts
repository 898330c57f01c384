import { type Language, say } from "../bilingual.js";
import { type Completion, type Fold, type Hover, linesRange, type OutlineItem } from "../results.js";
import { holds, linesOf, rangeIn, replaceAll, type TextEdit, type TextPosition } from "../textEdit.js";
import { type Assignment, readIncarDocument } from "./incarDocument.js";
import { describedTag, describedTags, type TagDescription } from "./tagTable.js";
import { typeOf } from "./tagValue.js";

const WIKI = "https://www.vasp.at/wiki/index.php/";

const TYPE_NAMES = {
  integer: { en: "integer", ja: "整数" },
  real: { en: "number", ja: "実数" },
  logical: { en: "logical", ja: "論理値" },
  text: { en: "text", ja: "文字列" },
  choice: { en: "one of several", ja: "選択" },
  integers: { en: "list of integers", ja: "整数の並び" },
  reals: { en: "list of numbers", ja: "実数の並び" },
} as const;
const DEFAULT = { en: "Default: {0}", ja: "既定値: {0}" };
const MANUAL = { en: "VASP manual", ja: "VASP マニュアル" };

/** What stands under the pointer: the tag with type, default and values, or one value of it. */
export function hoverIncar(text: string, position: TextPosition, language: Language): Hover | undefined {
  const { assignments } = readIncarDocument(text);
  for (const assignment of assignments) {
    const tag = describedTag(assignment.name);
    if (!tag) continue;
    if (holds(assignment.nameRange, position))
      return { range: assignment.nameRange, markdown: describeTag(tag, language) };
    if (holds(assignment.valueRange, position)) return hoverValue(tag, assignment, language);
  }
  return undefined;
}

function hoverValue(tag: TagDescription, { value, valueRange }: Assignment, language: Language): Hover {
  const word = value.split(/\s+/)[0] ?? "";
  const meaning = tag.values.find((entry) => sameValue(entry.value, word));
  const head = meaning ? `\`${tag.name} = ${meaning.value}\`: ${meaning.text[language]}\n\n` : "";
  return { range: valueRange, markdown: head + describeTag(tag, language, meaning !== undefined) };
}

const sameValue = (listed: string, written: string) =>
  listed.toUpperCase() === written.toUpperCase() ||
  (written !== "" && Number(listed) === Number(written)) ||
  (/^\.?[TF]/i.test(written) &&
    /^\./.test(listed) &&
    listed[1]?.toUpperCase() === written.replace(".", "")[0]?.toUpperCase());

/** Markdown: name, type and default, one sentence, values, a link to the manual. */
export function describeTag(tag: TagDescription, language: Language, brief = false): string {
  const type = typeOf(tag.name);
  const facts = [
    type && TYPE_NAMES[type][language],
    tag.default && say(DEFAULT, language, tag.default[language]),
  ].filter(Boolean);
  const rows = brief ? [] : tag.values.map(({ value, text }) => `| \`${value}\` | ${text[language]} |`);
  const table = rows.length > 0 ? `\n\n| | |\n|---|---|\n${rows.join("\n")}` : "";
  return `**${tag.name}** (${facts.join(", ")})\n\n${tag.text[language]}${table}\n\n[${MANUAL[language]}](${WIKI}${tag.name})`;
}

/** Tags where a statement begins, values behind `=`. */
export function completeIncar(text: string, { line, character }: TextPosition, language: Language): Completion[] {
  const before = (linesOf(text)[line] ?? "").slice(0, character);
  if (/[#!]/.test(before)) return [];
  const statement = /[^;{}]*$/.exec(before)?.[0] ?? "";
  const value = /^\s*([A-Za-z][\w/]*)\s*=\s*(\S*)$/.exec(statement);
  if (value)
    return completeValue(value[1] ?? "", rangeIn(line, character - (value[2] ?? "").length, character), language);
  const word = /^\s*([A-Za-z_][\w]*)?$/.exec(statement);
  if (!word) return [];
  const range = rangeIn(line, character - (word[1] ?? "").length, character);
  const taken = new Set(readIncarDocument(text).assignments.map(({ name }) => name));
  return [...describedTags().values()]
    .filter(({ name }) => !taken.has(name))
    .map((tag) => ({
      label: tag.name,
      detail: tag.default ? say(DEFAULT, language, tag.default[language]) : "",
      documentation: describeTag(tag, language),
      kind: "tag" as const,
      range,
      insert: `${tag.name} = `,
      order: `${COMMON.has(tag.name) ? 0 : 1}${tag.name}`,
    }));
}

/** Offered first. */
const COMMON = new Set(
  (
    "ALGO EDIFF EDIFFG ENCUT IBRION ICHARG ISIF ISMEAR ISPIN ISTART ISYM IVDW KPAR LASPH LCHARG LDAU LHFCALC LMAXMIX LORBIT LREAL LSORBIT LWAVE " +
    "MAGMOM METAGGA NBANDS NCORE NEDOS NELM NELECT NSW POTIM PREC SIGMA SYSTEM"
  ).split(" "),
);

function completeValue(name: string, range: ReturnType<typeof rangeIn>, language: Language): Completion[] {
  const tag = describedTag(name);
  const logical = typeOf(name) === "logical";
  const values = logical
    ? [".TRUE.", ".FALSE."].map((value) => ({ value, text: { en: "", ja: "" } }))
    : (tag?.values ?? []);
  return values.map(({ value, text }, index) => ({
    label: value,
    detail: text[language],
    documentation: tag?.text[language] ?? "",
    kind: "value",
    range,
    insert: value,
    order: String(index).padStart(3, "0"),
  }));
}

/** Headings with the tags below them; tags above the first heading stand on their own. */
export function outlineIncar(text: string): OutlineItem[] {
  const { assignments, lines } = readIncarDocument(text);
  const sections = sectionsOf(text);
  const item = (assignment: Assignment): OutlineItem => ({
    name: assignment.name,
    detail: assignment.value.replaceAll("\n", " ").slice(0, 60),
    kind: "value",
    range: { start: assignment.nameRange.start, end: assignment.valueRange.end },
    selection: assignment.nameRange,
    children: [],
  });
  const inside = (first: number, last: number) =>
    assignments.filter(({ nameRange }) => nameRange.start.line >= first && nameRange.start.line <= last).map(item);
  const firstHeading = sections[0]?.line ?? lines.length;
  return [
    ...inside(0, firstHeading - 1),
    ...sections.map(({ title, line, last }) => ({
      name: title,
      detail: "",
      kind: "section" as const,
      range: linesRange(lines, line, last),
      selection: linesRange(lines, line, line),
      children: inside(line, last),
    })),
  ];
}

/** Sections: from a heading, or a comment line with words behind a blank line, to the next one. */
function sectionsOf(text: string): { title: string; line: number; last: number }[] {
  const { headings, lines, commentLines } = readIncarDocument(text);
  const titled = commentLines.filter(
    (line) => (line === 0 || (lines[line - 1] ?? "").trim() === "") && titleOf(lines[line] ?? "") !== "",
  );
  const starts = [...headings.map(({ line }) => line), ...titled].sort((a, b) => a - b);
  return starts.flatMap((line, i) => {
    const title = titleOf(lines[line] ?? "");
    const end = (starts[i + 1] ?? lines.length) - 1;
    let last = end;
    while (last > line && (lines[last] ?? "").trim() === "") last--;
    return title === "" ? [] : [{ title, line, last }];
  });
}

/** `# ---- Relaxation ----` says Relaxation. A tag that is commented out titles nothing. */
function titleOf(line: string): string {
  const words = line.replace(/^[\s#!=*\-_]+|[\s#!=*\-_:]+$/g, "");
  return /^[A-Za-z_]+\s*=/.test(words) ? "" : words;
}

/** Sections, and values over several lines. */
export function foldIncar(text: string): Fold[] {
  const { assignments } = readIncarDocument(text);
  const values = assignments.map(({ nameRange, valueRange }) => ({
    start: nameRange.start.line,
    end: valueRange.end.line,
  }));
  const sections = sectionsOf(text).map(({ line, last }) => ({ start: line, end: last }));
  return [...sections, ...values]
    .filter(({ start, end }) => end > start)
    .map((fold) => ({ ...fold, kind: "region" as const }));
}

/**
 * One tag per line, names in capitals, `=` below each other within a block of lines, comments kept. Nothing that VASP
 * reads changes.
 */
export function formatIncar(text: string): TextEdit[] {
  const { assignments, lines } = readIncarDocument(text);
  const byLine = new Map<number, Assignment[]>();
  const busy = new Set<number>();
  for (const assignment of assignments) {
    const { line } = assignment.nameRange.start;
    byLine.set(line, [...(byLine.get(line) ?? []), assignment]);
    for (let inside = line; inside <= assignment.valueRange.end.line; inside++)
      if (inside > line) busy.add(inside).add(line);
  }
  const written = lines.map((raw, line) => {
    const here = byLine.get(line);
    const plain = here && !busy.has(line) && !/[{}]/.test(raw) && !/\\\s*$/.test(raw);
    const pairs = (here ?? []).map(({ nameRange: { start, end }, value }) => ({
      name: raw.slice(start.character, end.character).toUpperCase(),
      value,
    }));
    return plain ? { pairs, comment: commentOf(raw) } : { raw: raw.trimEnd() };
  });
  const out = alignBlocks(written).join("\n");
  return out === text.replaceAll("\r\n", "\n")
    ? []
    : [replaceAll(text, text.includes("\r\n") ? out.replaceAll("\n", "\r\n") : out)];
}

type WrittenLine = { raw: string } | { pairs: readonly { name: string; value: string }[]; comment: string };

function alignBlocks(written: readonly WrittenLine[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < written.length; ) {
    const line = written[i];
    if (!line || "raw" in line) {
      out.push(line?.raw ?? "");
      i++;
      continue;
    }
    let end = i;
    while (end < written.length && written[end] && !("raw" in (written[end] ?? { raw: "" }))) end++;
    const block = written.slice(i, end).flatMap((entry) => ("raw" in entry ? [] : [entry]));
    const width = Math.max(...block.flatMap(({ pairs }) => pairs.map(({ name }) => name.length)));
    for (const { pairs, comment } of block) {
      pairs.forEach(({ name, value }, index) => {
        const remark = index === pairs.length - 1 && comment !== "" ? `  ${comment}` : "";
        out.push(`${name.padEnd(width)} = ${value}${remark}`.trimEnd());
      });
    }
    i = end;
  }
  return out;
}

/** A line's comment with its sign; signs within quotation marks do not count. */
function commentOf(line: string): string {
  for (let i = 0, quoted = false; i < line.length; i++) {
    if (line[i] === '"') quoted = !quoted;
    else if (!quoted && (line[i] === "#" || line[i] === "!")) return line.slice(i).trimEnd();
  }
  return "";
}
