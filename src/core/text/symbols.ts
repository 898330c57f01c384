/** Symbols of the views that carry a subscript, as they stand in texts. */
const SYMBOL = /(?<![\w.])(s|g|m|E|V|v|μ)_(g|cut|[xyz]|Hartree|H|xc|F|B|coh|ion-ion|band|total|form)(?![\w.])/g;

export interface SymbolPart {
  readonly text: string;
  readonly isSubscript: boolean;
}

/** A text in parts, for typesetting: `|s_g| (eV)` is "|s", the subscript "g", and "| (eV)". Other names stay whole. */
export function splitSymbols(text: string): readonly SymbolPart[] {
  const parts: SymbolPart[] = [];
  let end = 0;
  for (const { 0: whole, 1: letter = "", 2: index = "", index: start } of text.matchAll(SYMBOL)) {
    parts.push({ text: text.slice(end, start) + letter, isSubscript: false }, { text: index, isSubscript: true });
    end = start + whole.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), isSubscript: false });
  return parts;
}
