/** A label of an arrow, px from the gizmo's middle, y downwards. */
export interface GizmoLabel {
  readonly tip: readonly [number, number];
  readonly width: number;
  readonly height: number;
}

type Point = readonly [number, number];

/** px between a tip and the nearer edge of its label. */
const GAP = 4;
/** px between two labels. */
const SPACE = 2;
/** An arrow towards the viewer is a dot: its label goes where the others leave most room. */
const SHORTEST = 9;
/** How far a label may be moved aside, near places first. */
const ASIDE: readonly Point[] = Array.from({ length: 24 }, (_, ring) =>
  Array.from({ length: ring === 0 ? 1 : 16 }, (_unused, i): Point => {
    const angle = (2 * Math.PI * i) / 16;
    return [2 * ring * Math.cos(angle), 2 * ring * Math.sin(angle)];
  }),
).flat();

/**
 * The middles of the labels: beyond the tips of their arrows, moved aside where they would lie over one before them,
 * within `reach` px of the gizmo's middle on each side. The first ones keep the best places.
 */
export function placeGizmoLabels(labels: readonly GizmoLabel[], reach: number): readonly Point[] {
  const places: Point[] = [];
  labels.forEach((label, i) => {
    const wished = beyondTip(label, freeDirection(labels, i));
    const isFree = (place: Point) => places.every((other, j) => !overlap(place, label, other, labels[j] ?? label));
    let [place, isPlaced] = [wished, false];
    for (let n = 0; n < ASIDE.length && !isPlaced; n++) {
      const [dx, dy] = ASIDE[n] ?? [0, 0];
      place = keepInside([wished[0] + dx, wished[1] + dy], label, reach);
      isPlaced = isFree(place);
    }
    places.push(isPlaced ? place : keepInside(wished, label, reach));
  });
  return places;
}

/** Along its arrow, or, of one that points at the viewer, away from the others. */
function freeDirection(labels: readonly GizmoLabel[], i: number): Point {
  const [x, y] = labels[i]?.tip ?? [0, 0];
  if (Math.hypot(x, y) > SHORTEST) return [x, y];
  const [ox, oy] = labels.reduce(([sx, sy], { tip }) => [sx + tip[0], sy + tip[1]], [0, 0]);
  return Math.hypot(ox, oy) > 1 ? [-ox, -oy] : [-1, 1];
}

/** The label's edge, not its middle, is what stands beside the tip. */
function beyondTip({ tip: [x, y], width, height }: GizmoLabel, [dx, dy]: Point): Point {
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  const half = Math.abs(ux) * (width / 2) + Math.abs(uy) * (height / 2);
  return [x + ux * (half + GAP), y + uy * (half + GAP)];
}

function overlap(one: Point, a: GizmoLabel, other: Point, b: GizmoLabel): boolean {
  return (
    Math.abs(one[0] - other[0]) < (a.width + b.width) / 2 + SPACE &&
    Math.abs(one[1] - other[1]) < (a.height + b.height) / 2 + SPACE
  );
}

function keepInside([x, y]: Point, { width, height }: GizmoLabel, reach: number): Point {
  const [right, bottom] = [reach - width / 2, reach - height / 2];
  return [Math.max(-right, Math.min(right, x)), Math.max(-bottom, Math.min(bottom, y))];
}
