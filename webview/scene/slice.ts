import { linearAxis } from "../../src/core/plots/ticks.js";
import { cssColor, type ThemeColors } from "../ui/themeColors.js";
import { shellRadii } from "./guides.js";
import { drawHaloText } from "./haloText.js";
import { drawAxisName } from "./labels.js";
import { colorOf, type Transfer } from "./transfer.js";
import { stepsOf, type VoxelField } from "./voxelField.js";

export type SliceAxis = "x" | "y" | "z";

/** A plane of voxels as a map: which axis it is perpendicular to, and how many mesh steps from g = 0. */
export interface Slice {
  readonly axis: SliceAxis;
  readonly plane: number;
}

/** The map's square on the canvas in px. */
export interface SliceLayout {
  readonly left: number;
  readonly top: number;
  /** px a voxel. */
  readonly cell: number;
  readonly size: number;
}

/** Across, up and through for each slice: right-handed, so that the map looks as the crystal does from that axis. */
const AXES: Readonly<Record<SliceAxis, readonly [number, number, number]>> = {
  x: [1, 2, 0],
  y: [2, 0, 1],
  z: [0, 1, 2],
};

/** The largest square that fits, whole px a voxel, with room for the axes and the colour bar. */
export function layOutSlice(size: number, width: number, height: number): SliceLayout {
  const room = Math.max(64, Math.min(width - 96, height - 150));
  const cell = room / size >= 2 ? Math.floor(room / size) : room / size;
  return {
    left: Math.round((width - cell * size) / 2 + 14),
    top: Math.round(Math.max(52, (height - 92 - cell * size) / 2 + 10)),
    cell,
    size,
  };
}

/** The voxel under a point of the canvas. */
export function sliceVoxelAt(layout: SliceLayout, slice: Slice, x: number, y: number): number | undefined {
  const column = Math.floor((x - layout.left) / layout.cell);
  const row = layout.size - 1 - Math.floor((y - layout.top) / layout.cell);
  if (column < 0 || row < 0 || column >= layout.size || row >= layout.size) return undefined;
  const index = [0, 0, 0];
  const [across, up, through] = AXES[slice.axis];
  index[across] = column;
  index[up] = row;
  index[through] = slice.plane + layout.size / 2;
  return ((index[2] ?? 0) * layout.size + (index[1] ?? 0)) * layout.size + (index[0] ?? 0);
}

/**
 * Draws one plane: cells by colour, axes in Å⁻¹, the circles that the spheres of |g| cut out of it. Returns how many
 * cells have a colour.
 */
export function drawSlice(
  pen: CanvasRenderingContext2D,
  layout: SliceLayout,
  slice: Slice,
  data: { field: VoxelField; transfer: Transfer; threshold: number; cutoff: number; shells: boolean },
  colors: ThemeColors,
): number {
  const { field, transfer, threshold } = data;
  const [across, up, through] = AXES[slice.axis];
  let drawn = 0;
  field.index.forEach((flat, i) => {
    const value = field.value[i] ?? 0;
    if (Math.abs(value) < threshold || value === 0) return;
    const steps = stepsOf(field.size, flat);
    if (steps[through] !== slice.plane) return;
    const column = (steps[across] ?? 0) + field.size / 2;
    const row = field.size - 1 - ((steps[up] ?? 0) + field.size / 2);
    pen.fillStyle = cssColor(colorOf(transfer, value));
    pen.fillRect(layout.left + column * layout.cell, layout.top + row * layout.cell, layout.cell, layout.cell);
    drawn += 1;
  });
  if (data.shells) drawCircles(pen, layout, slice.plane * field.step, data, colors);
  drawAxes(pen, layout, field.step, ["x", "y", "z"][across] ?? "", ["x", "y", "z"][up] ?? "", colors);
  return drawn;
}

/** The rectangle of one voxel's cell, for marking it. */
export function cellOf(layout: SliceLayout, slice: Slice, flat: number): { x: number; y: number; side: number } {
  const steps = stepsOf(layout.size, flat);
  const [across, up] = AXES[slice.axis];
  const row = layout.size - 1 - ((steps[up] ?? 0) + layout.size / 2);
  return {
    x: layout.left + ((steps[across] ?? 0) + layout.size / 2) * layout.cell,
    y: layout.top + row * layout.cell,
    side: layout.cell,
  };
}

function drawCircles(
  pen: CanvasRenderingContext2D,
  layout: SliceLayout,
  height: number,
  { cutoff, field }: { cutoff: number; field: VoxelField },
  colors: ThemeColors,
): void {
  // g = 0 is the middle of voxel N/2.
  const scale = layout.cell / field.step;
  const cx = layout.left + (layout.size / 2 + 0.5) * layout.cell;
  const cy = layout.top + (layout.size / 2 - 0.5) * layout.cell;
  pen.save();
  pen.beginPath();
  pen.rect(layout.left, layout.top, layout.cell * layout.size, layout.cell * layout.size);
  pen.clip();
  for (const radius of shellRadii(cutoff)) {
    if (radius <= Math.abs(height)) continue;
    const isCut = radius === cutoff;
    pen.beginPath();
    pen.arc(cx, cy, Math.sqrt(radius ** 2 - height ** 2) * scale, 0, 2 * Math.PI);
    pen.strokeStyle = cssColor(isCut ? colors.accent : colors.ink, isCut ? 0.95 : 0.3);
    pen.lineWidth = isCut ? 1.25 : 1;
    pen.stroke();
  }
  pen.restore();
}

function drawAxes(
  pen: CanvasRenderingContext2D,
  layout: SliceLayout,
  step: number,
  across: string,
  up: string,
  colors: ThemeColors,
): void {
  const { left, top, cell, size } = layout;
  const side = cell * size;
  pen.strokeStyle = cssColor(colors.mutedInk, 0.8);
  pen.lineWidth = 1;
  pen.strokeRect(left - 0.5, top - 0.5, side + 1, side + 1);
  const domain = [(-size / 2 - 0.5) * step, (size / 2 - 0.5) * step] as const;
  for (const { at, label } of linearAxis(domain, [left, left + side], 52).ticks) {
    pen.fillStyle = cssColor(colors.mutedInk, 0.9);
    pen.fillRect(Math.round(at), top + side + 1, 1, 4);
    pen.textAlign = "center";
    drawHaloText(pen, label, at, top + side + 17, colors.ink, colors);
  }
  for (const { at, label } of linearAxis(domain, [top + side, top], 52).ticks) {
    pen.fillStyle = cssColor(colors.mutedInk, 0.9);
    pen.fillRect(left - 5, Math.round(at), 4, 1);
    pen.textAlign = "right";
    drawHaloText(pen, label, left - 8, at + 4, colors.ink, colors);
  }
  drawAxisName(pen, across, left + side + 14, top + side + 12, colors);
  drawAxisName(pen, up, left - 16, top - 14, colors);
  pen.textAlign = "left";
  drawHaloText(pen, "Å⁻¹", left - 2, top - 10, colors.mutedInk, colors);
}
