import { drawMarker, type Marker } from "./modelStyle.js";
import { type Box, FONT_SIZE, textAt } from "./panel.js";
import { spreadLabels } from "./spreadLabels.js";
import { element, estimateTextWidth, linePath } from "./svg.js";
import type { PlotTheme } from "./theme.js";

/** The name of a line, where the line ends. Places in px. */
export interface CurveLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly color: string;
  /** Absent for a line without markers. */
  readonly marker?: Marker;
}

/** Between the box and a name: the leader and the marker. */
const LEADER = 18;

/** Between the baselines of two names. */
export const LABEL_GAP = FONT_SIZE + 3;

/** How much room right of a box its names take. */
export function labelRoom(texts: readonly string[]): number {
  return texts.length === 0 ? 0 : LEADER + Math.max(...texts.map((text) => estimateTextWidth(text, FONT_SIZE)));
}

/** Names beside a box, each joined to the end of its line, none on top of another. */
export function drawCurveLabels(labels: readonly CurveLabel[], box: Box, theme: PlotTheme): string {
  const wanted = labels.map(({ y }) => y);
  const placed = spreadLabels(wanted, LABEL_GAP, box.top, box.bottom);
  const names = labels.map(({ text, x, y, color, marker }, i) => {
    const at = placed[i] ?? box.bottom;
    const leader = linePath([
      [x, y],
      [box.right + 6, at],
    ]);
    return (
      element("path", { d: leader, stroke: color, "stroke-width": 0.8, "stroke-opacity": 0.7, fill: "none" }) +
      (marker === undefined ? "" : drawMarker(marker, box.right + 11, at, 3, color)) +
      textAt(box.right + LEADER, at + 4, text, {
        fill: marker === undefined ? theme.mutedInk : theme.ink,
        "font-size": FONT_SIZE,
      })
    );
  });
  return element("g", { class: "names" }, ...names);
}
