import * as vscode from "vscode";
import type { SymmetryFacts } from "../../core/language/poscar/poscarLanguage.js";
import type { CrystalJobs } from "../process/crystalJobs.js";

/** UTF-16 units: a search in a larger structure takes longer than a hover may. */
const MAX_TEXT = 64_000;
/** Lines of scale factor and lattice, from 0. */
const CELL = { first: 1, last: 4 };

/** Space groups for the hover of a lattice, found by the job process; of the latest text alone. */
export class SymmetryHints {
  private latest: { readonly text: string; readonly found: Promise<SymmetryFacts | undefined> } | undefined;

  constructor(private readonly jobs: CrystalJobs) {}

  /** Undefined outside the lattice, and where there is no process (an untrusted or virtual workspace) or no answer. */
  async at(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<SymmetryFacts | undefined> {
    if (position.line < CELL.first || position.line > CELL.last || !vscode.workspace.isTrusted) return undefined;
    const text = document.getText();
    if (text.length > MAX_TEXT) return undefined;
    if (this.latest?.text !== text) this.latest = { text, found: this.find(text) };
    const { found } = this.latest;
    return Promise.race([
      found,
      new Promise<undefined>((resolve) => token.onCancellationRequested(() => resolve(undefined))),
    ]);
  }

  private async find(text: string): Promise<SymmetryFacts | undefined> {
    try {
      return (await this.jobs.call("symmetryOfText", { text })).symmetry;
    } catch {
      return undefined;
    }
  }
}
