import type { Explanation, FromVoxelView, PredictionRow, ToVoxelView, VoxelViewData } from "../../src/protocol/voxelView.js";
import { make } from "../ui/dom.js";
import { connectHost } from "../ui/hostPort.js";
import { makeFailure, makeLoading } from "../ui/stages.js";
import { t } from "../ui/text.js";
import { onThemeChange } from "../ui/themeColors.js";
import { registerControls } from "../ui/toolkit.js";
import { type Controls, makeControls } from "./controls.js";
import { makeExplanation, paintOf } from "./explanation.js";
import { makeFacts } from "./facts.js";
import { makeHeader } from "./header.js";
import { makePredictions } from "./predictions.js";
import { makeStrongest } from "./strongest.js";
import { Viewport } from "./viewport.js";
import { restoreSettings, type ViewSettings } from "./viewSettings.js";
import { type Paint, suggestThreshold } from "./voxelModel.js";
import "./main.css";

const host = connectHost<FromVoxelView, ToVoxelView, ViewSettings>();
const app = document.getElementById("app") ?? document.body;
let settings = restoreSettings(host.readState());
let predictions: readonly PredictionRow[] = [];
let explaining: { readonly model: string; readonly fraction: number } | undefined;
let explained: { readonly explanation: Explanation; readonly painted: boolean } | undefined;
let current: VoxelViewData | undefined;
let shown: { readonly viewport: Viewport; controls: Controls } | undefined;

registerControls();
document.body.dataset.view = "voxels";
host.onMessage(receive);
onThemeChange(() => shown?.viewport.refreshTheme());
showLoading(undefined);
host.post({ type: "ready" });

function receive(message: ToVoxelView): void {
  switch (message.type) {
    case "loading":
      showLoading(message.fraction);
      break;
    case "failed":
      showFailure(message.problems);
      break;
    case "pictureLoaded":
      showPicture(message.picture);
      break;
    case "predictionsChanged":
      predictions = message.predictions;
      // Effects are of the values they were asked with.
      if (explained !== undefined && isOutdated(explained.explanation)) showExplanation(undefined);
      refreshPredictions();
      break;
    case "explaining":
      explaining = { model: message.model, fraction: message.fraction };
      refreshPredictions();
      break;
    case "explained":
      explaining = undefined;
      refreshPredictions();
      if (message.explanation !== undefined) showExplanation({ explanation: message.explanation, painted: true });
  }
}

// While a changed file is read again, the last picture stays.
function showLoading(fraction: number | undefined): void {
  if (shown !== undefined) {
    document.body.dataset.state = "loading";
    return;
  }
  app.replaceChildren(makeLoading(fraction, t("Reading the charge density…")));
  document.body.dataset.state = "loading";
}

function showFailure(problems: readonly string[]): void {
  shown = undefined;
  explained = undefined;
  app.replaceChildren(makeFailure(t("This file cannot be shown as voxels"), problems, () => host.post({ type: "showText" })));
  document.body.dataset.state = "failed";
}

function showPicture(picture: VoxelViewData): void {
  if (current !== picture && current !== undefined) explained = undefined;
  current = picture;
  const paint = paintShown(picture);
  if (shown === undefined && host.readState().threshold === undefined) settings = { ...settings, threshold: suggestThreshold(picture) };
  const viewport = shown?.viewport ?? new Viewport(settings, change);
  const controls = makeControls(picture, paint, settings, change);
  shown = { viewport, controls };
  const header = makeHeader(picture, {
    chooseComponent: (component) => host.post({ type: "chooseComponent", component }),
    chooseFrame: (frame) => host.post({ type: "chooseFrame", frame }),
    showText: () => host.post({ type: "showText" }),
    export: (format) => void exportAs(format),
  });
  const stage = make("section", { class: "stage-area", "aria-label": t("Voxels") }, makeWarnings(picture, viewport), viewport.element);
  const side = make(
    "aside",
    { class: "side" },
    makeSection(t("Predictions"), predictionPanel()),
    explained && makeSection(t("What the prediction rests on"), explanationPanel(picture, explained)),
    makeSection(t("Picture"), controls.element),
    makeSection(t("Crystal"), makeFacts(picture)),
    makeSection(paint === undefined ? "|s_g|" : t("Effects"), makeStrongest(picture, paint)),
  );
  app.replaceChildren(header, make("div", { class: "columns" }, stage, side));
  viewport.show(picture, paint);
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      document.body.dataset.state = "ready";
    }),
  );
}

function change(part: Partial<ViewSettings>): void {
  settings = { ...settings, ...part };
  host.writeState(settings);
  shown?.viewport.apply(settings);
  shown?.controls.show(settings);
}

async function exportAs(format: "npz" | "csv" | "png"): Promise<void> {
  if (format !== "png") host.post({ type: "export", format });
  else if (shown !== undefined) host.post({ type: "export", format, bytes: await shown.viewport.exportPng() });
}

function predictionPanel(): HTMLElement {
  return makePredictions(predictions, explaining, {
    predict: () => host.post({ type: "predict" }),
    explain: (model) => host.post({ type: "explain", model }),
  });
}

function refreshPredictions(): void {
  document.querySelector(".predictions")?.replaceWith(predictionPanel());
}

const isOutdated = ({ model }: Explanation) => !predictions.some((row) => row.explainable === model && !row.stale);

function paintShown(picture: VoxelViewData): Paint | undefined {
  return explained?.painted ? paintOf(explained.explanation, picture) : undefined;
}

function showExplanation(next: typeof explained): void {
  explained = next;
  if (current === undefined || shown === undefined) return;
  const side = document.querySelector(".side");
  const scrolled = side?.scrollTop ?? 0;
  showPicture(current);
  document.querySelector(".side")?.scrollTo({ top: scrolled });
}

function explanationPanel(picture: VoxelViewData, { explanation, painted }: NonNullable<typeof explained>): HTMLElement {
  const model = predictions.find((row) => row.explainable === explanation.model)?.model ?? "";
  return makeExplanation(
    explanation,
    { picture, model, painted },
    {
      paint: (on) => showExplanation({ explanation, painted: on }),
      close: () => showExplanation(undefined),
    },
  );
}

function makeSection(heading: string, content: HTMLElement): HTMLElement {
  return make("section", { class: "panel" }, make("h2", {}, heading), content);
}

function makeWarnings(picture: VoxelViewData, viewport: Viewport): HTMLElement | undefined {
  const notes = [...picture.warnings];
  if (viewport.rendererKind === "canvas2d") notes.push(t("WebGL is not available here, so a plain canvas draws the same voxels."));
  return notes.length === 0 ? undefined : make("ul", { class: "warnings", role: "note" }, ...notes.map((note) => make("li", {}, note)));
}
