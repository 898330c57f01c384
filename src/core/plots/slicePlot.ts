import { interpolateRdBu, interpolateViridis } from "d3-scale-chromatic";
import { contourPath } from "./contours.js";
import { drawFigure, drawPanel, FONT_SIZE, PANEL_MARGIN, textAt } from "./panel.js";
import { element } from "./svg.js";
import type { PlotOptions } from "./theme.js";
import { linearAxis } from "./ticks.js";

/** Values from 0 (the range's lower end) to 1; diverging colours are blue below, white in the middle, red above. */
export type ColourMap = (share: number) => readonly [number, number, number];

/** Sequential, or diverging about 0 for signed fields; red, green, blue from 0 to 255. */
export const sliceColours = (signed: boolean): ColourMap => {
  const map = signed ? (share: number) => interpolateRdBu(1 - share) : interpolateViridis;
  return (share) => {
    const colour = map(Math.min(1, Math.max(0, share)));
    const numbers = colour.startsWith("#")
      ? [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16))
      : (colour.match(/\d+/g) ?? []).map(Number);
    return [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0];
  };
};

/** The range that colours stand for: about 0 for signed fields. */
export function colourRange(minimum: number, maximum: number, signed: boolean): readonly [number, number] {
  if (!signed) return minimum === maximum ? [minimum, minimum + 1] : [minimum, maximum];
  const most = Math.max(Math.abs(minimum), Math.abs(maximum)) || 1;
  return [-most, most];
}

export interface SlicePlotData {
  readonly heading: string;
  readonly unit: string;
  readonly values: ArrayLike<number>;
  readonly size: number;
  /** Å of the sides; u to the right, v upwards. */
  readonly width: number;
  readonly height: number;
  readonly range: readonly [number, number];
  readonly signed: boolean;
  /** A PNG of the values as `data:` URI. */
  readonly image: string;
}

const CONTOURS = 10;
const BAR = { gap: 16, width: 12, labels: 70 };

/** A plane of values as an image with contour lines, axes in Å and a legend with the unit. */
export function sliceSvg(data: SlicePlotData, options: PlotOptions): string {
  const { theme, width } = options;
  const room = width - PANEL_MARGIN.left - PANEL_MARGIN.right - BAR.gap - BAR.width - BAR.labels;
  const tall = (room * data.height) / data.width;
  const box = {
    left: PANEL_MARGIN.left,
    top: PANEL_MARGIN.top,
    right: PANEL_MARGIN.left + room,
    bottom: PANEL_MARGIN.top + tall,
  };
  const height = box.bottom + PANEL_MARGIN.bottom;
  const x = linearAxis([0, data.width], [box.left, box.right], 50);
  const y = linearAxis([0, data.height], [box.bottom, box.top], 40);
  const place = (column: number, row: number) =>
    [box.left + (column / data.size) * room, box.bottom - (row / data.size) * tall] as const;
  const [low, high] = data.range;
  const levels = Array.from({ length: CONTOURS - 1 }, (_, i) => low + ((i + 1) * (high - low)) / CONTOURS);
  const contours = levels.map((level) =>
    element("path", {
      d: contourPath(data.values, data.size, data.size, level, place),
      fill: "none",
      stroke: "#000000",
      "stroke-opacity": 0.45,
      "stroke-width": 0.6,
    }),
  );
  const image = element("image", {
    href: data.image,
    x: box.left,
    y: box.top,
    width: room,
    height: tall,
    preserveAspectRatio: "none",
  });
  const labels = { heading: data.heading, x: "u (Å)", y: "v (Å)" };
  const words = {
    title: options.title ?? data.heading,
    description: `${data.heading}: ${low} to ${high} ${data.unit}`,
  };
  return drawFigure(
    { width, height },
    theme,
    words,
    drawPanel(box, x, y, labels, theme),
    image,
    ...contours,
    legend(data, box, options),
  );
}

function legend(
  { range: [low, high], signed, unit }: SlicePlotData,
  box: { right: number; top: number; bottom: number },
  { theme }: PlotOptions,
): string {
  const left = box.right + BAR.gap;
  const colours = sliceColours(signed);
  const steps = 48;
  const height = (box.bottom - box.top) / steps;
  const cells = Array.from({ length: steps }, (_, i) => {
    const fill = `rgb(${colours((i + 0.5) / steps).join(",")})`;
    return element("rect", { x: left, y: box.bottom - (i + 1) * height, width: BAR.width, height: height + 0.3, fill });
  });
  const axis = linearAxis([low, high], [box.bottom, box.top], 34);
  const marks = axis.ticks.map(({ at, label }) =>
    textAt(left + BAR.width + 5, at + 3.8, label, { "font-size": FONT_SIZE, fill: theme.mutedInk }),
  );
  const name = textAt(left, box.top - 10, unit === "1" ? "" : unit, { "font-size": FONT_SIZE, fill: theme.ink });
  return element("g", {}, ...cells, ...marks, name);
}
