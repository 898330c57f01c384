import * as vscode from "vscode";
import { LANGUAGES, type VaspLanguage } from "../../core/language/languages.js";

/** Ids of the editor: plain for structures and densities, with a prefix where other extensions own the plain one. */
const EDITOR_IDS: Readonly<Record<VaspLanguage, string>> = {
  poscar: "poscar",
  chgcar: "chgcar",
  incar: "vasp-incar",
  kpoints: "vasp-kpoints",
  xdatcar: "vasp-xdatcar",
  outcar: "vasp-outcar",
  oszicar: "vasp-oszicar",
  eigenval: "vasp-eigenval",
  doscar: "vasp-doscar",
  vasprun: "xml",
  potcar: "vasp-potcar",
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
  const byName = { pattern: `**/${NAMES[language]}` };
  return language === "vasprun" ? [byName] : [{ language: EDITOR_IDS[language] }, byName];
}

/** The language of a document; undefined for others. */
export function languageOf(document: vscode.TextDocument): VaspLanguage | undefined {
  return LANGUAGES.find((language) => vscode.languages.match(selectorOf(language), document) > 0);
}

/** The language of the texts that are made here. */
export const textLanguage = (): "en" | "ja" => (vscode.env.language.startsWith("ja") ? "ja" : "en");
