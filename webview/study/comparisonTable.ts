import { formatValue, formatWithError } from "../../src/core/plots/ticks.js";
import { modelLabel, propertyLabel } from "../../src/core/text/labels.js";
import type { ComparedResult, RunComparison } from "../../src/protocol/runEvents.js";
import { make } from "../ui/dom.js";
import { t } from "../ui/text.js";

/** Two runs result by result: the errors, their difference, and whether it is more than chance. */
export function makeComparison(name: string, { name: other, rows }: RunComparison): HTMLElement {
  const heading = make("h2", {}, t("{0} and {1}", name, other));
  if (rows.length === 0) {
    const note = make(
      "p",
      { class: "quiet" },
      t("The two runs have no target, model and training-set size in common."),
    );
    return make("section", { class: "panel comparison" }, heading, note);
  }
  const head = [t("Property"), t("Model"), "n", name, other, t("Difference"), "p"].map((text, i) =>
    make("th", { scope: "col", class: i === 1 ? "text" : undefined }, text),
  );
  const body = rows.map((row) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, `${propertyLabel(row.target, t.language)} (${row.unit})`),
      make("td", { class: "text" }, modelLabel(row.model, t.language)),
      make("td", {}, String(row.trainSize)),
      errorCell(row.mae, row.otherMae),
      errorCell(row.otherMae, row.mae),
      make("td", {}, writeDifference(row)),
      make("td", {}, row.p === undefined ? "–" : row.p < 0.001 ? "< 0.001" : row.p.toPrecision(2)),
    ),
  );
  const table = make("table", { class: "mae" }, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...body));
  return make(
    "section",
    { class: "panel comparison" },
    heading,
    make("p", { class: "caption" }, noteOf(rows)),
    make("div", { class: "table-scroll", tabindex: 0 }, table),
  );
}

function noteOf(rows: readonly ComparedResult[]): string {
  const first = t("Mean absolute errors; a negative difference means that this run is better.");
  if (rows.every(({ paired }) => paired))
    return `${first} ${t("Both runs were tested on the same materials: paired t-test, corrected for overlapping training sets.")}`;
  return `${first} ${t("The runs were tested on different materials: p is not given where the splits differ.")}`;
}

const errorCell = (mae: number, than: number) =>
  make("td", {}, make(mae < than ? "strong" : "span", {}, formatValue(mae)));

function writeDifference({ difference, standardError }: ComparedResult): string {
  const sign = difference > 0 ? "+" : "";
  if (standardError === undefined) return `${sign}${formatValue(difference)}`;
  const { value, error } = formatWithError(difference, standardError);
  return `${sign}${value} ± ${error}`;
}
