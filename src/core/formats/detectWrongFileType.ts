import { type Problem, problem } from "../text/problem.js";
import { foreignContent, foreignKind, type Kinds } from "./foreignContent.js";

/**
 * What the first line or lines of a file say that stand in no VASP text file that is read here: a Git LFS pointer, an
 * archive, bytes that are no text, a web page, or another kind of file. Undefined for what may be right.
 */
export function detectWrongFileType(head: string): Problem | undefined {
  const end = head.indexOf("\n");
  const firstLine = end < 0 ? head : head.slice(0, end);
  const known = foreignContent(head);
  if (known) return known;
  // a title may be anything: of texts a first line alone tells nothing
  const foreign = (end < 0 ? [] : TEXTS).find(([, pattern]) => pattern.test(head))?.[0];
  if (foreign !== undefined) return foreignKind(foreign);
  const control = binaryColumn(firstLine);
  if (control > 0) return problem("error", { line: 1, column: control }, "this is not a text file");
  const lineEnd = firstLine.search(/\r./) + 1;
  if (lineEnd > 0)
    return problem("error", { line: 1, column: lineEnd }, "lines end with CR only: convert the line endings");
  return undefined;
}

/** The column of the first character that no text file has; 0 when there is none. */
export function binaryColumn(line: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return line.search(/[\u0000-\u0008\u000e-\u001f]/) + 1;
}

const NUMBER = "[-+]?\\d[\\d.]*(?:[EeDd][-+]?\\d+)?(?![^\\s])";
const ROW = (count: number) => `[ \\t]*${NUMBER}(?:[ \\t]+${NUMBER}){${count - 1}}[ \\t]*\\r?\\n`;

/** Other files of VASP and of other programs, by the first lines that only they have. */
const TEXTS: Kinds = [
  ["OSZICAR", /^\s*N\s+E\s+dE\s+d eps\s+ncg\s+rms|^\s*(?:DAV|RMM|CGA|SDA):\s+\d+\s/],
  ["PROCAR", /^\s*PROCAR\s+(?:lm|new)/],
  ["POTCAR", /^[^\n]*\n[^\n]*\n\s*parameters from PSCTR/],
  ["DOSCAR or EIGENVAL", new RegExp(`^${ROW(4)}${ROW(5)}${ROW(1)}`)],
  ["PCDAT", new RegExp(`^${ROW(4)}\\s*${ROW(1)}\\s*CAR`)],
  ["XML", /^\s*<\?xml\s/],
  [
    "CIF",
    /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*data_\S*[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*(?:_[A-Za-z]|loop_)/,
  ],
  ["JSON", /^\s*(?:\{\s*["}]|\[\s*[[{"])/],
  ["extended XYZ", /^[ \t]*\d+[ \t]*\r?\n[^\n]*Lattice\s*=\s*"/i],
  [
    "XSF",
    /^(?:[ \t]*#[^\n]*\n)*[ \t]*(?:CRYSTAL|SLAB|POLYMER|MOLECULE|ANIMSTEPS[ \t]+\d+)[ \t]*\r?\n[ \t]*(?:PRIMVEC|CONVVEC|CRYSTAL|ATOMS)/,
  ],
  ["LAMMPS", /^\s*ITEM: TIMESTEP/],
  ["Quantum ESPRESSO", /^\s*&(?:control|system|electrons)\b/i],
  ["INCAR", /^[^\n]*\n(?:[ \t]*(?:[#!][^\n]*)?\r?\n)*[ \t]*[A-Z][A-Z0-9_]{2,}[ \t]*=/],
];
