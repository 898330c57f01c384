import path from "node:path";
import type * as vscode from "vscode";

const VARIABLE = "R3DVS_TFJS_NODE";

/**
 * Where TensorFlow for Node.js is installed and looked for: what the environment names, else the extension's own
 * storage.
 */
export function tensorFlowFolder(context: vscode.ExtensionContext): string {
  return process.env[VARIABLE] ?? path.join(context.globalStorageUri.fsPath, "tfjs-node");
}

/** What tells job processes and runs of that folder. */
export function tensorFlowEnvironment(context: vscode.ExtensionContext): NodeJS.ProcessEnv {
  return { [VARIABLE]: tensorFlowFolder(context) };
}
