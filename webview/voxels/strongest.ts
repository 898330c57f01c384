import { formatValue } from "../../src/core/plots/ticks.js";
import type { VoxelPicture } from "../../src/protocol/voxelView.js";
import { formatHkl, strongestReflections } from "../scene/reflections.js";
import { make } from "../ui/dom.js";
import { t } from "../ui/text.js";

const ROWS = 24;

/** The picture as a table: the strongest plane waves with a bar for each. */
export function makeStrongest(picture: VoxelPicture): HTMLElement {
  const rows = strongestReflections(picture, ROWS);
  const top = rows[0]?.amplitude ?? 1;
  const head = ["h k l", "|g| (1/Å)", `|s_g| (${picture.unit})`].map((name) => make("th", { scope: "col" }, name));
  const body = rows.map(({ hkl, length, amplitude }) => {
    const bar = make("meter", { min: 0, max: 1, value: top > 0 ? amplitude / top : 0, "aria-hidden": "true" });
    return make(
      "tr",
      {},
      make("td", { class: "hkl" }, formatHkl(hkl)),
      make("td", {}, length.toFixed(3)),
      make("td", {}, bar, make("span", {}, formatValue(amplitude))),
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
