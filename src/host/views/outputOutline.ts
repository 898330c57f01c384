import * as vscode from "vscode";
import { messageIn } from "../../core/language/diagnosis.js";
import type { OutlinedStep, OutputOutline } from "../../protocol/outputOutline.js";
import { nameOfUri } from "../base/uriName.js";
import { revealLine } from "../editors/revealLine.js";
import type { LocalCopies } from "../files/localCopies.js";
import { translateProblem } from "../language/problemReporter.js";
import { textLanguage } from "../language/vaspDocuments.js";
import type { JobProcess } from "../process/jobProcess.js";

interface Services {
  readonly jobs: JobProcess;
  readonly copies: LocalCopies;
}

interface Place extends vscode.QuickPickItem {
  /** From 0. */
  readonly line?: number;
}

/**
 * Lists the steps and warnings of an output and shows the line that is chosen. The job process finds them, so that the
 * file may be larger than what VS Code hands to extensions (50 MB), where it has neither outline nor folding.
 */
export async function goToStep({ jobs, copies }: Services, uri: vscode.Uri): Promise<void> {
  const reading = async (_: unknown, token: vscode.CancellationToken) => {
    const local = await copies.acquire(uri);
    try {
      return await jobs.call("outlineOutput", { file: local.file }, { token });
    } finally {
      local.release();
    }
  };
  const title = vscode.l10n.t("Looking for steps in {0}", nameOfUri(uri));
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const { outline, problems } = await vscode.window.withProgress(options, reading);
  if (!outline) {
    void vscode.window.showWarningMessage(
      problems.map(translateProblem)[0] ?? vscode.l10n.t("R3DVS: there is no ionic step yet."),
    );
    return;
  }
  const placeHolder = vscode.l10n.t(
    "{0} ionic steps in {1} lines",
    outline.steps.length,
    outline.lines.toLocaleString("en"),
  );
  const chosen = await vscode.window.showQuickPick(placesOf(outline), { placeHolder, matchOnDescription: true });
  if (chosen?.line !== undefined) await revealLine(uri.toString(), chosen.line);
}

function placesOf({ steps, warnings }: OutputOutline): Place[] {
  const separator = (label: string): Place => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    ...(warnings.length > 0 ? [separator(vscode.l10n.t("Warnings of VASP"))] : []),
    ...warnings.map((found) => ({
      label: `$(warning) ${messageIn(found, textLanguage()) ?? translateProblem(found)}`,
      description: lineText(found.line - 1),
      line: found.line - 1,
    })),
    ...(steps.length > 0 ? [separator(vscode.l10n.t("Ionic steps, last first"))] : []),
    ...[...steps].reverse().map((step) => ({
      label: vscode.l10n.t("Ionic step {0}", step.number),
      description: [...factsOf(step), lineText(step.line)].join(" · "),
      line: step.line,
    })),
  ];
}

const lineText = (line: number): string => vscode.l10n.t("line {0}", (line + 1).toLocaleString("en"));

const factsOf = ({ energy, force, electronic }: OutlinedStep): string[] => [
  ...(energy === undefined ? [] : [`${energy.toFixed(5)} eV`]),
  ...(force === undefined ? [] : [`${force.toFixed(4)} eV/Å`]),
  vscode.l10n.t("{0} electronic steps", electronic),
];
