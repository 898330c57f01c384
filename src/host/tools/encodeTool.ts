import * as vscode from "vscode";
import { type EncodeServices, encodeResources } from "../commands/encodeResources.js";
import { jsonResult } from "./toolResult.js";
import { nameOf, workspacePath } from "./workspacePath.js";

interface Input {
  readonly paths: readonly string[];
}

const MAX_REPORTED = 20;

/** Encodes densities or whole datasets into their `.r3dvs`, for a chat; it writes, so the user is asked first. */
export class EncodeTool implements vscode.LanguageModelTool<Input> {
  constructor(private readonly services: EncodeServices) {}

  prepareInvocation({ input }: vscode.LanguageModelToolInvocationPrepareOptions<Input>): vscode.PreparedToolInvocation {
    const paths = [...input.paths].join(", ");
    return {
      invocationMessage: vscode.l10n.t("Encoding {0}", paths),
      confirmationMessages: {
        title: vscode.l10n.t("Encode densities with R3DVS?"),
        message: vscode.l10n.t(
          "The spectra of {0} are written to the folder .r3dvs in the dataset. No other file is changed.",
          paths,
        ),
      },
    };
  }

  async invoke({ input }: vscode.LanguageModelToolInvocationOptions<Input>, token: vscode.CancellationToken) {
    if (!vscode.workspace.isTrusted)
      throw new Error(vscode.l10n.t("R3DVS writes files and starts processes only in a trusted workspace."));
    const resources: vscode.Uri[] = [];
    for (const given of input.paths) resources.push(await workspacePath(given, this.services.jobs));
    const files = await encodeResources(this.services, resources, { token });
    if (files.length === 0) throw new Error(vscode.l10n.t("There is no density in {0}.", input.paths.join(", ")));
    const { copies } = this.services;
    const failed = files.filter(({ spectrum }) => spectrum === undefined);
    const done = files.filter(({ spectrum }) => spectrum !== undefined);
    return jsonResult({
      encoded: done.length,
      failed: failed.length,
      spectra: done.slice(0, MAX_REPORTED).map(({ id, output }) => ({ id, output })),
      failures: failed.slice(0, MAX_REPORTED).map(({ file, problems }) => ({
        file: nameOf(copies.uriOf(file)),
        problems: problems.map(({ line, column, message }) => ({ line, column, message })),
      })),
    });
  }
}
