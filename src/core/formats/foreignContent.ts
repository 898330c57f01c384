import { FILE_START, type Problem, problem } from "../text/problem.js";

export type Kinds = readonly (readonly [name: string, pattern: RegExp])[];

/**
 * What the first bytes of a file, each taken for a character, say of a file that is none of VASP's: an archive, a
 * binary file of another program, an image, a pointer to a file kept elsewhere, a web page, UTF-16. Undefined for what
 * is not known.
 */
export function foreignContent(head: string): Problem | undefined {
  const pointer = POINTERS.find(([, pattern]) => pattern.test(head))?.[0];
  if (pointer !== undefined) return problem("error", FILE_START, pointer);
  const container = CONTAINERS.find(([, pattern]) => pattern.test(head))?.[0];
  if (container !== undefined) {
    const template = isAn(container)
      ? "this is an {0} file, which is not read: unpack it"
      : "this is a {0} file, which is not read: unpack it";
    return problem("error", FILE_START, template, container);
  }
  const foreign = BINARIES.find(([, pattern]) => pattern.test(head))?.[0];
  if (foreign !== undefined) return foreignKind(foreign);
  if (UTF16.test(head)) return problem("error", FILE_START, "this text is UTF-16: save it as UTF-8");
  return WEB_PAGE.test(head) ? problem("error", FILE_START, "this is a web page, not a VASP file") : undefined;
}

/** That a file is of another kind than the one that is read. */
export function foreignKind(name: string): Problem {
  const template = isAn(name)
    ? "this is an {0} file, not the VASP file that is expected here"
    : "this is a {0} file, not the VASP file that is expected here";
  return problem("error", FILE_START, template, name);
}

/** Names that begin with a vowel when they are read aloud. */
const isAn = (name: string) => /^(?:[aeiou]|HDF|LMDB|LAMMPS|XML|XSF|lz|xz)/i.test(name);

/** Files that stand for others. */
const POINTERS: Kinds = [
  [
    "this is a Git LFS pointer, not the file itself: fetch it with `git lfs pull`",
    /^version https:\/\/git-lfs\.github\.com\/spec\//,
  ],
  [
    "this is a git-annex pointer, not the file itself: fetch it with `git annex get`",
    /^\/annex\/objects\/|^(?:\.\.\/)*\.git\/annex\/objects\//,
  ],
];

/** Packed files that are not unpacked here. Where a text was decoded, U+FFFD stands for a byte that is no text. */
export const CONTAINERS: Kinds = [
  // biome-ignore-start lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  ["NumPy archive (.npz)", /^PK\u0003\u0004[\s\S]{26}[^\u0000-\u001f/]{1,80}\.npy/],
  ["PyTorch", /^PK\u0003\u0004[\s\S]{26}[^\u0000-\u001f]{1,80}\/data\.pkl/],
  ["zip", /^PK(?:\u0003\u0004|\u0005\u0006|\u0007\u0008)/],
  ["7z", /^7z(?:\u00bc\u00af|\ufffd+)'\u001c/],
  ["rar", /^Rar!\u001a/],
  ["lzma", /^\]\u0000\u0000/],
  ["compress (.Z)", /^\u001f[\u009d\u00a0]/],
  ["gzip (packed twice)", /^\u001f[\u008b\ufffd]\u0008/],
  ["bzip2 (packed twice)", /^BZh[1-9]1AY&SY/],
  ["xz (packed twice)", /^[\u00fd\ufffd]7zXZ\u0000/],
  ["zstd (packed twice)", /^\u0028\u00b5\u002f[\u00fd\ufffd]/],
  ["lz4", /^\u0004"M\u0018/],
  ["snappy", /^[\u00ff\ufffd]\u0006\u0000\u0000sNaPpY/],
  ["tar", /^[^\n]{1,100}\u0000[^\n]{100,200}ustar/],
  ["ar (.deb)", /^!<arch>\n/],
];

/** Files of other programs, images and programs. */
export const BINARIES: Kinds = [
  ["HDF5", /^[\u0089\ufffd]HDF\r?\n\u001a/],
  ["HDF4", /^\u000e\u0003\u0013\u0001/],
  ["NetCDF", /^CDF[\u0001\u0002\u0005]/],
  ["NumPy", /^[\u0093\ufffd]NUMPY/],
  // a record of three doubles: its length, the spins and a tag (45200, 45210, 53300, 53310) that only this file has
  ["VASP WAVECAR", /^[\s\S]{8,24}?\u0000{4}[\s\S]{1,4}[\u00e6\u00ea\ufffd]@/],
  ["VASP WAVECAR", /^@[\s\S]{7}(?:\?[\u00f0\ufffd]|@\u0000)\u0000{6}@[\u00e6\u00ea\ufffd]/],
  ["Parquet", /^PAR1[\u0000-\u0008\u000e-\u001f]/],
  ["Arrow (Feather)", /^(?:ARROW1|FEA1)\u0000/],
  ["ORC", /^ORC\s?[\u0000-\u0008\u000e-\u001f\u007f-\uffff]/],
  ["Avro", /^Obj\u0001/],
  ["MATLAB", /^MATLAB 5\.0 MAT-file/],
  ["GSD", /^(?:[\u00df\ufffd]e){4}/],
  ["SQLite", /^SQLite format 3/],
  ["LMDB", /^[\s\S]{16}[\u00de\ufffd][\u00c0\ufffd][\u00ef\ufffd][\u00be\ufffd]/],
  ["pickle", /^[\u0080\ufffd][\u0002-\u0005][\u0095\ufffd}c\](]/],
  ["PNG", /^[\u0089\ufffd]PNG\r?\n/],
  ["JPEG", /^[\u00ff\ufffd][\u00d8\ufffd][\u00ff\ufffd]/],
  ["GIF", /^GIF8[79]a/],
  ["TIFF", /^II\*\u0000|^MM\u0000\*/],
  ["PDF", /^%PDF-/],
  ["program (ELF)", /^\u007fELF/],
  ["program (Windows)", /^MZ[\s\S]{0,2}\u0000/],
  ["program (macOS)", /^[\u00ce\u00cf]\u00fa\u00ed\u00fe/],
];

const UTF16 = /^\u00ff\u00fe|^\u00fe\u00ff|^(?:[\t\n\r\u0020-\u007e]\u0000){8}|^(?:\u0000[\t\n\r\u0020-\u007e]){8}/;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: see above
const WEB_PAGE = /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]{0,500}?-->\s*)*<(?:!doctype\s+html|html|head|body|title)\b/i;
