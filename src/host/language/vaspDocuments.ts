import * as vscode from "vscode";
import { LANGUAGES, type VaspLanguage } from "../../core/language/languages.js";

/**
 * Ids of the editor, ours first: plain for structures and densities, with a prefix where other extensions own the plain
 * one. A document that one of those has claimed has their id; `activationEvents` of the manifest name these too.
 */
const EDITOR_IDS: Readonly<Record<VaspLanguage, readonly string[]>> = {
  poscar: ["poscar"],
  chgcar: ["chgcar"],
  incar: ["vasp-incar", "incar"],
  kpoints: ["vasp-kpoints", "kpoints"],
  xdatcar: ["vasp-xdatcar", "xdatcar"],
  outcar: ["vasp-outcar", "outcar"],
  oszicar: ["vasp-oszicar", "oszicar"],
  eigenval: ["vasp-eigenval", "eigenval"],
  doscar: ["vasp-doscar", "doscar"],
  vasprun: [],
  potcar: ["vasp-potcar", "potcar"],
};

/** Names by which a document is ours although another extension gave it its own language. */
const NAMES: Readonly<Record<VaspLanguage, string>> = {
  poscar: "{POSCAR,CONTCAR}",
  chgcar: "CHGCAR",
  incar: "{INCAR,INCAR.*,INCAR_*}",
  kpoints: "{KPOINTS,KPOINTS.*,KPOINTS_*,QPOINTS}",
  xdatcar: "XDATCAR",
  outcar: "{OUTCAR,OUTCAR.*,OUTCAR_*}",
  oszicar: "OSZICAR",
  eigenval: "EIGENVAL",
  doscar: "DOSCAR",
  vasprun: "vasprun*.xml",
  potcar: "{POTCAR,POTCAR.*,POTCAR_*}",
};

/** Where the functions of a language apply. */
export function selectorOf(language: VaspLanguage): vscode.DocumentFilter[] {
  return [...EDITOR_IDS[language].map((id) => ({ language: id })), { pattern: `**/${NAMES[language]}` }];
}

/** The language of a document; undefined for others. */
export function languageOf(document: vscode.TextDocument): VaspLanguage | undefined {
  return LANGUAGES.find((language) => vscode.languages.match(selectorOf(language), document) > 0);
}

/** The language of the texts that are made here. */
export const textLanguage = (): "en" | "ja" => (vscode.env.language.startsWith("ja") ? "ja" : "en");
