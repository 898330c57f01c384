import type { ParityPoint, RunSummary } from "../../src/protocol/runEvents.js";
import type { FromStudyView, ToStudyView } from "../../src/protocol/studyView.js";
import { make } from "../ui/dom.js";
import { connectHost } from "../ui/hostPort.js";
import { makeLoading } from "../ui/stages.js";
import { t } from "../ui/text.js";
import { registerControls } from "../ui/toolkit.js";
import { CurveFigure } from "./curveFigure.js";
import { LossFigure } from "./lossFigure.js";
import { makeMaeTables } from "./maeTable.js";
import { ParityFigure } from "./parityFigure.js";
import { RunHeader } from "./runHeader.js";
import { RunModel } from "./runModel.js";
import "./main.css";

/** What the host needs to open this panel again after a reload. */
interface StudyState {
  readonly folder?: string;
}

const host = connectHost<FromStudyView, ToStudyView, StudyState>();
const app = document.getElementById("app") ?? document.body;
const send = (format: "svg" | "csv", name: string, text: string) => host.post({ type: "export", format, name, text });

let model = new RunModel();
let run: RunSummary | undefined;
let parity: readonly ParityPoint[] = [];
let scheduled = false;

registerControls();
document.body.dataset.view = "study";
document.body.dataset.state = "loading";

const header = new RunHeader({
  stop: () => host.post({ type: "stop" }),
  resume: () => host.post({ type: "resume" }),
  openReport: () => host.post({ type: "openReport" }),
});
const curves = new CurveFigure(send, requestDraw);
const loss = new LossFigure(send, requestDraw);
const parityFigure = new ParityFigure(send, requestDraw);
const tables = make("div");
const problems = make("div", { hidden: true });

app.replaceChildren(makeLoading(undefined, t("Reading the run…")));
host.onMessage(receive);
host.post({ type: "ready" });

function receive(message: ToStudyView): void {
  switch (message.type) {
    case "runOpened":
      model = new RunModel();
      model.append(message.events);
      parity = message.parity;
      takeRun(message.run);
      showPage();
      break;
    case "eventsAppended":
      model.append(message.events);
      takeRun(message.run);
      break;
    case "parityChanged":
      parity = message.parity;
  }
  requestDraw();
}

function takeRun(next: RunSummary): void {
  run = next;
  host.writeState({ folder: next.folder });
}

function showPage(): void {
  if (header.element.isConnected) return;
  const table = make("section", { class: "panel figure-table" }, make("h2", {}, t("Mean absolute errors")), tables);
  const grid = make("div", { class: "grid" }, make("div", {}, curves.panel.element, table), loss.panel.element);
  app.replaceChildren(header.element, problems, grid, parityFigure.panel.element);
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
  header.show(run, model.secondsLeft(run.progress));
  const data = model.learningCurves(run);
  curves.show(data);
  loss.show(model, run);
  parityFigure.show(parity, run);
  tables.replaceChildren(makeMaeTables(data));
  showProblems();
  document.body.dataset.state = "ready";
  document.body.dataset.run = run.state;
  document.body.dataset.results = String(data.targets.reduce((sum, one) => sum + one.series.reduce((n, s) => n + s.points.length, 0), 0));
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
