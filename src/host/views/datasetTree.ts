import path from "node:path";
import * as vscode from "vscode";
import type { DatasetRegistry } from "../registries/datasetRegistry.js";
import { type Dataset, isEncoded, type Material } from "../registries/groupDatasets.js";

type Node = { readonly kind: "dataset"; readonly dataset: Dataset } | { readonly kind: "material"; readonly material: Material };

/** Datasets and their materials; a click opens a material's density. */
export class DatasetTree implements vscode.TreeDataProvider<Node> {
  readonly onDidChangeTreeData: vscode.Event<void>;

  constructor(
    private readonly registry: DatasetRegistry,
    private readonly icons: vscode.Uri,
  ) {
    this.onDidChangeTreeData = registry.onDidChange;
  }

  getChildren(node?: Node): Node[] {
    if (!node) return this.registry.datasets.map((dataset) => ({ kind: "dataset", dataset }));
    return node.kind === "dataset" ? node.dataset.materials.map((material) => ({ kind: "material", material })) : [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return node.kind === "dataset"
      ? datasetItem(node.dataset, this.registry.datasets.length === 1)
      : materialItem(node.material, this.icons);
  }
}

function datasetItem(dataset: Dataset, isOnlyOne: boolean): vscode.TreeItem {
  const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(dataset.name, isOnlyOne ? Expanded : Collapsed);
  const encoded = isEncoded(dataset);
  const materials = dataset.materials.length;
  const count = encoded ? vscode.l10n.t("{0} materials, encoded", materials) : vscode.l10n.t("{0} materials", materials);
  item.id = dataset.folder;
  item.resourceUri = vscode.Uri.file(dataset.folder);
  item.iconPath = new vscode.ThemeIcon("database");
  item.description = dataset.hasTargets ? `${count} · targets.csv` : count;
  item.tooltip = dataset.hasTargets ? dataset.folder : `${dataset.folder}\n${vscode.l10n.t("No targets.csv: no target to train on")}`;
  item.contextValue = encoded ? "dataset.encoded" : "dataset";
  return item;
}

function materialItem(material: Material, icons: vscode.Uri): vscode.TreeItem {
  return material.encoded ? encodedItem(material, material.encoded.formula) : densityItem(material, icons);
}

/** Of these there is no density to open: `train` and `study` take them, the voxel view does not. */
function encodedItem(material: Material, formula: string): vscode.TreeItem {
  const item = new vscode.TreeItem(material.id);
  item.id = `${material.file}:${material.id}`;
  item.iconPath = new vscode.ThemeIcon("symbol-array");
  item.description = formula;
  item.tooltip = vscode.l10n.t("{0}: spectrum in {1}", formula || material.id, material.file);
  item.contextValue = "material.encoded";
  return item;
}

function densityItem(material: Material, icons: vscode.Uri): vscode.TreeItem {
  const item = new vscode.TreeItem(material.id);
  const uri = vscode.Uri.file(material.file);
  item.id = material.file;
  item.iconPath = { light: vscode.Uri.joinPath(icons, "density-light.svg"), dark: vscode.Uri.joinPath(icons, "density-dark.svg") };
  item.description = path.basename(material.file);
  item.tooltip = material.file;
  item.contextValue = "material";
  item.command = { command: "r3dvs.showVoxels", title: vscode.l10n.t("Show Voxels"), arguments: [uri] };
  item.resourceUri = uri;
  return item;
}
