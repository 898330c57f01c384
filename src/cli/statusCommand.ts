import type { Command } from "commander";
import { durationText } from "../core/text/durationText.js";
import { type RunStatus, runStatus } from "../jobs/cluster/runStatus.js";
import { readManifest } from "../jobs/runs/runFolder.js";
import { type CommonOptions, withOutput } from "./commonOptions.js";
import { EXIT } from "./exitCodes.js";
import { Output } from "./output.js";

type Options = CommonOptions & { readonly watch?: boolean };

const WATCH_MS = 3_000;
const MOST_FAILURES = 20;

export function addStatusCommand(program: Command): void {
  const command = program
    .command("status")
    .description("show how far a run is: tasks done, running, open and failed with reasons, and the remaining time")
    .argument("<run>", "run folder")
    .option("--watch", "show it again whenever it changes, until nothing is open");
  withOutput(command).action(runStatusCommand);
}

async function runStatusCommand(folder: string, options: Options): Promise<void> {
  const output = new Output(options);
  let told = "";
  for (;;) {
    // a look now may ask Slurm; those that follow share its answer for a while
    const status = await runStatus(folder, readManifest(folder), options.watch ? undefined : 0);
    const text = JSON.stringify(status);
    if (text !== told) show(status, output, told !== "");
    told = text;
    process.exitCode = status.failed.length > 0 ? EXIT.failed : EXIT.done;
    if (!options.watch || (status.open === 0 && status.running === 0)) return;
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  }
}

function show(status: RunStatus, output: Output, isAgain: boolean): void {
  output.event(status);
  const lines = [summary(status), ...clusterLines(status), ...(isAgain ? [] : failureLines(status))];
  output.print(lines.join("\n"));
}

function summary({ total, done, running, open, failed, secondsLeft }: RunStatus): string {
  const parts = [`${done} of ${total} tasks done`, `${running} running`, `${open} open`, `${failed.length} failed`];
  return `${parts.join(", ")}${secondsLeft === null ? "" : `; about ${durationText(secondsLeft)} left`}`;
}

function clusterLines({ cluster }: RunStatus): string[] {
  if (cluster === undefined) return [];
  if (!cluster.isAnswering) return ["Slurm does not answer: the state comes from the run's folder alone"];
  const elements = Object.entries(cluster.elements).map(([state, count]) => `${count} ${state.toLowerCase()}`);
  return [
    elements.length === 0 ? "no element is in the queue" : `elements: ${elements.join(", ")}`,
    ...cluster.warnings.map((reason) => `some wait for ever: ${reason}`),
  ];
}

function failureLines({ failed }: RunStatus): string[] {
  const shown = failed.slice(0, MOST_FAILURES).map(({ task, reason }) => `  ${task}: ${reason}`);
  return failed.length > MOST_FAILURES ? [...shown, `  and ${failed.length - MOST_FAILURES} more`] : shown;
}
