import { drawMarker, type Marker } from "./modelStyle.js";
import { FONT_SIZE, textAt } from "./panel.js";
import { element, estimateTextWidth } from "./svg.js";
import type { PlotTheme } from "./theme.js";

export interface Legend {
  readonly svg: string;
  /** Height in px, 0 for an empty legend. */
  readonly height: number;
}

export interface LegendItem {
  readonly label: string;
  readonly color: string;
  /** SVG stroke-dasharray; absent = a full line. */
  readonly dash?: string;
  /** Absent for a line without markers. */
  readonly marker?: Marker;
}

const ROW = 18;
const SAMPLE = 26;
const GAP = 16;

/**
 * A row (or several, where they do not fit `width`) of line samples with markers and names, its top left corner at
 * (left, top).
 */
export function drawLegend(
  styles: readonly LegendItem[],
  left: number,
  top: number,
  width: number,
  theme: PlotTheme,
): Legend {
  let x = left;
  let y = top + ROW / 2;
  const items: string[] = [];
  for (const style of styles) {
    const itemWidth = SAMPLE + 5 + estimateTextWidth(style.label, FONT_SIZE);
    if (x > left && x + itemWidth > left + width) {
      x = left;
      y += ROW;
    }
    items.push(drawItem(style, x, y, theme));
    x += itemWidth + GAP;
  }
  return {
    svg: element("g", { "font-size": FONT_SIZE }, ...items),
    height: items.length === 0 ? 0 : y - top + ROW / 2,
  };
}

function drawItem(style: LegendItem, x: number, y: number, theme: PlotTheme): string {
  const line = {
    d: `M${x},${y}h${SAMPLE}`,
    stroke: style.color,
    "stroke-width": 1.8,
    "stroke-dasharray": style.dash,
    fill: "none",
  };
  return (
    element("path", line) +
    (style.marker === undefined ? "" : drawMarker(style.marker, x + SAMPLE / 2, y, 3.2, style.color)) +
    textAt(x + SAMPLE + 5, y + 4, style.label, { fill: theme.ink })
  );
}
