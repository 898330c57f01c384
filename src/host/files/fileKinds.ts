/**
 * What a file is, by its name alone: VASP's names carry no extension, and people add tags (`CHGCAR_sum`, `PARCHG.0001.ALLK`, `CHGCAR.static.gz`);
 * cubes have an extension, VASP's HDF5 files whole names.
 * Scripts named after a file (`chgcar_sum.py`) must not match. `package.json` repeats these rules as globs and as `when` clauses; test/host holds them together.
 */
export type FileKind = "structure" | "density" | "either";

const PACKED = String.raw`(\.(gz|bz2|xz|zst))?`;
const TAG = String.raw`([_-][^.]*)?(\.(\d.*|vasp|bak|old|orig|static|relax\d*|sum|diff|up|down))?`;
const VASP_STRUCTURE = String.raw`^(POSCAR|CONTCAR)${TAG}$|\.poscar$`;

/** The source of the regular expression that `when` clauses use for volumetric files. */
export const DENSITY_NAME = String.raw`^(CHGCAR|CHG|AECCAR[012]|LOCPOT|ELFCAR|PARCHG)${TAG}${PACKED}$|\.(chgcar|cube|cub)${PACKED}$|^vasp(wave|out)([_-][^.]*)?\.h5$`;

/** The same for `.vasp`, the extension that programs give to structures and to densities alike: what stands in the file decides. */
export const EITHER_NAME = String.raw`\.vasp${PACKED}$`;

/** The same for structures, and what may be one. */
export const STRUCTURE_NAME = `${VASP_STRUCTURE}|${EITHER_NAME}`;

const density = new RegExp(DENSITY_NAME, "i");
const structure = new RegExp(VASP_STRUCTURE, "i");
const either = new RegExp(EITHER_NAME, "i");
const packed = /\.(gz|bz2|xz|zst)$/i;

/** The kind of a file of this base name, if it is one of ours. */
export function fileKind(baseName: string): FileKind | undefined {
  if (density.test(baseName)) return "density";
  if (structure.test(baseName)) return "structure";
  return either.test(baseName) ? "either" : undefined;
}

/** Whether it is compressed. */
export const isPacked = (baseName: string): boolean => packed.test(baseName);

/** Whether a text editor can show it: not what is compressed, and no HDF5. */
export const isText = (baseName: string): boolean => !/\.(gz|bz2|xz|zst|h5)$/i.test(baseName);

/** The charge densities that belong to a structure of this base name, best first: `POSCAR_relaxed` goes with `CHGCAR_relaxed` before `CHGCAR`. */
export function densityNamesBeside(structureName: string): readonly string[] {
  const tag = /^(?:POSCAR|CONTCAR)(.*)$/i.exec(structureName)?.[1] ?? "";
  const stem = /^(.+)\.(?:poscar|vasp)(?:\.(?:gz|bz2|xz|zst))?$/i.exec(structureName)?.[1];
  const plain = [...(tag === "" ? [] : [`CHGCAR${tag}`]), ...(stem === undefined ? [] : [`${stem}.chgcar`, `${stem}.cube`]), "CHGCAR"];
  return [...plain.flatMap((name) => ["", ".gz", ".bz2", ".xz", ".zst"].map((suffix) => name + suffix)), "vaspwave.h5"];
}
