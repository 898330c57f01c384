import path from "node:path";
import * as vscode from "vscode";
import { Throttle } from "../base/throttle.js";
import { fileKind } from "../files/fileKinds.js";
import type { JobProcess } from "../process/jobProcess.js";
import { EncodedFolders, foldersWithSpectra, PACKED_SPECTRA } from "./encodedFolders.js";
import { type Dataset, groupDatasets } from "./groupDatasets.js";

const MAX_TARGET_FILES = 200;
const MAX_DENSITIES = 20_000;
const RESCAN_MS = 3000;
const SKIPPED = "**/{node_modules,.git,.r3dvs,.venv,__pycache__}/**";
const DENSITIES = "**/{CHGCAR*,CHG,CHG.*,AECCAR*,LOCPOT*,ELFCAR*,PARCHG*,*.chgcar,*.chgcar.*}";

/** The datasets of the workspace's folders, found by file names and kept up to date; spectra without densities are asked for their materials. */
export class DatasetRegistry implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly throttle = new Throttle(RESCAN_MS, () => this.refresh());
  private readonly subscriptions: vscode.Disposable[];
  private found: readonly Dataset[] = [];
  private scanning: Promise<void> | undefined;
  private readonly encoded: EncodedFolders;
  readonly onDidChange = this.changed.event;

  constructor(jobs: JobProcess) {
    this.encoded = new EncodedFolders(jobs);
    const spectra = vscode.workspace.createFileSystemWatcher(`**/${PACKED_SPECTRA}`);
    const targets = vscode.workspace.createFileSystemWatcher("**/targets.csv");
    const densities = vscode.workspace.createFileSystemWatcher(DENSITIES, false, true, false);
    const request = () => this.throttle.request();
    this.subscriptions = [
      targets,
      densities,
      spectra,
      spectra.onDidCreate(request),
      spectra.onDidChange(request),
      spectra.onDidDelete(request),
      targets.onDidCreate(request),
      targets.onDidDelete(request),
      densities.onDidCreate(request),
      densities.onDidDelete(request),
      vscode.workspace.onDidChangeWorkspaceFolders(request),
    ];
  }

  get datasets(): readonly Dataset[] {
    return this.found;
  }

  /** Looks through the workspace again; a scan that runs already is waited for. */
  refresh(): Promise<void> {
    this.scanning ??= this.scan().finally(() => {
      this.scanning = undefined;
    });
    return this.scanning;
  }

  dispose(): void {
    this.throttle.dispose();
    this.changed.dispose();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private async scan(): Promise<void> {
    const [targets, found, arrays] = await Promise.all([
      findPaths("**/targets.csv", MAX_TARGET_FILES),
      findPaths(DENSITIES, MAX_DENSITIES),
      findPaths("**/*.npz", MAX_DENSITIES),
    ]);
    const roots = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
    const densities = found.filter((file) => fileKind(path.basename(file)) === "density");
    const encoded = await this.encoded.read(foldersWithSpectra(arrays, targets, densities));
    this.found = groupDatasets(targets, densities, roots, encoded);
    this.changed.fire();
  }
}

const findPaths = async (glob: string, limit: number): Promise<readonly string[]> =>
  (await vscode.workspace.findFiles(glob, SKIPPED, limit)).map((uri) => uri.fsPath);
