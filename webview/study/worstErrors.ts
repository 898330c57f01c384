import { formatValue } from "../../src/core/plots/ticks.js";
import { modelLabel } from "../../src/core/text/labels.js";
import type { ParityPoint } from "../../src/protocol/runEvents.js";
import { listen, make, makeFormula } from "../ui/dom.js";
import { t } from "../ui/text.js";

const SHOWN = 10;

/** The test predictions with the largest errors; a material's name opens its crystal. */
export function makeWorstErrors(
  points: readonly ParityPoint[],
  unit: string,
  formulas: ReadonlyMap<string, string>,
  open: (id: string) => void,
): HTMLElement {
  const head = [t("Material"), t("Model"), t("Calculated (DFT)"), t("Predicted"), t("Error")].map((name, i) =>
    make(
      "th",
      { scope: "col", class: i === 1 ? "text" : undefined },
      i < 2 || unit === "" ? name : `${name} (${unit})`,
    ),
  );
  const rows = worstOf(points).map((point) => {
    const formula = formulas.get(point.id);
    const link = listen(make("button", { class: "link", type: "button", title: t("Open the crystal") }), {
      click: () => open(point.id),
    });
    link.append(...(formula === undefined ? [point.id] : [makeFormula(formula), ` ${point.id}`]));
    const numbers = [point.actual, point.predicted, point.predicted - point.actual].map((value) =>
      make("td", {}, formatValue(value)),
    );
    const model = make("td", { class: "text" }, modelLabel(point.model, t.language));
    return make("tr", {}, make("th", { scope: "row" }, link), model, ...numbers);
  });
  const table = make(
    "table",
    { class: "mae worst" },
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...rows),
  );
  return make("div", { class: "table-scroll", tabindex: 0 }, table);
}

/** The largest absolute errors first; a network that came to nothing has none. */
export function worstOf(points: readonly ParityPoint[]): readonly ParityPoint[] {
  const size = ({ actual, predicted }: ParityPoint) => Math.abs(predicted - actual);
  return points
    .filter((point) => Number.isFinite(size(point)))
    .sort((a, b) => size(b) - size(a))
    .slice(0, SHOWN);
}
