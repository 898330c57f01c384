import { type FSWatcher, watch } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { fileRole } from "../../core/formats/fileNames.js";
import { messageOf } from "../../core/text/messageOf.js";
import type { RunDetails, RunSummary } from "../../protocol/runEvents.js";
import type { FromStudyView, ToStudyView, UsedModel } from "../../protocol/studyView.js";
import { asFileName, studyViewMessage } from "../../protocol/viewMessages.js";
import { saveExport } from "../base/saveExport.js";
import { Throttle } from "../base/throttle.js";
import { webviewOptions, webviewPage } from "../base/webviewPage.js";
import { wasCancelled } from "../process/crystalJobs.js";
import type { JobProcess } from "../process/jobProcess.js";
import { RunTail } from "../process/runTail.js";
import { isActive } from "../registries/runRegistry.js";

const VIEW_TYPE = "r3dvs.study";
const FOLLOW_MS = 500;
const POLL_MS = 2000;

export interface StudyServices {
  readonly jobs: JobProcess;
  readonly log: vscode.LogOutputChannel;
  /** Lets models of a run predict from now on; returns those that are there. */
  readonly useModels: (run: string, models: readonly UsedModel[]) => Promise<readonly UsedModel[]>;
}

/** The study views: one panel a run, restored after a reload from the run's folder that the page remembers. */
export class StudyPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly open = new Map<string, StudyPanel>();
  private readonly registration: vscode.Disposable;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly services: StudyServices,
  ) {
    this.registration = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this);
  }

  /** Shows the run's panel, making it where it is not open; beside the results of another run where one is given. */
  async show(folder: string, compareWith?: string): Promise<void> {
    const known = this.open.get(folder);
    if (known) known.reveal();
    else
      await this.attach(
        vscode.window.createWebviewPanel(VIEW_TYPE, path.basename(folder), vscode.ViewColumn.Active),
        folder,
      );
    if (compareWith !== undefined) this.open.get(folder)?.compare(compareWith);
  }

  /** Closes the panel of a run whose folder is there no more. */
  close(folder: string): void {
    this.open.get(folder)?.close();
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
    const study = new StudyPanel(panel, folder, this.services);
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
  private tail: RunTail;
  /** What the page lacks: everything, what is new, or it is not there yet. */
  private page: "absent" | "empty" | "open" = "absent";
  private isActive = true;
  private updating = false;
  private results = -1;
  private sent = "";
  private complaint = "";
  private run: RunSummary | undefined;
  private materials: RunDetails["materials"] = [];
  /** Folders of runs that the page may compare with, as it was told. */
  private offered: ReadonlySet<string> = new Set();
  private compareWith = "";

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly folder: string,
    private readonly services: StudyServices,
  ) {
    this.tail = new RunTail(folder);
    this.subscription = panel.webview.onDidReceiveMessage((message: unknown) =>
      this.receive(studyViewMessage(message)),
    );
    this.watcher = watchFolder(folder, () => this.follow.request());
    this.poll = setInterval(() => this.isActive && this.follow.request(), POLL_MS);
  }

  reveal(): void {
    this.panel.reveal();
  }

  close(): void {
    this.panel.dispose();
  }

  compare(folder: string): void {
    this.compareWith = folder;
    if (this.page === "open") void this.sendComparison();
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
        await this.export(message);
        return;
      case "openMaterial":
        return this.openMaterial(message.id);
      case "compare":
        // a page names runs that it was told of, and no other folder
        if (message.folder === "" || this.offered.has(message.folder)) this.compare(message.folder);
        return;
      case "useModels":
        await this.post({ type: "modelsInUse", models: await this.services.useModels(this.folder, message.models) });
    }
  }

  /** Figures go beside the data, not into the run's hidden folder. */
  private async export({ format, name, bytes }: Extract<FromStudyView, { type: "export" }>): Promise<void> {
    const file = `${asFileName(`${this.run?.name ?? path.basename(this.folder)} ${name}`)}.${format}`;
    const place = vscode.Uri.file(path.join(this.run?.dataset ?? path.dirname(this.folder), file));
    await saveExport(place, async (chosen) => vscode.workspace.fs.writeFile(chosen, bytes));
  }

  /** The crystal of one of the run's materials. */
  private async openMaterial(id: string): Promise<void> {
    const material = this.materials.find((one) => one.id === id);
    if (material === undefined || this.run === undefined) return;
    const file = vscode.Uri.file(path.resolve(this.run.dataset, material.file));
    if (fileRole(file.path) !== undefined) await vscode.commands.executeCommand("r3dvs.showCrystal", file);
    else
      void vscode.window.showInformationMessage(
        vscode.l10n.t("R3DVS: only the spectrum of {0} is stored, not its density.", id),
      );
  }

  private async sendComparison(): Promise<void> {
    if (this.compareWith === "") return this.post({ type: "compared" });
    try {
      const { comparison } = await this.services.jobs.call("compareRuns", {
        folder: this.folder,
        other: this.compareWith,
      });
      if (comparison.folder === this.compareWith) await this.post({ type: "compared", comparison });
    } catch (error) {
      await this.post({ type: "compared" });
      if (!wasCancelled(error)) void vscode.window.showErrorMessage(`R3DVS: ${messageOf(error)}`);
    }
  }

  /** Runs of the same dataset that have results. */
  private async sendOthers(run: RunSummary): Promise<void> {
    const { runs } = await this.services.jobs.call("listRuns", { dataset: run.dataset });
    const others = runs.filter(({ folder, progress }) => folder !== this.folder && progress.done > 0);
    this.offered = new Set(others.map(({ folder }) => folder));
    await this.post({ type: "runsListed", runs: others.map(({ folder, name }) => ({ folder, name })) });
    if (this.compareWith !== "") await this.sendComparison();
  }

  /** The page is new (or new again after it was hidden): it gets everything from the beginning. */
  private begin(): Promise<void> {
    this.page = "empty";
    return this.update();
  }

  /**
   * One at a time, so that no page gets an event twice. What fails, as when the job process ends, is tried again by the
   * poll.
   */
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
    this.tail = new RunTail(this.folder);
    this.page = "open";
    try {
      const { run, parity, details } = await this.services.jobs.call("readRun", { folder: this.folder, parity: true });
      this.panel.title = run.name;
      this.isActive = isActive(run);
      this.run = run;
      this.materials = details.materials;
      await this.post({ type: "runOpened", run, events: [], parity, details });
      await this.sendOthers(run);
    } catch (error) {
      this.page = "empty";
      throw error;
    }
  }

  private async sendNew(): Promise<void> {
    for (;;) {
      const { run } = await this.services.jobs.call("readRun", { folder: this.folder, parity: false });
      // After all that can fail: the tail gives each event once.
      const events = await this.tail.readNew();
      const picture = JSON.stringify(run);
      this.isActive = isActive(run);
      if (this.page !== "open") return;
      if (events.length > 0 || picture !== this.sent) await this.post({ type: "eventsAppended", events, run });
      this.sent = picture;
      this.run = run;
      if (events.length === 0) return this.sendParity(run.progress.total === 0 ? -1 : run.progress.done);
    }
  }

  private async sendParity(results: number): Promise<void> {
    if (results === this.results) return;
    const { parity, details } = await this.services.jobs.call("readRun", { folder: this.folder, parity: true });
    this.results = results;
    this.materials = details.materials;
    await this.post({ type: "parityChanged", parity, details });
  }

  private complain(error: unknown): void {
    const complaint = `study ${this.folder}: ${String(error)}`;
    if (wasCancelled(error) || complaint === this.complaint) return;
    this.complaint = complaint;
    this.services.log.error(complaint);
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
