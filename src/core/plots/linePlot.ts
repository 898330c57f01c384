import { type Box, drawFigure, drawPanel, FONT_SIZE, haloOf, leftMargin, PANEL_MARGIN, textAt } from "./panel.js";
import { element, linePath } from "./svg.js";
import { type PlotOptions, type PlotTheme, translateNothing } from "./theme.js";
import { type Axis, formatValue, linearAxis, padDomain } from "./ticks.js";

/** One or more quantities of the same unit along a distance. */
export interface LinePlotData {
  readonly x: ArrayLike<number>;
  readonly lines: readonly PlottedLine[];
  readonly xLabel: string;
  readonly yLabel: string;
  /** Horizontal lines with a name: a vacuum level, a Fermi energy. */
  readonly markers: readonly { readonly value: number; readonly name: string }[];
}

export interface PlottedLine {
  readonly y: ArrayLike<number>;
  /** Where there are several. */
  readonly name?: string;
  /** Drawn stronger than the others. */
  readonly isMain?: boolean;
}

/** Lines over a distance, with named levels. */
export function linePlotSvg(data: LinePlotData, options: PlotOptions): string {
  const { theme, width } = options;
  const translate = options.translate ?? translateNothing;
  const height = options.height ?? Math.round(Math.min(460, Math.max(200, width * 0.6)));
  const hasNames = data.lines.some(({ name }) => name !== undefined);
  const [top, bottom] = [hasNames ? 28 : 14, height - PANEL_MARGIN.bottom];
  const values = data.lines.flatMap(({ y }) => [leastOf(y), largestOf(y)]);
  const y = linearAxis(padDomain([...values, ...data.markers.map(({ value }) => value)], 0.06), [bottom, top], 40);
  const box: Box = { left: leftMargin(y) + 4, top, right: width - 16, bottom };
  const x = linearAxis([data.x[0] ?? 0, data.x[data.x.length - 1] ?? 1], [box.left, box.right], 56);
  return drawFigure(
    { width, height },
    theme,
    { title: options.title ?? data.yLabel, description: describeLines(data, translate) },
    drawPanel(box, x, y, { heading: "", x: data.xLabel, y: data.yLabel }, theme),
    ...data.markers.map((marker) => drawMarker(marker, box, y, theme)),
    ...data.lines.map((line, i) => drawLine(data.x, line, colorOf(i, data.lines.length, theme), x, y)),
    ...(hasNames ? drawNames(data.lines, box, theme) : []),
  );
}

/** The figure in words: the range of each line, the levels. */
export function describeLines({ lines, markers, yLabel }: LinePlotData, translate = translateNothing): string {
  const ranges = lines.map(({ y, name }) =>
    translate("{0}: from {1} to {2} {3}.", name ?? "y", formatValue(leastOf(y)), formatValue(largestOf(y)), yLabel),
  );
  return [...ranges, ...markers.map(({ name, value }) => `${name}: ${formatValue(value)} ${yLabel}.`)].join(" ");
}

function drawLine(
  xs: ArrayLike<number>,
  { y: ys, isMain = true }: PlottedLine,
  color: string,
  x: Axis,
  y: Axis,
): string {
  const points = Array.from({ length: ys.length }, (_, i): readonly [number, number] => [
    x.scale(xs[i] ?? 0),
    y.scale(ys[i] ?? 0),
  ]);
  return element("path", {
    d: linePath(points),
    fill: "none",
    stroke: color,
    "stroke-width": isMain ? 2 : 1.2,
    "stroke-opacity": isMain ? 1 : 0.75,
    "stroke-linejoin": "round",
  });
}

function drawMarker({ value, name }: LinePlotData["markers"][number], box: Box, y: Axis, theme: PlotTheme): string {
  const at = y.scale(value);
  const line = element("path", {
    d: `M${box.left},${at}H${box.right}`,
    stroke: theme.mutedInk,
    "stroke-dasharray": "5 4",
    fill: "none",
  });
  const place = { "text-anchor": "end", "font-size": FONT_SIZE, fill: theme.ink, ...haloOf(theme) };
  return line + textAt(box.right - 4, at - 5, `${name} = ${value.toFixed(3).replace("-", "−")}`, place);
}

function drawNames(lines: readonly PlottedLine[], box: Box, theme: PlotTheme): readonly string[] {
  let left = box.left;
  return lines.flatMap(({ name = "", isMain = true }, i) => {
    const at = left;
    left += 34 + name.length * FONT_SIZE * 0.62;
    const color = colorOf(i, lines.length, theme);
    return [
      element("path", {
        d: `M${at},${box.top - 14}h20`,
        stroke: color,
        "stroke-width": isMain ? 2 : 1.2,
        fill: "none",
      }),
      textAt(at + 25, box.top - 10, name, { "font-size": FONT_SIZE, fill: theme.ink }),
    ];
  });
}

const colorOf = (i: number, count: number, theme: PlotTheme): string =>
  i === count - 1 ? theme.signs.positive : theme.signs.negative;

function leastOf(values: ArrayLike<number>): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) least = Math.min(least, values[i] ?? least);
  return least;
}

function largestOf(values: ArrayLike<number>): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i] ?? largest);
  return largest;
}
