import * as upng from "@pdf-lib/upng";
import { PNG } from "pngjs";

// A module as CommonJS: what it exports stands deeper than its types say.
export const { encode } = (upng as unknown as { readonly default: { readonly default: typeof upng } }).default.default;

/** Of a picture's palette. */
export const COLOURS = 256;

/** The same picture with a palette, half as large: for pictures that come with the extension. */
export function toPalette(png: Buffer): Uint8Array {
  const { data, width, height } = PNG.sync.read(png);
  return new Uint8Array(encode([new Uint8Array(data).buffer], width, height, COLOURS));
}
