import * as vscode from "vscode";
import { messageOf } from "../../core/text/messageOf.js";
import type { FromCrystalView, ToCrystalView } from "../../protocol/crystalView.js";
import { crystalViewMessage } from "../../protocol/viewMessages.js";
import { saveExport } from "../base/saveExport.js";
import { Throttle } from "../base/throttle.js";
import { webviewOptions, webviewPage } from "../base/webviewPage.js";
import type { LocalFile } from "../files/localCopies.js";
import { watchShown } from "../files/watchShown.js";
import { translateProblem } from "../language/problemReporter.js";
import { wasCancelled } from "../process/crystalJobs.js";
import { CrystalSession } from "./crystalSession.js";
import type { VoxelServices } from "./voxelEditor.js";

export const CRYSTAL_VIEW = "r3dvs.crystal";
const RELOAD_MS = 400;

type CrystalServices = Pick<VoxelServices, "extension" | "jobs" | "problems" | "copies" | "chosen" | "log">;

/** The read-only editor of structures and trajectories: atoms, cell and symmetry. Text stays their default editor. */
export class CrystalEditorProvider implements vscode.CustomReadonlyEditorProvider {
  constructor(private readonly services: CrystalServices) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose() {} };
  }

  async resolveCustomEditor(document: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const { extension } = this.services;
    panel.webview.options = webviewOptions(extension);
    const editor = new CrystalEditor(document.uri, panel, this.services);
    panel.onDidDispose(() => editor.dispose());
    panel.webview.html = await webviewPage(panel.webview, extension, "voxels");
  }
}

class CrystalEditor implements vscode.Disposable {
  private readonly session: CrystalSession;
  private readonly reload = new Throttle(RELOAD_MS, () => void this.load());
  private readonly subscriptions: vscode.Disposable[];
  private local: LocalFile | undefined;
  private loading: vscode.CancellationTokenSource | undefined;
  private frame: number | undefined;
  private isDisposed = false;

  constructor(
    private readonly uri: vscode.Uri,
    private readonly panel: vscode.WebviewPanel,
    private readonly services: CrystalServices,
  ) {
    this.session = new CrystalSession(panel, services);
    const isShown = (changed: vscode.Uri) => changed.toString() === uri.toString();
    const watcher = watchShown(uri, services.copies, isShown, () => this.reload.request());
    this.subscriptions = [
      this.session,
      watcher,
      panel.webview.onDidReceiveMessage((message: unknown) => this.receive(crystalViewMessage(message))),
    ];
  }

  dispose(): void {
    this.isDisposed = true;
    this.loading?.cancel();
    this.reload.dispose();
    this.local?.release();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private async receive(message: FromCrystalView | undefined): Promise<void> {
    if (message === undefined) return;
    if (message.type === "ready") await this.load();
    else if (message.type === "showText")
      await vscode.commands.executeCommand("r3dvs.showText", this.uri, undefined, message);
    else if (message.type === "chooseFrame") {
      this.frame = message.frame;
      await this.load();
    } else if (message.type === "export") {
      const suggestion = this.uri.with({ path: `${this.uri.path}.${message.format}` });
      await saveExport(suggestion, async (place) => vscode.workspace.fs.writeFile(place, message.bytes));
    }
  }

  private async load(): Promise<void> {
    this.loading?.cancel();
    const source = new vscode.CancellationTokenSource();
    this.loading = source;
    const { copies, problems, log } = this.services;
    try {
      const former = this.local;
      this.local = await copies.acquire(this.uri);
      former?.release();
      if (this.isDisposed) this.local.release();
      const opened = await this.session.openStructure(this.local.file, this.frame, { token: source.token });
      if (source.token.isCancellationRequested) return;
      problems.report(this.local.file, opened.problems, this.uri);
      const told = opened.problems.map((problem) => `${problem.line}:${problem.column}: ${translateProblem(problem)}`);
      if (opened.crystal === undefined) this.post({ type: "failed", problems: told });
      else if (told.length > 0) this.post({ type: "warned", problems: told });
    } catch (error) {
      if (source.token.isCancellationRequested) return;
      log.error(`${this.uri.toString(true)}: ${String(error)}`);
      const ended = vscode.l10n.t("The job process ended. Open the file again to restart it.");
      this.post({ type: "failed", problems: [wasCancelled(error) ? ended : messageOf(error)] });
    }
  }

  private post(message: ToCrystalView): void {
    void this.panel.webview.postMessage(message);
  }
}
