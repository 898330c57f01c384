import { parseReal } from "../text/numbers.js";
import { tokenize } from "../text/tokens.js";
import { readIncarDocument } from "./incar/incarDocument.js";
import { describedTag } from "./incar/tagTable.js";
import { logicalOf, typeOf } from "./incar/tagValue.js";
import { readPoscarLayout } from "./poscar/poscarLayout.js";
import { linesOf } from "./textEdit.js";

/** What a part of a text is, in the editor's own kinds. */
export const TOKEN_KINDS = [
  "property",
  "variable",
  "number",
  "keyword",
  "enumMember",
  "string",
  "type",
  "comment",
] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** A part of one line; line and character (UTF-16 unit) from 0. */
export interface SemanticToken {
  readonly line: number;
  readonly from: number;
  readonly length: number;
  readonly kind: TokenKind;
}

/** Lines whose numbers are told one by one: behind them a grammar's colours suffice. */
const MAX_SITES = 5000;

/**
 * What a grammar cannot know of an INCAR: tags that VASP knows, and those it does not (`variable`); values by what they
 * are; and lines without `=`, which VASP passes over.
 */
export function incarTokens(text: string): SemanticToken[] {
  const { lines, assignments, headings } = readIncarDocument(text);
  const tokens = headings.map(({ line }) => wholeLine(lines, line, "comment"));
  for (const { name, nameRange, valueRange } of assignments) {
    const { line, character } = nameRange.start;
    const known = describedTag(name) !== undefined || typeOf(name) !== undefined || name.includes("/");
    tokens.push({
      line,
      from: character,
      length: nameRange.end.character - character,
      kind: known ? "property" : "variable",
    });
    for (let at = valueRange.start.line; at <= valueRange.end.line; at++) {
      const from = at === valueRange.start.line ? valueRange.start.character : 0;
      const whole = lines[at] ?? "";
      const to = at === valueRange.end.line ? valueRange.end.character : whole.replace(/\\\s*$/, "").length;
      tokens.push(...valueTokens(whole.slice(0, to), at, from));
    }
  }
  return inOrder(tokens);
}

/** Quoted texts as a whole, else word by word. */
function valueTokens(line: string, at: number, from: number): SemanticToken[] {
  const value = line.slice(from);
  const quoted = /"[^"]*"?/g;
  if (value.includes('"'))
    return [...value.matchAll(quoted)].map((match) => ({
      line: at,
      from: from + match.index,
      length: match[0].length,
      kind: "string",
    }));
  return tokenize(value).map(({ text, column }) => ({
    line: at,
    from: from + column - 1,
    length: text.length,
    kind: kindOf(text),
  }));
}

function kindOf(word: string): TokenKind {
  const written = /^(?:\d+\*)?(.*)$/.exec(word)?.[1] ?? word;
  if (parseReal(written) !== undefined) return "number";
  return logicalOf(word) === undefined ? "enumMember" : "keyword";
}

/**
 * Comment, numbers, species, the words that say what follows, and flags; what stands behind the last position is left
 * to the grammar.
 */
export function poscarTokens(text: string): SemanticToken[] {
  const { lines, blocks, selectiveLine, modeLine, firstSite, sites } = readPoscarLayout(text);
  const tokens: SemanticToken[] = [wholeLine(lines, 0, "comment")];
  for (let line = 1; line <= 4 && line < lines.length; line++) tokens.push(...words(lines[line] ?? "", line));
  for (const { labelRange, countRange } of blocks) {
    if (labelRange) tokens.push(spanOf(labelRange, "type"));
    tokens.push(spanOf(countRange, "number"));
  }
  for (const line of [selectiveLine, modeLine]) if (line !== undefined) tokens.push(wholeLine(lines, line, "keyword"));
  const first = firstSite ?? lines.length;
  for (let line = first; line < first + Math.min(sites, MAX_SITES); line++)
    tokens.push(...words(lines[line] ?? "", line, true));
  return inOrder(tokens);
}

/** Numbers, flags (`keyword`) and, behind a position, an element (`type`). */
const words = (line: string, at: number, isSite = false): SemanticToken[] =>
  tokenize(line)
    .slice(0, isSite ? 7 : 3)
    .flatMap(({ text, column }): SemanticToken[] => {
      const place = { line: at, from: column - 1, length: text.length };
      if (parseReal(text) !== undefined) return [{ ...place, kind: "number" }];
      if (!isSite) return [];
      if (logicalOf(text) !== undefined) return [{ ...place, kind: "keyword" }];
      return /^[A-Z][a-z]?/.test(text) ? [{ ...place, kind: "type" }] : [];
    });

/** Comment, numbers, the word that says which mesh or list it is, and labels of points. */
export function kpointsTokens(text: string): SemanticToken[] {
  const lines = linesOf(text);
  const tokens: SemanticToken[] = [wholeLine(lines, 0, "comment")];
  lines.slice(1).forEach((line, index) => {
    const remark = line.search(/[!#]/);
    const [body, behind] = remark < 0 ? [line, ""] : [line.slice(0, remark), line.slice(remark)];
    const found = tokenize(body);
    if (index <= 2 && found[0] && parseReal(found[0].text) === undefined) {
      tokens.push(wholeLine([body], 0, "keyword", index + 1));
    } else {
      for (const { text: word, column } of found)
        tokens.push({
          line: index + 1,
          from: column - 1,
          length: word.length,
          kind: parseReal(word) === undefined ? "enumMember" : "number",
        });
    }
    if (behind !== "") tokens.push({ line: index + 1, from: remark, length: behind.trimEnd().length, kind: "comment" });
  });
  return inOrder(tokens);
}

function wholeLine(lines: readonly string[], index: number, kind: TokenKind, line = index): SemanticToken {
  const text = lines[index] ?? "";
  const from = Math.max(0, text.search(/\S/));
  return { line, from, length: text.trimEnd().length - from, kind };
}

const spanOf = (
  { start, end }: { readonly start: Position; readonly end: Position },
  kind: TokenKind,
): SemanticToken => ({
  line: start.line,
  from: start.character,
  length: end.character - start.character,
  kind,
});

interface Position {
  readonly line: number;
  readonly character: number;
}

/** As editors want them: by place, without empty ones, none over another. */
function inOrder(tokens: readonly SemanticToken[]): SemanticToken[] {
  const sorted = tokens.filter(({ length }) => length > 0).sort((a, b) => a.line - b.line || a.from - b.from);
  let [line, end] = [-1, 0];
  return sorted.filter((token) => {
    if (token.line === line && token.from < end) return false;
    [line, end] = [token.line, token.from + token.length];
    return true;
  });
}
