import { reciprocalLattice } from "../../src/core/crystal/lattice.js";
import { dot, type Matrix3, norm, scaleVector, type Vector3 } from "../../src/core/math/matrix3.js";
import { drawHaloText } from "../scene/haloText.js";
import type { View } from "../scene/orbit.js";
import { cssColor, mix, type Rgb, type ThemeColors } from "../ui/themeColors.js";
import { placeGizmoLabels } from "./gizmoLabels.js";

const LENGTH = 34;
const NAMES = ["a", "b", "c"] as const;
const COLORS: readonly Rgb[] = [
  [0.9, 0.28, 0.24],
  [0.28, 0.68, 0.28],
  [0.25, 0.5, 0.95],
];

/** px of the canvas that the gizmo takes, from its middle. */
export const GIZMO_REACH = 56;
/** px of a label's letters, and from its middle to the line on which they stand. */
const LABEL_HEIGHT = 12;
const BASELINE = 4;

export interface Arrow {
  readonly name: string;
  readonly tip: readonly [number, number];
  readonly depth: number;
  readonly color: Rgb;
  readonly isReciprocal: boolean;
}

/**
 * The directions of a, b, c and, thinner, of a*, b*, c* as the viewer sees them; a reciprocal axis along its real one
 * is not drawn twice.
 */
export function drawGizmo(
  pen: CanvasRenderingContext2D,
  view: View,
  lattice: Matrix3,
  [x, y]: readonly [number, number],
  colors: ThemeColors,
): void {
  const drawn = gizmoArrows(view, lattice, colors);
  for (const arrow of [...drawn].sort((a, b) => a.depth - b.depth)) drawArrow(pen, arrow, [x, y]);
  // the axes of the cell itself keep the best places
  const named = [...drawn].sort((a, b) => Number(a.isReciprocal) - Number(b.isReciprocal));
  const sizes = named.map(({ name, tip }) => ({ tip, width: pen.measureText(name).width, height: LABEL_HEIGHT }));
  pen.textAlign = "center";
  placeGizmoLabels(sizes, GIZMO_REACH - 5).forEach(([dx, dy], i) => {
    const { name, color } = named[i] ?? { name: "", color: colors.ink };
    drawHaloText(pen, name, x + dx, y + dy + BASELINE, mix(color, colors.ink, 0.45), colors);
  });
}

/** The arrows as the viewer sees them, tips in px from the gizmo's middle. */
export function gizmoArrows(view: View, lattice: Matrix3, colors: ThemeColors): Arrow[] {
  const reciprocal = reciprocalLattice(lattice);
  return NAMES.flatMap((name, i) => {
    const color = mix(COLORS[i] ?? colors.ink, colors.ink, colors.isHighContrast ? 0.35 : 0);
    const real = unit(lattice[i as 0]);
    const other = unit(reciprocal[i as 0]);
    const isSame = dot(real, other) > 0.9995;
    const one = makeArrow(isSame ? `${name} ∥ ${name}*` : name, view, real, color, false);
    return isSame ? [one] : [one, makeArrow(`${name}*`, view, other, mix(color, colors.mutedInk, 0.35), true)];
  });
}

function makeArrow(name: string, view: View, along: Vector3, color: Rgb, isReciprocal: boolean): Arrow {
  const length = isReciprocal ? LENGTH * 0.8 : LENGTH;
  const tip = [dot(along, view.right) * length, -dot(along, view.up) * length] as const;
  return { name, tip, depth: dot(along, view.toward), color, isReciprocal };
}

function drawArrow(
  pen: CanvasRenderingContext2D,
  { tip: [dx, dy], depth, color, isReciprocal }: Arrow,
  [x, y]: readonly [number, number],
): void {
  const length = Math.hypot(dx, dy);
  pen.strokeStyle = cssColor(color);
  pen.fillStyle = cssColor(color);
  pen.lineWidth = isReciprocal ? 1.2 : 2.4;
  pen.setLineDash(isReciprocal ? [3, 2] : []);
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x + dx, y + dy);
  pen.stroke();
  pen.setLineDash([]);
  if (length > 7) drawHead(pen, [x + dx, y + dy], Math.atan2(dy, dx), isReciprocal ? 5 : 8);
  else if (depth > 0) drawDot(pen, [x + dx, y + dy], isReciprocal ? 2 : 3.5);
}

function drawHead(pen: CanvasRenderingContext2D, [x, y]: readonly [number, number], angle: number, size: number): void {
  pen.beginPath();
  pen.moveTo(x + Math.cos(angle) * 2, y + Math.sin(angle) * 2);
  for (const side of [-0.42, 0.42]) pen.lineTo(x - size * Math.cos(angle + side), y - size * Math.sin(angle + side));
  pen.fill();
}

function drawDot(pen: CanvasRenderingContext2D, [x, y]: readonly [number, number], radius: number): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}

const unit = (v: Vector3): Vector3 => scaleVector(v, 1 / norm(v));
