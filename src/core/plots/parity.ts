import { modelLabel, propertyLabel } from "../text/labels.js";
import { compareModels, drawMarker, type ModelStyle, modelStyle } from "./modelStyle.js";
import {
  type Box,
  balanceColumns,
  drawDiagonal,
  drawEmptyNote,
  drawFigure,
  drawPanel,
  FONT_SIZE,
  leftMargin,
  PANEL_MARGIN,
  shortenText,
  textAt,
} from "./panel.js";
import { element, estimateTextWidth, roundPixels } from "./svg.js";
import { type PlotOptions, type PlotTheme, type Translate, translateNothing } from "./theme.js";
import { type Axis, formatValue, linearAxis, padDomain } from "./ticks.js";

/** Predicted against actual values of test materials. */
export interface ParityData {
  readonly target: string;
  readonly unit: string;
  /** One square panel a model, all with the same axes. */
  readonly series: readonly ParitySeries[];
}

export interface ParitySeries {
  readonly model: string;
  readonly points: readonly ParityPlotPoint[];
  /** Mean absolute error in the target's unit; computed from the points where left out. */
  readonly mae?: number;
}

export interface ParityPlotPoint {
  readonly id: string;
  /** Reduced; absent where it is not known. */
  readonly formula?: string;
  readonly actual: number;
  readonly predicted: number;
  /** Standard deviation of the prediction, drawn as a bar of one sigma up and down. */
  readonly sigma?: number;
}

export interface ParityOptions extends PlotOptions {
  readonly columns?: number;
  /** Names every point for the pointer (SVG titles). Default: with at most 400 points. */
  readonly pointTitles?: boolean;
}

const MAX_PANEL = 560;
const SMALLEST_PANEL = 250;
const TICK_GAP = 62;

/**
 * Parity plot: one square panel a model, the line y = x, MAE in the corner, bars of one sigma where a model gives its
 * uncertainty.
 */
export function paritySvg(data: ParityData, options: ParityOptions): string {
  const { theme, width } = options;
  const translate = options.translate ?? translateNothing;
  const series = [...data.series].sort((a, b) => compareModels(a.model, b.model));
  const panels = Math.max(1, series.length);
  const columns = options.columns ?? balanceColumns(panels, width / SMALLEST_PANEL);
  const rows = Math.ceil(panels / columns);
  const marginY = PANEL_MARGIN.top + PANEL_MARGIN.bottom;
  const tallest = options.height === undefined ? MAX_PANEL : options.height / rows - marginY;
  const domain = commonDomain(series);
  const { side, marginX, marginLeft } = fitSquare(width / columns, tallest, domain);
  const drawn = (series.length === 0 ? [{ model: "", points: [] }] : series).map((one, i) => {
    const left = (i % columns) * (side + marginX) + marginLeft;
    const top = Math.floor(i / columns) * (side + marginY) + PANEL_MARGIN.top;
    const box = { left, top, right: left + side, bottom: top + side };
    const pointTitles = options.pointTitles ?? countPoints(series) <= 400;
    return drawModel(one, data, box, domain, {
      theme,
      translate,
      pointTitles,
      interactive: options.interactive === true,
    });
  });
  const words = {
    title:
      options.title ?? translate("Predicted against calculated: {0}", propertyLabel(data.target, translate.language)),
    description: describeParity(data, translate),
  };
  const size = {
    width: Math.round(Math.min(width, columns * (side + marginX))),
    height: Math.round(rows * (side + marginY)),
  };
  return drawFigure(size, theme, words, ...drawn);
}

/** The figure in words: points and error of every model. */
export function describeParity(data: ParityData, translate: Translate = translateNothing): string {
  const lines = [...data.series]
    .sort((a, b) => compareModels(a.model, b.model))
    .map((one) =>
      translate(
        "{0}: {1} points, MAE {2} {3}.",
        modelLabel(one.model, translate.language),
        one.points.length,
        formatValue(maeOf(one)),
        data.unit,
      ),
    );
  return `${propertyLabel(data.target, translate.language)} (${data.unit}). ${lines.length === 0 ? translate("No predictions yet") : lines.join(" ")}`;
}

interface Drawing {
  readonly theme: PlotTheme;
  readonly translate: Translate;
  readonly pointTitles: boolean;
  readonly interactive: boolean;
}

/** The largest square that fits beside its tick labels. */
function fitSquare(cell: number, tallest: number, domain: readonly [number, number]) {
  const sideBeside = (left: number) => Math.max(60, Math.min(cell - left - PANEL_MARGIN.right, tallest));
  const marginOf = (side: number) => leftMargin(linearAxis(domain, [side, 0], TICK_GAP));
  const first = marginOf(sideBeside(PANEL_MARGIN.left));
  const marginLeft = Math.max(first, marginOf(sideBeside(first)));
  return { side: sideBeside(marginLeft), marginLeft, marginX: marginLeft + PANEL_MARGIN.right };
}

function drawModel(
  series: ParitySeries,
  data: ParityData,
  box: Box,
  domain: readonly [number, number],
  drawing: Drawing,
): string {
  const { theme, translate } = drawing;
  const x = linearAxis(domain, [box.left, box.right], TICK_GAP);
  const y = linearAxis(domain, [box.bottom, box.top], TICK_GAP);
  const style = modelStyle(series.model, theme, translate.language);
  const property = propertyLabel(data.target, translate.language);
  const heading = style.label === "" ? property : `${style.label} · ${property}`;
  const labels = {
    heading,
    x: `${translate("Calculated (DFT)")} (${data.unit})`,
    y: `${translate("Predicted")} (${data.unit})`,
  };
  const frame = drawPanel(box, x, y, labels, theme);
  const identity = drawDiagonal(box, theme);
  if (series.points.length === 0) return frame + identity + drawEmptyNote(box, translate("No predictions yet"), theme);
  return element(
    "g",
    {},
    frame,
    identity,
    drawPoints(series, style, box, x, y, drawing, data.unit),
    drawCorner(series, style, box, drawing, data.unit),
  );
}

function drawPoints(
  series: ParitySeries,
  style: ModelStyle,
  box: Box,
  x: Axis,
  y: Axis,
  drawing: Drawing,
  unit: string,
): string {
  const many = series.points.length > 150;
  const radius = many ? 2.2 : 3;
  const inside = (at: number) => Math.min(box.bottom, Math.max(box.top, at));
  const bars = series.points
    .filter((point) => (point.sigma ?? 0) > 0)
    .map((point) => {
      const sigma = point.sigma ?? 0;
      const low = inside(y.scale(point.predicted - sigma));
      return `M${roundPixels(x.scale(point.actual))},${roundPixels(low)}V${roundPixels(inside(y.scale(point.predicted + sigma)))}`;
    })
    .join("");
  const markers = series.points
    .map((point, index) => ({ point, index }))
    .filter(({ point }) => Number.isFinite(point.actual) && Number.isFinite(point.predicted))
    .map(({ point, index }) => {
      const [cx, cy] = [x.scale(point.actual), y.scale(point.predicted)];
      if (!drawing.interactive) {
        const title = drawing.pointTitles
          ? `${nameOf(point)}: ${formatValue(point.actual)} → ${formatValue(point.predicted)} ${unit}`
          : "";
        return drawMarker(style.marker, cx, cy, radius, style.color, title);
      }
      const mark = { "data-mark": JSON.stringify([series.model, index]), "data-x": cx, "data-y": cy };
      return element("g", mark, drawMarker(style.marker, cx, cy, radius, style.color));
    });
  return element(
    "g",
    {},
    bars === ""
      ? ""
      : element("path", { d: bars, stroke: style.color, "stroke-width": 1, "stroke-opacity": 0.4, fill: "none" }),
    element("g", { opacity: many ? 0.55 : 0.8 }, ...markers),
  );
}

function drawCorner(
  series: ParitySeries,
  style: ModelStyle,
  box: Box,
  { theme, translate }: Drawing,
  unit: string,
): string {
  const lines = [
    `${translate("MAE")} ${formatValue(maeOf(series))} ${unit}`,
    translate("{0} points", series.points.length),
  ].map((line) => shortenText(line, box.right - box.left - 30));
  const width = Math.max(...lines.map((line) => estimateTextWidth(line, FONT_SIZE))) + 22;
  const ground = { x: box.left + 6, y: box.top + 5, width, height: 34, rx: 3, fill: theme.ground };
  return element(
    "g",
    { "font-size": FONT_SIZE },
    element("rect", { ...ground, "fill-opacity": 0.8 }),
    drawMarker(style.marker, box.left + 15, box.top + 15, 3.4, style.color),
    textAt(box.left + 24, box.top + 19, lines[0] ?? "", { fill: theme.ink, "font-weight": 600 }),
    textAt(box.left + 24, box.top + 33, lines[1] ?? "", { fill: theme.mutedInk }),
  );
}

const nameOf = ({ id, formula }: ParityPlotPoint): string => (formula === undefined ? id : `${formula} (${id})`);

function maeOf(series: ParitySeries): number {
  if (series.mae !== undefined) return series.mae;
  return series.points.reduce((sum, point) => sum + Math.abs(point.predicted - point.actual), 0) / series.points.length;
}

const countPoints = (series: readonly ParitySeries[]): number =>
  series.reduce((sum, one) => sum + one.points.length, 0);

function commonDomain(series: readonly ParitySeries[]): readonly [number, number] {
  return padDomain(
    series.flatMap((one) => one.points.flatMap((point) => [point.actual, point.predicted])),
    0.05,
  );
}
