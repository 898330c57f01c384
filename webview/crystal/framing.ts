import { boxEdges, boxOfCells } from "../../src/core/crystal/directions.js";
import { rowTimes, type Vector3 } from "../../src/core/math/matrix3.js";
import { makeView, project, type View } from "../scene/orbit.js";
import type { CrystalPicture } from "./crystalPicture.js";
import type { CrystalScene } from "./crystalScene.js";

/** Of the pane's smaller side, kept free around the crystal on each side. */
const MARGIN = 0.06;
const LEAST_MARGIN = 14;

/**
 * How large the crystal is drawn at zoom 1: as large as the pane allows in the direction in which it is first seen.
 * While it turns its size stays, or falls where a corner would leave the pane; it grows again with `again`.
 */
export class Framing {
  private key = "";
  private scale = Number.POSITIVE_INFINITY;

  /** The next view fills the pane again. */
  again(): void {
    this.key = "";
  }

  view(picture: CrystalPicture, scene: CrystalScene, width: number, height: number): View {
    const key = framedBy(picture, width, height);
    if (key !== this.key) this.scale = Number.POSITIVE_INFINITY;
    this.key = key;
    const { settings, orbit } = picture;
    const view: View = {
      ...makeView({ ...orbit, zoom: 1 }, width, height, scene.extent),
      center: scene.center,
      ...(settings.perspective && { eye: 3.5 * scene.extent }),
    };
    this.scale = Math.min(this.scale, fittingScale(view, picture, scene, width, height));
    return { ...view, scale: this.scale * settings.zoom };
  }
}

/** What decides on the size beside the direction; frames of one file keep theirs. */
function framedBy({ crystal, settings }: CrystalPicture, width: number, height: number): string {
  const { cells, atoms, radii, bonds, polyhedra, cell, perspective } = settings;
  return [crystal.species.length, ...cells, atoms, radii, bonds, polyhedra, cell, perspective, width, height].join(" ");
}

/** px per Å at which everything that is drawn just fits, in the direction of `view`. */
function fittingScale(
  view: View,
  picture: CrystalPicture,
  { sites, radius }: CrystalScene,
  width: number,
  height: number,
): number {
  const centred: View = { ...view, scale: 1, centerX: 0, centerY: 0 };
  let [across, upwards] = [0, 0];
  const include = (point: Vector3, around: number): void => {
    const [x, y] = project(centred, point);
    across = Math.max(across, Math.abs(x) + around);
    upwards = Math.max(upwards, Math.abs(y) + around);
  };
  // a ball of a perspective looks a little larger in front
  const larger = view.eye === undefined ? 1 : 1.4;
  sites.forEach(({ position }, i) => {
    include(position, (radius[i] ?? 0) * larger);
  });
  if (fillsCells(picture)) for (const corner of cellCorners(picture)) include(corner, 0);
  const margin = Math.max(LEAST_MARGIN, MARGIN * Math.min(width, height));
  const room = (side: number): number => Math.max(side / 2 - margin, side / 4);
  return Math.min(room(width) / Math.max(across, 0.5), room(height) / Math.max(upwards, 0.5));
}

/** A molecule may be small in its cell: the cell counts where it, or something that fills it, is drawn. */
const fillsCells = ({ settings, meshes, wave }: CrystalPicture): boolean =>
  settings.cell || settings.plane || wave !== undefined || (settings.surface && meshes.length > 0);

const cellCorners = ({ crystal, settings }: CrystalPicture): readonly Vector3[] =>
  boxEdges(boxOfCells(settings.cells)).flatMap((edge) => edge.map((corner) => rowTimes(corner, crystal.lattice)));
