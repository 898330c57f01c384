import * as vscode from "vscode";
import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import { messageOf } from "../../core/text/messageOf.js";
import type { Problem } from "../../core/text/problem.js";
import { checkCrystalCall } from "../../protocol/crystalCalls.js";
import type {
  CrystalData,
  CrystalMethods,
  CrystalViewCalls,
  DensityData,
  OtherDensity,
  ShownSource,
  ToCrystalView,
} from "../../protocol/crystalView.js";
import { type CallContext, type Handlers, RpcPeer } from "../../protocol/rpc.js";
import { crystalViewMessage } from "../../protocol/viewMessages.js";
import type { VoxelViewData } from "../../protocol/voxelView.js";
import { nameOfUri } from "../base/uriName.js";
import type { LocalCopies, LocalFile } from "../files/localCopies.js";
import { translateProblem } from "../language/problemReporter.js";
import type { CrystalJobs, JobOptions } from "../process/crystalJobs.js";
import { chooseDensity } from "./chooseDensity.js";
import type { ChosenFiles } from "./chosenFiles.js";

type Nothing = Record<string, never>;
type Forwarded = keyof CrystalViewCalls;

/** What one reading of a density gives. */
export interface OpenedDensity {
  readonly density?: DensityData;
  readonly voxels?: VoxelViewData;
  readonly problems: readonly Problem[];
}

/** A material of a file with many: of spectra, or a row (from 1) of a table of densities. */
type EncodedName = Required<Pick<ShownSource, "file" | "material">> & { readonly row?: number };

/**
 * The crystal half of one open view: passes the page's calls on to the job process with the view's own file, and opens
 * what it shows.
 */
export class CrystalSession implements vscode.Disposable {
  private readonly peer: RpcPeer<CrystalViewCalls, Nothing>;
  private readonly subscription: vscode.Disposable;
  /** The file whose atoms and grids are shown, and the frame that was chosen. */
  private shown: ShownSource | undefined;
  private grids: string | undefined;
  /** Further files that a person chose for this view; the page may name no other. */
  private readonly chosen = new Map<string, { readonly local: LocalFile; readonly other: OtherDensity }>();
  private readonly jobs: CrystalJobs;
  private isDisposed = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly services: {
      readonly jobs: CrystalJobs;
      readonly copies: Pick<LocalCopies, "acquire" | "uriOf">;
      readonly chosen: ChosenFiles;
    },
  ) {
    this.jobs = services.jobs;
    let receive: (message: unknown) => void = () => {};
    this.subscription = panel.webview.onDidReceiveMessage((message: unknown) => {
      receive(message);
      const asked = crystalViewMessage(message);
      if (asked?.type === "chooseOther") void this.chooseOther();
      else if (asked?.type === "reopenOthers") void this.reopenOthers(asked.files);
    });
    const port = {
      post: (message: unknown) => void panel.webview.postMessage(message),
      onMessage: (listener: (message: unknown) => void) => {
        receive = listener;
      },
    };
    this.peer = new RpcPeer<CrystalViewCalls, Nothing>(port, this.handlers());
  }

  dispose(): void {
    this.isDisposed = true;
    for (const file of [...this.chosen.keys()]) this.letGoOf(file);
    this.peer.dispose("the view was closed");
    this.subscription.dispose();
    this.letGo();
  }

  /** Atoms and cell, at once; the page learns of them as soon as they are there. */
  async openStructure(
    file: string,
    frame: number | undefined,
    options: JobOptions,
  ): Promise<{ crystal?: CrystalData; problems: readonly Problem[] }> {
    return this.openSource({ file, ...(frame !== undefined && { frame }) }, options);
  }

  private async openSource(source: ShownSource, options: JobOptions) {
    this.shown = source;
    const opened = await this.jobs.call("openStructure", source, options);
    if (opened.crystal && !options.token?.isCancellationRequested)
      this.post({ type: "crystalOpened", crystal: opened.crystal });
    return opened;
  }

  /** The density's grids and, in the same reading, its voxels; a large file gives a coarse sample first. */
  async openDensity(
    file: string,
    frame: number | undefined,
    settings: EncodeSettings,
    options: JobOptions,
  ): Promise<OpenedDensity> {
    if (this.grids !== undefined && this.grids !== file) this.letGo();
    this.grids = file;
    this.shown = { file, ...(frame !== undefined && { frame }) };
    if (frame === undefined) void this.sample(file, options);
    return this.readDensity(settings, options);
  }

  private async readDensity(settings: EncodeSettings, options: JobOptions): Promise<OpenedDensity> {
    if (this.shown === undefined) throw new Error(vscode.l10n.t("R3DVS: no file is open in this view."));
    const opened = await this.jobs.call("openDensity", { ...this.shown, settings }, options);
    this.sampled = undefined;
    if (opened.density && !options.token?.isCancellationRequested) {
      this.post({ type: "densityOpened", density: opened.density });
      // A page that was hidden has forgotten them.
      for (const { other } of this.chosen.values()) this.post({ type: "otherChosen", other });
    }
    return opened;
  }

  /** A material of a dataset of spectra: its atoms, its Patterson function and its voxels at once. */
  async openEncoded(name: EncodedName, settings: EncodeSettings, options: JobOptions): Promise<OpenedDensity> {
    if (name.row !== undefined) return this.openRow(name, name.row, settings, options);
    const { crystal } = await this.openSource(name, options);
    if (crystal === undefined) return this.jobs.call("openDensity", { ...name, settings }, options);
    this.grids = name.file;
    return this.readDensity(settings, options);
  }

  /** A density of a table: as a file of its own, under the material's name. */
  private async openRow(
    { file, material }: EncodedName,
    row: number,
    settings: EncodeSettings,
    options: JobOptions,
  ): Promise<OpenedDensity> {
    this.shown = { file, frame: row };
    const { crystal } = await this.jobs.call("openStructure", this.shown, options);
    if (crystal && !options.token?.isCancellationRequested)
      this.post({ type: "crystalOpened", crystal: { ...crystal, title: material } });
    this.grids = file;
    const opened = await this.readDensity(settings, options);
    if (opened.voxels === undefined) return opened;
    const { frames: _, ...voxels } = opened.voxels; // each row is a material of its own
    return { ...opened, voxels: { ...voxels, title: material, isEncoded: true } };
  }

  /** A person chooses a second file; from then on the page may ask for it. */
  private async chooseOther(): Promise<void> {
    if (this.shown === undefined) return;
    const { copies } = this.services;
    const uri = await chooseDensity(copies.uriOf(this.shown.file));
    if (uri === undefined) return;
    await this.openOther(uri);
  }

  /** Files that a page used before the window was loaded again: only those that a person had chosen for this view. */
  private async reopenOthers(files: readonly string[]): Promise<void> {
    for (const file of files) {
      const known = this.chosen.has(file) ? undefined : this.services.chosen.find(this.address(), file);
      if (known && !this.isDisposed) await this.openOther(vscode.Uri.parse(known.uri), file);
    }
  }

  /** What this view shows, by its address. */
  private address(): string {
    const { file = "", material } = this.shown ?? {};
    const uri = this.services.copies.uriOf(file);
    return (material === undefined ? uri : uri.with({ fragment: material })).toString();
  }

  private async openOther(uri: vscode.Uri, former?: string): Promise<void> {
    const title = nameOfUri(uri);
    const options = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t("R3DVS: reading {0}", title) };
    await vscode.window.withProgress(options, () => this.readOther(uri, title, former));
  }

  /** `former`: the path by which the page knew the file. */
  private async readOther(uri: vscode.Uri, title: string, former: string | undefined): Promise<void> {
    let local: LocalFile | undefined;
    try {
      local = await this.services.copies.acquire(uri);
      if (this.shown === undefined) throw new Error(vscode.l10n.t("R3DVS: no file is open in this view."));
      const { other, problems } = await this.jobs.call("openOther", { ...this.shown, other: local.file });
      if (other === undefined)
        throw new Error(
          problems.map(translateProblem).join(" ") || vscode.l10n.t("It holds no complete grid of values."),
        );
      if (other.differs?.what === "cell") this.letGoOf(local.file);
      else {
        this.keep(local, other);
        await this.services.chosen.remember(this.address(), { file: other.file, uri: uri.toString() });
      }
      this.post({ type: "otherChosen", other, ...(former !== undefined && { former }) });
    } catch (error) {
      local?.release();
      this.post({ type: "otherFailed", title, problems: [messageOf(error)] });
    }
  }

  private keep(local: LocalFile, other: OtherDensity): void {
    this.chosen.get(other.file)?.local.release();
    this.chosen.set(other.file, { local, other });
    if (this.isDisposed) this.letGoOf(other.file);
  }

  private letGoOf(file: string): void {
    this.chosen.get(file)?.local.release();
    this.chosen.delete(file);
    void this.jobs.call("closeDensity", { file }).catch(() => undefined);
  }

  /** The file that is being sampled; none once the whole grid is there. */
  private sampled: string | undefined;

  private async sample(file: string, options: JobOptions): Promise<void> {
    this.sampled = file;
    try {
      const { density } = await this.jobs.call(
        "sampleDensity",
        { file },
        options.token ? { token: options.token } : {},
      );
      if (density && this.sampled === file) this.post({ type: "densityOpened", density });
    } catch {
      // The whole grid comes in any case.
    }
  }

  private letGo(): void {
    const { grids } = this;
    this.grids = undefined;
    if (grids !== undefined) void this.jobs.call("closeDensity", { file: grids }).catch(() => undefined);
  }

  private handlers(): Handlers<CrystalViewCalls> {
    const forward =
      <K extends Forwarded>(method: K) =>
      (params: Parameters<CrystalViewCalls[K]>[0], context: CallContext) =>
        this.forward(method, params, context) as ReturnType<CrystalViewCalls[K]>;
    return {
      fieldFacts: forward("fieldFacts"),
      isosurface: forward("isosurface"),
      inside: forward("inside"),
      slice: forward("slice"),
      profile: forward("profile"),
      line: forward("line"),
      probe: forward("probe"),
      sphere: forward("sphere"),
      integrals: forward("integrals"),
      symmetry: forward("symmetry"),
      openFrames: forward("openFrames"),
    };
  }

  /** The page never names the file itself. */
  private async forward<K extends Forwarded>(method: K, params: object, context: CallContext): Promise<unknown> {
    if (this.shown === undefined) throw new Error(vscode.l10n.t("R3DVS: no file is open in this view."));
    const wrong = checkCrystalCall(method, params, (file) => this.chosen.has(file));
    if (wrong !== undefined) throw new Error(`${method}: ${wrong}`);
    const cancellation = new vscode.CancellationTokenSource();
    context.onCancel(() => cancellation.cancel());
    const own = { ...params, ...this.shown } as Parameters<CrystalMethods[K]>[0];
    return this.jobs.call(method, own, { token: cancellation.token });
  }

  private post(message: ToCrystalView): void {
    void this.panel.webview.postMessage(message);
  }
}
