import { encode } from "fast-png";
import { norm } from "../../core/math/matrix3.js";
import { colourRange, sliceColours, sliceSvg } from "../../core/plots/slicePlot.js";
import { LIGHT_THEME } from "../../core/plots/theme.js";
import type { SliceData } from "../../protocol/crystalView.js";

/**
 * `u,v,value` in Å and the field's unit: point (i, j) lies i |u| / size along u and j |v| / size along v from the
 * origin.
 */
export function sliceCsv({ u, v, size, values }: SliceData): string {
  const [lengthU, lengthV] = [norm(u), norm(v)];
  const lines = ["u,v,value"];
  values.forEach((value, k) => {
    const [i, j] = [k % size, Math.floor(k / size)];
    lines.push(`${shortest((i * lengthU) / size)},${shortest((j * lengthV) / size)},${shortest(value)}`);
  });
  return `${lines.join("\n")}\n`;
}

const shortest = (value: number): string => String(Number(value.toPrecision(8)));

/** An image with square pixels, `size` of them along u; v runs upwards. */
export function slicePng(slice: SliceData, signed: boolean): Uint8Array {
  const { u, v, size, values } = slice;
  const height = Math.max(1, Math.round((size * norm(v)) / norm(u)));
  const [low, high] = colourRange(slice.minimum, slice.maximum, signed);
  const colours = Array.from({ length: 1024 }, (_, i) => sliceColours(signed)(i / 1023));
  const data = new Uint8Array(size * height * 3);
  for (let row = 0; row < height; row++) {
    const j = Math.min(size - 1, Math.floor(((height - 1 - row + 0.5) * size) / height));
    for (let i = 0; i < size; i++) {
      const share = ((values[j * size + i] ?? 0) - low) / (high - low);
      const colour = colours[Math.round(1023 * Math.min(1, Math.max(0, share)))] ?? [0, 0, 0];
      data.set(colour, 3 * (row * size + i));
    }
  }
  return encode({ width: size, height, data, channels: 3 });
}

const FIGURE_WIDTH = 640;

/** A figure with axes, contour lines and legend. */
export function sliceFigure(slice: SliceData, signed: boolean, heading: string): string {
  const { u, v, size, values, unit } = slice;
  const image = `data:image/png;base64,${Buffer.from(slicePng(slice, signed)).toString("base64")}`;
  const range = colourRange(slice.minimum, slice.maximum, signed);
  const data = { heading, unit, values, size, width: norm(u), height: norm(v), range, signed, image };
  return sliceSvg(data, { width: FIGURE_WIDTH, theme: LIGHT_THEME });
}
