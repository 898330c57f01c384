import { estimateTextWidth } from "../../../src/core/plots/svg.js";

export interface TextPlace {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The rectangles that a figure's texts take, px, and the figure's size. */
export function textPlaces(svg: string): {
  readonly texts: readonly TextPlace[];
  readonly width: number;
  readonly height: number;
} {
  const [, width = "0", height = "0"] = /<svg [^>]*width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  // A subscript is as wide as other text, or narrower.
  const whole = svg.replace(/<\/?tspan[^>]*>/g, "");
  const sizes: number[] = [];
  const texts: TextPlace[] = [];
  for (const [, closing, name = "", attributes = "", selfClosing, content = ""] of whole.matchAll(
    /<(\/?)([a-z]+)([^>]*?)(\/?)>([^<]*)/g,
  )) {
    if (closing) sizes.pop();
    else if (!selfClosing) sizes.push(Number(/font-size="([\d.]+)"/.exec(attributes)?.[1] ?? sizes.at(-1) ?? 16));
    if (name === "text" && !closing) texts.push(placeOf(attributes, readable(content), sizes.at(-1) ?? 16));
  }
  return { texts, width: Number(width), height: Number(height) };
}

const readable = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

function placeOf(attributes: string, text: string, size: number): TextPlace {
  const read = (name: string) => Number(new RegExp(` ${name}="([-\\d.]+)"`).exec(attributes)?.[1] ?? 0);
  const width = estimateTextWidth(text, size);
  const anchor = /text-anchor="(\w+)"/.exec(attributes)?.[1] ?? "start";
  const before = anchor === "middle" ? width / 2 : anchor === "end" ? width : 0;
  const [x, y] = [read("x"), read("y")];
  // letters reach about 0.75 em above their line and 0.2 em below
  if (!attributes.includes("rotate(-90"))
    return { text, left: x - before, right: x - before + width, top: y - 0.75 * size, bottom: y + 0.2 * size };
  return { text, left: x - 0.75 * size, right: x + 0.2 * size, top: y + before - width, bottom: y + before };
}

/** Pairs of texts that lie on each other, and texts that leave the figure. */
export function textFaults(svg: string): string[] {
  const { texts, width, height } = textPlaces(svg);
  const outside = texts
    .filter((t) => t.left < -1 || t.right > width + 1 || t.top < -1 || t.bottom > height + 1)
    .map(({ text }) => `${text} leaves`);
  const pairs = texts.flatMap((a, i) =>
    texts.slice(i + 1).flatMap((b) => (overlaps(a, b) ? [`${a.text} on ${b.text}`] : [])),
  );
  return [...outside, ...pairs];
}

const overlaps = (a: TextPlace, b: TextPlace): boolean =>
  a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;
