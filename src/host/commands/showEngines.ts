import * as vscode from "vscode";
import type { EngineReport, EnginesReport } from "../../protocol/workerMethods.js";
import type { ReadOnlyTexts } from "../base/readOnlyTexts.js";
import type { JobProcess } from "../process/jobProcess.js";

interface Services {
  readonly jobs: JobProcess;
  readonly texts: ReadOnlyTexts;
}

/** A text that says what computes networks on this machine, as the job process finds it. */
export async function showEngines({ jobs, texts }: Services): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t("R3DVS: checking the engines"),
  };
  const report = await vscode.window.withProgress(options, () => jobs.call("inspectEngines", {}));
  await texts.show(`${vscode.l10n.t("Compute engines on this machine")}.md`, textOf(report));
}

function textOf({
  version,
  node,
  platform,
  processor,
  threads,
  engines,
  default: chosen,
  reader,
}: EnginesReport): string {
  const machine = `R3DVS ${version} · Node ${node} · ${platform} · ${processor} · ${vscode.l10n.t("{0} threads", threads)}`;
  const sections = [
    `# ${vscode.l10n.t("Compute engines on this machine")}`,
    machine,
    ...engines.map((engine) => sectionOf(engine, chosen)),
    vscode.l10n.t("Large densities are read with {0}.", reader),
  ];
  return `${sections.join("\n\n")}\n`;
}

function sectionOf(report: EngineReport, chosen: string): string {
  const { backend, available, instructionSet, selfTestSeconds = 0, samplesPerCpuSecond: speed, problems } = report;
  const lines = [
    ...(available ? [vscode.l10n.t("Available: {0}", instructionSet ?? "")] : [vscode.l10n.t("Not available")]),
    ...(backend === chosen ? [vscode.l10n.t("Default: the fastest that passed its self-check")] : []),
    ...(selfTestSeconds > 0 ? [vscode.l10n.t("Self-check passed in {0} s", selfTestSeconds.toFixed(2))] : []),
    ...(speed
      ? [
          vscode.l10n.t(
            "Samples per CPU second: light network {0}, deep network {1}",
            speed.light.toFixed(0),
            speed.deep.toFixed(0),
          ),
        ]
      : []),
    ...problems.map(({ template, args }) => vscode.l10n.t(template, ...args)),
  ];
  return [`## ${backend}`, ...lines.map((line) => `- ${line}`)].join("\n");
}
