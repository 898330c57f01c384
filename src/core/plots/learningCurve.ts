import { modelLabel, propertyLabel } from "../text/labels.js";
import { drawLegend } from "./legend.js";
import { compareModels, drawMarker, type ModelStyle, modelStyle } from "./modelStyle.js";
import {
  type Box,
  balanceColumns,
  drawEmptyNote,
  drawFigure,
  drawPanel,
  FONT_SIZE,
  haloOf,
  PANEL_MARGIN,
  shortenText,
  textAt,
} from "./panel.js";
import { spreadLabels } from "./spreadLabels.js";
import { element, estimateTextWidth, linePath, roundPixels } from "./svg.js";
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

const SMALLEST_PANEL = 270;
const DIRECT_LABEL_SIZE = 430;

/**
 * Learning curves, log-log, one panel per target: means with bands of one standard error, models in their fixed colours, markers and dashes.
 * Models are named at the end of their lines in a single wide panel, in one legend above several.
 */
export function learningCurveSvg(data: LearningCurveData, options: LearningCurveOptions): string {
  const { theme, width } = options;
  const translate = options.translate ?? translateNothing;
  const models = [...new Set(data.targets.flatMap((target) => target.series.map((series) => series.model)))].sort(compareModels);
  const direct = data.targets.length === 1 && width >= DIRECT_LABEL_SIZE;
  const styles = models.map((model) => modelStyle(model, theme, translate.language));
  const legend = direct ? { svg: "", height: 0 } : drawLegend(styles, 12, 6, width - 24, theme);
  const top = legend.height + (direct ? 4 : 10);
  const panels = Math.max(1, data.targets.length);
  const columns = options.columns ?? balanceColumns(panels, width / SMALLEST_PANEL);
  const rows = Math.ceil(panels / columns);
  const cellWidth = width / columns;
  const cellHeight = options.height === undefined ? Math.min(340, Math.max(210, cellWidth * 0.78)) : (options.height - top) / rows;
  const drawn = data.targets.map((target, i) => {
    const left = (i % columns) * cellWidth;
    const cell = { left, top: top + Math.floor(i / columns) * cellHeight, right: left + cellWidth, bottom: 0 };
    return drawTarget(target, { ...cell, bottom: cell.top + cellHeight }, direct, theme, translate);
  });
  const words = { title: options.title ?? translate("Learning curves"), description: describeLearningCurves(data, translate) };
  return drawFigure({ width, height: Math.round(top + rows * cellHeight) }, theme, words, legend.svg, ...drawn);
}

/** The figure in words: every mean with its standard error. */
export function describeLearningCurves(data: LearningCurveData, translate: Translate = translateNothing): string {
  const lines = data.targets.map((target) => {
    const series = [...target.series]
      .sort((a, b) => compareModels(a.model, b.model))
      .map((one) => `${modelLabel(one.model, translate.language)}: ${describePoints(one)}`);
    return `${translate("{0} ({1}), mean absolute error by training-set size.", propertyLabel(target.name, translate.language), target.unit)} ${series.join("; ")}.`;
  });
  return lines.length === 0 ? translate("No results yet") : lines.join("\n");
}

function describePoints(series: LearningCurveSeries): string {
  return series.points
    .map(({ trainSize, mae, standardError }) => {
      if (standardError === undefined) return `${trainSize} → ${formatValue(mae)}`;
      const written = formatWithError(mae, standardError);
      return `${trainSize} → ${written.value} ± ${written.error}`;
    })
    .join(", ");
}

function drawTarget(target: LearningCurveTarget, cell: Box, direct: boolean, theme: PlotTheme, translate: Translate): string {
  const series = [...target.series].sort((a, b) => compareModels(a.model, b.model)).filter((one) => one.points.length > 0);
  const nameWidth = direct
    ? 18 + Math.max(0, ...series.map((one) => estimateTextWidth(modelLabel(one.model, translate.language), FONT_SIZE)))
    : 0;
  const box: Box = {
    left: cell.left + PANEL_MARGIN.left,
    top: cell.top + PANEL_MARGIN.top,
    right: cell.right - PANEL_MARGIN.right - nameWidth,
    bottom: cell.bottom - PANEL_MARGIN.bottom,
  };
  const { x, y } = makeAxes(target, series, box);
  const heading = shortenText(propertyLabel(target.name, translate.language), box.right - box.left, FONT_SIZE + 1);
  const labels = { heading, x: translate("Training materials"), y: `${translate("MAE")} (${target.unit})` };
  const frame = drawPanel(box, x, y, labels, theme);
  if (series.length === 0) return frame + drawEmptyNote(box, translate("No results yet"), theme);
  const styled = series.map((one) => ({
    points: [...one.points].sort((a, b) => a.trainSize - b.trainSize),
    style: modelStyle(one.model, theme, translate.language),
  }));
  return element(
    "g",
    {},
    frame,
    ...styled.map(({ points, style }) => drawBand(points, style, x, y, box)),
    drawBaseline(target, box, y, theme, translate),
    ...styled.map(({ points, style }) => drawSeries(points, style, x, y)),
    direct ? drawNames(styled, box, x, y, theme) : "",
  );
}

function makeAxes(target: LearningCurveTarget, series: readonly LearningCurveSeries[], box: Box): { x: Axis; y: Axis } {
  const points = series.flatMap((one) => one.points);
  const sizes = [...new Set(points.map((point) => point.trainSize))].sort((a, b) => a - b);
  const heights = points.flatMap((point) => [point.mae, lowEnd(point), highEnd(point)]);
  if (target.baselineMae !== undefined) heights.push(target.baselineMae);
  const xDomain = padDomain(sizes.length === 0 ? [10, 1000] : sizes, 0.06, true);
  const yDomain = padDomain(heights, 0.06, true);
  return {
    x: logAxisAt(sizes.length === 0 ? [10, 100, 1000] : sizes, xDomain, [box.left, box.right], 30),
    y: logAxis(yDomain, [box.bottom, box.top]),
  };
}

// A band may reach below zero where repeats disagree wildly; on a log axis it ends at a fifth of the mean.
const lowEnd = (point: LearningCurvePoint): number => Math.max(point.mae - (point.standardError ?? 0), point.mae / 5);
const highEnd = (point: LearningCurvePoint): number => point.mae + (point.standardError ?? 0);

function drawBand(points: readonly LearningCurvePoint[], style: ModelStyle, x: Axis, y: Axis, box: Box): string {
  const spread = points.filter((point) => (point.standardError ?? 0) > 0);
  if (spread.length === 0) return "";
  const width = spread.length === 1 ? Math.min(4, (box.right - box.left) / 60) : 0;
  const edge = (value: (point: LearningCurvePoint) => number) =>
    spread.flatMap((point) => [
      [x.scale(point.trainSize) - width, y.scale(value(point))] as const,
      ...(width > 0 ? [[x.scale(point.trainSize) + width, y.scale(value(point))] as const] : []),
    ]);
  const d = linePath([...edge(highEnd), ...edge(lowEnd).reverse()]);
  return element("path", { d: `${d}Z`, fill: style.color, "fill-opacity": 0.16 });
}

function drawSeries(points: readonly LearningCurvePoint[], style: ModelStyle, x: Axis, y: Axis): string {
  const line = linePath(points.map((point) => [x.scale(point.trainSize), y.scale(point.mae)]));
  const attributes = { stroke: style.color, "stroke-width": 1.8, "stroke-dasharray": style.dash, "stroke-linejoin": "round", fill: "none" };
  return element(
    "g",
    {},
    points.length > 1 ? element("path", { d: line, ...attributes }) : "",
    ...points.map((point) => {
      const title = `${style.label}: ${describePoints({ model: "", points: [point] })} (n = ${point.repeats})`;
      return drawMarker(style.marker, x.scale(point.trainSize), y.scale(point.mae), 3.2, style.color, title);
    }),
  );
}

/** The reference line, named at the end where the curves leave more room. */
function drawBaseline(target: LearningCurveTarget, box: Box, y: Axis, theme: PlotTheme, translate: Translate): string {
  if (target.baselineMae === undefined) return "";
  const at = y.scale(target.baselineMae);
  const room = (end: 0 | -1) => Math.min(...target.series.map((one) => Math.abs(y.scale(one.points.at(end)?.mae ?? 1) - at - 8)));
  const right = room(-1) >= room(0);
  const line = { d: `M${box.left},${roundPixels(at)}H${box.right}`, stroke: theme.mutedInk, "stroke-dasharray": "1 3", fill: "none" };
  const note = { "text-anchor": right ? "end" : "start", "font-size": FONT_SIZE - 1, fill: theme.mutedInk };
  return (
    element("path", line) + textAt(right ? box.right - 2 : box.left + 5, at + 12, translate("training mean"), { ...note, ...haloOf(theme) })
  );
}

function drawNames(
  series: readonly { points: readonly LearningCurvePoint[]; style: ModelStyle }[],
  box: Box,
  x: Axis,
  y: Axis,
  theme: PlotTheme,
): string {
  const ends = series.map(({ points }) => points[points.length - 1]);
  const wanted = ends.map((end) => (end === undefined ? box.bottom : y.scale(end.mae)));
  const placed = spreadLabels(wanted, FONT_SIZE + 3, box.top, box.bottom);
  const names = series.map(({ style }, i) => {
    const at = placed[i] ?? box.bottom;
    const end = ends[i];
    const from = end === undefined ? box.right : x.scale(end.trainSize) + 5;
    const leader = linePath([
      [from, wanted[i] ?? at],
      [box.right + 6, at],
    ]);
    return (
      element("path", { d: leader, stroke: style.color, "stroke-width": 0.8, "stroke-opacity": 0.7, fill: "none" }) +
      drawMarker(style.marker, box.right + 11, at, 3, style.color) +
      textAt(box.right + 18, at + 4, style.label, { fill: theme.ink, "font-size": FONT_SIZE })
    );
  });
  return element("g", {}, ...names);
}
