import type { ParityPoint, RunComparison, RunDetails, RunSummary } from "../../src/protocol/runEvents.js";
import type { FromStudyView, OtherRun, ToStudyView } from "../../src/protocol/studyView.js";
import { make } from "../ui/dom.js";
import { connectHost } from "../ui/hostPort.js";
import { makeLoading } from "../ui/stages.js";
import { t } from "../ui/text.js";
import { registerControls } from "../ui/toolkit.js";
import { CalibrationFigure } from "./calibrationFigure.js";
import { makeComparison } from "./comparisonTable.js";
import { CurveFigure } from "./curveFigure.js";
import { LossFigure } from "./lossFigure.js";
import { makeMaeTables } from "./maeTable.js";
import { ParityFigure } from "./parityFigure.js";
import { RunHeader } from "./runHeader.js";
import { RunModel } from "./runModel.js";
import { makeStages, stageText } from "./runStages.js";
import type { SaveFigure } from "./saveFigure.js";
import { UseModels } from "./useModels.js";
import "./main.css";

/** What the host needs to open this panel again after a reload. */
interface StudyState {
  readonly folder?: string;
}

const host = connectHost<FromStudyView, ToStudyView, StudyState>();
const app = document.getElementById("app") ?? document.body;
const save: SaveFigure = (format, name, bytes) => host.post({ type: "export", format, name, bytes });
const openMaterial = (id: string) => host.post({ type: "openMaterial", id });

let model = new RunModel();
let run: RunSummary | undefined;
let parity: readonly ParityPoint[] = [];
let details: RunDetails = { baselines: {}, materials: [], coverage: [] };
let formulas: ReadonlyMap<string, string> = new Map();
let others: readonly OtherRun[] = [];
let comparison: RunComparison | undefined;
let scheduled = false;

registerControls();
document.body.dataset.view = "study";
document.body.dataset.state = "loading";

const header = new RunHeader({
  stop: () => host.post({ type: "stop" }),
  resume: () => host.post({ type: "resume" }),
  openReport: () => host.post({ type: "openReport" }),
  compare: (folder) => host.post({ type: "compare", folder }),
});
const useModels = new UseModels((models) => host.post({ type: "useModels", models }));
const curves = new CurveFigure(save, requestDraw);
const loss = new LossFigure(save, requestDraw);
const parityFigure = new ParityFigure(save, requestDraw, openMaterial);
const calibration = new CalibrationFigure(save, requestDraw);
const tables = make("div");
const problems = make("div", { hidden: true });
const stages = make("div");
const compared = make("div");
const results = make("div");
const grid = make("div", { class: "grid" });

app.replaceChildren(makeLoading(undefined, t("Reading the run…")));
host.onMessage(receive);
host.post({ type: "ready" });

function receive(message: ToStudyView): void {
  switch (message.type) {
    case "runOpened":
      model = new RunModel();
      model.append(message.events);
      takePredictions(message.parity, message.details);
      takeRun(message.run);
      showPage();
      break;
    case "eventsAppended":
      model.append(message.events);
      takeRun(message.run);
      break;
    case "parityChanged":
      takePredictions(message.parity, message.details);
      break;
    case "runsListed":
      others = message.runs;
      break;
    case "compared":
      comparison = message.comparison;
      showComparison();
      break;
    case "modelsInUse":
      useModels.confirm(message.models);
  }
  requestDraw();
}

function takePredictions(points: readonly ParityPoint[], more: RunDetails): void {
  parity = points;
  details = more;
  formulas = new Map(
    more.materials.flatMap(({ id, formula }) => (formula === undefined ? [] : [[id, formula] as const])),
  );
}

function takeRun(next: RunSummary): void {
  run = next;
  host.writeState({ folder: next.folder });
}

function showPage(): void {
  if (header.element.isConnected) return;
  const table = make("section", { class: "panel figure-table" }, make("h2", {}, t("Mean absolute errors")), tables);
  grid.append(make("div", {}, curves.panel.element, table), loss.panel.element);
  results.append(compared, grid, parityFigure.panel.element, parityFigure.worst, calibration.panel.element);
  app.replaceChildren(header.element, useModels.element, problems, stages, results);
}

function showComparison(): void {
  compared.replaceChildren(...(comparison === undefined ? [] : [makeComparison(run?.name ?? "", comparison)]));
}

// Events come in bursts: one picture a frame is enough.
function requestDraw(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    draw();
  });
}

function draw(): void {
  if (run === undefined) return;
  const data = model.learningCurves(run, details.baselines, comparison);
  const count = data.targets.reduce((sum, one) => sum + one.series.reduce((n, s) => n + s.points.length, 0), 0);
  header.show(
    run,
    run.shared ? (run.shared.secondsLeft ?? undefined) : model.secondsLeft(run.progress),
    stageText(model.preparation, run),
  );
  header.showOthers(others, comparison?.folder ?? "");
  useModels.show(data, run.state === "finished");
  showPreparation(run, count);
  curves.show(data, comparison?.name);
  // kernel models have no epochs to show
  const hasNetworks = model.networkKeys.length > 0 || run.models.some(isNetwork);
  loss.panel.element.hidden = !hasNetworks;
  grid.classList.toggle("without-training", !hasNetworks);
  if (hasNetworks) loss.show(model, run);
  parityFigure.show(parity, run, formulas);
  calibration.show(details.coverage, run);
  tables.replaceChildren(makeMaeTables(data));
  showProblems();
  document.body.dataset.state = "ready";
  document.body.dataset.run = run.state;
  document.body.dataset.results = String(count);
}

const isNetwork = (name: string): boolean => name.split("+").some((step) => step.startsWith("r3dvs"));

/** Until there is a result or an epoch to draw, the page says what is being done instead of showing empty figures. */
function showPreparation(current: RunSummary, count: number): void {
  const isActive = current.state === "queued" || current.state === "running" || current.state === "stopping";
  const waits = isActive && count === 0 && model.networkKeys.length === 0;
  results.hidden = waits;
  stages.replaceChildren(...(waits ? [makeStages(model.preparation, current)] : []));
}

function showProblems(): void {
  const list = model.problems;
  problems.hidden = list.length === 0;
  const known = problems.querySelectorAll("li").length;
  if (known === list.length) return;
  const items = list.map((problem) => make("li", {}, problem));
  const heading = make("summary", {}, list.length === 1 ? t("1 problem") : t("{0} problems", list.length));
  problems.replaceChildren(make("details", { class: "warnings" }, heading, make("ul", {}, ...items)));
}
