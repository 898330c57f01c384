import { angleAt, dihedralAngle, distanceBetween } from "../../src/core/crystal/measure.js";
import type { Site } from "../../src/core/crystal/sites.js";
import type { Vector3 } from "../../src/core/math/matrix3.js";
import { drawHaloText } from "../scene/haloText.js";
import { magnification, project, type View } from "../scene/orbit.js";
import { cssColor, type ThemeColors } from "../ui/themeColors.js";
import type { CrystalScene } from "./crystalScene.js";

/** Element and number of every atom beside its ball, far ones first and fainter. */
export function drawAtomLabels(
  pen: CanvasRenderingContext2D,
  scene: CrystalScene,
  view: View,
  colors: ThemeColors,
): void {
  const placed = scene.sites
    .map((site) => ({ site, at: project(view, site.position) }))
    .sort((a, b) => a.at[2] - b.at[2]);
  pen.textAlign = "center";
  for (const { site, at } of placed) {
    const nearness = Math.max(0, Math.min(1, 0.5 + at[2] / (2 * scene.extent)));
    pen.globalAlpha = 0.35 + 0.65 * nearness;
    drawHaloText(pen, `${site.element}${site.atom + 1}`, at[0], at[1] + 4, colors.ink, colors);
  }
  pen.globalAlpha = 1;
}

/** Rings around the picked atoms, lines between them with their lengths, and the ring of the atom under the pointer. */
export function drawPicked(
  pen: CanvasRenderingContext2D,
  scene: CrystalScene,
  view: View,
  { picked, hovered }: { readonly picked: readonly number[]; readonly hovered: number | undefined },
  colors: ThemeColors,
): void {
  const places = picked.flatMap((i) => (scene.sites[i] ? [project(view, scene.sites[i].position)] : []));
  pen.strokeStyle = cssColor(colors.accent);
  pen.lineWidth = 1.5;
  pen.setLineDash([5, 3]);
  pen.beginPath();
  for (const [x, y] of places) pen.lineTo(x, y);
  pen.stroke();
  pen.setLineDash([]);
  for (const i of picked) drawRing(pen, scene, view, i, cssColor(colors.accent), 2.5);
  if (hovered !== undefined) drawRing(pen, scene, view, hovered, cssColor(colors.ink), 1.5);
  pen.textAlign = "center";
  places.slice(1).forEach(([x, y], i) => {
    const [one, two] = [scene.sites[picked[i] ?? -1], scene.sites[picked[i + 1] ?? -1]];
    const [px, py] = places[i] ?? [x, y];
    if (!one || !two) return;
    drawHaloText(
      pen,
      `${distanceBetween(one.position, two.position).toFixed(3)} Å`,
      (x + px) / 2,
      (y + py) / 2 - 5,
      colors.ink,
      colors,
    );
  });
}

function drawRing(
  pen: CanvasRenderingContext2D,
  scene: CrystalScene,
  view: View,
  i: number,
  color: string,
  width: number,
): void {
  const site = scene.sites[i];
  if (site === undefined) return;
  const [x, y, depth] = project(view, site.position);
  pen.beginPath();
  pen.arc(x, y, (scene.radius[i] ?? 0) * view.scale * magnification(view, depth) + 3, 0, 2 * Math.PI);
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.stroke();
}

export const siteName = ({ element, atom }: Pick<Site, "element" | "atom">): string => `${element}${atom + 1}`;

/** What the picked atoms measure: a distance of two, an angle of three, a dihedral angle of four. */
export function measure(sites: readonly Site[]): {
  readonly distances: readonly number[];
  readonly angle?: number;
  readonly dihedral?: number;
} {
  const at = sites.map(({ position }): Vector3 => position);
  const distances = at.slice(1).map((point, i) => distanceBetween(at[i] ?? point, point));
  const [a, b, c, d] = at;
  const angle = a && b && c ? angleAt(a, b, c) : undefined;
  const dihedral = a && b && c && d ? dihedralAngle(a, b, c, d) : undefined;
  return { distances, ...(angle !== undefined && { angle }), ...(dihedral !== undefined && { dihedral }) };
}
