import path from "node:path";
import * as vscode from "vscode";
import { compareProperties } from "../../core/text/labels.js";
import { errorText } from "../../core/text/predictionSummary.js";
import type { ModelSummary } from "../../protocol/workerMethods.js";
import { modelInputs, modelName, targetName } from "../base/labels.js";
import type { PredictionStore } from "../predictions/predictionStore.js";
import type { ModelRegistry } from "../registries/modelRegistry.js";

/** All models of one property. */
interface PropertyGroup {
  readonly property: string;
  readonly models: readonly ModelSummary[];
}

type Node = PropertyGroup | ModelSummary;
const isGroup = (node: Node): node is PropertyGroup => "property" in node;

/**
 * The trained models by property, best known properties and least errors first; a tick chooses one for inline
 * predictions.
 */
export class ModelTree implements vscode.TreeDataProvider<Node> {
  readonly onDidChangeTreeData: vscode.Event<void>;
  private readonly changed = new vscode.EventEmitter<void>();

  constructor(
    private readonly registry: ModelRegistry,
    private readonly predictions: PredictionStore,
  ) {
    this.onDidChangeTreeData = this.changed.event;
    registry.onDidChange(() => this.changed.fire());
    predictions.onDidChange((file) => file === undefined && this.changed.fire());
  }

  getChildren(node?: Node): Node[] {
    if (node) return isGroup(node) ? [...node.models] : [];
    const targets = [...new Set(this.registry.models.map(({ target }) => target))].sort(compareProperties);
    return targets.map((property) => ({ property, models: modelsOf(property, this.registry) }));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return isGroup(node) ? this.groupItem(node) : this.modelItem(node);
  }

  /** Takes the ticks over into the selection. */
  async applyTicks(change: vscode.TreeCheckboxChangeEvent<Node>): Promise<void> {
    const selected = new Set(this.predictions.selectedModels);
    for (const [node, state] of change.items) {
      if (isGroup(node)) continue;
      if (state === vscode.TreeItemCheckboxState.Checked) selected.add(node.path);
      else selected.delete(node.path);
    }
    await this.predictions.selectModels([...selected]);
  }

  private groupItem({ property, models }: PropertyGroup): vscode.TreeItem {
    const item = new vscode.TreeItem(targetName(property), vscode.TreeItemCollapsibleState.Expanded);
    const [best] = models;
    const error = best && this.registry.testErrorOf(best.path);
    item.id = `property ${property}`;
    item.iconPath = new vscode.ThemeIcon("symbol-numeric");
    item.description =
      best && error !== undefined ? vscode.l10n.t("best error {0} {1}", errorText(error), best.unit) : "";
    item.tooltip = property;
    item.contextValue = "property";
    return item;
  }

  private modelItem(model: ModelSummary): vscode.TreeItem {
    const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
    const item = new vscode.TreeItem(modelName(model.model));
    item.id = model.path;
    item.description = modelDescription(model, this.registry);
    item.tooltip = modelTooltip(model, this.registry);
    item.contextValue = isExportable(model) ? "model.exportable" : "model";
    item.checkboxState = {
      state: this.predictions.selectedModels.includes(model.path) ? Checked : Unchecked,
      tooltip: vscode.l10n.t("Use for inline predictions"),
      accessibilityInformation: {
        label: vscode.l10n.t("Use {0} for predictions of {1}", modelName(model.model), targetName(model.target)),
      },
    };
    return item;
  }
}

type Errors = Pick<ModelRegistry, "isBuiltIn" | "testErrorOf">;

/** The models of a property: least test error first, those without one behind, larger training sets first. */
export function modelsOf(property: string, registry: Errors & Pick<ModelRegistry, "models">): ModelSummary[] {
  const errorOf = (model: ModelSummary) => registry.testErrorOf(model.path) ?? Number.POSITIVE_INFINITY;
  return registry.models
    .filter(({ target }) => target === property)
    .sort((a, b) => (errorOf(a) === errorOf(b) ? b.trainSize - a.trainSize : errorOf(a) - errorOf(b)));
}

/** Whether other programs have a form for it. */
export const isExportable = ({ forms }: ModelSummary): boolean => forms.length > 0;

/**
 * `error 0.31 eV · reads the density · 90 materials · 2026-11-22 quick`; what comes with the extension says so in place
 * of a run.
 */
export function modelDescription(model: ModelSummary, registry: Errors): string {
  const run = path.basename(path.dirname(path.dirname(model.path)));
  const origin = registry.isBuiltIn(model) ? vscode.l10n.t("bundled") : run;
  const error = registry.testErrorOf(model.path);
  const measured = error === undefined ? [] : [vscode.l10n.t("error {0} {1}", errorText(error), model.unit)];
  return [...measured, modelInputs(model.model), vscode.l10n.t("{0} materials", model.trainSize), origin].join(" · ");
}

/** The same behind the model's name, where its property stands before. */
export const namedDescription = (model: ModelSummary, registry: Errors): string =>
  `${modelName(model.model)} · ${modelDescription(model, registry)}`;

/** All models as the tree has them: by property, best first. */
export function modelsInOrder(registry: Errors & Pick<ModelRegistry, "models">): ModelSummary[] {
  const targets = [...new Set(registry.models.map(({ target }) => target))].sort(compareProperties);
  return targets.flatMap((target) => modelsOf(target, registry));
}

function modelTooltip(model: ModelSummary, registry: Errors): string {
  const { path: folder, target, unit } = model;
  const error = registry.testErrorOf(folder);
  const measured = error === undefined ? [] : [vscode.l10n.t("Test error: {0} {1}", errorText(error), unit)];
  return [`${targetName(target)} (${target})`, ...measured, folder].join("\n");
}
