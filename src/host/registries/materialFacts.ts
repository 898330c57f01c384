import path from "node:path";
import * as vscode from "vscode";
import type { MaterialFacts } from "../../protocol/workerMethods.js";
import { fingerprint } from "../files/fileState.js";
import type { JobProcess } from "../process/jobProcess.js";
import type { Dataset } from "./groupDatasets.js";

interface Entry {
  readonly print: string;
  readonly facts: ReadonlyMap<string, MaterialFacts>;
}

/**
 * Formulas and calculated values of datasets whose materials are listed: read by the job process, again when
 * targets.csv changes.
 */
export class MaterialFactsCache implements vscode.Disposable {
  private readonly known = new Map<string, Entry>();
  private readonly asked = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly jobs: JobProcess,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /**
   * What is known of a dataset's materials at the moment; what is not is read, and told when it is there. In Restricted
   * Mode nothing is read.
   */
  async of(dataset: Dataset): Promise<ReadonlyMap<string, MaterialFacts>> {
    const { folder } = dataset;
    const entry = this.known.get(folder);
    if (!vscode.workspace.isTrusted) return new Map();
    const print = `${await fingerprint([path.join(folder, "targets.csv")])} ${dataset.materials.map(({ file }) => file).join("\n")}`;
    if (entry?.print !== print && this.asked.get(folder) !== print) {
      this.asked.set(folder, print);
      void this.read(dataset, print);
    }
    return entry?.facts ?? new Map();
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async read({ folder, materials }: Dataset, print: string): Promise<void> {
    try {
      // Encoded ones name their formula, and have no file of their own.
      const asked = materials.map(({ id, file, encoded }) => ({ id, ...(!encoded && { file }) }));
      const { materials: facts } = await this.jobs.call("describeMaterials", { folder, materials: asked });
      this.known.set(folder, { print, facts: new Map(facts.map((one) => [one.id, one])) });
      this.changed.fire();
    } catch (error) {
      this.log.error(`${folder}: ${String(error)}`);
    }
  }
}
