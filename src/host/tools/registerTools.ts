import * as vscode from "vscode";
import type { EncodeServices } from "../commands/encodeResources.js";
import { EncodeTool } from "./encodeTool.js";
import { InfoTool } from "./infoTool.js";
import { type PredictServices, PredictTool } from "./predictTool.js";

/** Gives chats the tools that package.json describes to them; nothing where the editor has no language models. */
export function registerTools(services: PredictServices & EncodeServices): vscode.Disposable {
  const { lm } = vscode as Partial<Pick<typeof vscode, "lm">>;
  if (typeof lm?.registerTool !== "function") return vscode.Disposable.from();
  return vscode.Disposable.from(
    lm.registerTool("r3dvs_info", new InfoTool(services)),
    lm.registerTool("r3dvs_predict", new PredictTool(services)),
    lm.registerTool("r3dvs_encode", new EncodeTool(services)),
  );
}
