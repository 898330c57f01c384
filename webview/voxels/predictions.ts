import { modelLabel, propertyLabel, propertySymbol } from "../../src/core/text/labels.js";
import {
  APPROXIMATED,
  type Approximation,
  compactValueText,
  errorText,
  type PredictionSummary,
  summarizePredictions,
  type Trust,
  trustOf,
  valueText,
} from "../../src/core/text/predictionSummary.js";
import type { PredictionRow } from "../../src/protocol/voxelView.js";
import { make, makeButton, makeFormula, makeSymbols } from "../ui/dom.js";
import { t } from "../ui/text.js";

export interface PredictionActions {
  predict(): void;
  /** Asks what the prediction of the model in this folder rests on; an empty name takes the request back. */
  explain(model: string): void;
  /** Opens or closes the explanation of a model's prediction. */
  toggle(model: string): void;
  /** Shows the values of models that never saw such a material. */
  showOutside(): void;
}

export interface PredictionState {
  readonly rows: readonly PredictionRow[];
  readonly explaining: { readonly model: string; readonly fraction: number } | undefined;
  /** Open explanations by model; a model without one is being explained, or was not asked about. */
  readonly explanations: ReadonlyMap<string, HTMLElement>;
  readonly showsOutside: boolean;
}

const COLUMNS = 4;

/** The predictions as one table, a line each, and what is to be said of all of them once. */
export function makePredictions(state: PredictionState, actions: PredictionActions): HTMLElement {
  const { rows, showsOutside } = state;
  const button = makeButton(rows.length === 0 ? t("Predict") : t("Predict again"), actions.predict, {
    appearance: rows.some(({ stale }) => stale) ? "primary" : "secondary",
  });
  if (rows.length === 0) {
    const note = make(
      "p",
      { class: "quiet" },
      t("No predictions yet. Train a model on a dataset, then predict this file."),
    );
    return make("div", { class: "predictions" }, note, button);
  }
  const summary = summarizePredictions(rows);
  const shown = [...summary.inside, ...(showsOutside ? summary.outside : [])];
  return make(
    "div",
    { class: "predictions" },
    summary.outside.length > 0 ? makeBanner(summary, showsOutside, actions) : undefined,
    ...summary.refusals.map((refusal) => makeRefusal(refusal, shown.length === 0 && summary.refusals.length === 1)),
    shown.length === 0 ? undefined : makeTable(shown, state, actions),
    ...summarizePredictions(shown).approximations.map((one) =>
      make("p", { class: "quiet approximation" }, approximationText(one)),
    ),
    ...summarizePredictions(shown).domainSamples.map((sample) =>
      make("p", { class: "quiet" }, t("The limit of the domain is taken from {0} training materials.", sample)),
    ),
    summary.nearest.length === 0 ? undefined : makeNearest(summary.nearest),
    button,
  );
}

const approximationText = ({ trainedOn, landmarks }: Approximation): string =>
  t("≈ Approximated model: learned from {0} materials through {1} of them.", trainedOn, landmarks);

/** What holds for all of a material's predictions. */
export function makeBadges({ inTraining, stale }: PredictionSummary<PredictionRow>): HTMLElement | undefined {
  if (!inTraining && !stale) return undefined;
  const badge = (text: string, kind: string, title: string) => make("span", { class: `badge ${kind}`, title }, text);
  return make(
    "span",
    { class: "badges" },
    inTraining
      ? badge(
          t("training material"),
          "known",
          t("The models were trained on this very crystal: their values are no test."),
        )
      : undefined,
    stale ? badge(t("outdated"), "stale", t("The file has changed since this prediction.")) : undefined,
  );
}

/** One for the material: what it has that no training material had. */
function makeBanner(
  { warnings, inside }: PredictionSummary<PredictionRow>,
  showsOutside: boolean,
  { showOutside }: PredictionActions,
): HTMLElement {
  const reasons = warnings.length > 0 ? warnings : [t("The training set contains no material like this one.")];
  const [first = "", ...others] = reasons;
  return make(
    "div",
    { class: "domain-banner", role: "note" },
    make("strong", {}, inside.length > 0 ? t("Partly out of domain") : t("Out of domain")),
    ...[first, ...others].map((reason) => make("p", { class: "reason" }, reason)),
    showsOutside ? undefined : makeButton(t("Show anyway"), showOutside, { class: "show-outside" }),
  );
}

function makeRefusal(
  { reason, targets }: { readonly reason: string; readonly targets: readonly string[] },
  isOnly: boolean,
): HTMLElement {
  const names = targets.map((target) => propertyLabel(target, t.language)).join(", ");
  return make(
    "p",
    { class: "quiet refusal" },
    isOnly ? t("No prediction: {0}", reason) : t("No prediction of {0}: {1}", names, reason),
  );
}

function makeTable(rows: readonly PredictionRow[], state: PredictionState, actions: PredictionActions): HTMLElement {
  const unit = commonUnit(rows);
  const heading = (text: string, title: string) => make("th", { scope: "col", title }, text);
  const head = make(
    "tr",
    {},
    heading(t("Property"), ""),
    heading(unit === "" ? t("Predicted") : t("Predicted ({0})", unit), t("± one standard deviation of the error")),
    heading(t("Test error"), t("Mean absolute error of the model on materials that its training had not seen")),
    make("th", { scope: "col" }, make("span", { class: "unseen" }, t("Trust"))),
  );
  const several = new Set(state.rows.map(({ target }) => target)).size < state.rows.length;
  return make(
    "table",
    { class: "prediction-table" },
    make("thead", {}, head),
    make("tbody", {}, ...rows.flatMap((row) => makeRow(row, { unit, several }, state, actions))),
  );
}

/** The unit of most rows stands once, above them. */
function commonUnit(rows: readonly PredictionRow[]): string {
  const counts = new Map<string, number>();
  for (const { unit } of rows) counts.set(unit, (counts.get(unit) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "";
}

function makeRow(
  row: PredictionRow,
  table: { readonly unit: string; readonly several: boolean },
  state: PredictionState,
  actions: PredictionActions,
): HTMLElement[] {
  const { target, unit, testError, stale, lower, upper, approximation } = row;
  const trust = trustOf(row);
  const name = propertyLabel(target, t.language);
  const shortName = columnsOf(name) > NAME_COLUMNS ? propertySymbol(target, t.language) : name;
  const model = modelLabel(row.model, t.language);
  const interval =
    lower === undefined || upper === undefined
      ? ""
      : t("90 % interval: {0} to {1} {2}", rounded(lower, row), rounded(upper, row), unit);
  const look = [stale ? "is-stale" : "", trust === "outside" ? "is-outside" : ""].filter(Boolean).join(" ");
  const line = make(
    "tr",
    { class: `prediction ${look}`.trim() },
    make(
      "th",
      { scope: "row", title: `${name}\n${target}\n${t("Model: {0}", model)}` },
      ...makeName(row, table.several ? `${shortName} (${model})` : shortName, state, actions),
    ),
    make(
      "td",
      { title: [interval, approximation && approximationText(approximation)].filter(Boolean).join("\n") },
      approximation && make("span", { class: "approximated" }, APPROXIMATED),
      make("strong", {}, compactValueText(row)),
      make("span", { class: "unit" }, unit === "" || unit === table.unit ? "" : ` ${unit}`),
    ),
    make("td", { class: "test-error" }, testError === undefined ? "–" : errorText(testError)),
    make("td", {}, makeMark(trust)),
  );
  const detail = row.explainable === undefined ? undefined : makeDetail(row.explainable, name, state, actions);
  return detail === undefined ? [line] : [line, detail];
}

/** Where a name is wider, its symbol stands in its place: a row is one line. */
const NAME_COLUMNS = 18;

/** Letters of Latin width; those of Japanese are twice as wide. */
const columnsOf = (text: string): number => [...text].reduce((sum, letter) => sum + (letter > "\u2fff" ? 2 : 1), 0);

const rounded = (value: number, row: PredictionRow): string =>
  valueText({ value, ...(row.sigma && { sigma: row.sigma }) }).split(" ± ")[0] ?? "";

/** Wider names stand as symbols where the panel is narrow (numbers.css). */
const BRIEF_COLUMNS = 10;

/** A property's name and, for a narrow panel, its symbol. */
function makeNames(target: string, name: string): Node[] {
  const symbol = propertySymbol(target, t.language);
  const isWhole = name === propertyLabel(target, t.language);
  if (!isWhole || columnsOf(name) <= BRIEF_COLUMNS || columnsOf(symbol) >= columnsOf(name)) return [makeSymbols(name)];
  const brief = makeSymbols(symbol);
  brief.classList.add("brief");
  return [makeSymbols(name), brief];
}

/** The name opens the explanation below the row, where there is one. */
function makeName(
  row: PredictionRow,
  name: string,
  state: PredictionState,
  { toggle }: PredictionActions,
): readonly (Node | string)[] {
  const { explainable } = row;
  if (explainable === undefined) return makeNames(row.target, name);
  const isOpen = state.explanations.has(explainable) || state.explaining?.model === explainable;
  const button = make(
    "button",
    { class: "explain", type: "button", "aria-expanded": String(isOpen), "aria-label": t("Explain: {0}", name) },
    ...makeNames(row.target, name),
  );
  button.addEventListener("click", () => toggle(explainable));
  return [button];
}

function makeDetail(
  model: string,
  name: string,
  state: PredictionState,
  { explain }: PredictionActions,
): HTMLElement | undefined {
  const explanation = state.explanations.get(model);
  const isExplaining = state.explaining?.model === model;
  if (explanation === undefined && !isExplaining) return undefined;
  const content =
    explanation ??
    make(
      "div",
      { class: "explaining", role: "status" },
      make("progress", { max: 1, value: state.explaining?.fraction ?? 0, "aria-label": t("Explain: {0}", name) }),
      makeButton(t("Cancel"), () => explain("")),
    );
  return make("tr", { class: "explanation-row" }, make("td", { colspan: COLUMNS }, content));
}

const MARKS: Readonly<Record<Trust, string>> = { usual: "●", wide: "◐", outside: "○" };

function makeMark(trust: Trust): HTMLElement {
  const words = {
    usual: t("as reliable as the test error says"),
    wide: t("less certain than the test error says"),
    outside: t("out of domain: not to be trusted"),
  }[trust];
  return make("span", { class: `trust ${trust}`, role: "img", "aria-label": words, title: words }, MARKS[trust]);
}

function makeNearest(nearest: PredictionSummary<PredictionRow>["nearest"]): HTMLElement {
  const items = nearest.flatMap(({ id, formula, similarity }, i) => [
    ...(i === 0 ? [] : [", "]),
    ...(formula === undefined ? [id] : [makeFormula(formula), ` ${id}`]),
    ` ${Math.round(100 * similarity)} %`,
  ]);
  const title = t("Similarity of the densities' shells of |g|; 100 % is the same density");
  return make("p", { class: "quiet nearest", title }, t("Nearest training materials: "), ...items);
}
