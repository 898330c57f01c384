import type { TextPosition, TextRange } from "./textEdit.js";

/** What is shown when a pointer rests on something: Markdown. */
export interface Hover {
  readonly range: TextRange;
  readonly markdown: string;
}

/** One entry of the outline. */
export interface OutlineItem {
  readonly name: string;
  readonly detail: string;
  readonly kind: "section" | "value" | "list" | "site" | "step";
  /** All that belongs to it. */
  readonly range: TextRange;
  /** What is selected when it is chosen; inside `range`. */
  readonly selection: TextRange;
  readonly children: readonly OutlineItem[];
}

export interface Completion {
  readonly label: string;
  readonly detail: string;
  readonly documentation: string;
  readonly kind: "tag" | "value";
  /** What it replaces. */
  readonly range: TextRange;
  readonly insert: string;
  /** Where it comes in the list: by this, then by label. */
  readonly order: string;
}

/** Lines from 0, both inside. */
export interface Fold {
  readonly start: number;
  readonly end: number;
  readonly kind: "region" | "comment";
}

/** Whole lines of a text as a range. */
export const linesRange = (lines: readonly string[], first: number, last: number): TextRange => ({
  start: { line: first, character: 0 },
  end: { line: last, character: (lines[last] ?? "").length },
});

export const pointRange = (position: TextPosition): TextRange => ({ start: position, end: position });
