import { parseReal } from "../text/numbers.js";
import { splitLines, tokenize } from "../text/tokens.js";
import type { FileKind } from "./fileKind.js";

/**
 * What the beginning of a text file says of its kind, whatever its name; undefined for structures and densities, which
 * begin alike, and for what is not known.
 */
export function contentKind(head: string): FileKind | undefined {
  if (/^\s*<\?xml\s/.test(head) && /<modeling\s*>/.test(head)) return "vasprun";
  const lines = splitLines(head);
  if (lines.slice(0, 10).some((line) => /^\s*vasp\.\d/.test(line) || /\bustar\b.*vasp\.\d/s.test(line)))
    return "OUTCAR";
  const counts = lines.map((line) => tokenize(line).filter(({ text }) => parseReal(text) !== undefined).length);
  if (counts[0] === 4 && lines[3]?.trim() === "CAR") return counts[5] === 3 ? "EIGENVAL" : undefined;
  return lines.some((line) => /^\s*Direct configuration\s*=/i.test(line)) ? "XDATCAR" : undefined;
}
