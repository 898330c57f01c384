import { modelLabel, propertyLabel } from "../text/labels.js";
import {
  type Box,
  drawEmptyNote,
  drawFigure,
  drawPanel,
  FONT_SIZE,
  leftMargin,
  PANEL_MARGIN,
  textAt,
} from "./panel.js";
import { element } from "./svg.js";
import { type PlotOptions, type PlotTheme, type Translate, translateNothing } from "./theme.js";
import { type Axis, formatValue, linearAxis } from "./ticks.js";

/** How much of one prediction rests on each shell of |g|. */
export interface ShellEffectsData {
  readonly target: string;
  readonly unit: string;
  readonly model: string;
  /** The axis ends there, 1/Å. */
  readonly cutoff: number;
  readonly shells: readonly ShellBar[];
}

/**
 * A shell from |g| > `from` to `to` in 1/Å (both 0: the mean density) and what the prediction loses without it, in the
 * target's unit.
 */
export interface ShellBar {
  readonly from: number;
  readonly to: number;
  readonly effect: number;
}

/** Room left of |g| = 0 for the bar of the mean density, in parts of the axis. */
const MEAN_ROOM = 0.13;

/** One bar a shell: upwards in one colour where it raises the prediction, downwards in another where it lowers it. */
export function shellEffectsSvg(data: ShellEffectsData, options: PlotOptions): string {
  const { theme, width } = options;
  const translate = options.translate ?? translateNothing;
  const height = options.height ?? Math.round(Math.min(300, Math.max(170, width * 0.62)));
  const [top, bottom] = [12, height - PANEL_MARGIN.bottom];
  const y = linearAxis(effectDomain(data.shells), [bottom, top], 34);
  const box: Box = { left: leftMargin(y), top, right: width - PANEL_MARGIN.right, bottom };
  const words = {
    title:
      options.title ??
      translate("Effect of each shell of |g| on the predicted {0}", propertyLabel(data.target, translate.language)),
    description: describeShellEffects(data, translate),
  };
  const x = linearAxis([-MEAN_ROOM * data.cutoff, data.cutoff], [box.left, box.right], 44);
  const shown: Axis = { ...x, ticks: x.ticks.filter(({ at }) => at >= x.scale(0) - 0.5) };
  const frame = drawPanel(box, shown, y, { heading: "", x: "|g| (Å⁻¹)", y: data.unit }, theme);
  if (data.shells.length === 0)
    return drawFigure({ width, height }, theme, words, frame, drawEmptyNote(box, "–", theme));
  const zero = element("path", {
    d: `M${box.left},${y.scale(0)}H${box.right}`,
    stroke: theme.mutedInk,
    "stroke-width": 1,
  });
  return drawFigure(
    { width, height },
    theme,
    words,
    frame,
    ...data.shells.map((shell) => drawBar(shell, data, x, y, theme)),
    zero,
    drawMeanName(x.scale(-0.75 * MEAN_ROOM * data.cutoff), box, theme),
  );
}

/** The figure in words: the shells with the largest effects. */
export function describeShellEffects(
  { target, unit, model, shells }: ShellEffectsData,
  translate: Translate = translateNothing,
): string {
  const strongest = [...shells].sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect)).slice(0, 3);
  const named = strongest.map(({ from, to, effect }) =>
    to === 0
      ? translate("the mean density {0} {1}", signed(effect), unit)
      : translate("|g| from {0} to {1} Å⁻¹ {2} {3}", from.toFixed(2), to.toFixed(2), signed(effect), unit),
  );
  if (named.length === 0) return translate("No explanation of {0} yet", propertyLabel(target, translate.language));
  return translate(
    "{0}, model {1}: the largest effects are {2}.",
    propertyLabel(target, translate.language),
    modelLabel(model, translate.language),
    named.join("; "),
  );
}

function drawBar({ from, to, effect }: ShellBar, data: ShellEffectsData, x: Axis, y: Axis, theme: PlotTheme): string {
  const isMean = to === 0;
  const [left, right] = isMean ? [-MEAN_ROOM * data.cutoff, (-MEAN_ROOM / 2) * data.cutoff] : [from, to];
  const [x0, x1] = [x.scale(left) + 1, x.scale(right) - 1];
  const [top, bottom] = effect >= 0 ? [y.scale(effect), y.scale(0)] : [y.scale(0), y.scale(effect)];
  return element("rect", {
    x: x0,
    y: top,
    width: Math.max(1, x1 - x0),
    height: Math.max(0.5, bottom - top),
    fill: effect >= 0 ? theme.signs.positive : theme.signs.negative,
  });
}

function drawMeanName(x: number, box: Box, theme: PlotTheme): string {
  return textAt(x, box.bottom + 15, "s₀", { "text-anchor": "middle", "font-size": FONT_SIZE, fill: theme.mutedInk });
}

function effectDomain(shells: readonly ShellBar[]): readonly [number, number] {
  const effects = shells.map(({ effect }) => effect);
  const [low, high] = [Math.min(0, ...effects), Math.max(0, ...effects)];
  const pad = (high - low || 1) * 0.06;
  return [low < 0 ? low - pad : 0, high > 0 ? high + pad : pad];
}

const signed = (value: number): string => `${value > 0 ? "+" : ""}${formatValue(value)}`;
