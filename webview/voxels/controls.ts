import { formatValue } from "../../src/core/plots/ticks.js";
import type { VoxelViewData } from "../../src/protocol/voxelView.js";
import { COLOR_MAPS, type ColorMap, valueAtStrength } from "../scene/transfer.js";
import { make, makeButton, makeCheckbox, makeDropdown, makeSlider } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { valueText } from "../ui/units.js";
import { DEFAULT_SETTINGS, type TurnAxis, type ViewSettings } from "./viewSettings.js";
import { axisName, type Paint, shownRange, shownUnit } from "./voxelModel.js";

type Change = (part: Partial<ViewSettings>) => void;

/** The controls of the picture. `show` brings them up to date with settings changed elsewhere (keyboard, wheel). */
export interface Controls {
  readonly element: HTMLElement;
  show(settings: ViewSettings): void;
}

export function makeControls(
  picture: VoxelViewData,
  paint: Paint | undefined,
  settings: ViewSettings,
  change: Change,
): Controls {
  const side = Math.round(picture.length / picture.spacing);
  const step = (2 * Math.PI) / picture.length;
  const range = shownRange(picture, paint);
  const plane = makeSlider({
    label: t("Plane"),
    min: -side / 2,
    max: side / 2 - 1,
    step: 1,
    value: settings.plane,
    format: (value) => `${(value * step).toFixed(2).replace("-", "−")} Å⁻¹`,
    change: (value) => change({ plane: value }),
  });
  const threshold = makeSlider({
    label: t("Hide below"),
    min: 0,
    max: 1,
    step: 0.005,
    value: settings.threshold,
    format: (value) =>
      value === 0 ? t("all") : valueText(formatValue(valueAtStrength(range, value)), shownUnit(picture, paint)),
    change: (value) => change({ threshold: value }),
  });
  const most = picture.amplitude.length * 2;
  const strongest = makeSlider({
    label: t("Strongest voxels"),
    min: 0,
    max: 1,
    step: 0.01,
    value: placeOfCount(settings.strongest, most),
    format: (place) => (place >= 1 ? t("all") : String(countAtPlace(place, most))),
    change: (place) => change({ strongest: place >= 1 ? 0 : countAtPlace(place, most) }),
  });
  const percent = (label: string, key: "front" | "slab", min: number) =>
    makeSlider({
      label,
      min,
      max: 1,
      step: 0.01,
      value: settings[key],
      format: (value) => `${Math.round(100 * value)} %`,
      change: (value) => change({ [key]: value }),
    });
  const front = percent(t("Cut away in front"), "front", 0);
  const slab = percent(t("Slab thickness"), "slab", 0.02);
  const turning = makeTurning(settings, change);
  const maps = COLOR_MAPS.map((name) => [name, name] as const);
  const colorMap = makeDropdown(t("Colours"), maps, settings.colorMap, (value) =>
    change({ colorMap: value as ColorMap }),
  );
  const marks = make(
    "div",
    { class: "checks" },
    makeCheckbox(t("Spheres of |g|"), settings.shells, (shells) => change({ shells })),
    makeCheckbox(t("Box"), settings.box, (box) => change({ box })),
    makeCheckbox(t("Points"), settings.points, (points) => change({ points })),
  );
  const element = make(
    "div",
    { class: "controls" },
    plane.element,
    threshold.element,
    strongest.element,
    front.element,
    slab.element,
    turning.element,
    paint === undefined
      ? make("div", { class: "field" }, make("span", { class: "field-label" }, t("Colours")), colorMap)
      : undefined,
    marks,
    make(
      "p",
      { class: "quiet keys" },
      t(
        "Keys on the picture: arrows turn, with Shift they move it, + and − zoom, 3 X Y Z M change the view, N and P step through the voxels, Enter chooses one, R resets.",
      ),
    ),
  );
  const show = (next: ViewSettings) => {
    plane.set(next.plane);
    plane.element.hidden = next.mode === "3d" || next.mode === "mip";
    front.element.hidden = slab.element.hidden = !plane.element.hidden;
    front.set(next.front);
    slab.set(next.slab);
    strongest.set(placeOfCount(next.strongest, most));
    threshold.set(next.threshold);
    turning.show(next);
  };
  show(settings);
  return { element, show };
}

const FEWEST = 8;

/** A logarithmic slider from a few voxels to all. */
const countAtPlace = (place: number, most: number): number =>
  Math.round(FEWEST * (Math.max(most, 2 * FEWEST) / FEWEST) ** place);
const placeOfCount = (count: number, most: number): number =>
  count === 0 ? 1 : Math.max(0, Math.min(1, Math.log(count / FEWEST) / Math.log(Math.max(most, 2 * FEWEST) / FEWEST)));

/** Turns the crystal, not the viewer: the voxels are encoded again, as the network sees them in training. */
function makeTurning(
  settings: ViewSettings,
  change: Change,
): { element: HTMLElement; show: (settings: ViewSettings) => void } {
  const angle = makeSlider({
    label: t("Rotate crystal"),
    min: -180,
    max: 180,
    step: 1,
    value: settings.degrees,
    format: (value) => `${String(value).replace("-", "−")}°`,
    change: (degrees) => change({ degrees }),
  });
  const axes: readonly (readonly [TurnAxis, string])[] = (["x", "y", "z", "xyz"] as const).map((axis) => [
    axis,
    axisName(axis),
  ]);
  const axis = makeDropdown(t("Rotation axis"), axes, settings.turnAxis, (value) =>
    change({ turnAxis: value as TurnAxis }),
  );
  const reset = makeButton(t("Reset"), () => change({ degrees: DEFAULT_SETTINGS.degrees }));
  const row = make("div", { class: "field" }, make("span", { class: "field-label" }, t("Axis")), axis, reset);
  return { element: make("div", { class: "turning" }, angle.element, row), show: (next) => angle.set(next.degrees) };
}
