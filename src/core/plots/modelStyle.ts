import { type Language, modelLabel } from "../text/labels.js";
import { element, escapeText, roundPixels } from "./svg.js";
import type { PlotTheme } from "./theme.js";

/**
 * How a model looks in every figure: colour, marker and dash together, so that no two are told apart by colour alone.
 */
export interface ModelStyle {
  readonly label: string;
  readonly color: string;
  readonly marker: Marker;
  /** SVG stroke-dasharray; absent = a full line. */
  readonly dash?: string;
  /** Of the lines that fill its band: degrees from the horizontal, and px between them. */
  readonly hatch: Hatch;
}

export interface Hatch {
  readonly angle: number;
  readonly gap: number;
}

export type Marker = "circle" | "square" | "triangle" | "diamond" | "downTriangle" | "cross" | "ring";

/** Legends list models in this order. */
export const MODEL_ORDER = [
  "r3dvs",
  "combined",
  "soap",
  "cm",
  "soap+r3dvs",
  "soap+cm",
  "composition",
  "shells",
] as const;

/** Another form of a model stands next to it and has its colour. */
const FORMS: Readonly<Record<string, string>> = { "r3dvs-paper": "r3dvs" };

/** Models that stand behind another one. */
const BEHIND: Readonly<Record<string, string>> = {
  ...FORMS,
  density: "shells",
  functionals: "shells",
  angular: "shells",
};

const STYLES: Readonly<Record<string, Omit<ModelStyle, "color" | "label">>> = {
  r3dvs: { marker: "circle", hatch: { angle: 45, gap: 5 } },
  "r3dvs-paper": { marker: "ring", dash: "2 2", hatch: { angle: 45, gap: 11 } },
  soap: { marker: "square", hatch: { angle: 0, gap: 5 } },
  cm: { marker: "triangle", hatch: { angle: 135, gap: 5 } },
  "soap+r3dvs": { marker: "diamond", dash: "7 3", hatch: { angle: 70, gap: 8 } },
  "soap+cm": { marker: "downTriangle", dash: "7 3", hatch: { angle: 110, gap: 8 } },
  composition: { marker: "cross", dash: "2 3", hatch: { angle: 90, gap: 5 } },
  shells: { marker: "ring", dash: "6 2 1.5 2", hatch: { angle: 20, gap: 8 } },
  combined: { marker: "square", dash: "10 2", hatch: { angle: 160, gap: 8 } },
  density: { marker: "diamond", dash: "1 3", hatch: { angle: 0, gap: 11 } },
  functionals: { marker: "triangle", dash: "1 3", hatch: { angle: 90, gap: 11 } },
  angular: { marker: "downTriangle", dash: "1 3", hatch: { angle: 135, gap: 11 } },
};

export function modelStyle(model: string, theme: PlotTheme, language: Language = "en"): ModelStyle {
  const known = STYLES[model] ?? { marker: "circle", hatch: { angle: 45, gap: 11 } };
  return {
    ...known,
    label: modelLabel(model, language),
    color: theme.models[FORMS[model] ?? model] ?? theme.otherModel,
  };
}

/** Sorts models into the legend's order; unknown ones follow by name. */
export function compareModels(a: string, b: string): number {
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}

function rank(model: string): number {
  const base = BEHIND[model];
  if (base !== undefined) return rank(base) + 0.5;
  const index = (MODEL_ORDER as readonly string[]).indexOf(model);
  return index < 0 ? MODEL_ORDER.length : index;
}

/** The line pattern of a model's band, for `<defs>`; two bands differ in it as well as in colour. */
export function hatchPattern(id: string, { hatch: { angle, gap }, color }: ModelStyle): string {
  const turned = { patternUnits: "userSpaceOnUse", patternTransform: `rotate(${-angle})`, width: gap, height: gap };
  const line = element("path", {
    d: `M0,${roundPixels(gap / 2)}H${gap}`,
    stroke: color,
    "stroke-width": 0.7,
    "stroke-opacity": 0.45,
  });
  return element("pattern", { id, ...turned }, line);
}

/** A marker of about `radius` px around (x, y); shapes have like areas. */
export function drawMarker(marker: Marker, x: number, y: number, radius: number, color: string, title = ""): string {
  const label = title === "" ? "" : element("title", {}, escapeText(title));
  if (marker === "circle") return element("circle", { cx: x, cy: y, r: radius, fill: color }, label);
  const open = { fill: "none", stroke: color, "stroke-width": Math.max(1.2, radius * 0.45) };
  if (marker === "ring") return element("circle", { cx: x, cy: y, r: radius * 0.9, ...open }, label);
  const d = outline(marker, radius)
    .map(
      ([dx, dy], i) =>
        `${i === 0 || (marker === "cross" && i === 2) ? "M" : "L"}${roundPixels(x + dx)},${roundPixels(y + dy)}`,
    )
    .join("");
  return marker === "cross"
    ? element("path", { d, ...open }, label)
    : element("path", { d: `${d}Z`, fill: color }, label);
}

function outline(marker: Exclude<Marker, "circle" | "ring">, r: number): readonly (readonly [number, number])[] {
  const s = r * 0.88;
  const t = r * 1.25;
  const d = r * 1.28;
  switch (marker) {
    case "square":
      return [
        [-s, -s],
        [s, -s],
        [s, s],
        [-s, s],
      ];
    case "triangle":
      return [
        [0, -t],
        [t, t * 0.75],
        [-t, t * 0.75],
      ];
    case "downTriangle":
      return [
        [0, t],
        [t, -t * 0.75],
        [-t, -t * 0.75],
      ];
    case "diamond":
      return [
        [0, -d],
        [d, 0],
        [0, d],
        [-d, 0],
      ];
    case "cross":
      return [
        [-s, -s],
        [s, s],
        [-s, s],
        [s, -s],
      ];
  }
}
