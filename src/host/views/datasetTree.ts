import * as vscode from "vscode";
import { languageOf, propertySymbol } from "../../core/text/labels.js";
import { plainText } from "../../core/text/predictionSummary.js";
import type { MaterialFacts } from "../../protocol/workerMethods.js";
import { formulaText, targetName } from "../base/labels.js";
import type { DatasetRegistry } from "../registries/datasetRegistry.js";
import { type Dataset, isEncoded, type Material } from "../registries/groupDatasets.js";
import type { MaterialFactsCache } from "../registries/materialFacts.js";

type Node =
  | { readonly kind: "dataset"; readonly dataset: Dataset }
  | { readonly kind: "material"; readonly material: Material; readonly facts: MaterialFacts | undefined };

/** Datasets and their materials by formula, with a calculated value; a click opens a material's density. */
export class DatasetTree implements vscode.TreeDataProvider<Node> {
  readonly onDidChangeTreeData: vscode.Event<void>;
  private readonly changed = new vscode.EventEmitter<void>();

  constructor(
    private readonly registry: DatasetRegistry,
    private readonly facts: MaterialFactsCache,
    private readonly icons: vscode.Uri,
  ) {
    this.onDidChangeTreeData = this.changed.event;
    registry.onDidChange(() => this.changed.fire());
    facts.onDidChange(() => this.changed.fire());
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) return this.registry.datasets.map((dataset) => ({ kind: "dataset", dataset }));
    if (node.kind === "material") return [];
    const facts = await this.facts.of(node.dataset);
    return node.dataset.materials.map((material) => ({ kind: "material", material, facts: facts.get(material.id) }));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return node.kind === "dataset"
      ? datasetItem(node.dataset, this.registry.datasets.length === 1)
      : materialItem(node.material, node.facts, this.icons);
  }
}

function datasetItem(dataset: Dataset, isOnlyOne: boolean): vscode.TreeItem {
  const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(dataset.name, isOnlyOne ? Expanded : Collapsed);
  const encoded = isEncoded(dataset);
  const materials = dataset.materials.length;
  const count = encoded
    ? vscode.l10n.t("{0} materials, encoded", materials)
    : vscode.l10n.t("{0} materials", materials);
  item.id = dataset.folder;
  item.resourceUri = vscode.Uri.file(dataset.folder);
  item.iconPath = new vscode.ThemeIcon("database");
  item.description = dataset.hasTargets ? `${count} · targets.csv` : count;
  item.tooltip = dataset.hasTargets
    ? dataset.folder
    : `${dataset.folder}\n${vscode.l10n.t("No targets.csv: no target to train on")}`;
  item.contextValue = encoded ? "dataset.encoded" : "dataset";
  return item;
}

/**
 * `Cu₂O  mp-361 · gap 0.57 eV`; of an encoded material there is no density to open, but its structure and its spectrum.
 */
function materialItem(material: Material, facts: MaterialFacts | undefined, icons: vscode.Uri): vscode.TreeItem {
  const { id, file, encoded } = material;
  const formula = encoded?.formula || facts?.formula;
  const item = new vscode.TreeItem(formula === undefined ? id : formulaText(formula));
  const known = facts?.known;
  const value =
    known &&
    `${propertySymbol(known.target, languageOf(vscode.env.language))} ${plainText(known.value)} ${known.unit}`.trimEnd();
  item.description = [...(formula === undefined ? [] : [id]), ...(value ? [value] : [])].join(" · ");
  item.accessibilityInformation = { label: [formula ?? "", id, value ?? ""].filter(Boolean).join(", ") };
  const told = known ? [`${targetName(known.target)}: ${plainText(known.value)} ${known.unit} (targets.csv)`] : [];
  if (encoded) {
    item.id = `${file}:${id}`;
    item.iconPath = new vscode.ThemeIcon("symbol-array");
    const { row } = encoded;
    const place =
      row === undefined
        ? vscode.l10n.t("{0}: spectrum in {1}", formula || id, file)
        : vscode.l10n.t("{0}: row {1} of {2}", formula || id, row, file);
    item.tooltip = [place, ...told].join("\n");
    item.contextValue = "material.encoded";
    item.command = {
      command: "r3dvs.showEncoded",
      title: vscode.l10n.t("Show Voxels"),
      arguments: [{ file, material: id, row }],
    };
    return item;
  }
  const uri = vscode.Uri.file(file);
  item.id = file;
  item.iconPath = {
    light: vscode.Uri.joinPath(icons, "density-light.svg"),
    dark: vscode.Uri.joinPath(icons, "density-dark.svg"),
  };
  item.tooltip = [file, ...told].join("\n");
  item.contextValue = "material";
  item.command = { command: "r3dvs.showVoxels", title: vscode.l10n.t("Show Voxels"), arguments: [uri] };
  item.resourceUri = uri;
  return item;
}
