import { type FigureSize, withResolution } from "../ui/exportFigure.js";
import type { PictureLook } from "./toPng.js";

/** What can be drawn again at another resolution. */
export interface PictureSource {
  /** CSS px on the screen. */
  readonly pictureWidth: number;
  exportPng(look: PictureLook): Promise<Uint8Array>;
}

/** Graphics drivers draw no wider picture. */
const MAX_WIDTH = 8192;

/** The picture as it is turned now, drawn again for its size on paper. */
export async function exportPicture(
  source: PictureSource,
  { centimetres, dpi, transparent }: FigureSize,
): Promise<Uint8Array> {
  const width = Math.min(MAX_WIDTH, Math.round((centimetres / 2.54) * dpi));
  const png = await source.exportPng({ ratio: width / Math.max(1, source.pictureWidth), transparent });
  return withResolution(png, dpi);
}
