import { formatWithError } from "../../src/core/plots/ticks.js";
import { modelLabel, propertyLabel } from "../../src/core/text/labels.js";
import type { PredictionRow } from "../../src/protocol/voxelView.js";
import { make, makeButton } from "../ui/dom.js";
import { t } from "../ui/text.js";

export interface PredictionActions {
  predict(): void;
  /** Asks what the prediction of the model in this folder rests on. */
  explain(model: string): void;
}

/** `explaining`: the model whose prediction is being explained, and the share that is done. */
export function makePredictions(
  rows: readonly PredictionRow[],
  explaining: { readonly model: string; readonly fraction: number } | undefined,
  { predict, explain }: PredictionActions,
): HTMLElement {
  const isStale = rows.some((row) => row.stale);
  const label = rows.length === 0 ? t("Predict") : t("Predict again");
  const button = makeButton(label, predict, { appearance: isStale ? "primary" : "secondary" });
  if (rows.length === 0) {
    const note = make("p", { class: "quiet" }, t("No predictions yet. Train a model on a dataset, then predict this file."));
    return make("div", { class: "predictions" }, note, button);
  }
  const spoken = rows.filter(({ value }) => value !== undefined);
  const silent = [...new Set(rows.flatMap(({ value, reasons }) => (value === undefined ? (reasons ?? []) : [])))];
  const notes = silent.map((reason) => make("p", { class: "quiet" }, t("No prediction: {0}", reason)));
  return make("div", { class: "predictions" }, ...notes, make("ul", {}, ...spoken.map((row) => makeRow(row, explaining, explain))), button);
}

function makeRow(
  row: PredictionRow,
  explaining: { readonly model: string; readonly fraction: number } | undefined,
  explain: (model: string) => void,
): HTMLElement {
  const badges = [
    ...(row.inTraining ? [makeBadge(t("training material"), "known", t("The model was trained on this very file."))] : []),
    ...(row.outOfDomain
      ? [makeBadge(t("out of domain"), "warning", row.reasons?.join("\n") || t("The training set contains no material like this one."))]
      : []),
    ...(row.stale ? [makeBadge(t("outdated"), "stale", t("The file has changed since this prediction."))] : []),
  ];
  const written = formatWithError(row.value ?? Number.NaN, row.sigma ?? Number.NaN);
  const spread = row.sigma === 0 ? "" : ` ± ${written.error}`;
  const number = make("strong", {}, written.value);
  const value = make("div", { class: "prediction-value" }, number, make("span", {}, `${spread} ${row.unit}`));
  const nearest = row.nearest.slice(0, 3).map(({ id, similarity }) => `${id} (${similarity.toFixed(3)})`);
  return make(
    "li",
    { class: row.stale ? "is-stale" : undefined },
    make("div", { class: "prediction-name", title: row.target }, propertyLabel(row.target, t.language), ...badges),
    value,
    ...(row.reasons ?? []).map((reason) => make("div", { class: "quiet reason" }, reason)),
    make("div", { class: "quiet" }, t("Model: {0}", modelLabel(row.model, t.language))),
    nearest.length === 0 ? undefined : make("div", { class: "quiet" }, t("Nearest training materials: {0}", nearest.join(", "))),
    row.explainable === undefined ? undefined : makeExplain(row.explainable, explaining, explain),
  );
}

function makeExplain(
  model: string,
  explaining: { readonly model: string; readonly fraction: number } | undefined,
  explain: (model: string) => void,
): HTMLElement {
  if (explaining?.model !== model) return makeButton(t("Explain"), () => explain(model), { class: "explain" });
  const share = `${Math.round(100 * explaining.fraction)} %`;
  return makeButton(`${t("Cancel")} (${share})`, () => explain(""), { class: "explain" });
}

function makeBadge(text: string, kind: string, title: string): HTMLElement {
  return make("span", { class: `badge ${kind}`, title }, text);
}
