import * as vscode from "vscode";
import { agentsMayWrite } from "../base/settings.js";

/** As package.json names it. */
const PROVIDER = "r3dvs.mcp";

/**
 * Tells the editor how to start `r3dvs mcp` for agents: on its own Node, held to the folders of the workspace. In
 * Restricted Mode nothing is started.
 */
export class McpProvider
  implements vscode.McpServerDefinitionProvider<vscode.McpStdioServerDefinition>, vscode.Disposable
{
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions = [
    vscode.workspace.onDidChangeWorkspaceFolders(() => this.changed.fire()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed.fire()),
    vscode.workspace.onDidChangeConfiguration(
      (change) => change.affectsConfiguration("r3dvs.agents") && this.changed.fire(),
    ),
  ];
  readonly onDidChangeMcpServerDefinitions = this.changed.event;

  /** `script`: the command line's bundle. */
  constructor(
    private readonly script: string,
    private readonly version: string,
  ) {}

  provideMcpServerDefinitions(): vscode.McpStdioServerDefinition[] {
    const folders = (vscode.workspace.workspaceFolders ?? [])
      .filter(({ uri }) => uri.scheme === "file")
      .map(({ uri }) => uri.fsPath);
    if (!vscode.workspace.isTrusted || folders.length === 0) return [];
    const args = [this.script, "mcp", ...(agentsMayWrite() ? ["--allow-write"] : []), "--", ...folders];
    const environment = { ELECTRON_RUN_AS_NODE: "1" };
    return [new vscode.McpStdioServerDefinition("R3DVS", process.execPath, args, environment, this.version)];
  }

  dispose(): void {
    for (const subscription of [...this.subscriptions, this.changed]) subscription.dispose();
  }
}

/** Nothing in editors without agents, such as those that only look like this version. */
export function registerMcpServer(script: string, version: string): vscode.Disposable {
  const { lm } = vscode as Partial<Pick<typeof vscode, "lm">>;
  if (typeof lm?.registerMcpServerDefinitionProvider !== "function") return vscode.Disposable.from();
  const provider = new McpProvider(script, version);
  return vscode.Disposable.from(provider, lm.registerMcpServerDefinitionProvider(PROVIDER, provider));
}
