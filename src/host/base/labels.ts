import * as vscode from "vscode";
import { languageOf, modelLabel, propertyLabel } from "../../core/text/labels.js";

/** A target column's property in the editor's language. */
export const targetName = (column: string): string => propertyLabel(column, languageOf(vscode.env.language));

/** A model's name in the editor's language. */
export const modelName = (model: string): string => modelLabel(model, languageOf(vscode.env.language));

/** How far a run is, ` 3/48`; nothing until it is known how much there is to do. */
export const progressText = ({ done, total }: { readonly done: number; readonly total: number }): string =>
  total === 0 ? "" : ` ${done}/${total}`;

/** `Cu2O` as `Cu₂O`, for lists without markup. */
export const formulaText = (formula: string): string =>
  formula.replace(/\d/g, (digit) => String.fromCharCode(0x2080 + Number(digit)));

const READS_ATOMS = ["soap", "cm", "combined"];
const READS_DENSITY = ["r3dvs", "r3dvs-paper", "shells", "density", "functionals", "angular", "combined"];

/** What a model reads of a material. */
export function modelInputs(model: string): string {
  const steps = model.split("+");
  const [atoms, density] = [READS_ATOMS, READS_DENSITY].map((names) => steps.some((step) => names.includes(step)));
  if (atoms && density) return vscode.l10n.t("reads atoms and density");
  if (density) return vscode.l10n.t("reads the density");
  return atoms ? vscode.l10n.t("reads the atoms") : vscode.l10n.t("reads the composition");
}
