import type { FileKind } from "./fileKind.js";
import type { VolumetricKind } from "./volumetric.js";

/**
 * What a file's name says. VASP's names carry no extension, and people add tags (`CHGCAR_sum`, `PARCHG.0001.ALLK`,
 * `CHGCAR.static.gz`).
 * Cubes have an extension, VASP's HDF5 files whole names. Reading, datasets, the editor and its manifest all follow
 * this page; where a name says two things, or half of one, the content of the file decides.
 */
export type FileRole = "density" | "structure" | "either";

const KINDS = "CHGCAR|CHG|AECCAR[012]|LOCPOT|ELFCAR|PARCHG";
const NUMBERED = "CHGCAR|CHG|LOCPOT|ELFCAR|PARCHG";
/** Kinds that are an extension as well; `.chg` belongs to other programs too. */
const EXTENSIONS = "CHGCAR|AECCAR[012]|LOCPOT|ELFCAR|PARCHG";
const STRUCTURES = "POSCAR|CONTCAR";
const PACKED = String.raw`(\.(gz|bz2|xz|zst))?`;
const SUFFIX = String.raw`(\.(\d.*|vasp|bak|old|orig|static|relax\d*|sum|diff|up|down))?`;
const TAG = `([_-][^.]*)?${SUFFIX}`;

const STRUCTURE_ONLY = String.raw`^(${STRUCTURES})${TAG}$|\.poscar$`;

/** A material of the Materials Project by its id (`mp-149`, `mp-aaabx`), as packed JSON. */
const MATERIAL_JSON = String.raw`^(mp|mvc)-[a-z0-9]{1,8}\.json\.(gz|bz2|xz|zst)$`;
const materialJson = new RegExp(MATERIAL_JSON, "i");

/** Whether a density may stand in it, and any other object of that database. */
export const isMaterialJson = (fileName: string): boolean => materialJson.test(baseName(fileName));

/** The source of the regular expression for names of densities, which the `when` clauses of the manifest repeat. */
export const DENSITY_NAME = String.raw`^(${KINDS})${TAG}${PACKED}$|^(${NUMBERED})\d{1,3}${PACKED}$|[._-](${EXTENSIONS})${PACKED}$|\.(cube|cub)${PACKED}$|^vasp(wave|out)([_-][^.]*)?\.h5$|^(${KINDS}).*\.(json|h5|hdf5|npy)${PACKED}$|\.xsf${PACKED}$|${MATERIAL_JSON}`;

/** The same for `.vasp`, the extension that programs give to structures and to densities alike. */
export const EITHER_NAME = String.raw`\.vasp${PACKED}$`;

/** The same for structures, and what may be one. */
export const STRUCTURE_NAME = `${STRUCTURE_ONLY}|${EITHER_NAME}`;

/** The same for files whose crystal can be shown alone: structures, trajectories, vasprun.xml, CIF. */
export const CRYSTAL_NAME = String.raw`^(${STRUCTURES})${TAG}${PACKED}$|\.poscar$|^XDATCAR${TAG}${PACKED}$|^([^.]+\.)?vasprun([_.-][^.]*)?\.xml${PACKED}$|\.cif${PACKED}$|${EITHER_NAME}`;

const density = new RegExp(DENSITY_NAME, "i");
const structure = new RegExp(STRUCTURE_ONLY, "i");
const either = new RegExp(EITHER_NAME, "i");

/** What the editor takes a file of this name for. */
export function fileRole(fileName: string): FileRole | undefined {
  const base = baseName(fileName);
  if (density.test(base)) return "density";
  if (structure.test(base)) return "structure";
  return either.test(base) ? "either" : undefined;
}

const COMPRESSION = /\.(gz|bz2|xz|zst)$/i;

export const withoutCompression = (fileName: string): string => fileName.replace(COMPRESSION, "");
export const isCompressed = (fileName: string): boolean => COMPRESSION.test(fileName);

/** Whether a text editor can show it: not what is compressed, and no HDF5. */
export const isText = (fileName: string): boolean => !/\.(gz|bz2|xz|zst|h5)$/i.test(fileName);

/** The path's last part, whichever way its folders are separated. */
export function baseName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
}

const CUBE = /\.(?:cube|cub)$/i;
const VOLUMETRIC = new RegExp(String.raw`(?:^|[._-])(${KINDS})(?=\d{0,3}(?:$|[^A-Za-z0-9]))`, "i");
/** `myLOCPOT`: VASP's capitals behind small letters or digits. */
const GLUED = new RegExp(String.raw`(?<=[a-z0-9])(${KINDS})(?=\d{0,3}(?:$|[^A-Za-z0-9]))`);
const vaspKind = (base: string) =>
  (VOLUMETRIC.exec(base) ?? GLUED.exec(base))?.[1]?.toUpperCase() as VolumetricKind | undefined;

const UNREAD =
  /(?:^|[._-])(TAUCAR|DOSCAR|OSZICAR|PROCAR|PROOUT|WAVECAR|WAVEDER|PCDAT|REPORT|DYNMAT|TMPCAR)(?=$|[^A-Za-z])/;

/**
 * The kind of a file of VASP that holds nothing that is read here, as its name tells it: `TAUCAR` (kinetic energies on
 * a grid, no density), `DOSCAR.gz`.
 */
export function unreadKind(fileName: string): string | undefined {
  const base = withoutCompression(baseName(fileName));
  return fileKind(base) === undefined ? UNREAD.exec(base)?.[1] : undefined;
}

/**
 * The kind of a volumetric file as its name tells it: `CHGCAR`, `LOCPOT2.gz`, `Fe.CHGCAR`, `PARCHG.0012.xz`; undefined
 * for other names.
 */
export function volumetricKind(fileName: string): VolumetricKind | undefined {
  const base = withoutCompression(baseName(fileName));
  if (CUBE.test(base)) return "cube";
  return vaspKind(base);
}

const OTHERS: readonly (readonly [FileKind, RegExp])[] = [
  ["vasprun", named("vasprun")],
  ["XDATCAR", named("XDATCAR")],
  ["OUTCAR", named("OUTCAR")],
  ["INCAR", named("INCAR")],
  ["KPOINTS", named("KPOINTS")],
  ["EIGENVAL", named("EIGENVAL")],
  ["POSCAR", named(STRUCTURES)],
];

/**
 * The kind that a file's name tells (`POSCAR-03`, `Fe.CHGCAR.gz`, `vasprun.xml`, `GaN.vasp`); undefined where it tells
 * none.
 */
export function fileKind(fileName: string): FileKind | undefined {
  const base = withoutCompression(baseName(fileName));
  const found = volumetricKind(base) ?? OTHERS.find(([, pattern]) => pattern.test(base))?.[0];
  return found ?? (/\.(?:vasp|poscar)$/i.test(base) ? "POSCAR" : undefined);
}

/**
 * Whether a name says nothing (`GaN.vasp`), or two things (`POSCAR.CHGCAR`, `CHGCAR.cube`), so that the content of the
 * file has to decide what it is.
 */
export function isAmbiguous(fileName: string): boolean {
  const told = namedKinds(fileName).length;
  return told > 1 || (told === 0 && /\.vasp$/i.test(withoutCompression(fileName)));
}

/** Every kind that a name tells, a volumetric one first. */
export function namedKinds(fileName: string): FileKind[] {
  const base = withoutCompression(baseName(fileName));
  const vasp = vaspKind(base);
  const others = OTHERS.flatMap(([kind, pattern]) => (pattern.test(base) ? [kind] : []));
  return [...(vasp ? [vasp] : []), ...(CUBE.test(base) ? ["cube" as const] : []), ...others];
}

function named(names: string): RegExp {
  return new RegExp(`(?:^|[._-])(?:${names})(?=$|[^A-Za-z])`, "i");
}

/**
 * VASP's outputs with targets: as VASP writes them, or a material's own among others (`OUTCAR_3.gz`, `mp-1.OUTCAR`,
 * `vasprun_2.xml`).
 */
export type OutputKind = "OUTCAR" | "vasprun" | "EIGENVAL";

const EXACT_OUTPUTS = { OUTCAR: "OUTCAR", "vasprun.xml": "vasprun", EIGENVAL: "EIGENVAL" } as const;
const OUTPUT = new RegExp(
  String.raw`^(OUTCAR|EIGENVAL)(?:\d{1,3}|${TAG})$|[._-](OUTCAR|EIGENVAL)$|^(vasprun)(?:\d{1,3}|${TAG})\.xml${SUFFIX}$|[._-](vasprun)\.xml$`,
  "i",
);

/** The output that has exactly VASP's name. */
export function exactOutput(fileName: string): OutputKind | undefined {
  const base = withoutCompression(baseName(fileName));
  return Object.hasOwn(EXACT_OUTPUTS, base) ? EXACT_OUTPUTS[base as keyof typeof EXACT_OUTPUTS] : undefined;
}

export function outputKind(fileName: string): OutputKind | undefined {
  const found = OUTPUT.exec(withoutCompression(baseName(fileName)))
    ?.slice(1)
    .find((part) => part !== undefined && /^(OUTCAR|EIGENVAL|vasprun)$/i.test(part));
  if (found === undefined) return undefined;
  return /^vasprun$/i.test(found) ? "vasprun" : (found.toUpperCase() as OutputKind);
}
