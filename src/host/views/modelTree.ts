import path from "node:path";
import * as vscode from "vscode";
import type { ModelSummary } from "../../protocol/workerMethods.js";
import { modelName, targetName } from "../base/labels.js";
import type { PredictionStore } from "../predictions/predictionStore.js";
import type { ModelRegistry } from "../registries/modelRegistry.js";

/** The trained models; a tick chooses one for inline predictions. */
export class ModelTree implements vscode.TreeDataProvider<ModelSummary> {
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

  getChildren(model?: ModelSummary): ModelSummary[] {
    return model ? [] : [...this.registry.models];
  }

  getTreeItem(model: ModelSummary): vscode.TreeItem {
    const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
    const item = new vscode.TreeItem(targetName(model.target));
    item.id = model.path;
    item.description = modelDescription(model, this.registry);
    item.tooltip = modelTooltip(model);
    item.contextValue = isExportable(model) ? "model.networks" : "model";
    item.checkboxState = {
      state: this.predictions.selectedModels.includes(model.path) ? Checked : Unchecked,
      tooltip: vscode.l10n.t("Use for inline predictions"),
    };
    return item;
  }

  /** Takes the ticks over into the selection. */
  async applyTicks(change: vscode.TreeCheckboxChangeEvent<ModelSummary>): Promise<void> {
    const selected = new Set(this.predictions.selectedModels);
    for (const [model, state] of change.items) {
      if (state === vscode.TreeItemCheckboxState.Checked) selected.add(model.path);
      else selected.delete(model.path);
    }
    await this.predictions.selectModels([...selected]);
  }
}

/** Networks alone have a form in which TensorFlow.js reads them. */
export const isExportable = ({ model }: ModelSummary): boolean => model === "r3dvs";

/** `r3dvs · 90 materials · 2026-11-22 quick`; what comes with the extension says so in place of a run. */
export function modelDescription(model: ModelSummary, registry: Pick<ModelRegistry, "isBuiltIn">): string {
  const run = path.basename(path.dirname(path.dirname(model.path)));
  const origin = registry.isBuiltIn(model) ? vscode.l10n.t("bundled") : run;
  return [modelName(model.model), vscode.l10n.t("{0} materials", model.trainSize), origin].join(" · ");
}

function modelTooltip({ path: folder, target, heldOutMae, unit }: ModelSummary): string {
  if (heldOutMae === undefined) return [target, folder].join("\n");
  return [target, vscode.l10n.t("Test error: {0} {1}", Number(heldOutMae.toPrecision(3)), unit), folder].join("\n");
}
