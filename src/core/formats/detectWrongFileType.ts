import { FILE_START, type Problem, problem } from "../text/problem.js";

/**
 * What the first line or lines of a file say that stand in no VASP text file that is read here: a Git LFS pointer, an
 * archive, bytes that are no text, a web page, or another kind of file. Undefined for what may be right.
 */
export function detectWrongFileType(head: string): Problem | undefined {
  const end = head.indexOf("\n");
  const firstLine = end < 0 ? head : head.slice(0, end);
  if (firstLine.startsWith("version https://git-lfs.github.com/spec/")) {
    return problem("error", FILE_START, "this is a Git LFS pointer, not the file itself: fetch it with `git lfs pull`");
  }
  const container = CONTAINERS.find(([, pattern]) => pattern.test(head))?.[0];
  if (container !== undefined)
    return problem("error", FILE_START, "this is a {0} file, which is not read: unpack it", container);
  // a title may be anything: of texts a first line alone tells nothing
  const kinds = end < 0 ? BINARIES : [...BINARIES, ...TEXTS];
  const foreign = kinds.find(([, pattern]) => pattern.test(head))?.[0];
  if (foreign !== undefined)
    return problem("error", FILE_START, "this is a {0} file, not the VASP file that is expected here", foreign);
  const lineEnd = firstLine.search(/\r./) + 1;
  if (lineEnd > 0)
    return problem("error", { line: 1, column: lineEnd }, "lines end with CR only: convert the line endings");
  const control = binaryColumn(firstLine);
  if (control > 0) return problem("error", { line: 1, column: control }, "this is not a text file");
  if (/^\s*<(!doctype html|html)/i.test(firstLine))
    return problem("error", FILE_START, "this is a web page, not a VASP file");
  return undefined;
}

/** The column of the first character that no text file has; 0 when there is none. */
export function binaryColumn(line: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return line.search(/[\u0000-\u0008\u000e-\u001f]/) + 1;
}

type Kinds = readonly (readonly [name: string, pattern: RegExp])[];

/** Packed files that are not unpacked here, by their first bytes, each taken for a character. */
const CONTAINERS: Kinds = [
  // biome-ignore-start lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  ["zip", /^PK(?:\u0003\u0004|\u0005\u0006|\u0007\u0008)/],
  ["7z", /^7z(?:\u00bc\u00af|\ufffd+)'\u001c/],
  ["rar", /^Rar!\u001a/],
  ["lzma", /^\]\u0000\u0000/],
  ["compress (.Z)", /^\u001f[\u009d\u00a0\ufffd]/],
  ["lz4", /^\u0004"M\u0018/],
  ["tar", /^[^\n]{1,100}\u0000[^\n]{100,200}ustar/],
];

const BINARIES: Kinds = [
  ["HDF5", /^[\u0089\ufffd]HDF\r?\n\u001a/],
  ["NumPy", /^[\u0093\ufffd]NUMPY/],
  // a record of three doubles: its length, the spins and a tag that only this file has
  ["VASP WAVECAR", /^[\s\S]{8,24}?\u0000{4}[\s\S]{1,4}[\u00e6\u00ea\ufffd]@/],
  ["Parquet", /^PAR1/],
  ["SQLite", /^SQLite format 3/],
  ["pickle", /^[\u0080\ufffd][\u0002-\u0005][\u0095\ufffd}c\]]/],
  ["PNG", /^[\u0089\ufffd]PNG\r?\n/],
  // biome-ignore-end lint/suspicious/noControlCharactersInRegex: see above
  ["PDF", /^%PDF-/],
];

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
