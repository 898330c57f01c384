import { baseName, exactOutput, fileRole, isAmbiguous, type outputKind, withoutCompression } from "./fileNames.js";

/** In a material's folder that holds several densities, the first of these. */
const PREFERENCE = ["CHGCAR", "CHG", "AECCAR2", "AECCAR0", "AECCAR1", "PARCHG", "LOCPOT", "ELFCAR", "VASPWAVE.H5"];
/** What programs that run VASP in several steps put behind its names, the last step first. */
const STEPS = [/^\.static$/, /^\.relax\d*$/];

/** Of the names in a material's folder, the density that its descriptor is made of; undefined where the folder is no material's. */
export function ownDensity(names: readonly string[]): string | undefined {
  const sorted = [...names].sort();
  for (const kind of PREFERENCE) {
    const exact = sorted.find((name) => withoutCompression(name).toUpperCase() === kind);
    if (exact !== undefined) return exact;
  }
  for (const kind of PREFERENCE) {
    const tagged = sorted.filter((name) => name.toUpperCase().startsWith(`${kind}.`));
    for (const step of STEPS) {
      const found = tagged.filter((name) => step.test(withoutCompression(name).slice(kind.length).toLowerCase()));
      const last = found.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
      if (last !== undefined) return last;
    }
  }
  return undefined;
}

/** Of the names in a material's folder, the structure: the relaxed one first. */
export function ownStructure(names: readonly string[]): string | undefined {
  const found = names.filter((name) => /^(CONTCAR|POSCAR)$/i.test(withoutCompression(name)));
  return found.sort((a, b) => a.localeCompare(b, "en", { sensitivity: "base" }))[0];
}

/**
 * Whether a file among others is a density of its own: `perhaps` where its content has to decide, since its name says two things
 * (`POSCAR.CHGCAR`), none (`MgO.vasp`), or begins like a density's and goes on in another way (`CHGCAR_0.5`, `CHGCAR_plot.png`).
 */
export function densityAmongOthers(fileName: string): "yes" | "perhaps" | "no" {
  const base = withoutCompression(baseName(fileName));
  if (/^vaspout([_-][^.]*)?\.h5$/i.test(base)) return "perhaps";
  if (isAmbiguous(base)) return "perhaps";
  if (fileRole(base) === "density") return "yes";
  return HALF.test(base) ? "perhaps" : "no";
}

const HALF = /^(CHGCAR|CHG|AECCAR[012]|LOCPOT|ELFCAR|PARCHG)[._-]|[._-](CHGCAR|CHG|AECCAR[012]|LOCPOT|ELFCAR|PARCHG)(\.[^.]*)?$/i;

/** Whether a file among others may be a structure of its own. */
export function structureAmongOthers(fileName: string): boolean {
  const base = withoutCompression(baseName(fileName));
  const role = fileRole(base);
  return role === "structure" || role === "either" || isAmbiguous(base) || /[._-](CONTCAR|POSCAR)$/i.test(base);
}

/** A material's name as its file has it, without what tells kind and compression; empty where only its folder can name it. */
export function materialName(fileName: string): string {
  const base = withoutCompression(baseName(fileName));
  if (WHOLE.test(base)) return "";
  return [SUFFIX, STRUCTURE_SUFFIX, PREFIX, STRUCTURE_PREFIX].reduce((name, part) => name.replace(part, ""), base);
}

const WHOLE = /^(CHGCAR|CHG|AECCAR[012]|PARCHG|LOCPOT|ELFCAR|CONTCAR|POSCAR|vaspwave\.h5|vaspout\.h5)$/i;
const PREFIX = /^(CHGCAR|CHG|AECCAR[012]|PARCHG|LOCPOT|ELFCAR)[._-]/i;
const SUFFIX = /[._-](CHGCAR|CHG|AECCAR[012]|PARCHG|LOCPOT|ELFCAR)$|\.(vasp|cube|cub)$/i;
const STRUCTURE_PREFIX = /^(CONTCAR|POSCAR)[._-]/i;
const STRUCTURE_SUFFIX = /[._-](CONTCAR|POSCAR)$/i;

/** The name of a material whose output stands among those of others. */
export function outputName(fileName: string): string {
  const base = withoutCompression(baseName(fileName)).replace(/\.xml(?=$|\.)/i, "");
  return base.replace(/^(OUTCAR|vasprun|EIGENVAL)[._-]|[._-](OUTCAR|vasprun|EIGENVAL)$/i, "");
}

/** The outputs of a material's folder by kind, of those with exactly VASP's name. */
export function ownOutputs(names: readonly string[]) {
  const of = (kind: ReturnType<typeof outputKind>) => [...names].sort().find((name) => exactOutput(name) === kind);
  return { outcar: of("OUTCAR"), vasprun: of("vasprun"), eigenval: of("EIGENVAL") };
}

/** The charge densities that belong to a structure of this base name, best first: `POSCAR_relaxed` goes with `CHGCAR_relaxed` before `CHGCAR`. */
export function densityNamesBeside(structureName: string): readonly string[] {
  const tag = /^(?:POSCAR|CONTCAR)(.*)$/i.exec(structureName)?.[1] ?? "";
  const stem = /^(.+)\.(?:poscar|vasp)$/i.exec(withoutCompression(structureName))?.[1];
  const plain = [...(tag === "" ? [] : [`CHGCAR${tag}`]), ...(stem === undefined ? [] : [`${stem}.chgcar`, `${stem}.cube`]), "CHGCAR"];
  return [...plain.flatMap((name) => ["", ".gz", ".bz2", ".xz", ".zst"].map((suffix) => name + suffix)), "vaspwave.h5"];
}

/** Finds every file that may be a density of a dataset, and others: their names are asked. */
export const DENSITIES_GLOB = `**/{${[
  ...["CHGCAR", "AECCAR", "LOCPOT", "ELFCAR", "PARCHG"].flatMap((kind) => [`${anyCase(kind)}*`, `*[._-]${anyCase(kind)}*`]),
  ...["CHG", "CHG[._-]*", "CHG[0-9]*", "*[._-]CHG", "*[._-]CHG.*", "*.cube", "*.cube.*", "*.cub", "*.cub.*", "*.vasp", "*.vasp.*"].map(
    anyCase,
  ),
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
