import type { Vector3 } from "../../src/core/math/matrix3.js";
import { formatValue } from "../../src/core/plots/ticks.js";
import { propertyLabel } from "../../src/core/text/labels.js";
import type { VoxelViewData } from "../../src/protocol/voxelView.js";
import { formatHkl, strongestReflections } from "../scene/reflections.js";
import { make, makeButton } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { quantityText } from "../ui/units.js";
import { type Paint, shownUnit } from "./voxelModel.js";

const ROWS = 24;

/** The picture as a table: the strongest plane waves, or those of the largest effects, with a bar for each. */
export function makeStrongest(
  picture: VoxelViewData,
  paint: Paint | undefined,
  choose: (hkl: Vector3) => void,
): HTMLElement {
  const rows = strongestReflections(picture, ROWS, paint?.effect);
  const shown = rows.map(({ amplitude, pair }) => (paint === undefined ? amplitude : (paint.effect[pair] ?? 0)));
  const top = Math.abs(shown[0] ?? 1);
  const quantity = paint === undefined ? "|s_g|" : t("effect on {0}", propertyLabel(paint.target, t.language));
  const head = ["h k l", "|g| (Å⁻¹)", quantityText(quantity, shownUnit(picture, paint))].map((name) =>
    make("th", { scope: "col" }, name),
  );
  const body = rows.map(({ hkl, length }, i) => {
    const value = shown[i] ?? 0;
    const bar = make("meter", { min: 0, max: 1, value: top > 0 ? Math.abs(value) / top : 0, "aria-hidden": "true" });
    return make(
      "tr",
      {},
      make(
        "td",
        { class: "hkl" },
        makeButton(formatHkl(hkl), () => choose(hkl), {
          appearance: "secondary",
          "aria-label": t("Choose plane wave {0}", hkl.join(" ")),
        }),
      ),
      make("td", {}, length.toFixed(3)),
      make("td", {}, bar, make("span", {}, formatValue(value))),
    );
  });
  return make(
    "table",
    { class: "strongest" },
    make("caption", {}, t("Strongest plane waves, one of each pair ±g")),
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...body),
  );
}
