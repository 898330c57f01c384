import type { Vector3 } from "../../src/core/math/matrix3.js";
import { magnification, project, type View } from "../scene/orbit.js";
import type { CrystalScene } from "./crystalScene.js";

/** px: a ball smaller than this is as easy to hit as one of this size. */
const EASY = 5;

/** The site whose ball is in front at a point of the canvas (px); undefined where there is none. */
export function pickAtom(
  { sites, radius }: Pick<CrystalScene, "sites" | "radius">,
  view: View,
  x: number,
  y: number,
): number | undefined {
  let best: number | undefined;
  let nearest = Number.NEGATIVE_INFINITY;
  sites.forEach(({ position }, i) => {
    const [px, py, depth] = project(view, position);
    const size = radius[i] ?? 0;
    const reach = Math.max(EASY, size * view.scale * magnification(view, depth));
    const square = (x - px) ** 2 + (y - py) ** 2;
    if (square > reach * reach) return;
    const front = depth + size * Math.sqrt(Math.max(0, 1 - square / (reach * reach)));
    if (front > nearest) {
      nearest = front;
      best = i;
    }
  });
  return best;
}

/**
 * The sites from left to right and top to bottom as they are seen: the order in which the keyboard walks through them.
 */
export function readingOrder({ sites }: Pick<CrystalScene, "sites">, view: View): readonly number[] {
  const places = sites.map(({ position }) => project(view, position));
  const rows = places.map(([, y]) => Math.round(y / 24));
  return sites
    .map((_, i) => i)
    .sort(
      (a, b) =>
        (rows[a] ?? 0) - (rows[b] ?? 0) ||
        (places[a]?.[0] ?? 0) - (places[b]?.[0] ?? 0) ||
        (places[b]?.[2] ?? 0) - (places[a]?.[2] ?? 0),
    );
}

/** What lies under one place of the canvas: the points `from` + t `along`, Å. */
export interface Ray {
  readonly from: Vector3;
  readonly along: Vector3;
}

/** `x`, `y`: px. */
export function rayAt(view: View, x: number, y: number): Ray {
  const [cx, cy, cz] = view.center ?? [0, 0, 0];
  const [u, v] = [(x - view.centerX) / view.scale, -(y - view.centerY) / view.scale];
  const { right, up, toward, eye } = view;
  const onScreen: Vector3 = [
    cx + u * right[0] + v * up[0],
    cy + u * right[1] + v * up[1],
    cz + u * right[2] + v * up[2],
  ];
  if (eye === undefined) return { from: onScreen, along: toward };
  const from: Vector3 = [cx + eye * toward[0], cy + eye * toward[1], cz + eye * toward[2]];
  return { from, along: [onScreen[0] - from[0], onScreen[1] - from[1], onScreen[2] - from[2]] };
}

/** Where the ray under the pointer meets a plane through a point. */
export function pointOnPlane(view: View, x: number, y: number, through: Vector3, normal: Vector3): Vector3 | undefined {
  const { from, along } = rayAt(view, x, y);
  const slope = along[0] * normal[0] + along[1] * normal[1] + along[2] * normal[2];
  if (Math.abs(slope) < 1e-9) return undefined;
  const t =
    ((through[0] - from[0]) * normal[0] + (through[1] - from[1]) * normal[1] + (through[2] - from[2]) * normal[2]) /
    slope;
  return [from[0] + t * along[0], from[1] + t * along[1], from[2] + t * along[2]];
}
