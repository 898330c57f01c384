import * as vscode from "vscode";
import { translateProblem } from "../language/problemReporter.js";
import { wasCancelled } from "../process/crystalJobs.js";
import type { JobProcess } from "../process/jobProcess.js";

interface Services {
  readonly jobs: JobProcess;
  readonly log: vscode.LogOutputChannel;
}

/**
 * Installs TensorFlow for Node.js into `folder`, the extension's own storage, after asking; says in words what came of
 * it. `confirmed` skips the question.
 */
export async function installTensorFlow({ jobs, log }: Services, folder: string, confirmed?: unknown): Promise<void> {
  if (confirmed !== true && !(await ask(folder))) return;
  const title = vscode.l10n.t("R3DVS: installing TensorFlow");
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  try {
    const outcome = await vscode.window.withProgress(options, (_, token) =>
      jobs.call("installEngine", { name: "tfjs-node" }, { token }),
    );
    if ("reason" in outcome) await sayFailure(`R3DVS: ${translateProblem(outcome.reason)}`, log);
    else {
      // The next call starts one that looks for engines again.
      jobs.stop();
      void vscode.window.showInformationMessage(
        vscode.l10n.t(
          "R3DVS: {0} is installed. A run uses it if its settings name the backend tfjs-node.",
          outcome.engine.instructionSet,
        ),
      );
    }
  } catch (error) {
    if (!wasCancelled(error)) throw error;
  }
}

async function ask(folder: string): Promise<boolean> {
  const install = vscode.l10n.t("Install");
  const detail = vscode.l10n.t(
    "npm downloads @tensorflow/tfjs-node and the TensorFlow library, several hundred MB, into {0}. The built-in engines are faster; this one is for comparison.",
    folder,
  );
  return (
    (await vscode.window.showWarningMessage(
      vscode.l10n.t("Install TensorFlow for R3DVS?"),
      { modal: true, detail },
      install,
    )) === install
  );
}

async function sayFailure(message: string, log: vscode.LogOutputChannel): Promise<void> {
  log.error(message);
  const show = vscode.l10n.t("Show Log");
  if ((await vscode.window.showErrorMessage(message, show)) === show) log.show();
}
