import { modelLabel, propertyLabel } from "../text/labels.js";
import { type CurveLabel, drawCurveLabels, LABEL_GAP, labelRoom } from "./curveLabels.js";
import { drawLegend } from "./legend.js";
import { compareModels, drawMarker, hatchPattern, type ModelStyle, modelStyle } from "./modelStyle.js";
import { type Box, balanceColumns, drawEmptyNote, drawFigure, drawPanel, leftMargin, PANEL_MARGIN } from "./panel.js";
import { element, linePath, roundPixels } from "./svg.js";
import { type PlotOptions, type PlotTheme, type Translate, translateNothing } from "./theme.js";
import { type Axis, formatValue, formatWithError, logAxis, logAxisAt, padDomain } from "./ticks.js";

/** Mean absolute error on the test sets against the size of the training set. */
export interface LearningCurveData {
  /** One panel each, in this order. */
  readonly targets: readonly LearningCurveTarget[];
}

export interface LearningCurveTarget {
  readonly name: string;
  readonly unit: string;
  /** MAE of predicting the training mean for every material, drawn as a reference line. */
  readonly baselineMae?: number;
  readonly series: readonly LearningCurveSeries[];
  /** Of another run, drawn faint behind. */
  readonly compared?: readonly LearningCurveSeries[];
}

export interface LearningCurveSeries {
  readonly model: string;
  readonly points: readonly LearningCurvePoint[];
}

export interface LearningCurvePoint {
  readonly trainSize: number;
  /** Mean over the repeats, in the target's unit. */
  readonly mae: number;
  /** Standard error of that mean; absent with one repeat. */
  readonly standardError?: number;
  readonly repeats: number;
}

export interface LearningCurveOptions extends PlotOptions {
  /** Panels side by side; chosen from the width where left out. */
  readonly columns?: number;
}

/** Room that a panel needs, px: with the names of its lines at their ends, and without. */
const SMALLEST_NAMED = 400;
const SMALLEST_PANEL = 270;
const SHARE_OF_NAMES = 0.36;

interface Drawing {
  readonly theme: PlotTheme;
  readonly translate: Translate;
  /** Lines are named at their ends. */
  readonly direct: boolean;
  readonly interactive: boolean;
}

/**
 * Learning curves, log-log, one panel per target: means with bands of one standard error, models in their fixed
 * colours, markers, dashes and hatches. Lines are named at their ends; in one legend above where panels are too narrow
 * for that.
 */
export function learningCurveSvg(data: LearningCurveData, options: LearningCurveOptions): string {
  const { theme, width } = options;
  const translate = options.translate ?? translateNothing;
  const panels = Math.max(1, data.targets.length);
  const direct = namesFit(data, width / (options.columns ?? 1), translate);
  const columns = options.columns ?? balanceColumns(panels, width / (direct ? SMALLEST_NAMED : SMALLEST_PANEL));
  const legend = direct
    ? { svg: "", height: 0 }
    : drawLegend(legendItems(data, theme, translate), 12, 6, width - 24, theme);
  const top = legend.height + (direct ? 4 : 10);
  const rows = Math.ceil(panels / columns);
  const cellWidth = width / columns;
  const forNames = direct ? (modelsOf(data).length + 1) * LABEL_GAP + PANEL_MARGIN.top + PANEL_MARGIN.bottom : 0;
  const cellHeight =
    options.height === undefined
      ? Math.max(220, forNames, Math.min(560, cellWidth * 0.6))
      : (options.height - top) / rows;
  const drawing = { theme, translate, direct, interactive: options.interactive === true };
  const drawn = data.targets.map((target, i) => {
    const left = (i % columns) * cellWidth;
    const cell = { left, top: top + Math.floor(i / columns) * cellHeight, right: left + cellWidth, bottom: 0 };
    return drawTarget(target, { ...cell, bottom: cell.top + cellHeight }, drawing);
  });
  const words = {
    title: options.title ?? translate("Learning curves"),
    description: describeLearningCurves(data, translate),
  };
  const hatches = modelsOf(data).map((model) => hatchPattern(hatchId(model), modelStyle(model, theme)));
  const size = { width, height: Math.round(top + rows * cellHeight) };
  return drawFigure(
    size,
    theme,
    words,
    hatches.length > 0 ? element("defs", {}, ...hatches) : "",
    legend.svg,
    ...drawn,
  );
}

/** The figure in words: every mean with its standard error. */
export function describeLearningCurves(data: LearningCurveData, translate: Translate = translateNothing): string {
  const lines = data.targets.map((target) => {
    const series = sorted(target.series).map(
      (one) => `${modelLabel(one.model, translate.language)}: ${describePoints(one)}`,
    );
    const baseline = hasBaseline(target) ? [`${translate("training mean")}: ${formatValue(target.baselineMae)}`] : [];
    return `${translate("{0} ({1}), mean absolute error by training-set size.", propertyLabel(target.name, translate.language), target.unit)} ${[...series, ...baseline].join("; ")}.`;
  });
  return lines.length === 0 ? translate("No results yet") : lines.join("\n");
}

function describePoints(series: LearningCurveSeries): string {
  return series.points.map((point) => `${point.trainSize} → ${writePoint(point)}`).join(", ");
}

function writePoint({ mae, standardError }: LearningCurvePoint): string {
  if (standardError === undefined) return formatValue(mae);
  const written = formatWithError(mae, standardError);
  return `${written.value} ± ${written.error}`;
}

const sorted = (series: readonly LearningCurveSeries[]) => [...series].sort((a, b) => compareModels(a.model, b.model));
const hasBaseline = (target: LearningCurveTarget): target is LearningCurveTarget & { baselineMae: number } =>
  target.baselineMae !== undefined && target.baselineMae > 0 && Number.isFinite(target.baselineMae);
/** Not a name of the user's: it stands inside `url(#…)`. */
const hatchId = (model: string): string => `hatch-${model.replace(/[^a-z0-9]/gi, (sign) => `_${sign.charCodeAt(0)}`)}`;

function modelsOf({ targets }: LearningCurveData): string[] {
  return [
    ...new Set(targets.flatMap(({ series, compared = [] }) => [...series, ...compared].map(({ model }) => model))),
  ].sort(compareModels);
}

function namesFit(data: LearningCurveData, width: number, translate: Translate): boolean {
  const names = modelsOf(data).map((model) => modelLabel(model, translate.language));
  return width >= SMALLEST_NAMED && labelRoom([...names, translate("training mean")]) <= width * SHARE_OF_NAMES;
}

function legendItems(data: LearningCurveData, theme: PlotTheme, translate: Translate) {
  const models = modelsOf(data).map((model) => modelStyle(model, theme, translate.language));
  const baseline = { label: translate("training mean"), color: theme.mutedInk, dash: "1 3" };
  return data.targets.some(hasBaseline) ? [...models, baseline] : models;
}

function drawTarget(target: LearningCurveTarget, cell: Box, drawing: Drawing): string {
  const { theme, translate, direct } = drawing;
  const series = sorted(target.series).filter((one) => one.points.length > 0);
  const y = logAxis(padDomain(heightsOf(target, series), 0.06, true), [
    cell.bottom - PANEL_MARGIN.bottom,
    cell.top + PANEL_MARGIN.top,
  ]);
  const texts = [
    ...[...series, ...(target.compared ?? [])].map((one) => modelLabel(one.model, translate.language)),
    ...(hasBaseline(target) ? [translate("training mean")] : []),
  ];
  const box: Box = {
    left: cell.left + leftMargin(y),
    top: cell.top + PANEL_MARGIN.top,
    right: cell.right - PANEL_MARGIN.right - (direct ? labelRoom(texts) : 0),
    bottom: cell.bottom - PANEL_MARGIN.bottom,
  };
  const x = sizeAxis(target, series, box);
  const heading = propertyLabel(target.name, translate.language);
  const labels = { heading, x: translate("Training materials"), y: `${translate("MAE")} (${target.unit})` };
  const frame = drawPanel(box, x, y, labels, theme);
  // a model that only the other run has is named, too
  const others = sorted(target.compared ?? [])
    .filter(({ model }) => !series.some((one) => one.model === model))
    .map(({ model, points }) => ({
      points: [...points].sort((a, b) => a.trainSize - b.trainSize),
      style: modelStyle(model, theme, translate.language),
    }));
  const note = series.length === 0 ? drawEmptyNote(box, translate("No results yet"), theme) : "";
  const styled = series.map((one) => ({
    model: one.model,
    points: [...one.points].sort((a, b) => a.trainSize - b.trainSize),
    style: modelStyle(one.model, theme, translate.language),
  }));
  return element(
    "g",
    {},
    frame,
    ...styled.map(({ model, points, style }) => drawBand(points, style, hatchId(model), x, y, box)),
    drawBaseline(target, box, y, theme),
    ...sorted(target.compared ?? []).map((one) => drawCompared(one, theme, x, y)),
    ...styled.map(({ model, points, style }) => drawSeries(target, model, points, style, x, y, drawing)),
    direct
      ? drawCurveLabels(
          [...endLabels([...styled, ...others], x, y), ...baselineLabel(target, box, y, drawing)],
          box,
          theme,
        )
      : "",
    note,
  );
}

function heightsOf(target: LearningCurveTarget, series: readonly LearningCurveSeries[]): number[] {
  const points = [...series, ...(target.compared ?? [])].flatMap((one) => one.points);
  const heights = points.flatMap((point) => [point.mae, lowEnd(point), highEnd(point)]);
  return hasBaseline(target) ? [...heights, target.baselineMae] : heights;
}

function sizeAxis(target: LearningCurveTarget, series: readonly LearningCurveSeries[], box: Box): Axis {
  const points = [...series, ...(target.compared ?? [])].flatMap((one) => one.points);
  const sizes = [...new Set(points.map((point) => point.trainSize))].sort((a, b) => a - b);
  const domain = padDomain(sizes.length === 0 ? [10, 1000] : sizes, 0.06, true);
  return logAxisAt(sizes.length === 0 ? [10, 100, 1000] : sizes, domain, [box.left, box.right], 36);
}

// A band may reach below zero where repeats disagree wildly; on a log axis it ends at a fifth of the mean.
const lowEnd = (point: LearningCurvePoint): number => Math.max(point.mae - (point.standardError ?? 0), point.mae / 5);
const highEnd = (point: LearningCurvePoint): number => point.mae + (point.standardError ?? 0);

function drawBand(
  points: readonly LearningCurvePoint[],
  style: ModelStyle,
  hatch: string,
  x: Axis,
  y: Axis,
  box: Box,
): string {
  const spread = points.filter((point) => (point.standardError ?? 0) > 0);
  if (spread.length === 0) return "";
  const width = spread.length === 1 ? Math.min(4, (box.right - box.left) / 60) : 0;
  const edge = (value: (point: LearningCurvePoint) => number) =>
    spread.flatMap((point) => [
      [x.scale(point.trainSize) - width, y.scale(value(point))] as const,
      ...(width > 0 ? [[x.scale(point.trainSize) + width, y.scale(value(point))] as const] : []),
    ]);
  const d = `${linePath([...edge(highEnd), ...edge(lowEnd).reverse()])}Z`;
  return (
    element("path", { d, fill: style.color, "fill-opacity": 0.1 }) + element("path", { d, fill: `url(#${hatch})` })
  );
}

function drawSeries(
  target: LearningCurveTarget,
  model: string,
  points: readonly LearningCurvePoint[],
  style: ModelStyle,
  x: Axis,
  y: Axis,
  { interactive }: Drawing,
): string {
  const line = linePath(points.map((point) => [x.scale(point.trainSize), y.scale(point.mae)]));
  const attributes = {
    stroke: style.color,
    "stroke-width": 1.8,
    "stroke-dasharray": style.dash,
    "stroke-linejoin": "round",
    fill: "none",
  };
  const markers = points.map((point) => {
    const [cx, cy] = [x.scale(point.trainSize), y.scale(point.mae)];
    if (!interactive) {
      const title = `${style.label}: ${describePoints({ model: "", points: [point] })} (n = ${point.repeats})`;
      return drawMarker(style.marker, cx, cy, 3.2, style.color, title);
    }
    const mark = { "data-mark": JSON.stringify([target.name, model, point.trainSize]), "data-x": cx, "data-y": cy };
    return element("g", mark, drawMarker(style.marker, cx, cy, 3.2, style.color));
  });
  return element("g", {}, points.length > 1 ? element("path", { d: line, ...attributes }) : "", ...markers);
}

function drawCompared({ model, points }: LearningCurveSeries, theme: PlotTheme, x: Axis, y: Axis): string {
  const { color, marker } = modelStyle(model, theme);
  const places = [...points]
    .sort((a, b) => a.trainSize - b.trainSize)
    .map((point) => [x.scale(point.trainSize), y.scale(point.mae)] as const);
  const line = element("path", {
    d: linePath(places),
    stroke: color,
    "stroke-width": 1.2,
    "stroke-dasharray": "2 2",
    fill: "none",
  });
  const markers = places.map(([cx, cy]) => drawMarker(marker, cx, cy, 2.6, color));
  return element("g", { class: "compared", opacity: 0.5 }, line, ...markers);
}

function drawBaseline(target: LearningCurveTarget, box: Box, y: Axis, theme: PlotTheme): string {
  if (!hasBaseline(target)) return "";
  const d = `M${roundPixels(box.left)},${roundPixels(y.scale(target.baselineMae))}H${roundPixels(box.right)}`;
  return element("path", {
    class: "baseline",
    d,
    stroke: theme.mutedInk,
    "stroke-width": 1.2,
    "stroke-dasharray": "1 3",
    fill: "none",
  });
}

function endLabels(
  series: readonly { points: readonly LearningCurvePoint[]; style: ModelStyle }[],
  x: Axis,
  y: Axis,
): CurveLabel[] {
  return series.flatMap(({ points, style: { label, color, marker } }) => {
    const end = points[points.length - 1];
    return end === undefined
      ? []
      : [{ text: label, x: x.scale(end.trainSize) + 5, y: y.scale(end.mae), color, marker }];
  });
}

function baselineLabel(target: LearningCurveTarget, box: Box, y: Axis, { theme, translate }: Drawing): CurveLabel[] {
  if (!hasBaseline(target)) return [];
  return [{ text: translate("training mean"), x: box.right, y: y.scale(target.baselineMae), color: theme.mutedInk }];
}
