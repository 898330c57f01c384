import path from "node:path";
import * as vscode from "vscode";
import { messageOf } from "../../core/text/messageOf.js";
import type { ToCrystalView } from "../../protocol/crystalView.js";
import { asFileName, crystalViewMessage } from "../../protocol/viewMessages.js";
import type { ToVoxelView, VoxelViewData } from "../../protocol/voxelView.js";
import { saveExport } from "../base/saveExport.js";
import { encodeSettings } from "../base/settings.js";
import { webviewOptions, webviewPage } from "../base/webviewPage.js";
import { translateProblem } from "../language/problemReporter.js";
import { wasCancelled } from "../process/crystalJobs.js";
import { CrystalSession } from "./crystalSession.js";
import type { VoxelServices } from "./voxelEditor.js";

const VIEW_TYPE = "r3dvs.encodedMaterial";

type Services = Pick<VoxelServices, "extension" | "jobs" | "copies" | "chosen" | "log">;

/** A material of a file with spectra of many. */
export interface EncodedMaterialName {
  readonly file: string;
  readonly material: string;
  /** Of a table of densities, from 1: the density itself is shown. */
  readonly row?: number;
}

/**
 * The views of materials of which a dataset keeps spectrum and structure alone, or that are rows of a table; restored
 * after a reload.
 */
export class EncodedPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly open = new Map<string, vscode.WebviewPanel>();
  private readonly registration: vscode.Disposable;

  constructor(private readonly services: Services) {
    this.registration = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this);
  }

  async show(name: EncodedMaterialName): Promise<void> {
    const known = this.open.get(keyOf(name));
    if (known) known.reveal();
    else {
      const title = path.posix.basename(name.material);
      await this.attach(
        vscode.window.createWebviewPanel(VIEW_TYPE, title, vscode.ViewColumn.Active, { enableFindWidget: false }),
        name,
      );
    }
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const name = nameIn(state);
    if (name) await this.attach(panel, name);
    else panel.dispose();
  }

  dispose(): void {
    this.registration.dispose();
    for (const panel of this.open.values()) panel.dispose();
  }

  private async attach(panel: vscode.WebviewPanel, name: EncodedMaterialName): Promise<void> {
    const { extension } = this.services;
    panel.iconPath = vscode.Uri.joinPath(extension, "media", "icon.png");
    panel.webview.options = webviewOptions(extension);
    const view = new EncodedPanel(panel, name, this.services);
    this.open.set(keyOf(name), panel);
    panel.onDidDispose(() => {
      view.dispose();
      if (this.open.get(keyOf(name)) === panel) this.open.delete(keyOf(name));
    });
    panel.webview.html = await webviewPage(panel.webview, extension, "voxels", { ...name });
  }
}

const keyOf = ({ file, material }: EncodedMaterialName): string => `${file}\n${material}`;

/** What a tree's item, or the state of a page, says of a material. */
export function nameIn(value: unknown): EncodedMaterialName | undefined {
  if (typeof value !== "object" || value === null || !("file" in value) || !("material" in value)) return undefined;
  const { file, material } = value;
  if (typeof file !== "string" || typeof material !== "string") return undefined;
  if (file.endsWith(".npz")) return { file, material };
  const row = "row" in value ? value.row : undefined;
  return /\.parquet$/i.test(file) && Number.isSafeInteger(row) && Number(row) >= 1
    ? { file, material, row: Number(row) }
    : undefined;
}

class EncodedPanel implements vscode.Disposable {
  private readonly session: CrystalSession;
  private readonly subscriptions: vscode.Disposable[];
  private loading: vscode.CancellationTokenSource | undefined;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly name: EncodedMaterialName,
    private readonly services: Services,
  ) {
    this.session = new CrystalSession(panel, services);
    this.subscriptions = [this.session, panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message))];
  }

  dispose(): void {
    this.loading?.cancel();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private async receive(received: unknown): Promise<void> {
    const message = crystalViewMessage(received);
    if (message?.type === "ready") await this.load();
    if (message?.type !== "export") return;
    const name = `${asFileName(path.posix.basename(this.name.material))}.${message.format}`;
    const suggestion = vscode.Uri.file(path.join(path.dirname(this.name.file), name));
    await saveExport(suggestion, async (place) => vscode.workspace.fs.writeFile(place, message.bytes));
  }

  private async load(): Promise<void> {
    this.loading?.cancel();
    const source = new vscode.CancellationTokenSource();
    this.loading = source;
    const { log } = this.services;
    this.post({ type: "loading" });
    try {
      const settings = { ...encodeSettings(vscode.Uri.file(this.name.file)), component: "total" } as const;
      const { voxels, problems } = await this.session.openEncoded(this.name, settings, { token: source.token });
      if (source.token.isCancellationRequested) return;
      const told = problems.map(translateProblem);
      const notes = voxels && this.name.row === undefined ? notesOn(voxels, settings.spacing) : [];
      if (voxels) this.post({ type: "pictureLoaded", picture: { ...voxels, warnings: [...told, ...notes] } });
      else this.post({ type: "failed", problems: told });
    } catch (error) {
      if (source.token.isCancellationRequested) return;
      log.error(`${this.name.file}: ${this.name.material}: ${String(error)}`);
      const ended = vscode.l10n.t("The job process ended. Open the file again to restart it.");
      this.post({ type: "failed", problems: [wasCancelled(error) ? ended : messageOf(error)] });
    }
  }

  private post(message: ToVoxelView | ToCrystalView): void {
    void this.panel.webview.postMessage(message);
  }
}

/** What the dataset does not hold, and what is shown instead. */
function notesOn({ spacing, cutoff }: VoxelViewData, wanted: number): string[] {
  const phases = vscode.l10n.t(
    "The dataset keeps the structure and |s_g| without phases, so the density itself cannot be drawn. The surface is its Patterson function: its peaks stand at the vectors between atoms, seen from the cell's origin.",
  );
  if (spacing <= wanted * (1 + 1e-6)) return [phases];
  const reach = vscode.l10n.t(
    "The spectra reach |g| = {0} Å⁻¹ (dL = {1} Å); your settings ask for dL = {2} Å.",
    cutoff.toFixed(3),
    spacing,
    wanted,
  );
  return [phases, reach];
}
