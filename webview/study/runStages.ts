import type { RunStage, RunSummary } from "../../src/protocol/runEvents.js";
import { make } from "../ui/dom.js";
import { t } from "../ui/text.js";

/** What a run has done so far, before its first result. */
export interface Preparation {
  /** Absent until the run's process has told anything. */
  readonly stage?: RunStage;
  /** Of this session: materials to be read, and those that are. */
  readonly materials?: number;
  readonly read: number;
}

const STAGES: readonly RunStage[] = ["reading", "kernels", "training", "report"];

/** What a run does now, in one line. */
export function stageText({ stage, materials, read }: Preparation, run: RunSummary): string {
  if (stage === undefined)
    return run.state === "queued" || run.state === "running" ? t("Starting the process of the run…") : "";
  if (stage === "kernels") return t("Comparing atomic environments (SOAP)…");
  if (stage === "training") return t("Training…");
  if (stage === "report") return t("Writing the report…");
  return materials === undefined
    ? t("Looking for materials…")
    : t("Reading densities: {0} of {1}", Math.min(read, materials), materials);
}

/** The steps of a run as a list, for the time in which there is no result yet. */
export function makeStages(preparation: Preparation, run: RunSummary): HTMLElement {
  // elements find everything read
  const { stage = "reading" } = run.shared === undefined ? preparation : { stage: "training" as const };
  const current = STAGES.indexOf(stage);
  const shown = STAGES.filter((stage) => stage !== "kernels" || run.models.some((model) => model.includes("soap")));
  const items = shown.map((stage) => {
    const at = STAGES.indexOf(stage);
    const state = at < current ? "done" : at === current ? "current" : "ahead";
    const text = state === "current" ? currentText(preparation, run) : stepName(stage);
    return make("li", { class: `step ${state}`, "aria-current": state === "current" ? "step" : undefined }, text);
  });
  const note = make(
    "p",
    { class: "quiet" },
    t("Learning curves appear with the first result. The run goes on when this window is closed."),
  );
  return make(
    "section",
    { class: "panel run-stages" },
    make("h2", {}, isWaiting(run) ? t("The run was submitted") : t("The run has started")),
    make("ol", {}, ...items),
    note,
  );
}

const isWaiting = (run: RunSummary): boolean => run.shared !== undefined && run.state === "queued";

function currentText(preparation: Preparation, run: RunSummary): string {
  if (run.shared === undefined) return stageText(preparation, run);
  return isWaiting(run) ? t("Waiting in the queue of Slurm…") : t("Training…");
}

function stepName(stage: RunStage): string {
  const names: Readonly<Record<RunStage, string>> = {
    reading: t("Read the densities"),
    kernels: t("Compare atomic environments (SOAP)"),
    training: t("Train the models"),
    report: t("Write the report"),
  };
  return names[stage];
}
