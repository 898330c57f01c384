import { make } from "../ui/dom.js";

/** Canvases of one picture over each other as a PNG file; the last decides its size. */
export async function toPng(layers: readonly HTMLCanvasElement[]): Promise<Uint8Array> {
  const top = layers.at(-1);
  if (top === undefined) throw new Error("There is nothing to export");
  const canvas = make("canvas", { width: top.width, height: top.height });
  const pen = canvas.getContext("2d");
  for (const layer of layers) pen?.drawImage(layer, 0, 0, layer.clientWidth * ratio(top), layer.clientHeight * ratio(top));
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob === null) throw new Error("The canvas gave no image");
  return new Uint8Array(await blob.arrayBuffer());
}

const ratio = ({ width, clientWidth }: HTMLCanvasElement): number => (clientWidth > 0 ? width / clientWidth : 1);
