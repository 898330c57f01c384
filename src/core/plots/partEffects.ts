import { modelLabel, propertyLabel } from "../text/labels.js";
import { drawFigure, FONT_SIZE, shortenText, textAt } from "./panel.js";
import { element } from "./svg.js";
import { type PlotOptions, type PlotTheme, type Translate, translateNothing } from "./theme.js";
import { linearAxis } from "./ticks.js";

/** One predicted value as a sum. */
export interface PartEffectsData {
  readonly target: string;
  readonly unit: string;
  readonly model: string;
  /** The value for the mean of the training materials. */
  readonly start: number;
  /** `start` and all effects add up to `value`. */
  readonly parts: readonly { readonly part: string; readonly effect: number }[];
  readonly value: number;
}

const ROW = 21;
const BAR = 11;
const GAP = 6;

/**
 * A row a part, from the mean of the training materials down to the predicted value: each bar begins where the one
 * above it ends.
 */
export function partEffectsSvg(data: PartEffectsData, options: PlotOptions): string {
  const { theme, width } = options;
  const translate = options.translate ?? translateNothing;
  const height = ROW * (data.parts.length + 2) + 4;
  const words = {
    title:
      options.title ?? translate("What adds up to the predicted {0}", propertyLabel(data.target, translate.language)),
    description: describePartEffects(data, translate),
  };
  const names = Math.round(width * 0.42);
  const numbers = 58;
  const ends = endsOf(data);
  const { scale } = linearAxis([Math.min(...ends), Math.max(...ends)], [names + GAP, width - numbers - GAP], 44);
  const say = numberWriter(data);
  const row = (index: number, name: string, number: string, bar: string, weight = 400): string => {
    const y = ROW * index + ROW / 2 + 2;
    const text = { "font-size": FONT_SIZE, fill: theme.ink, "font-weight": weight };
    return element(
      "g",
      {},
      textAt(0, y + 4, shortenText(name, names), text),
      element("g", { transform: `translate(0 ${y - BAR / 2})` }, bar),
      textAt(width, y + 4, number, { ...text, "text-anchor": "end" }),
    );
  };
  const rows = data.parts.map(({ part, effect }, i) =>
    row(
      i + 1,
      partName(part, translate),
      say(effect, true),
      drawStep(scale(ends[i] ?? 0), scale(ends[i + 1] ?? 0), effect, theme),
    ),
  );
  return drawFigure(
    { width, height },
    theme,
    words,
    row(0, translate("training mean"), say(data.start), drawMark(scale(data.start), theme)),
    ...rows,
    row(data.parts.length + 1, translate("Predicted"), say(data.value), drawMark(scale(data.value), theme), 600),
  );
}

/** The figure in words. */
export function describePartEffects(data: PartEffectsData, translate: Translate = translateNothing): string {
  const say = numberWriter(data);
  return translate(
    "{0}, model {1}: {2} {5} for the mean of the training materials; {3}; together {4} {5}.",
    propertyLabel(data.target, translate.language),
    modelLabel(data.model, translate.language),
    say(data.start),
    data.parts.map(({ part, effect }) => `${partName(part, translate)} ${say(effect, true)}`).join("; "),
    say(data.value),
    data.unit,
  );
}

function partName(part: string, translate: Translate): string {
  switch (part) {
    case "composition":
      return translate("Composition");
    case "volume":
      return translate("Volume per atom");
    case "surroundings":
      return translate("Surroundings");
    case "shells":
      return translate("Density: shells of |g|");
    case "angular":
      return translate("Density: directions");
    case "functionals":
      return translate("Density: functionals");
    case "electrostatics":
      return translate("Electrostatics");
    default:
      return part;
  }
}

/** Where the sum stands before the first part and behind each. */
function endsOf({ start, parts }: PartEffectsData): number[] {
  const ends = [start];
  for (const { effect } of parts) ends.push((ends.at(-1) ?? 0) + effect);
  return ends;
}

/** As many decimals for all as give the largest three digits. */
function numberWriter(data: PartEffectsData): (value: number, signed?: boolean) => string {
  const largest = Math.max(...[data.start, data.value, ...data.parts.map(({ effect }) => effect)].map(Math.abs));
  const decimals = largest > 0 ? Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(largest)))) : 0;
  return (value, signed = false) => {
    const written = Math.abs(value).toFixed(decimals);
    const sign = Number(written) === 0 ? "" : value < 0 ? "−" : signed ? "+" : "";
    return `${sign}${written}`;
  };
}

function drawStep(from: number, to: number, effect: number, theme: PlotTheme): string {
  const fill = effect >= 0 ? theme.signs.positive : theme.signs.negative;
  return element("rect", { x: Math.min(from, to), y: 0, width: Math.max(1, Math.abs(to - from)), height: BAR, fill });
}

const drawMark = (at: number, theme: PlotTheme): string =>
  element("path", { d: `M${at},-2V${BAR + 2}`, stroke: theme.ink, "stroke-width": 2, fill: "none" });
