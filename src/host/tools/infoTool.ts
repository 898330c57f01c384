import * as vscode from "vscode";
import type { LocalCopies } from "../files/localCopies.js";
import type { JobProcess } from "../process/jobProcess.js";
import { jsonResult } from "./toolResult.js";
import { nameOf, workspacePath } from "./workspacePath.js";

interface Input {
  readonly file: string;
}

const MAX_PROBLEMS = 20;

/** What stands in a file, for a chat: the object of `r3dvs info --json`. */
export class InfoTool implements vscode.LanguageModelTool<Input> {
  constructor(private readonly services: { readonly jobs: JobProcess; readonly copies: LocalCopies }) {}

  prepareInvocation({ input }: vscode.LanguageModelToolInvocationPrepareOptions<Input>): vscode.PreparedToolInvocation {
    return { invocationMessage: vscode.l10n.t("Reading {0}", String(input.file)) };
  }

  async invoke({ input }: vscode.LanguageModelToolInvocationOptions<Input>, token: vscode.CancellationToken) {
    const { jobs, copies } = this.services;
    const uri = await workspacePath(input.file, jobs);
    const local = await copies.acquire(uri);
    try {
      const { info, problems } = await jobs.call("inspectFile", { file: local.file }, { token });
      const shown = problems
        .slice(0, MAX_PROBLEMS)
        .map(({ severity, line, column, message }) => ({ severity, line, column, message }));
      const rest = problems.length - shown.length;
      return jsonResult({ ...info, file: nameOf(uri), problems: shown, ...(rest > 0 && { furtherProblems: rest }) });
    } finally {
      local.release();
    }
  }
}
