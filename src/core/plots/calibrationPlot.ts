import { modelLabel, propertyLabel } from "../text/labels.js";
import { drawLegend } from "./legend.js";
import { compareModels, drawMarker, modelStyle } from "./modelStyle.js";
import {
  type Box,
  balanceColumns,
  drawDiagonal,
  drawEmptyNote,
  drawFigure,
  drawPanel,
  FONT_SIZE,
  PANEL_MARGIN,
  shortenText,
} from "./panel.js";
import { element, linePath } from "./svg.js";
import { type PlotOptions, type PlotTheme, type Translate, translateNothing } from "./theme.js";
import { type Axis, linearAxis } from "./ticks.js";

/** How often test errors lie inside the intervals that models state. */
export interface CalibrationData {
  /** One panel each, in this order. */
  readonly targets: readonly { readonly name: string; readonly series: readonly CalibrationSeries[] }[];
}

export interface CalibrationSeries {
  readonly model: string;
  /** Test errors, over all repeats. */
  readonly count: number;
  /** The share within one and within two standard deviations, and its standard error. */
  readonly one: Share;
  readonly two: Share;
  /** The share inside the interval of each nominal level, from 0 to 1 both. */
  readonly curve: readonly { readonly level: number; readonly share: number }[];
}

interface Share {
  readonly share: number;
  readonly standardError: number;
}

export interface CalibrationOptions extends PlotOptions {
  /** Panels side by side; chosen from the width where left out. */
  readonly columns?: number;
}

const SMALLEST_PANEL = 230;
const LARGEST_PANEL = 480;
/** The levels of one and two standard deviations, where markers stand. */
export const LEVELS = { 1: 0.6827, 2: 0.9545 } as const;

/**
 * Calibration plot, one square panel per target: the share of test errors inside an interval against the interval's
 * nominal level. On the line y = x an uncertainty means what it says; below it, it is too small. The band is one
 * standard error of as many independent errors.
 */
export function calibrationSvg(data: CalibrationData, options: CalibrationOptions): string {
  const { theme, width } = options;
  const translate = options.translate ?? translateNothing;
  const models = [...new Set(data.targets.flatMap(({ series }) => series.map(({ model }) => model)))].sort(
    compareModels,
  );
  const styles = models.map((model) => modelStyle(model, theme, translate.language));
  const legend = drawLegend(styles, 12, 6, width - 24, theme);
  const top = legend.height + 10;
  const panels = Math.max(1, data.targets.length);
  const columns = options.columns ?? balanceColumns(panels, width / SMALLEST_PANEL);
  const rows = Math.ceil(panels / columns);
  const marginX = PANEL_MARGIN.left + PANEL_MARGIN.right;
  const marginY = PANEL_MARGIN.top + PANEL_MARGIN.bottom;
  const tallest = options.height === undefined ? LARGEST_PANEL : (options.height - top) / rows - marginY;
  const side = Math.max(60, Math.min(width / columns - marginX, tallest));
  const drawn = (data.targets.length === 0 ? [{ name: "", series: [] }] : data.targets).map((target, i) => {
    const left = (i % columns) * (side + marginX) + PANEL_MARGIN.left;
    const y = top + Math.floor(i / columns) * (side + marginY) + PANEL_MARGIN.top;
    const box = { left, top: y, right: left + side, bottom: y + side };
    return drawTarget(target, box, { theme, translate, interactive: options.interactive === true });
  });
  const words = {
    title: options.title ?? translate("Calibration of the uncertainties"),
    description: describeCalibration(data, translate),
  };
  return drawFigure({ width, height: Math.round(top + rows * (side + marginY)) }, theme, words, legend.svg, ...drawn);
}

/** The figure in words: what one and two standard deviations of every model cover. */
export function describeCalibration(data: CalibrationData, translate: Translate = translateNothing): string {
  const lines = data.targets.map(({ name, series }) => {
    const own = sorted(series).map(({ model, one, two, count }) =>
      translate(
        "{0}: {1} % of {2} errors within one standard deviation, {3} % within two",
        modelLabel(model, translate.language),
        percent(one.share),
        count,
        percent(two.share),
      ),
    );
    return `${propertyLabel(name, translate.language)}. ${own.length === 0 ? translate("No predictions yet") : `${own.join("; ")}.`}`;
  });
  return lines.length === 0 ? translate("No predictions yet") : lines.join("\n");
}

const percent = (share: number) => Math.round(100 * share);
const sorted = (series: readonly CalibrationSeries[]) => [...series].sort((a, b) => compareModels(a.model, b.model));

interface Drawing {
  readonly theme: PlotTheme;
  readonly translate: Translate;
  readonly interactive: boolean;
}

function drawTarget(target: CalibrationData["targets"][number], box: Box, drawing: Drawing): string {
  const { theme, translate } = drawing;
  const x = linearAxis([0, 100], [box.left, box.right], 50);
  const y = linearAxis([0, 100], [box.bottom, box.top], 50);
  const heading = shortenText(propertyLabel(target.name, translate.language), box.right - box.left, FONT_SIZE + 1);
  const labels = { heading, x: `${translate("Nominal level")} (%)`, y: `${translate("Errors inside")} (%)` };
  const frame = drawPanel(box, x, y, labels, theme);
  const identity = drawDiagonal(box, theme);
  if (target.series.length === 0) return frame + identity + drawEmptyNote(box, translate("No predictions yet"), theme);
  const count = Math.max(...target.series.map((one) => one.count));
  return element(
    "g",
    {},
    frame,
    drawBand(count, x, y, theme),
    identity,
    ...sorted(target.series).map((one) => drawSeries(one, [x, y], target.name, drawing)),
  );
}

/** Where as many independent errors would lie if the uncertainty meant what it says. */
function drawBand(count: number, x: Axis, y: Axis, theme: PlotTheme): string {
  const levels = Array.from({ length: 41 }, (_, i) => i / 40);
  const edge = (sign: 1 | -1) =>
    levels.map(
      (level) =>
        [x.scale(100 * level), y.scale(100 * (level + sign * Math.sqrt((level * (1 - level)) / count)))] as const,
    );
  return element("path", {
    d: `${linePath([...edge(1), ...edge(-1).reverse()])}Z`,
    fill: theme.mutedInk,
    "fill-opacity": 0.15,
  });
}

/** A mark's key is `[target, model, deviations]`, of one and two standard deviations. */
function drawSeries(
  { model, curve, one, two, count }: CalibrationSeries,
  [x, y]: readonly [Axis, Axis],
  target: string,
  { theme, translate, interactive }: Drawing,
): string {
  const style = modelStyle(model, theme, translate.language);
  const points = [{ level: 0, share: 0 }, ...curve, { level: 1, share: 1 }];
  const line = linePath(points.map(({ level, share }) => [x.scale(100 * level), y.scale(100 * share)]));
  const attributes = {
    stroke: style.color,
    "stroke-width": 1.8,
    "stroke-dasharray": style.dash,
    "stroke-linejoin": "round",
    fill: "none",
  };
  const marker = (deviations: 1 | 2, { share, standardError }: Share) => {
    const [cx, cy] = [x.scale(100 * LEVELS[deviations]), y.scale(100 * share)];
    const title = `${style.label || model}: ${(100 * share).toFixed(1)} ± ${(100 * standardError).toFixed(1)} % (n = ${count})`;
    if (!interactive) return drawMarker(style.marker, cx, cy, 3.2, style.color, title);
    const mark = { "data-mark": JSON.stringify([target, model, deviations]), "data-x": cx, "data-y": cy };
    return element("g", mark, drawMarker(style.marker, cx, cy, 3.2, style.color));
  };
  return element("g", {}, element("path", { d: line, ...attributes }), marker(1, one), marker(2, two));
}
