import { parsePotcar } from "../../formats/potcar.js";
import { type Language, say } from "../bilingual.js";
import { type Hover, linesRange, type OutlineItem } from "../results.js";
import { linesOf, rangeIn, type TextPosition } from "../textEdit.js";

const DETAIL = { en: "{0} valence electrons, ENMAX {1} eV", ja: "価電子 {0} 個、ENMAX {1} eV" };
const UNKNOWN = { en: "–", ja: "–" };

/** The data sets of a POTCAR by their titles, with valence and cutoff. Nothing else of the file is shown. */
export function outlinePotcar(text: string, language: Language): OutlineItem[] {
  const entries = parsePotcar(text).value ?? [];
  const lines = linesOf(text);
  return entries.map((entry, i) => {
    const first = entry.line - 1;
    return {
      name: entry.title,
      detail: facts(entry, language),
      kind: "section",
      range: linesRange(lines, first, Math.max(first, (entries[i + 1]?.line ?? lines.length + 1) - 2)),
      selection: linesRange(lines, first, first),
      children: [],
    };
  });
}

/** On a title: valence and cutoff of its data set. */
export function hoverPotcar(text: string, position: TextPosition, language: Language): Hover | undefined {
  const entry = parsePotcar(text).value?.find(({ line }) => line === position.line + 1);
  const length = entry?.title.length ?? 0;
  return (
    entry && { range: rangeIn(position.line, 0, length), markdown: `**${entry.title}**\n\n${facts(entry, language)}` }
  );
}

const facts = (
  { valence, cutoff }: { readonly valence?: number; readonly cutoff?: number },
  language: Language,
): string => say(DETAIL, language, valence ?? UNKNOWN[language], cutoff ?? UNKNOWN[language]);
