import type { Language } from "../text/labels.js";

/**
 * Colours and font of a plot: fixed colours for a file, CSS variables inside a webview. Every string is a CSS colour
 * (or a font list).
 */
export interface PlotTheme {
  /** "none" leaves the page's own background. */
  readonly background: string;
  /** What lies behind small labels on top of data: the page's colour. */
  readonly ground: string;
  readonly ink: string;
  readonly mutedInk: string;
  readonly gridInk: string;
  readonly font: string;
  readonly models: Readonly<Record<string, string>>;
  /** A model that has no colour of its own. */
  readonly otherModel: string;
  /** What raises a value and what lowers it. */
  readonly signs: { readonly positive: string; readonly negative: string };
}

/** What every plot takes. `width` in px; where `height` is left out the plot chooses it. */
export interface PlotOptions {
  readonly width: number;
  readonly height?: number;
  readonly theme: PlotTheme;
  /** The figure's name for screen readers (SVG title). */
  readonly title?: string;
  /**
   * Marks carry `data-mark`, `data-x` and `data-y` for a page that reads them out; without it they have titles of their
   * own.
   */
  readonly interactive?: boolean;
  /** Puts an English text into the reader's language; `{0}`, `{1}` stand for the arguments. */
  readonly translate?: Translate;
}

/** Translates texts; `language` is that of labels of properties and models. */
export interface Translate {
  (english: string, ...args: readonly (string | number)[]): string;
  readonly language?: Language;
}

/** English as it is, arguments put in. */
export const translateNothing: Translate = (english, ...args) =>
  english.replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)] ?? ""));

const FONT =
  "'Segoe UI', 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', 'Hiragino Sans', 'Noto Sans CJK JP', sans-serif";

// Okabe and Ito's eight colours. Where one has less than 3:1 against the background, or comes too near another, its
// lightness in OKLab is moved as little as keeps every pair apart for normal sight, protanopia and deuteranopia
// (test/core/plots/palette.test.ts). The last three are further ones, found by the same measure.
export const LIGHT_THEME: PlotTheme = {
  background: "#ffffff",
  ground: "#ffffff",
  ink: "#1b1b1b",
  mutedInk: "#5c5c5c",
  gridInk: "#e4e4e4",
  font: FONT,
  models: {
    r3dvs: "#9e2900",
    combined: "#9d6500",
    soap: "#0072b2",
    cm: "#009e73",
    "soap+r3dvs": "#9e4f7c",
    "soap+cm": "#3a9bce",
    composition: "#000000",
    shells: "#9e9000",
    density: "#542af6",
    functionals: "#84008a",
    angular: "#004e4e",
  },
  otherModel: "#5c5c5c",
  signs: { positive: "#b84f06", negative: "#1f5fc4" },
};

export const DARK_THEME: PlotTheme = {
  background: "#1f1f1f",
  ground: "#1f1f1f",
  ink: "#e8e8e8",
  mutedInk: "#a8a8a8",
  gridInk: "#3a3a3a",
  font: FONT,
  models: {
    r3dvs: "#d55e00",
    combined: "#e69f00",
    soap: "#0072b2",
    cm: "#16a479",
    "soap+r3dvs": "#d985b4",
    "soap+cm": "#56b4e9",
    composition: "#ffffff",
    shells: "#f0e442",
    density: "#5a78fc",
    functionals: "#de00d8",
    angular: "#84f6a8",
  },
  otherModel: "#a8a8a8",
  signs: { positive: "#ff9a3c", negative: "#62aaff" },
};

/** Every colour a CSS variable that the page sets: `--r3dvs-ink`, `--r3dvs-model-soap-cm` and so on. */
export const CSS_THEME: PlotTheme = {
  background: "none",
  ground: "var(--r3dvs-ground)",
  ink: "var(--r3dvs-ink)",
  mutedInk: "var(--r3dvs-muted-ink)",
  gridInk: "var(--r3dvs-grid-ink)",
  font: "var(--r3dvs-font)",
  models: Object.fromEntries(Object.keys(LIGHT_THEME.models).map((model) => [model, `var(${modelVariable(model)})`])),
  otherModel: "var(--r3dvs-muted-ink)",
  signs: { positive: "var(--r3dvs-positive)", negative: "var(--r3dvs-negative)" },
};

/** The CSS variable of a model's colour. */
export function modelVariable(model: string): string {
  return `--r3dvs-model-${model.replace("+", "-")}`;
}
