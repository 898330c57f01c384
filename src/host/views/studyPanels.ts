import { type FSWatcher, watch } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { RUN_FILES } from "../../protocol/runFiles.js";
import type { FromStudyView, ToStudyView } from "../../protocol/studyView.js";
import { asFileName, studyViewMessage } from "../../protocol/viewMessages.js";
import { saveExport } from "../base/saveExport.js";
import { Throttle } from "../base/throttle.js";
import { webviewOptions, webviewPage } from "../base/webviewPage.js";
import { EventTail } from "../process/eventTail.js";
import { type JobProcess, wasCancelled } from "../process/jobProcess.js";
import { isActive } from "../registries/runRegistry.js";

const VIEW_TYPE = "r3dvs.study";
const FOLLOW_MS = 500;
const POLL_MS = 2000;

/** The study views: one panel a run, restored after a reload from the run's folder that the page remembers. */
export class StudyPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly open = new Map<string, StudyPanel>();
  private readonly registration: vscode.Disposable;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly jobs: JobProcess,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.registration = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this);
  }

  /** Shows the run's panel, making it where it is not open. */
  async show(folder: string): Promise<void> {
    const known = this.open.get(folder);
    if (known) known.reveal();
    else await this.attach(vscode.window.createWebviewPanel(VIEW_TYPE, path.basename(folder), vscode.ViewColumn.Active), folder);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const folder = typeof state === "object" && state !== null && "folder" in state ? state.folder : undefined;
    if (typeof folder === "string") await this.attach(panel, folder);
    else panel.dispose();
  }

  dispose(): void {
    this.registration.dispose();
    for (const panel of this.open.values()) panel.dispose();
  }

  private async attach(panel: vscode.WebviewPanel, folder: string): Promise<void> {
    panel.iconPath = vscode.Uri.joinPath(this.extension, "media", "icon.png");
    panel.webview.options = webviewOptions(this.extension);
    const study = new StudyPanel(panel, folder, this.jobs, this.log);
    this.open.set(folder, study);
    panel.onDidDispose(() => {
      study.dispose();
      if (this.open.get(folder) === study) this.open.delete(folder);
    });
    panel.webview.html = await webviewPage(panel.webview, this.extension, "study", { folder });
  }
}

/** Follows one run's folder for its page. */
class StudyPanel implements vscode.Disposable {
  private readonly follow = new Throttle(FOLLOW_MS, () => void this.update());
  private readonly subscription: vscode.Disposable;
  private readonly poll: NodeJS.Timeout;
  private watcher: FSWatcher | undefined;
  private tail: EventTail;
  /** What the page lacks: everything, what is new, or it is not there yet. */
  private page: "absent" | "empty" | "open" = "absent";
  private isActive = true;
  private updating = false;
  private results = -1;
  private sent = "";
  private complaint = "";

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly folder: string,
    private readonly jobs: JobProcess,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.tail = new EventTail(path.join(folder, RUN_FILES.events));
    this.subscription = panel.webview.onDidReceiveMessage((message: unknown) => this.receive(studyViewMessage(message)));
    this.watcher = watchFolder(folder, () => this.follow.request());
    this.poll = setInterval(() => this.isActive && this.follow.request(), POLL_MS);
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    clearInterval(this.poll);
    this.watcher?.close();
    this.watcher = undefined;
    this.follow.dispose();
    this.subscription.dispose();
  }

  private async receive(message: FromStudyView | undefined): Promise<void> {
    switch (message?.type) {
      case "ready":
        return this.begin();
      case "stop":
        await vscode.commands.executeCommand("r3dvs.stopRun", this.folder);
        return this.follow.request();
      case "resume":
        await vscode.commands.executeCommand("r3dvs.resumeRun", this.folder);
        return this.follow.request();
      case "openReport":
        await vscode.commands.executeCommand("r3dvs.openReport", this.folder);
        return;
      case "export":
        await saveExport(vscode.Uri.file(path.join(this.folder, `${asFileName(message.name)}.${message.format}`)), async (place) =>
          vscode.workspace.fs.writeFile(place, new TextEncoder().encode(message.text)),
        );
    }
  }

  /** The page is new (or new again after it was hidden): it gets everything from the beginning. */
  private begin(): Promise<void> {
    this.page = "empty";
    return this.update();
  }

  /** One at a time, so that no page gets an event twice. What fails, as when the job process ends, is tried again by the poll. */
  private async update(): Promise<void> {
    if (this.page === "absent") return;
    if (this.updating) return this.follow.request();
    this.updating = true;
    try {
      if (this.page === "empty") await this.open();
      await this.sendNew();
      this.complaint = "";
    } catch (error) {
      this.complain(error);
    } finally {
      this.updating = false;
    }
  }

  private async open(): Promise<void> {
    this.tail = new EventTail(path.join(this.folder, RUN_FILES.events));
    this.page = "open";
    try {
      const { run, parity } = await this.jobs.call("readRun", { folder: this.folder, parity: true });
      this.panel.title = run.name;
      this.isActive = isActive(run);
      await this.post({ type: "runOpened", run, events: [], parity });
    } catch (error) {
      this.page = "empty";
      throw error;
    }
  }

  private async sendNew(): Promise<void> {
    for (;;) {
      const { run } = await this.jobs.call("readRun", { folder: this.folder, parity: false });
      // After all that can fail: the tail gives each event once.
      const events = await this.tail.readNew();
      const picture = JSON.stringify(run);
      this.isActive = isActive(run);
      if (this.page !== "open") return;
      if (events.length > 0 || picture !== this.sent) await this.post({ type: "eventsAppended", events, run });
      this.sent = picture;
      if (events.length === 0) return this.sendParity(run.progress.done);
    }
  }

  private async sendParity(results: number): Promise<void> {
    if (results === this.results) return;
    const { parity } = await this.jobs.call("readRun", { folder: this.folder, parity: true });
    this.results = results;
    await this.post({ type: "parityChanged", parity });
  }

  private complain(error: unknown): void {
    const complaint = `study ${this.folder}: ${String(error)}`;
    if (wasCancelled(error) || complaint === this.complaint) return;
    this.complaint = complaint;
    this.log.error(complaint);
  }

  private async post(message: ToStudyView): Promise<void> {
    await this.panel.webview.postMessage(message);
  }
}

/** Some file systems tell nothing of changes; the poll follows there. */
function watchFolder(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, onChange);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
