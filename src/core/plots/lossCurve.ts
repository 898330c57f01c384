import { modelLabel, propertyLabel } from "../text/labels.js";
import { drawCurveLabels, labelRoom } from "./curveLabels.js";
import { modelStyle } from "./modelStyle.js";
import { type Box, drawEmptyNote, drawFigure, drawPanel, leftMargin, PANEL_MARGIN } from "./panel.js";
import { element, linePath } from "./svg.js";
import { type PlotOptions, type PlotTheme, type Translate, translateNothing } from "./theme.js";
import { type Axis, formatValue, logAxis, padDomain, wholeAxis } from "./ticks.js";

/** How the members of one ensemble learn: two panels over the same epochs. */
export interface LossData {
  readonly target: string;
  readonly unit: string;
  readonly model: string;
  /** Epochs planned; the axis ends there. Absent: at the last one seen. */
  readonly epochs?: number;
  readonly members: readonly LossMember[];
  /** Index into `members` of the one drawn in full; the last where left out. */
  readonly highlighted?: number;
}

export interface LossMember {
  readonly name: string;
  readonly points: readonly LossPoint[];
}

export interface LossPoint {
  /** From 1. */
  readonly epoch: number;
  /** Mean squared error of the standardised target, dimensionless. */
  readonly loss: number;
  /** Mean absolute error on the validation split, in the target's unit. */
  readonly validationMae: number;
}

type Quantity = "loss" | "validationMae";

/**
 * Training loss above, validation MAE below, both logarithmic, against the epoch; other members stay in the background.
 */
export function lossSvg(data: LossData, options: PlotOptions): string {
  const { theme, width } = options;
  const translate = options.translate ?? translateNothing;
  const height = options.height ?? Math.round(Math.min(720, Math.max(320, width * 0.8)));
  const half = height / 2;
  const rows = [
    { top: PANEL_MARGIN.top, bottom: half - PANEL_MARGIN.bottom + 14 },
    { top: half + PANEL_MARGIN.top, bottom: height - PANEL_MARGIN.bottom },
  ] as const;
  const axes = [verticalAxis("loss", data, rows[0]), verticalAxis("validationMae", data, rows[1])] as const;
  // one width, so that an epoch stands at the same place in both
  const left = Math.max(...axes.map(leftMargin));
  const right = width - PANEL_MARGIN.right - labelRoom(lastValues(data));
  const interactive = options.interactive === true;
  const words = {
    title:
      options.title ??
      translate(
        "Training of {0} for {1}",
        modelLabel(data.model, translate.language),
        propertyLabel(data.target, translate.language),
      ),
    description: describeLoss(data, translate),
  };
  const loss = { heading: translate("Training loss"), x: "", y: translate("MSE (scaled)") };
  const mae = {
    heading: translate("Validation error"),
    x: translate("Epoch"),
    y: `${translate("MAE")} (${data.unit})`,
  };
  return drawFigure(
    { width, height },
    theme,
    words,
    drawQuantity("loss", data, { left, right, ...rows[0] }, axes[0], loss, { theme, translate, interactive: false }),
    drawQuantity("validationMae", data, { left, right, ...rows[1] }, axes[1], mae, { theme, translate, interactive }),
  );
}

/** The figure in words: where every member stands. */
export function describeLoss(data: LossData, translate: Translate = translateNothing): string {
  const lines = data.members.map((member) => {
    const last = member.points[member.points.length - 1];
    if (last === undefined) return `${member.name}: –`;
    const best = member.points.reduce((a, b) => (b.validationMae < a.validationMae ? b : a));
    const [now, low] = [formatValue(last.validationMae), formatValue(best.validationMae)];
    return translate(
      "{0}: epoch {1}, loss {2}, validation MAE {3} {4} (best {5}).",
      member.name,
      last.epoch,
      formatValue(last.loss),
      now,
      data.unit,
      low,
    );
  });
  return lines.length === 0 ? translate("No epochs yet") : lines.join(" ");
}

function drawQuantity(
  quantity: Quantity,
  data: LossData,
  box: Box,
  y: Axis,
  labels: { heading: string; x: string; y: string },
  { theme, translate, interactive }: { theme: PlotTheme; translate: Translate; interactive: boolean },
): string {
  const points = data.members.flatMap((member) => member.points);
  const lastEpoch = Math.max(data.epochs ?? 2, 2, ...points.map((point) => point.epoch));
  const x = wholeAxis([1, lastEpoch], [box.left, box.right], 60);
  const frame = drawPanel(box, x, y, labels, theme);
  if (points.length === 0) return frame + drawEmptyNote(box, translate("No epochs yet"), theme);
  const style = modelStyle(data.model, theme);
  const chosen = chosenMember(data);
  const others = data.members.filter((member) => member !== chosen);
  return element(
    "g",
    {},
    frame,
    ...others.map((member) =>
      drawLine(member, quantity, x, y, { stroke: theme.mutedInk, "stroke-width": 1, "stroke-opacity": 0.5 }),
    ),
    chosen === undefined ? "" : drawLine(chosen, quantity, x, y, { stroke: style.color, "stroke-width": 1.8 }),
    chosen === undefined ? "" : drawEnd(chosen, quantity, box, x, y, style.color, theme),
    interactive && chosen !== undefined ? drawMarks(chosen, x, y) : "",
  );
}

function verticalAxis(
  quantity: Quantity,
  { members }: LossData,
  { top, bottom }: { top: number; bottom: number },
): Axis {
  const values = members.flatMap((member) => member.points.map((point) => point[quantity]));
  return logAxis(padDomain(values, 0.07, true), [bottom, top]);
}

const chosenMember = ({ members, highlighted }: LossData) => members[highlighted ?? members.length - 1];

/** What stands right of the lines' ends. */
function lastValues(data: LossData): string[] {
  const last = chosenMember(data)?.points.at(-1);
  return last === undefined ? [] : [formatValue(last.loss), formatValue(last.validationMae)];
}

/** One place an epoch, without ink, for the page to read out. */
function drawMarks({ points }: LossMember, x: Axis, y: Axis): string {
  const marks = points.map(({ epoch, validationMae }) =>
    element("g", {
      "data-mark": JSON.stringify([epoch]),
      "data-x": x.scale(epoch),
      "data-y": validationMae > 0 ? y.scale(validationMae) : 0,
    }),
  );
  return element("g", {}, ...marks);
}

function drawLine(
  member: LossMember,
  quantity: Quantity,
  x: Axis,
  y: Axis,
  stroke: Readonly<Record<string, string | number>>,
): string {
  const d = linePath(
    member.points.map((point) => [x.scale(point.epoch), point[quantity] > 0 ? y.scale(point[quantity]) : Number.NaN]),
  );
  return element("path", { d, fill: "none", "stroke-linejoin": "round", ...stroke });
}

function drawEnd(
  member: LossMember,
  quantity: Quantity,
  box: Box,
  x: Axis,
  y: Axis,
  color: string,
  theme: PlotTheme,
): string {
  const last = member.points[member.points.length - 1];
  if (last === undefined || !(last[quantity] > 0)) return "";
  const [cx, cy] = [x.scale(last.epoch), y.scale(last[quantity])];
  const label = { text: formatValue(last[quantity]), x: cx + 4, y: cy, color, marker: "circle" } as const;
  return element("circle", { cx, cy, r: 3, fill: color }) + drawCurveLabels([label], box, theme);
}
