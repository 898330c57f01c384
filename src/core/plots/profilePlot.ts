import { drawFigure, drawPanel, FONT_SIZE, leftMargin, PANEL_MARGIN, textAt } from "./panel.js";
import { element, linePath } from "./svg.js";
import type { PlotOptions } from "./theme.js";
import { linearAxis } from "./ticks.js";

export interface ProfilePlotData {
  readonly heading: string;
  /** Axis names, with units. */
  readonly x: string;
  readonly y: string;
  readonly z: ArrayLike<number>;
  readonly lines: readonly { readonly name: string; readonly values: ArrayLike<number> }[];
  /** Horizontal lines, for the vacuum level or the Fermi energy. */
  readonly levels?: readonly { readonly name: string; readonly value: number }[];
}

/** Averages along an axis as lines, the first one thin where there are two. */
export function profileSvg(data: ProfilePlotData, options: PlotOptions): string {
  const { theme, width } = options;
  const height = options.height ?? Math.round(width * 0.5);
  const [top, bottom] = [PANEL_MARGIN.top, height - PANEL_MARGIN.bottom];
  const levels = data.levels ?? [];
  const all = [...data.lines.flatMap(({ values }) => Array.from(values)), ...levels.map(({ value }) => value)];
  const [low, high] = all.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)] as const, [
    Infinity,
    -Infinity,
  ] as const);
  const margin = (high - low || 1) * 0.05;
  const y = linearAxis([low - margin, high + margin], [bottom, top], 34);
  const box = { left: leftMargin(y), top, right: width - PANEL_MARGIN.right, bottom };
  const x = linearAxis([0, data.z[data.z.length - 1] ?? 1], [box.left, box.right], 60);
  const colours = [theme.signs.negative, theme.signs.positive];
  const lines = data.lines.map(({ values }, i) => {
    const points = Array.from(values, (value, k) => [x.scale(data.z[k] ?? 0), y.scale(value)] as const);
    return element("path", {
      d: linePath(points),
      fill: "none",
      stroke: colours[i % 2],
      "stroke-width": i === 0 && data.lines.length > 1 ? 1 : 1.8,
    });
  });
  const rules = levels.flatMap(({ name, value }) => [
    element("path", {
      d: `M${box.left},${y.scale(value)}H${box.right}`,
      stroke: theme.mutedInk,
      "stroke-dasharray": "4 3",
    }),
    textAt(box.right - 4, y.scale(value) - 4, name, { "text-anchor": "end", "font-size": FONT_SIZE, fill: theme.ink }),
  ]);
  const names = data.lines.length > 1 ? data.lines : [];
  const legend = names.map(({ name }, i) =>
    textAt(box.right - 4, box.top + 14 + 14 * i, name, {
      "text-anchor": "end",
      "font-size": FONT_SIZE,
      fill: colours[i % 2] ?? theme.ink,
    }),
  );
  const words = { title: options.title ?? data.heading, description: `${data.y}, ${data.x}: ${low} to ${high}` };
  const labels = { heading: data.heading, x: data.x, y: data.y };
  return drawFigure(
    { width, height },
    theme,
    words,
    drawPanel(box, x, y, labels, theme),
    ...rules,
    ...lines,
    ...legend,
  );
}
