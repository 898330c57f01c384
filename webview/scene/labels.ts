import type { Vector3 } from "../../src/core/math/matrix3.js";
import { formatTick, logAxis } from "../../src/core/plots/ticks.js";
import { cssColor, mix, type ThemeColors } from "../ui/themeColors.js";
import { axisDirections, axisLength, shellRadii } from "./guides.js";
import { drawHaloText, haloTextWidth } from "./haloText.js";
import { project, type View } from "./orbit.js";
import type { Transfer } from "./transfer.js";

export const AXIS_NAMES = ["gₓ", "g_y", "g_z"] as const;

/** Names of the axes and of the spheres over the 3D picture, and each sphere's outline. */
export function drawSceneLabels(
  pen: CanvasRenderingContext2D,
  view: View,
  cutoff: number,
  shells: boolean,
  colors: ThemeColors,
): void {
  const axisNames = axisDirections.map((axis) => project(view, scale(axis, axisLength(cutoff) * 1.05)));
  if (shells) {
    const width = haloTextWidth(pen, cutText(cutoff));
    const angle = freeAngle(view, cutoff * view.scale, width, axisNames);
    for (const radius of shellRadii(cutoff)) drawShell(pen, view, { radius, isCut: radius === cutoff, angle }, colors);
  }
  axisDirections.forEach((axis, i) => {
    const [x = 0, y = 0] = axisNames[i] ?? [];
    drawAxisName(pen, ["x", "y", "z"][i] ?? "", x, y, colors);
    // An axis that points at the viewer has its numbers all in one place: better none.
    const [ux, uy] = project(view, axis);
    if (Math.hypot(ux - view.centerX, uy - view.centerY) < 0.45 * view.scale) return;
    for (const radius of shellRadii(cutoff).slice(0, -1)) {
      const [tx, ty] = project(view, scale(axis, radius));
      const nx = -(uy - view.centerY) / view.scale;
      const ny = (ux - view.centerX) / view.scale;
      drawTick(pen, [tx, ty], [nx, ny], colors);
    }
  });
}

/**
 * The colours against values, logarithmic, with the part below the threshold dimmed; where there are values below 0,
 * theirs to the left.
 */
export function drawColorBar(
  pen: CanvasRenderingContext2D,
  place: { x: number; y: number; width: number },
  bar: { transfer: Transfer; threshold: number; title: string },
  colors: ThemeColors,
): void {
  const { x, y } = place;
  const { transfer } = bar;
  if (transfer.negative === undefined)
    drawRamp(pen, { y, from: x, to: x + place.width }, transfer.colors, bar, "", colors);
  else {
    const middle = x + place.width / 2;
    drawRamp(pen, { y, from: middle - 3, to: x }, transfer.negative, bar, "−", colors);
    drawRamp(pen, { y, from: middle + 3, to: x + place.width }, transfer.colors, bar, "+", colors);
  }
  pen.textAlign = "left";
  drawHaloText(pen, bar.title, x, y - 7, colors.ink, colors);
}

/** From weak at `from` to strong at `to`, which may stand to the left. */
function drawRamp(
  pen: CanvasRenderingContext2D,
  { y, from, to }: { y: number; from: number; to: number },
  ramp: Transfer["colors"],
  { transfer, threshold }: { transfer: Transfer; threshold: number },
  sign: string,
  colors: ThemeColors,
): void {
  const [x, width] = [Math.min(from, to), Math.abs(to - from)];
  const axis = logAxis([transfer.low, transfer.high], [from, to]);
  const gradient = pen.createLinearGradient(from, 0, to, 0);
  const last = ramp.length - 1;
  ramp.forEach((color, i) => {
    gradient.addColorStop(i / last, cssColor(color));
  });
  pen.fillStyle = gradient;
  pen.fillRect(x, y, width, 10);
  const cut = Math.max(x, Math.min(x + width, axis.scale(Math.max(threshold, transfer.low))));
  pen.fillStyle = cssColor(colors.ground, 0.8);
  pen.fillRect(Math.min(from, cut), y, Math.abs(cut - from), 10);
  pen.strokeStyle = cssColor(colors.mutedInk, colors.isHighContrast ? 1 : 0.6);
  pen.lineWidth = 1;
  pen.strokeRect(Math.round(x) - 0.5, Math.round(y) - 0.5, Math.round(width) + 1, 11);
  pen.textAlign = "center";
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { at, label: size } of axis.ticks) {
    const label = sign + size;
    const half = pen.measureText(label).width / 2;
    // The first label may be wider than the margin beside the bar.
    const place = Math.max(half + 3, at);
    if (place - half < highest + 4 && at + half > lowest - 4) continue;
    if (sign !== "" && Math.abs(at - from) < half) continue;
    [lowest, highest] = [Math.min(lowest, place - half), Math.max(highest, place + half)];
    pen.fillStyle = cssColor(colors.mutedInk);
    pen.fillRect(Math.round(at) - 0.5, y + 11, 1, 4);
    drawHaloText(pen, label, place, y + 26, colors.ink, colors);
  }
}

/** An upright "g" with a small axis letter. */
export function drawAxisName(
  pen: CanvasRenderingContext2D,
  letter: string,
  x: number,
  y: number,
  colors: ThemeColors,
): void {
  const font = pen.font;
  pen.textAlign = "left";
  pen.font = font.replace(/\d+px/, "italic 14px");
  const width = pen.measureText("g").width;
  drawHaloText(pen, "g", x - width / 2 - 2, y + 4, colors.ink, colors);
  pen.font = font.replace(/\d+px/, "italic 10px");
  drawHaloText(pen, letter, x + width / 2 - 1, y + 8, colors.ink, colors);
  pen.font = font;
}

const cutText = (cutoff: number): string => `g_cut = ${cutoff.toFixed(3)} Å⁻¹`;

/** Where on their spheres the labels may stand, in degrees from the right downwards; the first that is free is taken. */
const LABEL_ANGLES = [-52, -128, -35, -145, -68, -112, 52, 128];

/**
 * The angle, in radians, at which the outermost sphere's label meets no axis name. `radius`: of that sphere, px.
 * `names`: the places of the axis names, px.
 */
export function freeAngle(
  view: View,
  radius: number,
  width: number,
  names: readonly (readonly [x: number, y: number, ...rest: number[]])[],
): number {
  const angles = LABEL_ANGLES.map((degrees) => (degrees * Math.PI) / 180);
  const isFree = (angle: number) => {
    const [left, y] = besideSphere(view, radius, width, angle);
    return names.every(
      ([nameX, nameY]) => nameX + 16 < left || nameX - 10 > left + width || nameY + 12 < y - 12 || nameY - 10 > y + 5,
    );
  };
  return angles.find(isFree) ?? angles[0] ?? 0;
}

/** Left end and baseline of a label outside a sphere, never beyond the picture's edges. */
export function besideSphere(
  view: View,
  radius: number,
  width: number,
  angle: number,
): readonly [left: number, y: number] {
  const [x, y] = [view.centerX + radius * Math.cos(angle), view.centerY + radius * Math.sin(angle)];
  const left = Math.cos(angle) > 0 ? Math.min(x + 6, 2 * view.centerX - width - 6) : Math.max(x - 6 - width, 6);
  return [left, Math.sin(angle) < 0 ? y - 4 : y + 14];
}

function drawShell(
  pen: CanvasRenderingContext2D,
  view: View,
  { radius, isCut, angle }: { readonly radius: number; readonly isCut: boolean; readonly angle: number },
  colors: ThemeColors,
): void {
  const color = isCut ? mix(colors.mutedInk, colors.accent, 0.75) : colors.mutedInk;
  const pixels = radius * view.scale;
  pen.beginPath();
  pen.arc(view.centerX, view.centerY, pixels, 0, 2 * Math.PI);
  pen.strokeStyle = cssColor(color, isCut ? 0.9 : colors.isHighContrast ? 0.45 : 0.28);
  pen.lineWidth = isCut ? 1.25 : 1;
  pen.stroke();
  const label = isCut ? cutText(radius) : formatTick(radius);
  const width = haloTextWidth(pen, label);
  // Outside the outermost sphere, on the inner ones.
  const onLine = [
    view.centerX + pixels * Math.cos(angle) - width / 2,
    view.centerY + pixels * Math.sin(angle) + 4,
  ] as const;
  const [left, y] = isCut ? besideSphere(view, pixels, width, angle) : onLine;
  pen.textAlign = "left";
  drawHaloText(pen, label, left, y, isCut ? color : colors.mutedInk, colors);
}

function drawTick(
  pen: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  [nx, ny]: readonly [number, number],
  colors: ThemeColors,
) {
  pen.beginPath();
  pen.moveTo(x - nx * 3.5, y - ny * 3.5);
  pen.lineTo(x + nx * 3.5, y + ny * 3.5);
  pen.strokeStyle = cssColor(colors.ink, 0.8);
  pen.lineWidth = 1;
  pen.stroke();
}

const scale = (v: Vector3, factor: number): Vector3 => [v[0] * factor, v[1] * factor, v[2] * factor];
