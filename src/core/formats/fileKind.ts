import type { VolumetricKind } from "./volumetric.js";

/** The files of VASP that this project tells apart. */
export type FileKind =
  | VolumetricKind
  | "POSCAR"
  | "XDATCAR"
  | "OUTCAR"
  | "vasprun"
  | "INCAR"
  | "KPOINTS"
  | "EIGENVAL"
  | "CIF"
  | "XSF"
  | "JSON"
  | "XYZ";
