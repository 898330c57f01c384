import { offsetsInBox, planeInBox, planeNormal, unitVector } from "../../src/core/crystal/directions.js";
import type { Vector3 } from "../../src/core/math/matrix3.js";
import type { ThemeColors } from "../ui/themeColors.js";
import type { CrystalPicture } from "./crystalPicture.js";
import { type FaceList, NO_FACE_LIST, polygonFaces } from "./faceList.js";

const WAVE_OPACITY = 0.3;
const MAX_PLANES = 24;

/** The planes h x + k y + l z = 0, 1, 2, ...: a plane wave has the same phase on all of them. */
export function waveFaces({ crystal, settings, wave }: CrystalPicture, extent: number, colors: ThemeColors): FaceList {
  const normal = wave && unitVector(planeNormal(crystal.lattice, wave));
  if (!wave || !normal) return NO_FACE_LIST;
  const box = { from: [0, 0, 0] as Vector3, to: settings.cells };
  const [low, high] = offsetsInBox(wave, box);
  const offsets: number[] = [];
  for (let n = Math.ceil(low - 1e-9); n <= high + 1e-9 && offsets.length < MAX_PLANES; n++) offsets.push(n);
  const polygons = offsets.map((n) => ({
    corners: planeInBox(crystal.lattice, wave, n, box),
    normal,
    color: colors.accent,
    opacity: WAVE_OPACITY,
  }));
  return polygonFaces(polygons, extent / 10);
}
