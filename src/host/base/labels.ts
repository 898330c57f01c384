import * as vscode from "vscode";
import { languageOf, modelLabel, propertyLabel } from "../../core/text/labels.js";

/** A target column's property in the editor's language. */
export const targetName = (column: string): string => propertyLabel(column, languageOf(vscode.env.language));

/** A model's name in the editor's language. */
export const modelName = (model: string): string => modelLabel(model, languageOf(vscode.env.language));
