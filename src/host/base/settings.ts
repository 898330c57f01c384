import * as vscode from "vscode";
import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";

/** The descriptor's settings as they hold for a file or folder. */
export function encodeSettings(scope?: vscode.Uri): EncodeSettings {
  const voxels = vscode.workspace.getConfiguration("r3dvs.voxels", scope ?? null);
  return {
    spacing: voxels.get("spacing", 0.4),
    length: voxels.get("length", 12.8),
    assignment: voxels.get<"nearest" | "trilinear">("assignment", "nearest"),
    component: "total",
  };
}

/** Worker threads; 0 leaves the number to the job. */
export const threadCount = (): number => vscode.workspace.getConfiguration("r3dvs").get("threads", 0);

export const modelFolders = (): readonly string[] =>
  vscode.workspace.getConfiguration("r3dvs").get<string[]>("models", []);

export const usesBuiltInModels = (): boolean => vscode.workspace.getConfiguration("r3dvs").get("builtInModels", true);

export const showsInlinePredictions = (scope: vscode.Uri): boolean =>
  vscode.workspace.getConfiguration("r3dvs.predictions", scope).get("inline", true);

/** Whether the server for agents (`r3dvs mcp`) may write new files. */
export const agentsMayWrite = (): boolean => vscode.workspace.getConfiguration("r3dvs.agents").get("allowWrite", false);
