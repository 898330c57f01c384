import type { Structure } from "../../crystal/structure.js";
import { PoscarReader } from "../../formats/poscarReader.js";
import { parseInteger } from "../../text/numbers.js";
import type { Problem } from "../../text/problem.js";
import { type Token, tokenize, withoutComment } from "../../text/tokens.js";
import { linesOf, rangeIn, type TextRange } from "../textEdit.js";

/** One block of atoms: a label and a count. */
export interface SpeciesBlock {
  /** As written; absent in files of VASP 4. */
  readonly label?: string;
  readonly labelRange?: TextRange;
  readonly count: number;
  readonly countRange: TextRange;
  /** Its first position: index of the atom, from 0. */
  readonly first: number;
}

/** Where the parts of a POSCAR stand. Lines from 0; what the file lacks is undefined. */
export interface PoscarLayout {
  readonly lines: readonly string[];
  readonly structure?: Structure;
  readonly problems: readonly Problem[];
  readonly blocks: readonly SpeciesBlock[];
  /** Lines of labels: none in files of VASP 4. */
  readonly labelLines: readonly number[];
  readonly countLines: readonly number[];
  readonly selectiveLine?: number;
  readonly modeLine?: number;
  readonly isCartesian: boolean;
  /** Line of the first position. */
  readonly firstSite?: number;
  /** Positions that the counts ask for. */
  readonly atoms: number;
  /** Positions that are there. */
  readonly sites: number;
}

const FIRST_LABELS = 5;

let latest: { readonly text: string; readonly layout: PoscarLayout } | undefined;

/**
 * Reads a POSCAR, CONTCAR or the head of a volumetric file for an editor. The latest text's layout is kept: an editor
 * asks for diagnoses, outline, folds and hovers of the same text one after another.
 */
export function readPoscarLayout(text: string): PoscarLayout {
  if (latest?.text !== text) latest = { text, layout: readLayout(text) };
  return latest.layout;
}

function readLayout(text: string): PoscarLayout {
  const lines = linesOf(text);
  const reader = new PoscarReader();
  for (const line of lines) {
    reader.push(line);
    if (reader.state !== "reading") break;
  }
  const { counts, mode } = reader.landmarks;
  const { value, problems } = reader.finish();
  const head = counts > 0 ? readBlocks(lines, counts - 1) : { blocks: [], labelLines: [], countLines: [] };
  const atoms = head.blocks.reduce((sum, block) => sum + block.count, 0);
  const modeLine = mode > 0 ? mode - 1 : undefined;
  const selectiveLine = modeLine !== undefined && modeLine > counts ? modeLine - 1 : undefined;
  return {
    lines,
    ...(value && { structure: value }),
    problems,
    ...head,
    atoms,
    ...(selectiveLine !== undefined && { selectiveLine }),
    ...(modeLine !== undefined && { modeLine, firstSite: modeLine + 1 }),
    isCartesian: /^\s*[ckCK]/.test(lines[modeLine ?? -1] ?? ""),
    sites: value ? atoms : modeLine === undefined ? 0 : countSites(lines, modeLine + 1, atoms),
  };
}

function readBlocks(lines: readonly string[], lastCounts: number) {
  const firstCounts = lines.findIndex(
    (line, i) => i >= FIRST_LABELS && parseInteger(tokensOf(line)[0]?.text ?? "") !== undefined,
  );
  const labelLines = range(FIRST_LABELS, firstCounts);
  const countLines = range(firstCounts, lastCounts + 1);
  const labels = labelLines.flatMap((line) => tokensOf(lines[line] ?? "").map((token) => ({ line, token })));
  const counts = countLines.flatMap((line) => integersOf(lines[line] ?? "").map((token) => ({ line, token })));
  let first = 0;
  const blocks = counts.map(({ line, token }, i): SpeciesBlock => {
    const label = labels[i];
    const count = Number(token.text);
    const block = { count, countRange: tokenRange(line, token), first };
    first += count;
    return label ? { ...block, label: label.token.text, labelRange: tokenRange(label.line, label.token) } : block;
  });
  return { blocks, labelLines, countLines };
}

const tokensOf = (line: string): Token[] => tokenize(withoutComment(line));

function integersOf(line: string): Token[] {
  const tokens = tokensOf(line);
  const end = tokens.findIndex((token) => parseInteger(token.text) === undefined);
  return end < 0 ? tokens : tokens.slice(0, end);
}

export const tokenRange = (line: number, { column, text }: Token): TextRange =>
  rangeIn(line, column - 1, column - 1 + text.length);

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

function countSites(lines: readonly string[], first: number, atoms: number): number {
  let sites = 0;
  while (sites < atoms && isPosition(lines[first + sites] ?? "")) sites++;
  return sites;
}

/** Three numbers at the start of a line. */
export const isPosition = (line: string): boolean =>
  /^\s*(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?\s+){2}[-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?(?:\s|$)/.test(
    line,
  );

/** The block to which an atom belongs. */
export function blockOf(layout: PoscarLayout, atom: number): SpeciesBlock | undefined {
  return layout.blocks.find(({ first, count }) => atom >= first && atom < first + count);
}

/** The atom whose position a line holds, from 0. */
export function atomAt({ firstSite, sites }: PoscarLayout, line: number): number | undefined {
  const atom = line - (firstSite ?? Number.POSITIVE_INFINITY);
  return atom >= 0 && atom < sites ? atom : undefined;
}
