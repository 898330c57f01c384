import { describe, expect, test } from "vitest";
import { type ConvergenceData, convergenceSvg } from "../../../src/core/plots/convergencePlot.js";
import { type LearningCurveData, learningCurveSvg } from "../../../src/core/plots/learningCurve.js";
import { type LossData, lossSvg } from "../../../src/core/plots/lossCurve.js";
import { MODEL_ORDER } from "../../../src/core/plots/modelStyle.js";
import { type ParityData, paritySvg } from "../../../src/core/plots/parity.js";
import { LIGHT_THEME, type Translate, translateNothing } from "../../../src/core/plots/theme.js";
import { textFaults, textPlaces } from "./textPlaces.js";

const WIDTHS = [240, 300, 330, 395, 405, 520, 640, 720, 900, 1200, 1500, 1920];
/** Errors of one figure from the smallest to the largest that a unit may bring. */
const SCALES = [4e-9, 3e-4, 0.2, 40, 9e4, 7e8];
const JAPANESE = Object.assign(
  (text: string, ...args: readonly (string | number)[]) => translateNothing(text, ...args),
  {
    language: "ja",
  } as const,
);

describe.each([
  ["English", translateNothing],
  ["Japanese", JAPANESE as Translate],
] as const)("%s figures have no text over text and none outside", (_, translate) => {
  const options = (width: number) => ({ width, theme: LIGHT_THEME, translate });

  test.each(WIDTHS)("learning curves %i px wide", (width) => {
    for (const scale of SCALES)
      for (const data of [
        curves(scale, 1, MODEL_ORDER),
        curves(scale, 6, MODEL_ORDER),
        curves(scale, 2, ["r3dvs", "soap+cm"]),
      ])
        expect(textFaults(learningCurveSvg(data, options(width))), `${scale}`).toEqual([]);
  });

  test.each(WIDTHS)("the training of a network %i px wide", (width) => {
    for (const scale of SCALES)
      for (const epochs of [1, 7, 30]) expect(textFaults(lossSvg(loss(scale, epochs), options(width)))).toEqual([]);
  });

  test.each(WIDTHS)("the convergence of a calculation %i px wide", (width) => {
    for (const scale of SCALES)
      for (const steps of [1, 2, 30])
        expect(textFaults(convergenceSvg(convergence(scale, steps), options(width))), `${scale}`).toEqual([]);
  });

  test.each(WIDTHS)("parity %i px wide", (width) => {
    for (const scale of SCALES) expect(textFaults(paritySvg(parity(scale), options(width)))).toEqual([]);
  });
});

test("figures grow with their room", () => {
  const sizes = (draw: (width: number) => string) => [500, 900, 1400].map((width) => textPlaces(draw(width)));
  for (const drawn of [
    sizes((width) => learningCurveSvg(curves(1, 1, ["soap"]), { width, theme: LIGHT_THEME })),
    sizes((width) => lossSvg(loss(1, 9), { width, theme: LIGHT_THEME })),
  ]) {
    const [small, middle, large] = drawn;
    expect(middle?.height).toBeGreaterThan(small?.height ?? 0);
    expect(large?.height).toBeGreaterThanOrEqual(middle?.height ?? 0);
    expect(large?.width).toBe(1400);
  }
});

test("curves are named at their ends, the training mean too, where there is room", () => {
  const wide = learningCurveSvg(curves(1, 2, ["soap", "r3dvs"]), { width: 1000, theme: LIGHT_THEME });
  const names = textPlaces(wide).texts.filter(({ text }) => text === "SOAP");
  expect(names).toHaveLength(2);
  expect(textPlaces(wide).texts.filter(({ text }) => text === "training mean")).toHaveLength(2);
  const narrow = learningCurveSvg(curves(1, 2, ["soap", "r3dvs"]), { width: 300, theme: LIGHT_THEME });
  expect(textPlaces(narrow).texts.filter(({ text }) => text === "SOAP" || text === "training mean")).toHaveLength(2);
});

test("bands differ in their hatch as well as in colour", () => {
  const svg = learningCurveSvg(curves(1, 1, MODEL_ORDER), { width: 900, theme: LIGHT_THEME });
  const patterns = [
    ...svg.matchAll(/<pattern id="([^"]+)" patternUnits="userSpaceOnUse" patternTransform="([^"]+)" width="(\d+)"/g),
  ];
  expect(new Set(patterns.map(([, , turn, gap]) => `${turn} ${gap}`)).size).toBe(MODEL_ORDER.length);
  for (const [, id] of patterns) expect(svg).toContain(`fill="url(#${id})"`);
});

function curves(scale: number, targets: number, models: readonly string[]): LearningCurveData {
  const names = [
    "E_hartree_per_atom",
    "Exc_minus_Vxc_per_atom",
    "band_gap",
    "E_band_per_atom",
    "E_ewald_per_atom",
    "a_column_of_the_user_with_a_long_name",
  ];
  return {
    targets: names.slice(0, targets).map((name, t) => ({
      name,
      unit: "eV/atom",
      baselineMae: scale * 3,
      series: models.map((model, m) => ({
        model,
        points: [8, 16, 25, 50, 100, 327].map((trainSize, i) => {
          const mae = (scale * (1 + 0.02 * m + t)) / (1 + i);
          return { trainSize, mae, standardError: mae / 10, repeats: 4 };
        }),
      })),
    })),
  };
}

function loss(scale: number, epochs: number): LossData {
  const points = Array.from({ length: epochs }, (_, i) => ({
    epoch: i + 1,
    loss: scale / (i + 1),
    validationMae: (3 * scale) / (i + 1),
  }));
  return { target: "band_gap", unit: "eV", model: "soap+r3dvs", epochs: 30, members: [{ name: "member 1", points }] };
}

function parity(scale: number): ParityData {
  const points = Array.from({ length: 40 }, (_, i) => ({
    id: `m${i}`,
    actual: scale * Math.sin(i),
    predicted: scale * Math.sin(i + 0.1),
  }));
  return { target: "Exc_minus_Vxc_per_atom", unit: "eV/atom", series: MODEL_ORDER.map((model) => ({ model, points })) };
}

/** From `scale` down over eleven decades in each ionic step. */
function convergence(scale: number, steps: number): ConvergenceData {
  const changes = Array.from({ length: 12 * steps }, (_, i) => ({ line: i, change: -scale * 10 ** -(i % 12) }));
  return {
    steps: Array.from({ length: steps }, (_, i) => ({
      number: i + 1,
      line: 10 * i,
      energy: -scale * (1 + 1 / (i + 1)),
      force: scale / 10 ** (i / 4),
      pressure: scale * (5 - i),
    })),
    electronic: changes,
    before: 0,
    electronicCriterion: scale * 1e-6,
    ionicCriterion: -scale / 20,
  };
}

test("an axis over many decades is labelled with powers of ten alone", () => {
  const places = textPlaces(convergenceSvg(convergence(1e4, 1), { width: 400, theme: LIGHT_THEME }));
  const labels = places.texts.map(({ text }) => text);
  expect(labels).toEqual(expect.arrayContaining(["10⁴", "10²", "1", "10⁻²", "10⁻⁶"]));
  expect(labels.filter((text) => /^0\.0|^1000/.test(text))).toEqual([]);
  // one ionic step makes no curve
  expect(labels).not.toContain("Largest force on an ion");
  expect(labels).toContain("EDIFF");
});

test("a criterion is named where the curve is not", () => {
  const nameAt = (changes: readonly number[]) => {
    const electronic = changes.map((change, line) => ({ line, change }));
    const data = { steps: [], electronic, before: 0, electronicCriterion: 1e-4 };
    const svg = convergenceSvg(data, { width: 400, theme: LIGHT_THEME });
    return Number(/<text x="([\d.]+)"[^>]*>EDIFF</.exec(svg)?.[1]);
  };
  expect(nameAt([1, 0.1, 0.01, 1e-3, 1e-4])).toBeLessThan(100);
  expect(nameAt([1e-4, 1e-3, 0.01, 0.1, 1])).toBeGreaterThan(300);
});
