import * as vscode from "vscode";
import { fileRole } from "../core/formats/fileNames.js";
import { messageOf } from "../core/text/messageOf.js";
import { changeStructure, generateMesh } from "./commands/changeStructure.js";
import { chosenResources } from "./commands/resources.js";
import { showText } from "./commands/showText.js";
import { BrowserEditorProvider } from "./editors/browserEditor.js";
import { ChosenFiles } from "./editors/chosenFiles.js";
import { revealLine } from "./editors/revealLine.js";
import { registerLanguages } from "./language/languageProviders.js";
import { LiveDiagnostics } from "./language/liveDiagnostics.js";
import { RunContexts } from "./language/runContexts.js";
import { SymmetryHints } from "./language/symmetryHints.js";
import { BrowserJobs } from "./process/browserJobs.js";
import { needsProcess } from "./process/noProcess.js";
import { EmptyTree } from "./views/emptyTree.js";

type Command = (...args: unknown[]) => unknown;

/**
 * The extension in VS Code for the Web, where no process can be started and no file stands on a disk: the languages of
 * VASP's text files, and crystals and densities by a web worker. What needs a process says so. This entry and all that
 * it imports use no module of Node.
 */
export function activate(context: vscode.ExtensionContext): void {
  const jobs = new BrowserJobs(context.extensionUri);
  const chosen = new ChosenFiles(context.workspaceState);
  const contexts = new RunContexts();
  const diagnostics = new LiveDiagnostics(contexts);
  const commands: Readonly<Record<string, Command>> = {
    "r3dvs.changeStructure": (target, id) => changeStructure(jobs, target, id),
    "r3dvs.generateMesh": (target) => generateMesh(contexts, target),
    "r3dvs.showCrystal": (first) => showPicture(first),
    "r3dvs.showVoxels": (first) => showPicture(first),
    "r3dvs.showText": showText,
    "r3dvs.revealLine": revealLine,
  };
  context.subscriptions.push(
    jobs,
    diagnostics,
    registerLanguages(diagnostics, contexts, new SymmetryHints(jobs)),
    ...namesOfCommands(context).map((name) =>
      vscode.commands.registerCommand(name, said(commands[name] ?? refusalOf(name, context))),
    ),
    ...EDITORS.map((view) =>
      vscode.window.registerCustomEditorProvider(view, new BrowserEditorProvider(context.extensionUri, jobs, chosen), {
        supportsMultipleEditorsPerDocument: true,
      }),
    ),
    ...VIEWS.map((view) => vscode.window.registerTreeDataProvider(view, new EmptyTree())),
  );
  void vscode.commands.executeCommand("setContext", "r3dvs.withoutProcess", true);
}

/** Those of the manifest; a density has another one than a structure. */
const EDITORS = ["r3dvs.crystal", "r3dvs.voxels", "r3dvs.structureVoxels"];

async function showPicture(first: unknown): Promise<void> {
  const [uri] = chosenResources(first, undefined);
  if (uri)
    await vscode.commands.executeCommand(
      "vscode.openWith",
      uri,
      fileRole(uri.path) === "density" ? "r3dvs.voxels" : "r3dvs.crystal",
    );
}

const VIEWS = ["r3dvs.datasets", "r3dvs.runs", "r3dvs.models"];

interface DeclaredCommand {
  readonly command: string;
  readonly title: string;
}

const declaredCommands = ({ extension }: vscode.ExtensionContext): readonly DeclaredCommand[] =>
  (extension.packageJSON as { readonly contributes: { readonly commands: readonly DeclaredCommand[] } }).contributes
    .commands;

const namesOfCommands = (context: vscode.ExtensionContext): string[] =>
  declaredCommands(context).map(({ command }) => command);

/** A command that cannot run here says why, by its title. */
function refusalOf(name: string, context: vscode.ExtensionContext): Command {
  const title = declaredCommands(context).find(({ command }) => command === name)?.title ?? name;
  return () => {
    throw new Error(needsProcess(title));
  };
}

const said =
  (run: Command): Command =>
  async (...args) => {
    try {
      await run(...args);
    } catch (error) {
      void vscode.window.showErrorMessage(`R3DVS: ${messageOf(error)}`);
    }
  };
