import { type VolumetricKind, volumetricKind } from "./volumetric.js";

/** The files of VASP that this project tells apart. */
export type FileKind = VolumetricKind | "POSCAR" | "XDATCAR" | "OUTCAR" | "vasprun" | "INCAR" | "KPOINTS" | "EIGENVAL";

const NAMES: readonly (readonly [FileKind, RegExp])[] = [
  ["vasprun", /(?:^|[._-])vasprun(?=$|[^A-Za-z])/i],
  ["XDATCAR", named("XDATCAR")],
  ["OUTCAR", named("OUTCAR")],
  ["INCAR", named("INCAR")],
  ["KPOINTS", named("KPOINTS")],
  ["EIGENVAL", named("EIGENVAL")],
  ["POSCAR", named("POSCAR|CONTCAR")],
];

/** The kind that a file's name tells (`POSCAR-03`, `Fe.CHGCAR.gz`, `vasprun.xml`, `GaN.vasp`); undefined where it tells none. */
export function fileKind(fileName: string): FileKind | undefined {
  const base = fileName.slice(Math.max(fileName.lastIndexOf("/"), fileName.lastIndexOf("\\")) + 1);
  const volumetric = volumetricKind(base);
  if (volumetric) return volumetric;
  const found = NAMES.find(([, pattern]) => pattern.test(base))?.[0];
  return found ?? (/\.(?:vasp|poscar)(?:\.[a-z0-9]+)?$/i.test(base) ? "POSCAR" : undefined);
}

function named(names: string): RegExp {
  return new RegExp(`(?:^|[._-])(?:${names})(?=$|[^A-Za-z])`, "i");
}
