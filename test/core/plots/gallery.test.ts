import { expect, test } from "vitest";
import { type CalibrationData, calibrationSvg } from "../../../src/core/plots/calibrationPlot.js";
import {
  type LearningCurveData,
  type LearningCurveTarget,
  learningCurveSvg,
} from "../../../src/core/plots/learningCurve.js";
import { type LossData, lossSvg } from "../../../src/core/plots/lossCurve.js";
import { MODEL_ORDER } from "../../../src/core/plots/modelStyle.js";
import { type ParityData, paritySvg } from "../../../src/core/plots/parity.js";
import { type PartEffectsData, partEffectsSvg } from "../../../src/core/plots/partEffects.js";
import { type ShellEffectsData, shellEffectsSvg } from "../../../src/core/plots/shellEffects.js";
import { CSS_THEME, DARK_THEME, LIGHT_THEME } from "../../../src/core/plots/theme.js";

/**
 * Curves with the errors measured on 387 oxides at the right end and a power law towards it: realistic ranges, no
 * random numbers.
 */
function makeTarget(
  name: string,
  unit: string,
  baselineMae: number,
  atFull: Readonly<Record<string, number>>,
): LearningCurveTarget {
  const sizes = [20, 40, 80, 160, 327];
  const series = Object.entries(atFull).map(([model, best], m) => ({
    model,
    points: sizes.map((trainSize, i) => {
      const mae = best * (327 / trainSize) ** (0.28 + 0.04 * m) * (1 + 0.04 * Math.sin(3 * m + 2 * i));
      return { trainSize, mae, standardError: (mae * 0.5) / Math.sqrt(trainSize / 4), repeats: 8 };
    }),
  }));
  return { name, unit, baselineMae, series };
}

const all = {
  combined: 0.012,
  shells: 0.09,
  r3dvs: 0.108,
  soap: 0.31,
  cm: 1.9,
  "soap+r3dvs": 0.14,
  "soap+cm": 0.42,
  composition: 1.48,
};
const targets: LearningCurveData = {
  targets: [
    makeTarget("Hartree energy", "eV/Å³", 2.88, all),
    makeTarget("Exc − ∫v_xc ρ", "eV/Å³", 0.6, { shells: 0.021, r3dvs: 0.035, soap: 0.05, composition: 0.085 }),
    makeTarget("Ion–ion energy", "eV/Å³", 13.3, { shells: 1.65, composition: 3.3, soap: 1.2 }),
    makeTarget("Band gap", "eV", 1.67, { composition: 0.99, shells: 1.29, soap: 1.05, r3dvs: 1.24 }),
  ],
};

const parity: ParityData = {
  target: "Hartree energy",
  unit: "eV/Å³",
  series: ["r3dvs", "soap", "composition"].map((model, m) => ({
    model,
    points: Array.from({ length: 60 }, (_, i) => {
      const actual = 4 + 9 * Math.abs(Math.sin(i * 1.7));
      const spread = 0.15 * (1 + 3 * m);
      return {
        id: `mp-${100 + i}`,
        actual,
        predicted: actual + spread * Math.sin(i * 5.3 + m),
        ...(m === 0 ? { sigma: spread * 1.4 } : {}),
      };
    }),
  })),
};

/** Uncertainties that are right, too large and too small. */
const calibration: CalibrationData = {
  targets: ["E_hartree_per_atom", "band_gap"].map((name, t) => ({
    name,
    series: ["r3dvs", "combined", "shells"].map((model, m) => {
      const bent = (level: number) => level ** ([1, 0.7 + 0.1 * t, 1.6][m] ?? 1);
      const share = (level: number) => ({ share: bent(level), standardError: 0.03 });
      const levels = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);
      return {
        model,
        count: 160,
        one: share(0.6827),
        two: share(0.9545),
        curve: levels.map((level) => ({ level, share: bent(level) })),
      };
    }),
  })),
};

const loss: LossData = {
  target: "Hartree energy",
  unit: "eV/Å³",
  model: "r3dvs",
  epochs: 30,
  members: [0, 1, 2].map((member) => ({
    name: `member ${member + 1}`,
    points: Array.from({ length: member === 2 ? 17 : 30 }, (_, i) => ({
      epoch: i + 1,
      loss: 0.9 * (i + 1) ** (-1.3 - 0.1 * member) * (1 + 0.15 * Math.sin(i * 2 + member)),
      validationMae: 1.8 * (i + 1) ** (-0.8 - 0.1 * member) * (1 + 0.12 * Math.sin(i * 3 + member)),
    })),
  })),
};

const one = (target: LearningCurveTarget | undefined): LearningCurveData => ({
  targets: target === undefined ? [] : [target],
});
const few: LearningCurveData = {
  targets: [{ name: "Cohesive energy", unit: "eV/atom", series: all3() }],
};

function all3() {
  return ["composition", "soap"].map((model, m) => ({
    model,
    points: [100, 200, 327].map((trainSize, i) => ({
      trainSize,
      mae: 0.35 + 0.06 * m - 0.02 * i,
      standardError: 0.008,
      repeats: 8,
    })),
  }));
}

const shells: ShellEffectsData = {
  target: "Hartree energy",
  unit: "eV/atom",
  model: "r3dvs",
  cutoff: 7.854,
  shells: [
    { from: 0, to: 0, effect: 3.79 },
    ...[0.6, 53.9, 16.8, 0.3, 3.4, -6.2, -0.8].map((effect, i) => ({
      from: 1.9635 + 0.6545 * i,
      to: 2.618 + 0.6545 * i,
      effect,
    })),
  ],
};

const parts: PartEffectsData = {
  target: "cohesive_energy_per_atom",
  unit: "eV/atom",
  model: "combined",
  start: 4.918,
  parts: [
    { part: "composition", effect: -1.35 },
    { part: "volume", effect: -0.04 },
    { part: "surroundings", effect: 0.045 },
    { part: "shells", effect: 0.012 },
    { part: "angular", effect: -0.004 },
    { part: "functionals", effect: 2.7 },
  ],
  value: 6.281,
};

const gallery: Readonly<Record<string, () => string>> = {
  "learningCurve-panels-light": () => learningCurveSvg(targets, { width: 860, theme: LIGHT_THEME }),
  "learningCurve-panels-dark": () => learningCurveSvg(targets, { width: 860, theme: DARK_THEME }),
  "learningCurve-direct-light": () =>
    learningCurveSvg(one(targets.targets[0]), { width: 620, height: 400, theme: LIGHT_THEME }),
  "learningCurve-narrow-dark": () => learningCurveSvg(one(targets.targets[0]), { width: 300, theme: DARK_THEME }),
  "learningCurve-threeSizes": () => learningCurveSvg(few, { width: 460, theme: LIGHT_THEME }),
  "learningCurve-empty": () =>
    learningCurveSvg({ targets: [{ name: "Band gap", unit: "eV", series: [] }] }, { width: 360, theme: LIGHT_THEME }),
  "parity-light": () => paritySvg(parity, { width: 900, theme: LIGHT_THEME, pointTitles: false }),
  "parity-dark": () => paritySvg({ ...parity, series: parity.series.slice(0, 1) }, { width: 400, theme: DARK_THEME }),
  "parity-empty": () => paritySvg({ ...parity, series: [] }, { width: 300, theme: LIGHT_THEME }),
  "calibration-light": () => calibrationSvg(calibration, { width: 640, theme: LIGHT_THEME }),
  "calibration-dark": () =>
    calibrationSvg({ targets: calibration.targets.slice(0, 1) }, { width: 320, theme: DARK_THEME }),
  "calibration-empty": () =>
    calibrationSvg({ targets: [{ name: "band_gap", series: [] }] }, { width: 300, theme: LIGHT_THEME }),
  "loss-light": () => lossSvg(loss, { width: 460, theme: LIGHT_THEME }),
  "loss-dark": () => lossSvg({ ...loss, highlighted: 0 }, { width: 300, theme: DARK_THEME }),
  "shellEffects-light": () => shellEffectsSvg(shells, { width: 280, theme: LIGHT_THEME }),
  "shellEffects-dark": () => shellEffectsSvg(shells, { width: 420, theme: DARK_THEME }),
  "shellEffects-empty": () => shellEffectsSvg({ ...shells, shells: [] }, { width: 280, theme: LIGHT_THEME }),
  "partEffects-light": () => partEffectsSvg(parts, { width: 280, theme: LIGHT_THEME }),
  "partEffects-dark": () => partEffectsSvg(parts, { width: 420, theme: DARK_THEME }),
  "loss-empty": () => lossSvg({ ...loss, members: [] }, { width: 360, theme: LIGHT_THEME }),
};

test.each(Object.entries(gallery))("draws %s as before", async (name, draw) => {
  await expect(draw()).toMatchFileSnapshot(`gallery/${name}.snap.svg`);
});

test.each(Object.entries(gallery))("%s is well-formed, named and described", (_, draw) => {
  const svg = draw();
  expect(countTags(svg)).toBe(0);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  expect(svg).toMatch(/^<svg [^>]*role="img"/);
  expect(svg).toMatch(/<title>[^<]{8,}<\/title>\n<desc>[^<]{12,}<\/desc>/);
});

test("a figure for the editor takes every colour from the page", () => {
  const svg =
    learningCurveSvg(targets, { width: 600, theme: CSS_THEME }) + paritySvg(parity, { width: 600, theme: CSS_THEME });
  expect(svg).toContain('stroke="var(--r3dvs-model-soap-r3dvs)"');
  expect(svg).not.toMatch(/#[0-9a-f]{6}/i);
  expect(svg).not.toContain("style=");
});

test("names from users' files cannot leave their element", () => {
  const target = {
    name: '<script>"&',
    unit: "<b>",
    series: [{ model: "a<b&c", points: [{ trainSize: 10, mae: 1, repeats: 1 }] }],
  };
  const svg = learningCurveSvg({ targets: [target] }, { width: 500, theme: LIGHT_THEME });
  expect(svg).not.toMatch(/<script|<b>|a<b/);
  expect(svg).toContain("&#60;script");
});

test("every model is told apart by marker or dash as well as colour", () => {
  const svg = learningCurveSvg(one(targets.targets[0]), { width: 300, theme: LIGHT_THEME });
  for (const model of MODEL_ORDER) expect(svg).toContain(LIGHT_THEME.models[model]);
});

function countTags(svg: string): number {
  return (svg.match(/<[a-z]+(?=[ >])[^>]*[^/]>|<[a-z]+>/g)?.length ?? 0) - (svg.match(/<\/[a-z]+>/g)?.length ?? 0);
}
