import { isXyzName } from "./extendedXyz.js";
import { baseName, fileRole, isAmbiguous, outputKind, volumetricKind, withoutCompression } from "./fileNames.js";
import { stepRank, stepsOf } from "./materialSteps.js";

/** In a material's folder that holds several densities, the first of these. */
const PREFERENCE = ["CHGCAR", "CHG", "AECCAR2", "AECCAR0", "AECCAR1", "PARCHG", "LOCPOT", "ELFCAR", "VASPWAVE.H5"];

/**
 * Of the names in a material's folder, the density that its descriptor is made of; undefined where the folder is no
 * material's.
 */
export function ownDensity(names: readonly string[]): string | undefined {
  return ownDensitySteps(names)[0];
}

/** The same and those of the steps before it, of the same kind; none where the folder is no material's. */
export function ownDensitySteps(names: readonly string[]): string[] {
  for (const kind of PREFERENCE) {
    const found = stepsOf(names, kind);
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * Of densities in a folder of many materials, one kind of each: an `AECCAR2_mp-4` beside a `CHGCAR_mp-4` is no other
 * material, as in a folder of its own.
 */
export function oneKindEach(names: readonly string[]): string[] {
  const rank = (name: string) => PREFERENCE.indexOf((volumetricKind(name) ?? "").toUpperCase());
  const best = new Map<string, number>();
  for (const name of names) {
    const [id, own] = [materialName(name), rank(name)];
    if (own >= 0) best.set(id, Math.min(own, best.get(id) ?? own));
  }
  return names.filter((name) => rank(name) < 0 || rank(name) === best.get(materialName(name)));
}

/** Of the names in a material's folder, the structure: the relaxed one first. */
export function ownStructure(names: readonly string[]): string | undefined {
  return stepsOf(names, "CONTCAR")[0] ?? stepsOf(names, "POSCAR")[0];
}

/**
 * Whether a file among others is a density of its own: `perhaps` where its content has to decide, since its name says
 * two things (`POSCAR.CHGCAR`), none (`MgO.vasp`), or begins like a density's and goes on in another way (`CHGCAR_0.5`,
 * `CHGCAR_plot.png`).
 */
export function densityAmongOthers(fileName: string): "yes" | "perhaps" | "no" {
  const base = withoutCompression(baseName(fileName));
  if (/^vaspout([_-][^.]*)?\.h5$/i.test(base)) return "perhaps";
  if (SHARD_LIST.test(base)) return "no";
  if (isAmbiguous(base) || OTHER_FORMS.test(base)) return "perhaps";
  if (fileRole(base) === "density") return "yes";
  return HALF.test(base) ? "perhaps" : "no";
}

/** Forms that hold a density now and then: pymatgen's JSON and HDF5, arrays with a structure beside, XSF, zarr, zip. */
const OTHER_FORMS = /\.(json|h5|hdf5|npy|xsf|zarr|zarr\.zip|zip|parquet)$/i;
/**
 * Whether its content has to tell, whatever else the name says: a form in which densities and other things are kept.
 */
export const isOtherForm = (fileName: string): boolean =>
  OTHER_FORMS.test(withoutCompression(baseName(fileName))) || ZARR_MARK.test(baseName(fileName));
/** The metadata of a zarr group, which stand for it. */
const ZARR_MARK = /^\.z(?:group|array)$/;
/** What `encode` writes beside packed spectra. */
const SHARD_LIST = /^spectra-\d{5}\.json$/;
const HALF =
  /^(CHGCAR|CHG|AECCAR[012]|LOCPOT|ELFCAR|PARCHG)[._-]|[._-](CHGCAR|CHG|AECCAR[012]|LOCPOT|ELFCAR|PARCHG)(\.[^.]*)?$/i;

/** Whether a name is that of files packed together. */
export const isArchiveName = (fileName: string): boolean =>
  /\.(?:zip|7z|rar|tar|tgz|tbz2?|txz|tar\.\w{1,4})$/i.test(baseName(fileName));

const LIKE_DENSITY = /CHGCAR|AECCAR[012]|LOCPOT|ELFCAR|PARCHG/i;

/** Of names in a folder without a density the first in which one may lie all the same: like CHGCAR, or an archive. */
export function unseenDensity(fileNames: readonly string[]): string | undefined {
  const archives = fileNames.filter(isArchiveName);
  const alike = fileNames.find((name) => LIKE_DENSITY.test(name) && !archives.includes(name));
  return alike ?? archives.find((name) => LIKE_DENSITY.test(name)) ?? archives[0];
}

/** Whether a file among others may be a structure of its own. */
export function structureAmongOthers(fileName: string): boolean {
  const base = withoutCompression(baseName(fileName));
  const role = fileRole(base);
  return role === "structure" || role === "either" || isAmbiguous(base) || /[._-](CONTCAR|POSCAR)$/i.test(base);
}

/** Whether a file of this name holds atoms and no density: a CIF, an extended XYZ, a vasprun.xml. */
export function isAtomsName(fileName: string): boolean {
  const base = withoutCompression(baseName(fileName));
  return /\.cif$/i.test(base) || isXyzName(base) || outputKind(base) === "vasprun";
}

/**
 * A material's name as its file has it, without what tells kind and compression; empty where only its folder can name
 * it.
 */
export function materialName(fileName: string): string {
  const base = withoutCompression(baseName(fileName));
  if (WHOLE.test(base)) return "";
  const bare = WHOLE.test(base.replace(OTHER_FORMS, "")) ? "" : base;
  return [OTHER_FORMS, SUFFIX, STRUCTURE_SUFFIX, PREFIX, STRUCTURE_PREFIX, CIF].reduce(
    (name, part) => name.replace(part, ""),
    bare,
  );
}

const CIF = /\.(?:cif|(?:ext)?xyz)$/i;
const WHOLE =
  /^(CHGCAR|CHG|AECCAR[012]|PARCHG|LOCPOT|ELFCAR|CONTCAR|POSCAR|vaspwave\.h5|vaspout\.h5|vasprun\.xml(\.\w+)?)$/i;
const PREFIX = /^(CHGCAR|CHG|AECCAR[012]|PARCHG|LOCPOT|ELFCAR)[._-]/i;
const SUFFIX = /[._-](CHGCAR|CHG|AECCAR[012]|PARCHG|LOCPOT|ELFCAR)$|\.(vasp|cube|cub)$/i;
const STRUCTURE_PREFIX = /^(CONTCAR|POSCAR)[._-]/i;
const STRUCTURE_SUFFIX = /[._-](CONTCAR|POSCAR)$/i;

/** The name of a material whose output stands among those of others. */
export function outputName(fileName: string): string {
  const base = withoutCompression(baseName(fileName)).replace(/\.xml(?=$|\.)/i, "");
  return base.replace(/^(OUTCAR|vasprun|EIGENVAL)[._-]|[._-](OUTCAR|vasprun|EIGENVAL)$/i, "");
}

/** The outputs of one step of a material's run. */
export interface StepOutputs {
  readonly outcar?: string;
  readonly vasprun?: string;
  readonly eigenval?: string;
}

/**
 * The outputs of a material's folder by steps, the last step that tells energies first. Files of names of their own
 * count where each kind has one alone.
 */
export function ownOutputSteps(names: readonly string[]): StepOutputs[] {
  const steps = new Map<number, { outcar?: string; vasprun?: string; eigenval?: string }>();
  for (const [kind, stem] of [
    ["outcar", "OUTCAR"],
    ["vasprun", "vasprun.xml"],
    ["eigenval", "EIGENVAL"],
  ] as const)
    for (const name of stepsOf(names, stem).reverse()) {
      const rank = stepRank(name, stem) ?? 0;
      steps.set(rank, { ...steps.get(rank), [kind]: name });
    }
  const told = [...steps].sort(
    ([a, one], [b, other]) => Number(hasEnergies(other)) - Number(hasEnergies(one)) || b - a,
  );
  return told.length > 0 ? told.map(([, step]) => step) : onlyOutputs(names);
}

const hasEnergies = ({ outcar, vasprun }: StepOutputs) => outcar !== undefined || vasprun !== undefined;

function onlyOutputs(names: readonly string[]): StepOutputs[] {
  const of = (kind: ReturnType<typeof outputKind>) => names.filter((name) => outputKind(name) === kind);
  const [outcar, vasprun, eigenval] = [of("OUTCAR"), of("vasprun"), of("EIGENVAL")];
  if (Math.max(outcar.length, vasprun.length, eigenval.length) !== 1) return [];
  return [
    {
      ...(outcar[0] !== undefined && { outcar: outcar[0] }),
      ...(vasprun[0] !== undefined && { vasprun: vasprun[0] }),
      ...(eigenval[0] !== undefined && { eigenval: eigenval[0] }),
    },
  ];
}

/** The outputs of a material's folder by kind, of its last step. */
export function ownOutputs(names: readonly string[]): StepOutputs {
  return ownOutputSteps(names)[0] ?? {};
}

/**
 * The charge densities that belong to a structure of this base name, best first: `POSCAR_relaxed` goes with
 * `CHGCAR_relaxed` before `CHGCAR`.
 */
export function densityNamesBeside(structureName: string): readonly string[] {
  const tag = /^(?:POSCAR|CONTCAR)(.*)$/i.exec(structureName)?.[1] ?? "";
  const stem = /^(.+)\.(?:poscar|vasp)$/i.exec(withoutCompression(structureName))?.[1];
  const plain = [
    ...(tag === "" ? [] : [`CHGCAR${tag}`]),
    ...(stem === undefined ? [] : [`${stem}.chgcar`, `${stem}.cube`]),
    "CHGCAR",
  ];
  return [...plain.flatMap((name) => ["", ".gz", ".bz2", ".xz", ".zst"].map((suffix) => name + suffix)), "vaspwave.h5"];
}

/** Finds every file that may be a density of a dataset, and others: their names are asked. */
export const DENSITIES_GLOB = `**/{${[
  ...["CHGCAR", "AECCAR", "LOCPOT", "ELFCAR", "PARCHG"].flatMap((kind) => [
    `${anyCase(kind)}*`,
    `*[._-]${anyCase(kind)}*`,
  ]),
  ...[
    "CHG",
    "CHG[._-]*",
    "CHG[0-9]*",
    "*[._-]CHG",
    "*[._-]CHG.*",
    "*.cube",
    "*.cube.*",
    "*.cub",
    "*.cub.*",
    "*.vasp",
    "*.vasp.*",
    "*.xsf",
    "*.xsf.*",
    "*.json.gz",
    "*.zarr/zarr.json",
    "*.zarr/.zgroup",
  ].map(anyCase),
  ...["vaspwave*.h5", "vaspout*.h5"].map(anyCase),
].join(",")}}`;

/** Finds every density or structure, and others. */
export const FILES_GLOB = DENSITIES_GLOB.replace(
  /\}$/,
  `,${["POSCAR*", "CONTCAR*", "*[._-]POSCAR*", "*[._-]CONTCAR*"].map(anyCase).join(",")}}`,
);

/** The editor's search tells upper from lower case. */
function anyCase(glob: string): string {
  return glob.replace(/[a-z]/gi, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`);
}
