import { dot, type Vector3 } from "../../src/core/math/matrix3.js";
import { cssColor, mix, type Rgb } from "../ui/themeColors.js";
import { drawSolids } from "./canvasSolids.js";
import { project } from "./orbit.js";
import { AMBIENT, HAZE, LIGHT, type Line, type SceneFrame, type SceneRenderer, sortByDepth } from "./sceneFrame.js";

/** Draws the scene on a plain 2D canvas, far cubes first: what is shown where WebGL is missing. */
export class CanvasRenderer implements SceneRenderer {
  readonly kind = "canvas2d";
  readonly isSoftware = false;
  readonly canvas = document.createElement("canvas");

  draw(frame: SceneFrame): void {
    const { width, height, pixelRatio, ground } = frame;
    this.canvas.width = Math.round(width * pixelRatio);
    this.canvas.height = Math.round(height * pixelRatio);
    const pen = this.canvas.getContext("2d");
    if (pen === null) return;
    pen.scale(pixelRatio, pixelRatio);
    pen.fillStyle = cssColor(ground);
    if (!frame.transparent) pen.fillRect(0, 0, width, height);
    drawLines(pen, frame, "behind");
    drawCubes(pen, frame);
    drawSolids(pen, frame);
    drawLines(pen, frame, "before");
  }

  dispose(): void {
    this.canvas.remove();
  }
}

interface Face {
  /** Corner offsets in px for a cube of side Å⁻¹. */
  readonly corners: readonly (readonly [number, number])[];
  readonly shade: number;
}

function drawCubes(pen: CanvasRenderingContext2D, { cubes, view, ground, slab = [-1e9, 1e9] }: SceneFrame): void {
  const faces = visibleFaces(view);
  let radius = 1;
  for (let i = 0; i < cubes.center.length; i += 3) {
    radius = Math.max(radius, Math.hypot(cubes.center[i] ?? 0, cubes.center[i + 1] ?? 0, cubes.center[i + 2] ?? 0));
  }
  for (const i of sortByDepth(cubes, view.toward)) {
    const center: Vector3 = [cubes.center[3 * i] ?? 0, cubes.center[3 * i + 1] ?? 0, cubes.center[3 * i + 2] ?? 0];
    const [x, y, depth] = project(view, center);
    if (depth < slab[0] || depth > slab[1]) continue;
    const far = 1 - Math.max(0, Math.min(1, (depth / radius) * 0.5 + 0.5));
    const tint: Rgb = [cubes.color[4 * i] ?? 0, cubes.color[4 * i + 1] ?? 0, cubes.color[4 * i + 2] ?? 0];
    const opacity = cubes.color[4 * i + 3] ?? 1;
    const side = cubes.side[i] ?? 0;
    for (const { corners, shade } of faces) {
      const lit: Rgb = [tint[0] * shade, tint[1] * shade, tint[2] * shade];
      pen.fillStyle = cssColor(mix(ground, lit, 1 - HAZE * far * far), opacity);
      pen.beginPath();
      for (const [dx, dy] of corners) pen.lineTo(x + dx * side, y + dy * side);
      pen.fill();
    }
  }
}

/**
 * The at most three faces of a cube that look at the viewer: with parallel projection they are the same for every cube.
 */
function visibleFaces(view: SceneFrame["view"]): readonly Face[] {
  const faces: Face[] = [];
  const light = scaleToUnit(LIGHT);
  for (let axis = 0; axis < 3; axis += 1) {
    for (const sign of [-1, 1]) {
      const unit = (which: number): Vector3 => [which === 0 ? 1 : 0, which === 1 ? 1 : 0, which === 2 ? 1 : 0];
      const outward = unit(axis);
      const normal: Vector3 = [outward[0] * sign, outward[1] * sign, outward[2] * sign];
      if (dot(normal, view.toward) <= 1e-6) continue;
      const [u, v] = [unit((axis + 1) % 3), unit((axis + 2) % 3)];
      const square = [
        [-1, -1],
        [1, -1],
        [1, 1],
        [-1, 1],
      ] as const;
      const corners = square.map(([a, b]) => {
        const corner: Vector3 = [
          normal[0] + a * u[0] + b * v[0],
          normal[1] + a * u[1] + b * v[1],
          normal[2] + a * u[2] + b * v[2],
        ];
        return [(dot(corner, view.right) * view.scale) / 2, (-dot(corner, view.up) * view.scale) / 2] as const;
      });
      const facing: Vector3 = [dot(normal, view.right), dot(normal, view.up), dot(normal, view.toward)];
      faces.push({ corners, shade: AMBIENT + (1 - AMBIENT) * Math.max(0, dot(facing, light)) });
    }
  }
  return faces;
}

function drawLines(pen: CanvasRenderingContext2D, frame: SceneFrame, side: "behind" | "before"): void {
  for (const line of frame.lines) drawLine(pen, frame, line, side);
}

function drawLine(pen: CanvasRenderingContext2D, { view }: SceneFrame, line: Line, side: "behind" | "before"): void {
  pen.strokeStyle = cssColor(line.color, line.opacity);
  pen.lineWidth = 1;
  pen.beginPath();
  let last: Vector3 | undefined;
  for (const point of line.points) {
    const here = project(view, point);
    if (last !== undefined && here[2] + last[2] < 0 === (side === "behind")) {
      pen.moveTo(last[0], last[1]);
      pen.lineTo(here[0], here[1]);
    }
    last = here;
  }
  pen.stroke();
}

function scaleToUnit(v: Vector3): Vector3 {
  const length = Math.hypot(...v);
  return [v[0] / length, v[1] / length, v[2] / length];
}
