import type { Locator } from "playwright-core";
import { PNG } from "pngjs";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Colours in falling number of pixels, as 0xRRGGBB rounded to 4 bits a channel, so that dithering counts as one. */
  readonly colors: readonly { readonly color: number; readonly pixels: number }[];
  /** Fraction of pixels that differ from the most frequent colour: what is drawn over the background. */
  readonly drawn: number;
}

/** Looks at the pixels of an element as the screen shows them, frames and WebGL included. */
export async function look(element: Locator): Promise<Picture> {
  const { data, width, height } = PNG.sync.read(await element.screenshot({ animations: "disabled" }));
  const counts = new Map<number, number>();
  for (let i = 0; i < data.length; i += 4) {
    const color = (((data[i] ?? 0) & 0xf0) << 16) | (((data[i + 1] ?? 0) & 0xf0) << 8) | ((data[i + 2] ?? 0) & 0xf0);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const colors = [...counts].map(([color, pixels]) => ({ color, pixels })).sort((a, b) => b.pixels - a.pixels);
  return { width, height, colors, drawn: 1 - (colors[0]?.pixels ?? 0) / (width * height) };
}

/** How bright a colour 0xRRGGBB is, 0 black to 1 white. */
export const luminance = (color: number): number =>
  (0.2126 * (color >> 16) + 0.7152 * ((color >> 8) & 0xff) + 0.0722 * (color & 0xff)) / 0xf0;
