import { formatValue } from "../../src/core/plots/ticks.js";
import { t } from "../ui/text.js";
import { unitText } from "../ui/units.js";
import type { CrystalPicture } from "./crystalPicture.js";
import type { CrystalScene } from "./crystalScene.js";
import type { SurfaceColouring } from "./surfaceColours.js";
import { shownLevels } from "./surfaceStyles.js";

/** The picture in words, for readers who do not see it. */
export function describeCrystal(
  { crystal, settings, meshes, unit, signed, wave, picked }: CrystalPicture,
  { sites, bonds }: CrystalScene,
  colouring?: SurfaceColouring,
): string {
  const name = crystal.formula || crystal.title;
  const parts = [t("Crystal structure of {0}: {1} atoms and {2} bonds drawn.", name, sites.length, bonds)];
  if (settings.surface && meshes.length > 0) {
    const levels = shownLevels(meshes).map(({ level }) => `${signed ? "±" : ""}${formatValue(level)}`);
    parts.push(t("Isosurface at {0}.", `${levels.join(", ")} ${unit}`.trim()));
  }
  if (colouring) {
    const high = `${formatValue(colouring.high)} ${unitText(colouring.unit)}`.trim();
    parts.push(t("Its colours show {0}, from {1} to {2}.", colouring.title, formatValue(colouring.low), high));
  }
  if (settings.plane) parts.push(t("Slice ({0}).", settings.hkl.join(" ")));
  if (wave) parts.push(t("Planes of the plane wave {0}.", wave.join(" ")));
  if (picked.length > 0)
    parts.push(
      t("Selected atoms: {0}.", picked.map((i) => `${sites[i]?.element}${(sites[i]?.atom ?? 0) + 1}`).join(", ")),
    );
  return parts.join(" ");
}
