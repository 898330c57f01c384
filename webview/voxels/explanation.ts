import { shellEffectsSvg } from "../../src/core/plots/shellEffects.js";
import { CSS_THEME } from "../../src/core/plots/theme.js";
import { modelLabel, propertyLabel } from "../../src/core/text/labels.js";
import type { Explanation, VoxelViewData } from "../../src/protocol/voxelView.js";
import { make, makeButton, makeCheckbox } from "../ui/dom.js";
import { t } from "../ui/text.js";
import type { Paint } from "./voxelModel.js";

export interface ExplanationActions {
  paint(on: boolean): void;
  close(): void;
}

const CHART_WIDTH = 280;

/** What one prediction rests on: its shells of |g| as bars; the voxels show the directions. */
export function makeExplanation(
  explanation: Explanation,
  { cutoff, model, painted }: { readonly cutoff: number; readonly model: string; readonly painted: boolean },
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
    makeButton(t("Close"), actions.close, { "aria-label": t("Close the explanation of {0}", propertyLabel(target, t.language)) }),
  );
}

/** The effects as colours of a picture, whose plane waves may be more or fewer than the model reads. */
export function paintOf(explanation: Explanation, picture: VoxelViewData): Paint {
  const known = new Map<string, number>();
  explanation.effect.forEach((value, i) => {
    known.set(keyOf(explanation.hkl, i), value);
  });
  const effect = picture.amplitude.map((_, i) => known.get(keyOf(picture.hkl, i)) ?? 0);
  return { effect, unit: explanation.unit, target: explanation.target };
}

const keyOf = (hkl: Int32Array, i: number): string => `${hkl[3 * i]} ${hkl[3 * i + 1]} ${hkl[3 * i + 2]}`;
