import { splitSymbols } from "../text/symbols.js";
import { element, escapeText, estimateTextWidth, roundPixels as px } from "./svg.js";
import type { PlotTheme } from "./theme.js";
import type { Axis, Tick } from "./ticks.js";

/** A rectangle in px: the plotting area of one panel, without its labels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface PanelLabels {
  readonly heading: string;
  readonly x: string;
  readonly y: string;
}

export const FONT_SIZE = 11;

/** Room around a panel's box for its labels, px. */
export const PANEL_MARGIN = { left: 58, top: 26, right: 12, bottom: 38 } as const;

/** Room between the tick labels of a y axis and its name, px. */
const NAME_ROOM = 24;

/** Room left of a panel's box: its tick labels and, beside them, the axis's name. `y` may be of any height. */
export function leftMargin(y: Axis): number {
  const widest = Math.max(0, ...y.ticks.map(({ label }) => estimateTextWidth(label, FONT_SIZE)));
  return Math.max(PANEL_MARGIN.left, Math.ceil(widest) + 6 + NAME_ROOM);
}

/** The diagonal of a panel whose axes agree, dashed: where what is on both is the same. */
export function drawDiagonal({ left, bottom, right, top }: Box, theme: PlotTheme): string {
  return element("path", {
    d: `M${px(left)},${px(bottom)}L${px(right)},${px(top)}`,
    stroke: theme.mutedInk,
    "stroke-width": 1,
    "stroke-dasharray": "4 3",
    fill: "none",
  });
}

/** The frame of a panel: heading, grid, ticks, axis names. Data are drawn on top by the caller. */
export function drawPanel(box: Box, x: Axis, y: Axis, labels: PanelLabels, theme: PlotTheme): string {
  return element(
    "g",
    { "font-size": FONT_SIZE, fill: theme.mutedInk },
    drawGrid(box, x, y, theme),
    ...thinTicks(x.ticks).map(({ at, label }) => textAt(at, box.bottom + 15, label, { "text-anchor": "middle" })),
    ...y.ticks.map(({ at, label }) => textAt(box.left - 6, at + 3.8, label, { "text-anchor": "end" })),
    textAt((box.left + box.right) / 2, box.bottom + 31, shortenText(labels.x, box.right - box.left + 24), {
      "text-anchor": "middle",
    }),
    drawVerticalName(box, y, labels.y),
    textAt(box.left, box.top - 10, shortenText(labels.heading, box.right - box.left, FONT_SIZE + 1), {
      "font-size": FONT_SIZE + 1,
      "font-weight": 600,
      fill: theme.ink,
    }),
  );
}

/** As many labels as have room beside each other, evenly chosen; a place without a label keeps its grid line. */
function thinTicks(ticks: readonly Tick[]): readonly Tick[] {
  for (let step = 1; step < ticks.length; step += 1) {
    const kept = ticks.filter((_, i) => i % step === 0);
    if (kept.every((tick, i) => i === 0 || fitBeside(kept[i - 1], tick))) return kept;
  }
  return ticks.slice(0, 1);
}

const fitBeside = (left: Tick | undefined, right: Tick): boolean =>
  left === undefined ||
  right.at - left.at >= (estimateTextWidth(left.label, FONT_SIZE) + estimateTextWidth(right.label, FONT_SIZE)) / 2 + 4;

export function textAt(
  x: number,
  y: number,
  text: string,
  attributes: Readonly<Record<string, string | number>> = {},
): string {
  return text === "" ? "" : element("text", { x, y, ...attributes }, typeset(text));
}

/** px below the line, and size in px, of a symbol's subscript. */
const SUBSCRIPT = { drop: 2.5, size: 8.5 };

/** A text with its symbols' subscripts (`E_xc`), inside a text element of about `FONT_SIZE`. */
function typeset(text: string): string {
  const parts = splitSymbols(text);
  return parts
    .map(({ text, isSubscript }, i) => {
      if (isSubscript) return `<tspan dy="${SUBSCRIPT.drop}" font-size="${SUBSCRIPT.size}">${escapeText(text)}</tspan>`;
      return i === 0 ? escapeText(text) : `<tspan dy="${-SUBSCRIPT.drop}">${escapeText(text)}</tspan>`;
    })
    .join("");
}

/** Keeps a label readable on top of lines: a rim in the page's colour behind its letters. */
export function haloOf(theme: PlotTheme): Readonly<Record<string, string | number>> {
  return { stroke: theme.ground, "stroke-width": 3, "stroke-linejoin": "round", "paint-order": "stroke" };
}

/** Panels side by side: as many as fit, but no lonely panel in a last row that fewer columns would fill. */
export function balanceColumns(panels: number, fitting: number): number {
  const most = Math.max(1, Math.min(panels, Math.floor(fitting)));
  return Math.ceil(panels / Math.ceil(panels / most));
}

/** Cuts a text to `width` px with an ellipsis. */
export function shortenText(text: string, width: number, fontSize = FONT_SIZE): string {
  if (estimateTextWidth(text, fontSize) <= width) return text;
  let end = text.length;
  while (end > 1 && estimateTextWidth(`${text.slice(0, end)}…`, fontSize) > width) end -= 1;
  return `${text.slice(0, end)}…`;
}

/** Says in the middle of a panel why it is empty. */
export function drawEmptyNote(box: Box, note: string, theme: PlotTheme): string {
  const place = { "text-anchor": "middle", "font-size": FONT_SIZE + 1, fill: theme.mutedInk };
  return textAt((box.left + box.right) / 2, (box.top + box.bottom) / 2 + 4, note, place);
}

/** The whole figure: size, background, title and description for screen readers. */
export function drawFigure(
  size: { width: number; height: number },
  theme: PlotTheme,
  words: { title: string; description: string },
  ...children: readonly string[]
): string {
  const { width, height } = size;
  const background = theme.background === "none" ? "" : element("rect", { width, height, fill: theme.background });
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      role: "img",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      "font-family": theme.font,
    },
    `<title>${escapeText(words.title)}</title>`,
    `<desc>${escapeText(words.description)}</desc>`,
    background,
    ...children,
  );
}

function drawGrid(box: Box, x: Axis, y: Axis, theme: PlotTheme): string {
  const vertical = (at: number) => `M${px(at)},${px(box.top)}V${px(box.bottom)}`;
  const horizontal = (at: number) => `M${px(box.left)},${px(at)}H${px(box.right)}`;
  const minor = [...x.minor.map(vertical), ...y.minor.map(horizontal)].join("");
  const major = [...x.ticks.map((tick) => vertical(tick.at)), ...y.ticks.map((tick) => horizontal(tick.at))].join("");
  const notches = [
    ...x.ticks.map((tick) => `M${px(tick.at)},${px(box.bottom)}v4`),
    ...y.ticks.map((tick) => `M${px(box.left)},${px(tick.at)}h-4`),
  ].join("");
  const axes = `M${px(box.left)},${px(box.top)}V${px(box.bottom)}H${px(box.right)}`;
  return element(
    "g",
    { fill: "none" },
    minor === "" ? "" : element("path", { d: minor, stroke: theme.gridInk, "stroke-width": 0.5 }),
    element("path", { d: major, stroke: theme.gridInk, "stroke-width": 1 }),
    element("path", { d: axes + notches, stroke: theme.mutedInk, "stroke-width": 1 }),
  );
}

function drawVerticalName(box: Box, axis: Axis, label: string): string {
  const x = box.left - leftMargin(axis) + 11;
  const y = (box.top + box.bottom) / 2;
  const name = shortenText(label, box.bottom - box.top + PANEL_MARGIN.top);
  return textAt(x, y, name, { "text-anchor": "middle", transform: `rotate(-90 ${px(x)} ${px(y)})` });
}
