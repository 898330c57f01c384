import { linearAxis, logAxis } from "../../src/core/plots/ticks.js";
import { drawHaloText } from "../scene/haloText.js";
import { cssColor, type ThemeColors } from "../ui/themeColors.js";
import type { ValueColors } from "./planeMap.js";

/** px that a bar takes: its title above, its numbers below. */
export const BAR_HEIGHT = 62;

/** A ramp of colours with the values that they mean, and a title with the unit. `y`: px of the ramp's upper edge. */
export function drawColourBar(
  pen: CanvasRenderingContext2D,
  { low, high, isLog, colors: ramp }: ValueColors,
  title: string,
  [from, to, y]: readonly [from: number, to: number, y: number],
  colors: ThemeColors,
): void {
  const gradient = pen.createLinearGradient(from, 0, to, 0);
  ramp.forEach((color, i) => {
    gradient.addColorStop(i / (ramp.length - 1), cssColor(color));
  });
  pen.fillStyle = gradient;
  pen.fillRect(from, y, to - from, 10);
  pen.strokeStyle = cssColor(colors.mutedInk);
  pen.lineWidth = 1;
  pen.strokeRect(from - 0.5, y - 0.5, to - from + 1, 11);
  const axis = isLog ? logAxis([low, high], [from, to]) : linearAxis([low, high], [from, to], 60);
  pen.textAlign = "center";
  let end = Number.NEGATIVE_INFINITY;
  for (const { at, label } of axis.ticks) {
    const half = pen.measureText(label).width / 2;
    const x = Math.max(half + 2, at);
    if (x - half < end + 6) continue;
    end = x + half;
    pen.fillStyle = cssColor(colors.mutedInk);
    pen.fillRect(Math.round(at), y + 11, 1, 4);
    drawHaloText(pen, label, x, y + 27, colors.ink, colors);
  }
  pen.textAlign = "left";
  drawHaloText(pen, title, from, y - 7, colors.ink, colors);
}
