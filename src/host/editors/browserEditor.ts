import * as vscode from "vscode";
import { messageOf } from "../../core/text/messageOf.js";
import type { Problem } from "../../core/text/problem.js";
import type { FromCrystalView, ToCrystalView } from "../../protocol/crystalView.js";
import { voxelViewMessage } from "../../protocol/viewMessages.js";
import type { FromVoxelView, ToVoxelView } from "../../protocol/voxelView.js";
import { saveExport } from "../base/saveExport.js";
import { encodeSettings } from "../base/settings.js";
import { webviewOptions, webviewPage } from "../base/webviewPage.js";
import { translateProblem } from "../language/problemReporter.js";
import type { BrowserJobs } from "../process/browserJobs.js";
import { needsProcess } from "../process/noProcess.js";
import type { ChosenFiles } from "./chosenFiles.js";
import { CrystalSession } from "./crystalSession.js";

/**
 * The editors of structures and densities in VS Code for the Web: crystal, surfaces and voxels, by a web worker. No
 * predictions.
 */
export class BrowserEditorProvider implements vscode.CustomReadonlyEditorProvider {
  constructor(
    private readonly extension: vscode.Uri,
    private readonly jobs: BrowserJobs,
    private readonly chosen: ChosenFiles,
  ) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose() {} };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    panel.webview.options = webviewOptions(this.extension);
    const editor = new BrowserEditor(uri, panel, this.jobs, this.chosen);
    panel.onDidDispose(() => editor.dispose());
    panel.webview.html = await webviewPage(panel.webview, this.extension, "voxels");
  }
}

/** A file is named by its address: nothing is copied. */
const NO_COPIES = {
  uriOf: (file: string) => vscode.Uri.parse(file),
  acquire: async (uri: vscode.Uri) => ({ file: uri.toString(), release: () => {} }),
};

class BrowserEditor implements vscode.Disposable {
  private readonly session: CrystalSession;
  private readonly subscription: vscode.Disposable;
  private loading: vscode.CancellationTokenSource | undefined;
  private frame: number | undefined;

  constructor(
    private readonly uri: vscode.Uri,
    private readonly panel: vscode.WebviewPanel,
    jobs: BrowserJobs,
    chosen: ChosenFiles,
  ) {
    this.session = new CrystalSession(panel, { jobs, copies: NO_COPIES, chosen });
    this.subscription = panel.webview.onDidReceiveMessage((message: unknown) =>
      this.receive(voxelViewMessage(message)),
    );
  }

  dispose(): void {
    this.loading?.cancel();
    this.subscription.dispose();
    this.session.dispose();
  }

  private async receive(message: FromVoxelView | FromCrystalView | undefined): Promise<void> {
    if (message?.type === "ready") await this.load();
    else if (message?.type === "showText")
      await vscode.commands.executeCommand("r3dvs.showText", this.uri, undefined, message);
    else if (message?.type === "chooseFrame") {
      this.frame = message.frame;
      await this.load();
    } else if (message?.type === "export" && message.bytes) {
      const { bytes, format } = message;
      const place = this.uri.with({ path: `${this.uri.path}.${format}` });
      await saveExport(place, async (chosen) => vscode.workspace.fs.writeFile(chosen, bytes));
    } else if (message?.type === "predict" || message?.type === "explain") {
      void vscode.window.showInformationMessage(`R3DVS: ${needsProcess(vscode.l10n.t("A prediction"))}`);
    } else if (message) void vscode.window.showInformationMessage(`R3DVS: ${needsProcess(vscode.l10n.t("This"))}`);
  }

  private async load(): Promise<void> {
    this.loading?.cancel();
    const source = new vscode.CancellationTokenSource();
    this.loading = source;
    const { token } = source;
    this.post({ type: "loading" });
    try {
      const file = this.uri.toString();
      const { crystal, problems } = await this.session.openStructure(file, this.frame, { token });
      if (token.isCancellationRequested) return;
      if (!crystal) return this.post({ type: "failed", problems: problems.map(placed) });
      if (!crystal.hasDensity) {
        if (problems.length > 0) this.post({ type: "warned", problems: problems.map(placed) });
        return;
      }
      const settings = { ...encodeSettings(this.uri), ...(this.frame !== undefined && { frame: this.frame }) };
      const opened = await this.session.openDensity(file, this.frame, settings, { token });
      if (token.isCancellationRequested) return;
      const warnings = opened.problems.map(translateProblem);
      if (opened.voxels) this.post({ type: "pictureLoaded", picture: { ...opened.voxels, warnings } });
      else this.post({ type: opened.density ? "warned" : "failed", problems: opened.problems.map(placed) });
    } catch (error) {
      if (!token.isCancellationRequested) this.post({ type: "failed", problems: [messageOf(error)] });
    }
  }

  private post(message: ToVoxelView | ToCrystalView): void {
    void this.panel.webview.postMessage(message);
  }
}

const placed = (problem: Problem): string => `${problem.line}:${problem.column}: ${translateProblem(problem)}`;
