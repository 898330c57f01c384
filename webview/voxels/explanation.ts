import { partEffectsSvg } from "../../src/core/plots/partEffects.js";
import { shellEffectsSvg } from "../../src/core/plots/shellEffects.js";
import { CSS_THEME } from "../../src/core/plots/theme.js";
import { modelLabel, propertyLabel } from "../../src/core/text/labels.js";
import type { Explanation, PartExplanation, VoxelViewData, WaveExplanation } from "../../src/protocol/voxelView.js";
import { make, makeButton, makeCheckbox } from "../ui/dom.js";
import { t } from "../ui/text.js";
import type { Paint } from "./voxelModel.js";

export interface ExplanationActions {
  paint(on: boolean): void;
  close(): void;
}

const CHART_WIDTH = 280;

export interface ExplanationState {
  readonly cutoff: number;
  readonly model: string;
  readonly painted: boolean;
}

/** What one prediction rests on, with the chart. */
export function makeExplanation(
  explanation: Explanation,
  state: ExplanationState,
  actions: ExplanationActions,
): HTMLElement {
  return explanation.kind === "parts"
    ? makeParts(explanation, state.model, actions)
    : makeWaves(explanation, state, actions);
}

/** The value as a sum. */
function makeParts(explanation: PartExplanation, model: string, actions: ExplanationActions): HTMLElement {
  const chart = make("div", { class: "explanation-chart" });
  chart.innerHTML = partEffectsSvg({ ...explanation, model }, { width: CHART_WIDTH, theme: CSS_THEME, translate: t });
  return make(
    "div",
    { class: "explanation" },
    make("div", { class: "quiet" }, t("Model: {0}", modelLabel(model, t.language))),
    chart,
    make(
      "p",
      { class: "quiet" },
      t(
        "The model is a sum: the parts, in {0}, add up to its value exactly. Physical bounds (no negative gap) are applied after that.",
        explanation.unit,
      ),
    ),
    makeClose(explanation, actions),
  );
}

const makeClose = ({ target }: Explanation, { close }: ExplanationActions): HTMLElement =>
  makeButton(t("Close"), close, { "aria-label": t("Close the explanation of {0}", propertyLabel(target, t.language)) });

/** Its shells of |g| as bars; the voxels show the directions. */
function makeWaves(
  explanation: WaveExplanation,
  { cutoff, model, painted }: ExplanationState,
  actions: ExplanationActions,
): HTMLElement {
  const { target, unit, shells } = explanation;
  const chart = make("div", { class: "explanation-chart" });
  const data = { target, unit, model, cutoff, shells };
  chart.innerHTML = shellEffectsSvg(data, { width: CHART_WIDTH, theme: CSS_THEME, translate: t });
  return make(
    "div",
    { class: "explanation" },
    make("div", { class: "quiet" }, t("Model: {0}", modelLabel(model, t.language))),
    chart,
    make(
      "p",
      { class: "quiet" },
      t(
        "How much the prediction drops when a group of plane waves is masked. Chart: by shell of |g|. Colours: by {0} groups.",
        explanation.groups,
      ),
    ),
    makeCheckbox(t("Colour the voxels by effect"), painted, actions.paint),
    makeClose(explanation, actions),
  );
}

/** The effects as colours of a picture, whose plane waves may be more or fewer than the model reads. */
export function paintOf(explanation: WaveExplanation, picture: VoxelViewData): Paint {
  const known = new Map<string, number>();
  explanation.effect.forEach((value, i) => {
    known.set(keyOf(explanation.hkl, i), value);
  });
  const effect = picture.amplitude.map((_, i) => known.get(keyOf(picture.hkl, i)) ?? 0);
  return { effect, unit: explanation.unit, target: explanation.target };
}

const keyOf = (hkl: Int32Array, i: number): string => `${hkl[3 * i]} ${hkl[3 * i + 1]} ${hkl[3 * i + 2]}`;
