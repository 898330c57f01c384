import type { LearningCurveData, LearningCurveTarget } from "../../src/core/plots/learningCurve.js";
import { formatValue, formatWithError } from "../../src/core/plots/ticks.js";
import { modelLabel, propertyLabel } from "../../src/core/text/labels.js";
import { make } from "../ui/dom.js";
import { t } from "../ui/text.js";

/** Every mean with its standard error, one table a target; the best of each size stands out. */
export function makeMaeTables(data: LearningCurveData): HTMLElement {
  const filled = data.targets.filter((target) => target.series.length > 0);
  if (filled.length === 0) return make("p", { class: "quiet" }, t("No results yet"));
  return make("div", { class: "tables" }, ...filled.map(makeTable));
}

function makeTable(target: LearningCurveTarget): HTMLElement {
  const sizes = [...new Set(target.series.flatMap((series) => series.points.map((point) => point.trainSize)))].sort(
    (a, b) => a - b,
  );
  const best = new Map(
    sizes.map((size) => [
      size,
      Math.min(...target.series.map((series) => maeAt(series, size) ?? Number.POSITIVE_INFINITY)),
    ]),
  );
  const head = [t("Model"), ...sizes.map((size) => `n = ${size}`)].map((name) => make("th", { scope: "col" }, name));
  const rows = target.series.map((series) => {
    const cells = sizes.map((size) =>
      makeCell(
        series.points.find((point) => point.trainSize === size),
        best.get(size),
      ),
    );
    return make("tr", {}, make("th", { scope: "row" }, modelLabel(series.model, t.language)), ...cells);
  });
  return make(
    "div",
    { class: "table-scroll", tabindex: 0 },
    make(
      "table",
      { class: "mae" },
      make("caption", {}, `${propertyLabel(target.name, t.language)}, ${t("MAE")} (${target.unit})`),
      make("thead", {}, make("tr", {}, ...head)),
      make("tbody", {}, ...rows),
    ),
  );
}

type Point = LearningCurveTarget["series"][number]["points"][number];

function makeCell(point: Point | undefined, best: number | undefined): HTMLElement {
  if (point === undefined) return make("td", {}, "–");
  const written =
    point.standardError === undefined
      ? { value: formatValue(point.mae), error: "" }
      : formatWithError(point.mae, point.standardError);
  const value = make(point.mae === best ? "strong" : "span", {}, written.value);
  const spread = written.error === "" ? undefined : make("span", { class: "quiet" }, ` ± ${written.error}`);
  return make("td", { title: t("{0} repeats", point.repeats) }, value, spread);
}

const maeAt = (series: LearningCurveTarget["series"][number], size: number): number | undefined =>
  series.points.find((point) => point.trainSize === size)?.mae;
