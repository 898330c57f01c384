import { formatValue } from "../../src/core/plots/ticks.js";
import type { SurfaceMesh } from "../../src/protocol/crystalView.js";
import { drawHaloText } from "../scene/haloText.js";
import { t } from "../ui/text.js";
import { cssColor, type Rgb, type ThemeColors } from "../ui/themeColors.js";
import type { CrystalSettings } from "./crystalSettings.js";

/** A surface as it is drawn: of the first level, or of one that was added. */
export interface LevelMesh extends SurfaceMesh {
  /** 0: the first level. */
  readonly surface: number;
}

export interface SurfaceStyle {
  readonly opacity: number;
  /** Of `SURFACE_COLOURS`. */
  readonly colour: number;
}

interface Tones {
  readonly dark: Rgb;
  readonly light: Rgb;
}

interface SurfaceColour {
  readonly name: () => string;
  readonly positive: Tones;
  readonly negativeName: () => string;
  readonly negative: Tones;
}

/**
 * Pairs that are told apart with every kind of colour vision: for what is positive, and for the other lobe; deeper on a
 * light ground.
 */
export const SURFACE_COLOURS: readonly SurfaceColour[] = [
  {
    name: () => t("yellow"),
    positive: { dark: [0.98, 0.83, 0.3], light: [0.95, 0.73, 0.12] },
    negativeName: () => t("cyan"),
    negative: { dark: [0.3, 0.82, 0.95], light: [0.1, 0.68, 0.86] },
  },
  {
    name: () => t("vermilion"),
    positive: { dark: [0.96, 0.45, 0.18], light: [0.84, 0.33, 0.02] },
    negativeName: () => t("blue"),
    negative: { dark: [0.36, 0.58, 1], light: [0.1, 0.38, 0.78] },
  },
  {
    name: () => t("green"),
    positive: { dark: [0.2, 0.78, 0.56], light: [0, 0.58, 0.42] },
    negativeName: () => t("purple"),
    negative: { dark: [0.72, 0.52, 0.95], light: [0.52, 0.3, 0.74] },
  },
  {
    name: () => t("pink"),
    positive: { dark: [0.95, 0.6, 0.78], light: [0.78, 0.4, 0.6] },
    negativeName: () => t("olive"),
    negative: { dark: [0.7, 0.76, 0.32], light: [0.5, 0.54, 0.1] },
  },
  {
    name: () => t("white"),
    positive: { dark: [0.93, 0.93, 0.93], light: [0.72, 0.74, 0.78] },
    negativeName: () => t("grey"),
    negative: { dark: [0.5, 0.53, 0.58], light: [0.38, 0.4, 0.44] },
  },
];

/** What a pair is called, for a field of one sign or of both. */
export function colourName(index: number, signed: boolean): string {
  const { name, negativeName } = SURFACE_COLOURS[index] ?? (SURFACE_COLOURS[0] as SurfaceColour);
  return signed ? t("{0} and {1}", name(), negativeName()) : name();
}

export function surfaceColour(level: number, index: number, { isDark }: Pick<ThemeColors, "isDark">): Rgb {
  const pair = SURFACE_COLOURS[index] ?? (SURFACE_COLOURS[0] as SurfaceColour);
  return (level < 0 ? pair.negative : pair.positive)[isDark ? "dark" : "light"];
}

/** How the surface of one level is drawn; of one that was just taken away like the first. */
export function styleOf(
  { surface }: Pick<LevelMesh, "surface">,
  { opacity, colour, furtherLevels }: CrystalSettings,
): SurfaceStyle {
  return furtherLevels[surface - 1] ?? { opacity, colour };
}

/** The levels of surfaces without their signs, each once, in the order of the controls. */
export function shownLevels(
  meshes: readonly LevelMesh[],
): readonly { readonly level: number; readonly surface: number }[] {
  const first = new Map<number, number>();
  for (const { level, surface } of meshes) if (!first.has(surface)) first.set(surface, Math.abs(level));
  return [...first].sort(([a], [b]) => a - b).map(([surface, level]) => ({ level, surface }));
}

const SWATCH = 11;
const LINE = 18;

/** Which colour belongs to which level, in the upper right corner: where there are several. `right`: px. */
export function drawLevelLegend(
  pen: CanvasRenderingContext2D,
  meshes: readonly LevelMesh[],
  settings: CrystalSettings,
  { unit, signed, right }: { readonly unit: string; readonly signed: boolean; readonly right: number },
  colors: ThemeColors,
): void {
  const lines = shownLevels(meshes).map(({ level, surface }) => ({
    text: `${signed ? "±" : ""}${formatValue(level)} ${unit}`.trim(),
    swatches: (signed ? [level, -level] : [level]).map((one) =>
      surfaceColour(one, styleOf({ surface }, settings).colour, colors),
    ),
  }));
  const width = Math.max(...lines.map(({ text }) => pen.measureText(text).width));
  pen.textAlign = "left";
  lines.forEach(({ text, swatches }, i) => {
    const y = 14 + i * LINE;
    const x = right - width;
    swatches.forEach((color, j) => {
      pen.fillStyle = cssColor(color);
      pen.fillRect(x - 7 - (swatches.length - j) * (SWATCH + 2), y, SWATCH, SWATCH);
    });
    drawHaloText(pen, text, x, y + 10, colors.ink, colors);
  });
}
