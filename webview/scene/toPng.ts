import { make } from "../ui/dom.js";
import { canvasBytes } from "../ui/exportFigure.js";

/** How a picture is drawn for a file: canvas px per CSS px, and whether the theme's ground is left out. */
export interface PictureLook {
  readonly ratio: number;
  readonly transparent: boolean;
}

/** As on the screen. */
export const screenLook = (): PictureLook => ({
  ratio: Math.min(window.devicePixelRatio || 1, 2.5),
  transparent: false,
});

/** Canvases of one picture over each other as a PNG file; the last decides its size. */
export async function toPng(layers: readonly HTMLCanvasElement[]): Promise<Uint8Array> {
  const top = layers.at(-1);
  if (top === undefined) throw new Error("There is nothing to export");
  const canvas = make("canvas", { width: top.width, height: top.height });
  const pen = canvas.getContext("2d");
  for (const layer of layers)
    pen?.drawImage(layer, 0, 0, layer.clientWidth * ratio(top), layer.clientHeight * ratio(top));
  return canvasBytes(canvas);
}

const ratio = ({ width, clientWidth }: HTMLCanvasElement): number => (clientWidth > 0 ? width / clientWidth : 1);
