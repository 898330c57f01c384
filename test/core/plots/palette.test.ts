import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { modelStyle, MODEL_ORDER as ORDER } from "../../../src/core/plots/modelStyle.js";
import { DARK_THEME, LIGHT_THEME, modelVariable, type PlotTheme } from "../../../src/core/plots/theme.js";

const MODEL_ORDER = [...ORDER, "density", "functionals", "angular"];

/** As `base.css` has it. */
const HIGH_CONTRAST: PlotTheme = { ...DARK_THEME, ground: "#000000" };

type Rgb = readonly [number, number, number];

// Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
const SIGHT: Readonly<Record<string, readonly [Rgb, Rgb, Rgb]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

describe.each([
  ["light", LIGHT_THEME],
  ["dark", DARK_THEME],
  ["high-contrast", HIGH_CONTRAST],
] as const)("the %s palette", (_, theme: PlotTheme) => {
  const colors = MODEL_ORDER.map((model) => ({ model, rgb: linearRgb(modelStyle(model, theme).color) }));

  test.each(colors)("$model stands out from the background 3:1 (WCAG 1.4.11)", ({ rgb }) => {
    expect(contrast(rgb, linearRgb(theme.ground))).toBeGreaterThanOrEqual(3);
  });

  test("labels are readable 4.5:1", () => {
    for (const ink of [theme.ink, theme.mutedInk])
      expect(contrast(linearRgb(ink), linearRgb(theme.ground))).toBeGreaterThanOrEqual(4.5);
  });

  test.each(Object.entries(SIGHT))("no two models look alike with %s sight", (_sight, matrix) => {
    for (const a of colors) {
      for (const b of colors) {
        if (a.model >= b.model) continue;
        const distance = Math.hypot(
          ...oklab(apply(matrix, a.rgb)).map((value, i) => value - (oklab(apply(matrix, b.rgb))[i] ?? 0)),
        );
        expect(distance, `${a.model} and ${b.model}`).toBeGreaterThan(0.08);
      }
    }
  });
});

test("no two models share marker and dash", () => {
  const looks = MODEL_ORDER.map((model) => modelStyle(model, LIGHT_THEME)).map(
    ({ marker, dash }) => `${marker} ${dash}`,
  );
  expect(new Set(looks).size).toBe(MODEL_ORDER.length);
});

test("pages have the same colours, in every theme", () => {
  const css = readFileSync(path.resolve(import.meta.dirname, "../../../webview/ui/base.css"), "utf8");
  const blocks = css
    .split("}")
    .map((block) => [...block.matchAll(/(--r3dvs-model-[\w-]+): (#\w+);/g)].map(([, name, colour]) => [name, colour]));
  const expected = [LIGHT_THEME, DARK_THEME].map(({ models }) =>
    Object.entries(models).map(([model, colour]) => [modelVariable(model), colour]),
  );
  expect(blocks.filter((block) => block.length > 0)).toEqual(expected);
});

function linearRgb(hex: string): Rgb {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function contrast(a: Rgb, b: Rgb): number {
  const luminance = ([red, green, blue]: Rgb) => 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  const [x, y] = [luminance(a), luminance(b)];
  return Math.max(x, y) / Math.min(x, y);
}

function apply(matrix: readonly [Rgb, Rgb, Rgb], v: Rgb): Rgb {
  const row = (r: Rgb) => Math.min(1, Math.max(0, r[0] * v[0] + r[1] * v[1] + r[2] * v[2]));
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

function oklab([red, green, blue]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
