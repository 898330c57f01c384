import path from "node:path";
import * as vscode from "vscode";
import type { PredictionRow } from "../../protocol/voxelView.js";
import type { FilePrediction } from "../../protocol/workerMethods.js";
import type { DensityFinder } from "../files/densityFinder.js";
import { fingerprint, isIncomplete } from "../files/fileState.js";
import { type ProblemReporter, translateProblem } from "../language/problemReporter.js";
import { wasCancelled } from "../process/crystalJobs.js";
import type { JobProcess } from "../process/jobProcess.js";
import type { ModelRegistry } from "../registries/modelRegistry.js";
import { modelLabel } from "./predictionText.js";

const KEPT_FILES = 300;
const MEMENTO_KEY = "r3dvs.predictions";
const SELECTION_KEY = "r3dvs.selectedModels";

interface Entry {
  /** Of the file and its density when this was computed. */
  readonly fingerprint: string;
  readonly predictions: readonly FilePrediction[];
}

/** What is known of one file at the moment. */
export interface FilePredictions {
  readonly rows: readonly PredictionRow[];
  /** Selected models that this file has no prediction of yet. */
  readonly missing: readonly string[];
  readonly density: string | undefined;
  readonly busy: boolean;
}

/**
 * Predictions by file and model: computed by the job process, kept for the next window, marked stale once a file
 * changes.
 */
export class PredictionStore implements vscode.Disposable {
  private readonly entries: Map<string, Entry>;
  private readonly subscription: vscode.Disposable;
  private known: readonly string[];
  private readonly pending = new Map<string, Promise<void>>();
  private readonly changed = new vscode.EventEmitter<string | undefined>();
  /** Fires with the file, or with nothing when the selection changed. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly jobs: JobProcess,
    private readonly memento: vscode.Memento,
    private readonly problems: ProblemReporter,
    private readonly densities: DensityFinder,
    private readonly models: ModelRegistry,
  ) {
    this.entries = new Map(memento.get<[string, Entry][]>(MEMENTO_KEY, []));
    this.known = this.selectedModels;
    const tables = vscode.workspace.createFileSystemWatcher("**/targets.csv");
    const forget = (table: vscode.Uri) => this.forgetBelow(path.dirname(table.fsPath));
    this.subscription = vscode.Disposable.from(
      models.onDidChange(() => this.reportIfSelectionChanged()),
      tables,
      tables.onDidChange(forget),
      tables.onDidCreate(forget),
      tables.onDidDelete(forget),
    );
  }

  /**
   * What was chosen, as far as it is still at hand; as long as nothing ever was, the best of those that come with the
   * extension.
   */
  get selectedModels(): readonly string[] {
    const chosen = this.memento.get<string[]>(SELECTION_KEY);
    return chosen === undefined ? this.models.recommended : this.models.pathsOf(chosen);
  }

  async selectModels(models: readonly string[]): Promise<void> {
    await this.memento.update(
      SELECTION_KEY,
      models.map((model) => this.models.keyOf(model)),
    );
    this.known = this.selectedModels;
    this.changed.fire(undefined);
  }

  /** What is known of a file, without computing. */
  async lookUp(file: string): Promise<FilePredictions> {
    const density = await this.densities.input(file);
    const entry = this.entries.get(file);
    const selected = this.selectedModels;
    if (density === undefined || !entry) return { rows: [], missing: selected, density, busy: this.pending.has(file) };
    const stale = entry.fingerprint !== (await fingerprint([file, density]));
    const chosen = entry.predictions.filter((prediction) => selected.includes(askedModel(prediction)));
    return {
      rows: chosen.map((prediction) => rowOf(prediction, stale, this.models.testErrorOf(prediction.model))),
      missing: selected.filter((model) => !entry.predictions.some((prediction) => askedModel(prediction) === model)),
      density,
      busy: this.pending.has(file),
    };
  }

  /** Computes the selected models' predictions of a file again. A second request while one runs waits for that one. */
  predict(file: string, token?: vscode.CancellationToken): Promise<void> {
    const known = this.pending.get(file);
    if (known) return known;
    const started = this.compute(file, token).finally(() => {
      this.pending.delete(file);
      this.changed.fire(file);
    });
    this.pending.set(file, started);
    this.changed.fire(file);
    return started;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  /** Calculated values stand with the predictions: a table that changed is read again. */
  private forgetBelow(folder: string): void {
    const files = [...this.entries.keys()].filter((file) => file.startsWith(folder + path.sep));
    for (const file of files) this.entries.delete(file);
    if (files.length > 0) this.changed.fire(undefined);
  }

  /**
   * Models come and go: with the folders that are known, and with the setting for those that come with the extension.
   */
  private reportIfSelectionChanged(): void {
    const before = this.known;
    this.known = this.selectedModels;
    if (this.known.join("\n") !== before.join("\n")) this.changed.fire(undefined);
  }

  private async compute(file: string, token?: vscode.CancellationToken): Promise<void> {
    const density = await this.densities.input(file);
    const models = this.selectedModels;
    if (density === undefined || models.length === 0) return;
    const before = await fingerprint([file, density]);
    if (isIncomplete(before)) return;
    try {
      const { predictions, problems } = await this.jobs.call(
        "predict",
        { models, file: density },
        token ? { token } : {},
      );
      this.problems.report(density, problems, vscode.Uri.file(file));
      this.keep(file, { fingerprint: before, predictions });
    } catch (error) {
      if (!wasCancelled(error)) throw error;
    }
  }

  private keep(file: string, entry: Entry): void {
    this.entries.delete(file);
    this.entries.set(file, entry);
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= KEPT_FILES) break;
      this.entries.delete(oldest);
    }
    void this.memento.update(MEMENTO_KEY, [...this.entries]);
  }
}

function rowOf(prediction: FilePrediction, stale: boolean, testError: number | undefined): PredictionRow {
  const {
    model,
    explainable,
    target,
    unit,
    value,
    sigma,
    lower,
    upper,
    outOfDomain,
    nearest,
    inTraining,
    known,
    approximation,
    domainMeasuredOn,
  } = prediction;
  const reasons = prediction.reasons?.map(translateProblem) ?? [];
  const predicted = {
    ...(value !== undefined && { value }),
    ...(sigma !== undefined && { sigma }),
    ...(lower !== undefined && { lower }),
    ...(upper !== undefined && { upper }),
    ...(testError !== undefined && { testError }),
    ...(known && { known: { value: known.value, source: path.basename(known.file) } }),
    ...(inTraining && { inTraining }),
    ...(approximation && { approximation }),
    ...(domainMeasuredOn !== undefined && { domainMeasuredOn }),
  };
  const row = { model: modelLabel(model, target), target, unit, ...predicted, outOfDomain, reasons, nearest, stale };
  return explainable ? { ...row, explainable: model } : row;
}

const askedModel = ({ model, inPlaceOf }: FilePrediction): string => inPlaceOf ?? model;
