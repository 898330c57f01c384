import { formatValue } from "../../src/core/plots/ticks.js";
import { formatHkl, reflectionsIn } from "../scene/reflections.js";
import { stepsOf, valueAt } from "../scene/voxelField.js";
import { make } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { valueText } from "../ui/units.js";
import { rotationOf, type ViewSettings } from "./viewSettings.js";
import { shownUnit, type VoxelModel } from "./voxelModel.js";

const LISTED = 6;

/** What stands in one voxel: its value, its place, and the plane waves that fell into it. */
export function fillTooltip(tooltip: HTMLElement, model: VoxelModel, settings: ViewSettings, flat: number): void {
  const { field, picture, paint } = model;
  const steps = stepsOf(field.size, flat);
  const g = steps.map((n) => (n * field.step).toFixed(2).replace("-", "−")).join(", ");
  const reflections = reflectionsIn(picture, rotationOf(settings), field, flat);
  const written = (amplitude: number, pair: number) =>
    formatValue(paint === undefined ? amplitude : (paint.effect[pair] ?? 0));
  const rows = reflections
    .slice(0, LISTED)
    .map(({ hkl, length, amplitude, pair, weight }) =>
      make(
        "tr",
        {},
        make("td", { class: "hkl" }, `(${formatHkl(hkl)})`),
        make("td", {}, `|g| ${length.toFixed(3)}`),
        make("td", {}, `${written(amplitude, pair)}${weight < 0.9995 ? ` × ${weight.toFixed(2)}` : ""}`),
      ),
    );
  const more = reflections.length - LISTED;
  tooltip.replaceChildren(
    make("div", { class: "tooltip-value" }, valueText(formatValue(valueAt(field, flat)), shownUnit(picture, paint))),
    make("div", { class: "tooltip-place" }, `g = (${g}) Å⁻¹`),
    rows.length === 0 ? make("div", {}, t("no plane wave")) : make("table", {}, ...rows),
    ...(more > 0 ? [make("div", { class: "tooltip-place" }, t("and {0} more", more))] : []),
  );
}
