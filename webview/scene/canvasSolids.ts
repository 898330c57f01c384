import { dot, norm, type Vector3 } from "../../src/core/math/matrix3.js";
import { cssColor, mix, type Rgb } from "../ui/themeColors.js";
import { magnification, project } from "./orbit.js";
import { placeOn } from "./planePlace.js";
import { HAZE, LIGHT, type PlaneMap, type SceneFrame } from "./sceneFrame.js";

/** One thing to paint, by its depth. */
interface Painted {
  readonly depth: number;
  paint(pen: CanvasRenderingContext2D): void;
}

/** Balls, sticks, faces and maps on a plain canvas, far ones first: what is shown where WebGL is missing. */
export function drawSolids(pen: CanvasRenderingContext2D, frame: SceneFrame): void {
  const all = [...balls(frame), ...sticks(frame), ...faces(frame), ...(frame.map ? mapPieces(frame, frame.map) : [])];
  const [far, near] = frame.slab ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const painted = all.filter(({ depth }) => depth >= far && depth <= near);
  painted.sort((a, b) => a.depth - b.depth);
  for (const one of painted) one.paint(pen);
}

const at3 = (array: Float32Array, i: number): Vector3 => [
  array[3 * i] ?? 0,
  array[3 * i + 1] ?? 0,
  array[3 * i + 2] ?? 0,
];

function hazed(frame: SceneFrame, color: Rgb, depth: number): Rgb {
  const far = Math.max(0, Math.min(1, 0.5 - (0.5 * depth) / (frame.radius ?? 1)));
  return mix(color, frame.ground, (frame.haze ?? HAZE) * far * far);
}

function balls(frame: SceneFrame): Painted[] {
  const shapes = frame.balls;
  if (shapes === undefined) return [];
  return Array.from({ length: shapes.count }, (_, i) => {
    const [x, y, depth] = project(frame.view, at3(shapes.center, i));
    const radius = (shapes.radius[i] ?? 0) * frame.view.scale * magnification(frame.view, depth);
    const color = hazed(frame, at3(shapes.color, i), depth);
    const paint = (pen: CanvasRenderingContext2D) => {
      const light = pen.createRadialGradient(x - 0.35 * radius, y - 0.4 * radius, 0.1 * radius, x, y, radius);
      light.addColorStop(0, cssColor(mix(color, [1, 1, 1], 0.45)));
      light.addColorStop(0.45, cssColor(color));
      light.addColorStop(1, cssColor([color[0] * 0.5, color[1] * 0.5, color[2] * 0.5]));
      pen.fillStyle = light;
      pen.beginPath();
      pen.arc(x, y, Math.max(0.5, radius), 0, 2 * Math.PI);
      pen.fill();
    };
    return { depth, paint };
  });
}

function sticks(frame: SceneFrame): Painted[] {
  const shapes = frame.sticks;
  if (shapes === undefined) return [];
  return Array.from({ length: shapes.count }, (_, i) => {
    const from = project(frame.view, at3(shapes.from, i));
    const to = project(frame.view, at3(shapes.to, i));
    const depth = (from[2] + to[2]) / 2;
    const width = 2 * (shapes.radius[i] ?? 0) * frame.view.scale * magnification(frame.view, depth);
    const color = hazed(frame, at3(shapes.color, i), depth);
    const line = (pen: CanvasRenderingContext2D, share: number, tint: Rgb) => {
      pen.strokeStyle = cssColor(tint);
      pen.lineWidth = Math.max(1, width * share);
      pen.beginPath();
      pen.moveTo(from[0], from[1]);
      pen.lineTo(to[0], to[1]);
      pen.stroke();
    };
    const paint = (pen: CanvasRenderingContext2D) => {
      line(pen, 1, [color[0] * 0.62, color[1] * 0.62, color[2] * 0.62]);
      line(pen, 0.45, color);
    };
    return { depth, paint };
  });
}

const light = (() => {
  const length = norm(LIGHT);
  return [LIGHT[0] / length, LIGHT[1] / length, LIGHT[2] / length] as const;
})();

function shadeOf(frame: SceneFrame, normal: Vector3): number {
  const { right, up, toward } = frame.view;
  const seen: [number, number, number] = [dot(normal, right), dot(normal, up), dot(normal, toward)];
  const sign = seen[2] < 0 ? -1 : 1;
  const soft = 0.5 + 0.5 * sign * (seen[0] * light[0] + seen[1] * light[1] + seen[2] * light[2]);
  return 0.42 + 0.62 * soft * soft;
}

function faces(frame: SceneFrame): Painted[] {
  const shapes = frame.faces;
  if (shapes === undefined) return [];
  const painted: Painted[] = [];
  for (let i = 0; i < shapes.indices.length; i += 3) {
    const corners = [0, 1, 2].map((c) => shapes.indices[i + c] ?? 0);
    const points = corners.map((corner) => project(frame.view, at3(shapes.positions, corner)));
    const depth = points.reduce((sum, [, , z]) => sum + z / 3, 0);
    const first = corners[0] ?? 0;
    const color: Rgb = [
      shapes.colors[4 * first] ?? 0,
      shapes.colors[4 * first + 1] ?? 0,
      shapes.colors[4 * first + 2] ?? 0,
    ];
    const shade = shadeOf(frame, at3(shapes.normals, first));
    const fill = cssColor(
      hazed(frame, [color[0] * shade, color[1] * shade, color[2] * shade], depth),
      shapes.colors[4 * first + 3] ?? 1,
    );
    painted.push({ depth, paint: (pen) => fillPolygon(pen, points, fill) });
  }
  return painted;
}

const PIECES = 48;

/** The plane in small quadrilaterals, each in the colour of its middle. */
function mapPieces(frame: SceneFrame, map: PlaneMap): Painted[] {
  const places = map.polygon.map((corner) => placeOn(map, corner));
  const [s0, s1] = [Math.min(...places.map(([s]) => s)), Math.max(...places.map(([s]) => s))];
  const [t0, t1] = [Math.min(...places.map(([, t]) => t)), Math.max(...places.map(([, t]) => t))];
  const painted: Painted[] = [];
  for (let i = 0; i < PIECES; i++)
    for (let j = 0; j < PIECES; j++) {
      const corner = (di: number, dj: number) =>
        [s0 + ((i + di) / PIECES) * (s1 - s0), t0 + ((j + dj) / PIECES) * (t1 - t0)] as const;
      const middle = corner(0.5, 0.5);
      if (!isInside(places, middle)) continue;
      const quad = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)].map((place) =>
        project(frame.view, pointAt(map, place)),
      );
      const depth = quad.reduce((sum, [, , z]) => sum + z / 4, 0);
      const fill = cssColor(hazed(frame, colorAt(map, middle), depth));
      painted.push({ depth, paint: (pen) => fillPolygon(pen, quad, fill) });
    }
  return painted;
}

const pointAt = ({ origin, u, v }: PlaneMap, [s, t]: readonly [number, number]): Vector3 => [
  origin[0] + s * u[0] + t * v[0],
  origin[1] + s * u[1] + t * v[1],
  origin[2] + s * u[2] + t * v[2],
];

function colorAt(map: PlaneMap, [s, t]: readonly [number, number]): Rgb {
  const wrap = (x: number) => Math.floor((x - Math.floor(x)) * map.size) % map.size;
  return colorOfValue(map, map.values[wrap(t) * map.size + wrap(s)] ?? 0);
}

/** The colour of one value of a plane. */
export function colorOfValue(
  { low, high, isLog, colors }: Pick<PlaneMap, "low" | "high" | "isLog" | "colors">,
  value: number,
): Rgb {
  const t = isLog ? Math.log(Math.max(value, low) / low) / Math.log(high / low) : (value - low) / (high - low);
  return colors[Math.round(Math.max(0, Math.min(1, t)) * (colors.length - 1))] ?? [0.5, 0.5, 0.5];
}

function isInside(polygon: readonly (readonly [number, number])[], [x, y]: readonly [number, number]): boolean {
  let sign = 0;
  return polygon.every(([ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length] ?? [ax, ay];
    const side = Math.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax));
    if (sign === 0) sign = side;
    return side === 0 || side === sign;
  });
}

function fillPolygon(
  pen: CanvasRenderingContext2D,
  points: readonly (readonly [number, number, number])[],
  color: string,
): void {
  pen.fillStyle = color;
  pen.strokeStyle = color;
  pen.lineWidth = 0.5;
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.closePath();
  pen.fill();
}
