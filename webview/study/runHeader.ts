import type { RunState, RunSummary } from "../../src/protocol/runEvents.js";
import type { OtherRun } from "../../src/protocol/studyView.js";
import { make, makeButton, makeDropdown } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { Choice } from "./choice.js";
import { formatDuration } from "./duration.js";

export interface RunActions {
  stop(): void;
  resume(): void;
  openReport(): void;
  /** With no folder the comparison ends. */
  compare(folder: string): void;
}

/** Name, state, progress and the run's buttons. */
export class RunHeader {
  readonly element: HTMLElement;
  private readonly name = make("h1", { class: "run-name" });
  private readonly state = make("span", { class: "run-state" });
  private readonly dataset = make("p", { class: "subtitle" });
  private readonly bar = make("progress", { max: 1, value: 0, "aria-label": t("Progress of the run") });
  private readonly amount = make("p", { class: "quiet run-amount", role: "status" });
  private readonly message = make("p", { class: "run-message", role: "alert", hidden: true });
  private readonly stop: HTMLElement;
  private readonly resume: HTMLElement;
  private readonly others: Choice;

  constructor(actions: RunActions) {
    this.stop = makeButton(t("Stop"), actions.stop, { "data-action": "stop" });
    this.resume = makeButton(t("Resume"), actions.resume, { appearance: "primary", "data-action": "resume" });
    this.others = new Choice(t("Compare with"), makeDropdown, actions.compare);
    const report = makeButton(t("Open report"), actions.openReport, { "data-action": "report" });
    const title = make("div", { class: "run-title" }, this.name, this.state, this.dataset);
    const progress = make("div", { class: "run-progress" }, this.bar, this.amount);
    const buttons = make("div", { class: "actions" }, this.others.element, this.stop, this.resume, report);
    this.element = make("header", { class: "page-header run-header" }, title, buttons, progress, this.message);
  }

  /** `stage`: what the run does now, said until it is known how much there is to do. */
  show(run: RunSummary, secondsLeft: number | undefined, stage: string): void {
    const { done, total } = run.progress;
    this.name.textContent = run.name;
    this.state.textContent = stateName(run.state);
    this.state.dataset.state = run.state;
    this.dataset.textContent = run.dataset;
    const isActive = ["running", "queued", "stopping"].includes(run.state);
    // without a value the bar says that something is being done
    if (total > 0 || !isActive) this.bar.value = total > 0 ? done / total : 0;
    else this.bar.removeAttribute("value");
    const left =
      run.state === "running" && secondsLeft !== undefined && done < total
        ? ` · ${t("{0} remaining", formatDuration(secondsLeft))}`
        : "";
    const amount = total > 0 ? `${t("{0} of {1} tasks", done, total)}${left}` : "";
    // elements read nothing and begin at once: what they do is said by their numbers
    const now = run.shared === undefined && isActive && (total === 0 || done === 0) ? stage : "";
    this.amount.textContent = [now, amount, ...sharedTexts(run)].filter(Boolean).join(" · ");
    const message = [run.message ?? "", ...warningTexts(run)].filter(Boolean).join(" ");
    this.message.hidden = message === "";
    this.message.textContent = message;
    this.stop.hidden = !isActive;
    this.stop.toggleAttribute("disabled", run.state === "stopping");
    this.resume.hidden = !["stopped", "interrupted", "failed"].includes(run.state);
  }

  /** Other runs of the dataset; nothing to choose where there is none. */
  showOthers(others: readonly OtherRun[], chosen: string): void {
    this.others.show(
      others.length === 0
        ? []
        : [["", t("no other run")], ...others.map(({ folder, name }) => [folder, name] as const)],
      chosen,
    );
  }
}

/** Who works on a run beside its owner. */
function sharedTexts({ shared }: RunSummary): string[] {
  if (shared === undefined) return [];
  const { running, cluster } = shared;
  if (cluster === undefined) return [t("{0} tasks in work elsewhere", running)];
  if (!cluster.isAnswering) return [t("Slurm does not answer")];
  const { PENDING: waiting = 0, ...others } = cluster.elements;
  const active = Object.values(others).reduce((sum, count) => sum + count, 0);
  return [t("Slurm: {0} elements running, {1} waiting", active, waiting)];
}

const warningTexts = ({ shared }: RunSummary): string[] =>
  (shared?.cluster?.warnings ?? []).map((reason) => t("Some elements will wait for ever: {0}", reason));

function stateName(state: RunState): string {
  const names: Readonly<Record<RunState, string>> = {
    queued: t("queued"),
    running: t("running"),
    stopping: t("stopping"),
    stopped: t("stopped"),
    finished: t("finished"),
    failed: t("failed"),
    interrupted: t("interrupted"),
  };
  return names[state];
}
