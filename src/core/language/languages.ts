import type { Language } from "./bilingual.js";
import type { Diagnosis } from "./diagnosis.js";
import { diagnoseIncar } from "./incar/diagnoseIncar.js";
import { completeIncar, foldIncar, formatIncar, hoverIncar, outlineIncar } from "./incar/incarLanguage.js";
import { diagnoseKpoints, foldKpoints, hoverKpoints, outlineKpoints } from "./kpoints/kpointsLanguage.js";
import { diagnoseOutput, foldOutcar, hoverOutcar, outlineOutcar } from "./outputs/outcarLanguage.js";
import {
  foldOutline,
  hoverOszicar,
  outlineDoscar,
  outlineEigenval,
  outlineOszicar,
  outlineXdatcar,
} from "./outputs/tableLanguages.js";
import { hoverVasprun, outlineVasprun } from "./outputs/vasprunLanguage.js";
import { diagnosePoscar } from "./poscar/diagnosePoscar.js";
import { formatPoscar } from "./poscar/formatPoscar.js";
import { foldPoscar, hoverPoscar, outlinePoscar, type SymmetryFacts } from "./poscar/poscarLanguage.js";
import { diagnosePotcar } from "./potcar/diagnosePotcar.js";
import { hoverPotcar, outlinePotcar } from "./potcar/potcarLanguage.js";
import type { Completion, Fold, Hover, OutlineItem } from "./results.js";
import type { RunContext } from "./runContext.js";
import { incarTokens, kpointsTokens, poscarTokens, type SemanticToken } from "./semanticTokens.js";
import type { TextEdit, TextPosition } from "./textEdit.js";

/** The languages of VASP's text files, named as the editor names them. */
export const LANGUAGES = [
  "incar",
  "poscar",
  "kpoints",
  "chgcar",
  "xdatcar",
  "outcar",
  "oszicar",
  "eigenval",
  "doscar",
  "vasprun",
  "potcar",
] as const;
export type VaspLanguage = (typeof LANGUAGES)[number];

/** What a language can do with a text; what it cannot is absent. All are pure and never throw on bad input. */
export interface LanguageFunctions {
  readonly diagnose?: (text: string, context: RunContext) => Diagnosis[];
  readonly hover?: (
    text: string,
    position: TextPosition,
    language: Language,
    context: RunContext,
    symmetry?: SymmetryFacts,
  ) => Hover | undefined;
  readonly complete?: (text: string, position: TextPosition, language: Language) => Completion[];
  readonly outline?: (text: string, language: Language) => OutlineItem[];
  readonly fold?: (text: string) => Fold[];
  readonly format?: (text: string) => TextEdit[];
  readonly tokens?: (text: string) => SemanticToken[];
}

export const FUNCTIONS: Readonly<Record<VaspLanguage, LanguageFunctions>> = {
  incar: {
    diagnose: diagnoseIncar,
    hover: hoverIncar,
    complete: completeIncar,
    outline: outlineIncar,
    fold: foldIncar,
    format: formatIncar,
    tokens: incarTokens,
  },
  poscar: {
    diagnose: diagnosePoscar,
    hover: (text, position, language, _, symmetry) => hoverPoscar(text, position, language, symmetry),
    outline: outlinePoscar,
    fold: foldPoscar,
    format: formatPoscar,
    tokens: poscarTokens,
  },
  kpoints: {
    diagnose: diagnoseKpoints,
    hover: hoverKpoints,
    outline: outlineKpoints,
    fold: foldKpoints,
    tokens: kpointsTokens,
  },
  chgcar: {
    hover: (text, position, language, _, symmetry) => hoverPoscar(text, position, language, symmetry),
    outline: outlinePoscar,
    fold: foldPoscar,
  },
  xdatcar: { outline: outlineXdatcar, fold: (text) => foldOutline(outlineXdatcar(text, "en")) },
  outcar: { diagnose: diagnoseOutput, hover: hoverOutcar, outline: outlineOutcar, fold: foldOutcar },
  oszicar: { hover: hoverOszicar, outline: outlineOszicar, fold: (text) => foldOutline(outlineOszicar(text, "en")) },
  eigenval: { outline: outlineEigenval, fold: (text) => foldOutline(outlineEigenval(text, "en")) },
  doscar: { outline: outlineDoscar, fold: (text) => foldOutline(outlineDoscar(text, "en")) },
  vasprun: { hover: hoverVasprun, outline: outlineVasprun },
  potcar: {
    diagnose: diagnosePotcar,
    hover: hoverPotcar,
    outline: outlinePotcar,
    fold: (text) => foldOutline(outlinePotcar(text, "en")),
  },
};
