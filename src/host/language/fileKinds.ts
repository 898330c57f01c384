/**
 * What a file is, by its name alone: VASP's names carry no extension, and people add tags (`CHGCAR_sum`, `PARCHG.0001.ALLK`, `CHGCAR.static.gz`).
 * Scripts named after a file (`chgcar_sum.py`) must not match. `package.json` repeats these rules as globs and as `when` clauses; test/host holds them together.
 */
export type FileKind = "structure" | "density";

const PACKED = String.raw`(\.(gz|bz2|xz|zst))?`;
const TAG = String.raw`([_-][^.]*)?(\.(\d.*|vasp|bak|old|orig|static|relax\d*|sum|diff|up|down))?`;

/** The source of the regular expression that `when` clauses use for volumetric files. */
export const DENSITY_NAME = String.raw`^(CHGCAR|CHG|AECCAR[012]|LOCPOT|ELFCAR|PARCHG)${TAG}${PACKED}$|\.chgcar${PACKED}$`;

/** The same for structures. */
export const STRUCTURE_NAME = String.raw`^(POSCAR|CONTCAR)${TAG}$|\.(poscar|vasp)$`;

const density = new RegExp(DENSITY_NAME, "i");
const structure = new RegExp(STRUCTURE_NAME, "i");
const packed = /\.(gz|bz2|xz|zst)$/i;

/** The kind of a file of this base name, if it is one of ours. */
export function fileKind(baseName: string): FileKind | undefined {
  if (density.test(baseName)) return "density";
  return structure.test(baseName) ? "structure" : undefined;
}

/** Whether a text editor cannot show it. */
export const isPacked = (baseName: string): boolean => packed.test(baseName);

/** The charge densities that belong to a structure of this base name, best first: `POSCAR_relaxed` goes with `CHGCAR_relaxed` before `CHGCAR`. */
export function densityNamesBeside(structureName: string): readonly string[] {
  const tag = /^(?:POSCAR|CONTCAR)(.*)$/i.exec(structureName)?.[1] ?? "";
  const stem = /^(.+)\.(?:poscar|vasp)$/i.exec(structureName)?.[1];
  const plain = [...(tag === "" ? [] : [`CHGCAR${tag}`]), ...(stem === undefined ? [] : [`${stem}.chgcar`]), "CHGCAR"];
  return plain.flatMap((name) => ["", ".gz", ".bz2", ".xz", ".zst"].map((suffix) => name + suffix));
}
