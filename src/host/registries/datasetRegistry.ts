import path from "node:path";
import * as vscode from "vscode";
import { DENSITIES_GLOB, densityAmongOthers } from "../../core/formats/datasetNames.js";
import { Throttle } from "../base/throttle.js";
import type { DensityFinder } from "../files/densityFinder.js";
import type { JobProcess } from "../process/jobProcess.js";
import { EncodedFolders, foldersWithSpectra } from "./encodedFolders.js";
import { type Dataset, groupDatasets } from "./groupDatasets.js";

const MAX_TARGET_FILES = 200;
const MAX_DENSITIES = 20_000;
const RESCAN_MS = 3000;
const HEADS_AT_ONCE = 16;
const SKIPPED = "**/{node_modules,.git,.r3dvs,.venv,__pycache__}/**";

/**
 * The datasets of the workspace's folders, found by file names and kept up to date; spectra without densities are asked
 * for their materials.
 */
export class DatasetRegistry implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly throttle = new Throttle(RESCAN_MS, () => this.refresh());
  private readonly subscriptions: vscode.Disposable[];
  private found: readonly Dataset[] = [];
  private scanning: Promise<void> | undefined;
  private readonly encoded: EncodedFolders;
  readonly onDidChange = this.changed.event;

  constructor(
    jobs: JobProcess,
    private readonly finder: DensityFinder,
  ) {
    this.encoded = new EncodedFolders(jobs);
    const spectra = vscode.workspace.createFileSystemWatcher("**/{spectra{,-[0-9][0-9][0-9][0-9][0-9]}.npz,*.parquet}");
    const targets = vscode.workspace.createFileSystemWatcher("**/targets.csv");
    const densities = vscode.workspace.createFileSystemWatcher(DENSITIES_GLOB, false, true, false);
    const request = () => this.throttle.request();
    this.subscriptions = [
      targets,
      densities,
      spectra,
      spectra.onDidCreate(request),
      spectra.onDidChange(request),
      spectra.onDidDelete(request),
      targets.onDidCreate(request),
      targets.onDidChange(request),
      targets.onDidDelete(request),
      densities.onDidCreate(request),
      densities.onDidDelete(request),
      vscode.workspace.onDidChangeWorkspaceFolders(request),
      vscode.workspace.onDidGrantWorkspaceTrust(request),
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
      findPaths(DENSITIES_GLOB, MAX_DENSITIES).then(withZarrFolders),
      findPaths("**/*.{npz,parquet}", MAX_DENSITIES),
    ]);
    const roots = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
    const densities = await this.densitiesAmong(found);
    const withSpectra = vscode.workspace.isTrusted
      ? foldersWithSpectra(arrays, targets, densities)
      : new Map<string, readonly string[]>();
    const encoded = await this.encoded.read(withSpectra);
    this.found = groupDatasets(targets, densities, roots, encoded);
    this.changed.fire();
  }

  /**
   * Those whose names say that they are densities, and of those whose names say two things the ones that begin like
   * one; in Restricted Mode nothing is opened unasked, and names alone count.
   */
  private async densitiesAmong(files: readonly string[]): Promise<readonly string[]> {
    const unsure = vscode.workspace.isTrusted ? files.filter((file) => densityAmongOthers(file) === "perhaps") : [];
    const confirmed = new Set<string>();
    for (let start = 0; start < unsure.length; start += HEADS_AT_ONCE) {
      const part = unsure.slice(start, start + HEADS_AT_ONCE);
      const answers = await Promise.all(part.map((file) => this.finder.hasVolumetricData(file).catch(() => false)));
      for (const [at, file] of part.entries()) if (answers[at]) confirmed.add(file);
    }
    return files.filter((file) => densityAmongOthers(file) === "yes" || confirmed.has(file));
  }
}

/** A zarr group is one material, by whatever file in it was found. */
const withZarrFolders = (files: readonly string[]): readonly string[] => [
  ...new Set(files.map((file) => (ZARR_MARK.test(file) ? path.dirname(file) : file))),
];
const ZARR_MARK = /\.zarr[/\\](?:zarr\.json|\.zgroup)$/i;

const findPaths = async (glob: string, limit: number): Promise<readonly string[]> =>
  (await vscode.workspace.findFiles(glob, SKIPPED, limit)).map((uri) => uri.fsPath);
