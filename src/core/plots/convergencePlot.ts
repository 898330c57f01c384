import {
  type Box,
  balanceColumns,
  drawFigure,
  drawPanel,
  FONT_SIZE,
  haloOf,
  leftMargin,
  PANEL_MARGIN,
  textAt,
} from "./panel.js";
import { element, escapeText, linePath } from "./svg.js";
import { type PlotOptions, type PlotTheme, type Translate, translateNothing } from "./theme.js";
import { type Axis, formatValue, linearAxis, logAxis, padDomain, wholeAxis } from "./ticks.js";

/** How a calculation converged: its ionic steps and the electronic steps of each. */
export interface ConvergenceData {
  readonly steps: readonly ConvergenceStep[];
  /** Electronic steps in order; `change` in eV. */
  readonly electronic: readonly { readonly line: number; readonly change: number }[];
  /** How many electronic steps come before the first of `electronic`. */
  readonly before: number;
  /** EDIFF, eV. */
  readonly electronicCriterion?: number;
  /** EDIFFG: eV where positive, minus eV/Å where negative. */
  readonly ionicCriterion?: number;
}

export interface ConvergenceStep {
  /** The number that the file gives it. */
  readonly number: number;
  /** From 0: where it begins. */
  readonly line: number;
  /** eV */
  readonly energy?: number;
  /** eV/Å */
  readonly force?: number;
  /** kbar */
  readonly pressure?: number;
}

/** `linkTo`: where a point leads; without it points are no links. */
export interface ConvergenceOptions extends PlotOptions {
  readonly linkTo?: (line: number) => string;
}

interface Series {
  readonly heading: string;
  readonly x: string;
  readonly y: string;
  readonly isLog: boolean;
  readonly points: readonly Point[];
  /** A horizontal line: the criterion, or zero. */
  readonly rule?: { readonly value: number; readonly name: string };
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly line: number;
  readonly words: string;
}

const PANEL_HEIGHT = 210;
const PANEL_WIDTH = 400;
/** px beside which the name of a criterion wants no curve. */
const NAME_WIDTH = 60;
/** Points with a mark of their own; of longer runs the line shows the rest. */
const MAX_MARKS = 200;

/**
 * One panel per quantity that the file holds: energy, largest force, pressure, and the change of the energy in the
 * electronic steps.
 */
export function convergenceSvg(data: ConvergenceData, options: ConvergenceOptions): string {
  const { theme, width } = options;
  const translate = options.translate ?? translateNothing;
  const series = seriesOf(data, translate);
  const columns = balanceColumns(series.length, width / PANEL_WIDTH);
  const rows = Math.ceil(series.length / columns);
  const height = options.height ?? Math.max(1, rows) * PANEL_HEIGHT;
  const [w, h] = [width / columns, height / Math.max(1, rows)];
  const boxOf = (index: number): Box => {
    const [left, top] = [(index % columns) * w, Math.floor(index / columns) * h];
    const { left: l, top: t, right: r, bottom: b } = PANEL_MARGIN;
    return { left: left + l, top: top + t, right: left + w - r, bottom: top + h - b };
  };
  const words = { title: options.title ?? translate("Convergence"), description: describeConvergence(data, translate) };
  return drawFigure(
    { width, height },
    theme,
    words,
    ...series.map((one, i) => drawSeries(one, boxOf(i), theme, options.linkTo)),
  );
}

/** The figure in words: where the run stands. */
export function describeConvergence(
  { steps, electronic, before }: ConvergenceData,
  translate: Translate = translateNothing,
): string {
  const last = steps.at(-1);
  const change = electronic.at(-1)?.change;
  return [
    translate("Ionic steps: {0}, electronic steps: {1}.", steps.length, before + electronic.length),
    last?.energy === undefined ? "" : translate("Energy of the last step: {0} eV.", signed(last.energy, 6)),
    last?.force === undefined ? "" : translate("Largest force on an ion: {0} eV/Å.", formatValue(last.force)),
    last?.pressure === undefined ? "" : translate("External pressure: {0} kbar.", signed(last.pressure, 2)),
    change === undefined ? "" : translate("Last change of the energy: {0} eV.", formatValue(change)),
  ]
    .filter(Boolean)
    .join(" ");
}

const signed = (value: number, digits: number): string => value.toFixed(digits).replace("-", "−");

function seriesOf(data: ConvergenceData, translate: Translate): Series[] {
  const { steps, electronic, before, electronicCriterion, ionicCriterion = 0 } = data;
  const x = translate("Ionic step");
  const points = (quantityOf: (step: ConvergenceStep) => number | undefined, unit: string): Point[] =>
    steps.flatMap((step) => {
      const y = quantityOf(step);
      if (y === undefined || !Number.isFinite(y)) return [];
      return [
        {
          x: step.number,
          y,
          line: step.line,
          words: `${translate("Ionic step {0}", step.number)}: ${formatValue(y)} ${unit}`,
        },
      ];
    });
  const reference = steps.findLast(({ energy }) => energy !== undefined)?.energy ?? 0;
  const energies = points(({ energy }) => energy && energy - reference, "eV");
  const forces = points(({ force }) => force, "eV/Å").filter(({ y }) => y > 0);
  const pressures = points(({ pressure }) => pressure, "kbar");
  const changes = electronic.flatMap(({ line, change }, i): Point[] => {
    const y = Math.abs(change);
    const number = before + i + 1;
    return y > 0
      ? [{ x: number, y, line, words: `${translate("Electronic step {0}", number)}: ${formatValue(change)} eV` }]
      : [];
  });
  const series: Series[] = [];
  if (energies.length > 1)
    series.push({
      heading: translate("Energy against the last step"),
      x,
      y: translate("ΔE0 (eV)"),
      isLog: false,
      points: energies,
    });
  if (forces.length > 1)
    series.push({
      heading: translate("Largest force on an ion"),
      x,
      y: translate("Force (eV/Å)"),
      isLog: true,
      points: forces,
      ...(ionicCriterion < 0 && { rule: { value: -ionicCriterion, name: "EDIFFG" } }),
    });
  if (pressures.length > 1)
    series.push({
      heading: translate("External pressure"),
      x,
      y: translate("Pressure (kbar)"),
      isLog: false,
      points: pressures,
      rule: { value: 0, name: "" },
    });
  if (changes.length > 0)
    series.push({
      heading: translate("Change of the energy in an electronic step"),
      x: translate("Electronic step"),
      y: translate("|ΔE| (eV)"),
      isLog: true,
      points: changes,
      ...(electronicCriterion !== undefined &&
        electronicCriterion > 0 && { rule: { value: electronicCriterion, name: "EDIFF" } }),
    });
  return series;
}

function drawSeries(series: Series, room: Box, theme: PlotTheme, linkTo: ConvergenceOptions["linkTo"]): string {
  const { points, rule, isLog } = series;
  const domain = padDomain([...points.map((point) => point.y), ...(rule ? [rule.value] : [])], 0.08, isLog);
  const y = (isLog ? logAxis : linearAxis)(domain, [room.bottom, room.top]);
  const box = { ...room, left: room.left - PANEL_MARGIN.left + leftMargin(y) };
  const xs = points.map((point) => point.x);
  const [first, last] = [Math.min(...ends(xs)), Math.max(...ends(xs))];
  const x = wholeAxis([first, Math.max(last, first + 1)], [box.left, box.right], 60);
  const color = theme.signs.negative;
  const line = linePath(points.map((point) => [x.scale(point.x), y.scale(point.y)]));
  return element(
    "g",
    {},
    drawPanel(box, x, y, series, theme),
    rule ? drawRule(rule, box, points, [x, y], theme) : "",
    element("path", { d: line, fill: "none", stroke: color, "stroke-width": 1.5, "stroke-linejoin": "round" }),
    ...marked(points).map((point) => drawMark(point, x, y, color, linkTo)),
  );
}

/** The least and the greatest: a run has more steps than a call takes arguments. */
const ends = (values: readonly number[]): [number, number] =>
  values.reduce<[number, number]>(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);

function marked(points: readonly Point[]): readonly Point[] {
  const every = Math.ceil(points.length / MAX_MARKS);
  return points.filter((_, i) => (points.length - 1 - i) % every === 0);
}

function drawMark(point: Point, x: Axis, y: Axis, color: string, linkTo: ConvergenceOptions["linkTo"]): string {
  const dot = element(
    "circle",
    { cx: x.scale(point.x), cy: y.scale(point.y), r: 3, fill: color },
    `<title>${escapeText(point.words)}</title>`,
  );
  return linkTo ? element("a", { href: linkTo(point.line), "aria-label": point.words }, dot) : dot;
}

/** The name stands at the end that the curve leaves more room at. */
function drawRule(
  { value, name }: { readonly value: number; readonly name: string },
  box: Box,
  points: readonly Point[],
  [x, y]: readonly [Axis, Axis],
  theme: PlotTheme,
): string {
  const at = y.scale(value);
  const room = (isHere: (px: number) => boolean): number =>
    points.reduce(
      (least, point) => (isHere(x.scale(point.x)) ? Math.min(least, Math.abs(y.scale(point.y) - at)) : least),
      Number.POSITIVE_INFINITY,
    );
  const isLeft = room((px) => px < box.left + NAME_WIDTH) > room((px) => px > box.right - NAME_WIDTH);
  const place = { "text-anchor": isLeft ? "start" : "end", "font-size": FONT_SIZE, fill: theme.ink, ...haloOf(theme) };
  return (
    element("path", { d: `M${box.left},${at}H${box.right}`, stroke: theme.mutedInk, "stroke-dasharray": "4 3" }) +
    textAt(isLeft ? box.left + 6 : box.right - 4, at - 4, name, place)
  );
}
