import { propertyLabel } from "../../src/core/text/labels.js";
import { type PredictionSummary, plainText } from "../../src/core/text/predictionSummary.js";
import { make, makeSymbols } from "../ui/dom.js";
import { t } from "../ui/text.js";

/**
 * What was calculated for the material: its row of targets.csv, or the outputs beside the file. Nothing where nothing
 * is known.
 */
export function makeKnownValues(known: PredictionSummary<never>["known"]): HTMLElement | undefined {
  if (known.length === 0) return undefined;
  const rows = known.flatMap(({ target, value, unit }) => [
    make("dt", { title: target }, makeSymbols(propertyLabel(target, t.language))),
    make("dd", {}, `${plainText(value)} ${unit}`.trimEnd()),
  ]);
  return make("dl", { class: "facts known-values" }, ...rows);
}

/** Where they come from. */
export function knownSource(known: PredictionSummary<never>["known"]): string {
  return t("DFT, from {0}", [...new Set(known.map(({ source }) => source))].join(", "));
}
