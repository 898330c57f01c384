import type { Vector3 } from "../../src/core/math/matrix3.js";
import { COLOR_MAPS, type ColorMap } from "../scene/transfer.js";
import { listen, make, makeButton, makeCheckbox, makeDropdown, makeSlider, type Slider } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { AXIS_VIEWS } from "./axisViews.js";
import { type AtomStyle, type CrystalSettings, MAX_CELLS, MAX_INDEX, type RadiusKind } from "./crystalSettings.js";

export type ChangeCrystal = (part: Partial<CrystalSettings>) => void;

/** A group of controls; `show` brings it up to date with settings and data changed elsewhere. */
export interface ControlGroup {
  readonly element: HTMLElement;
  show(settings: CrystalSettings): void;
}

/** A plane through the field: h k l, offset, how it is drawn. */
export function makeSliceControls(
  settings: CrystalSettings,
  change: ChangeCrystal,
  lookOnto: (hkl: Vector3) => void,
): ControlGroup {
  let shown = settings;
  const hkl = makeTriple(t("Plane"), ["h", "k", "l"], settings.hkl, [-MAX_INDEX, MAX_INDEX], (value) =>
    change({ hkl: value }),
  );
  const offset = makeSlider({
    label: t("Offset"),
    min: 0,
    max: 1,
    step: 0.01,
    value: settings.offset,
    format: (value) => t("{0} d", value.toFixed(2)),
    change: (value) => change({ offset: value }),
  });
  const maps = COLOR_MAPS.map((name) => [name, name] as const);
  const colors = makeDropdown(t("Colours of the slice"), maps, settings.colorMap, (value) =>
    change({ colorMap: value as ColorMap }),
  );
  const element = make(
    "div",
    { class: "controls" },
    hkl.element,
    offset.element,
    labelled(t("Colours"), colors),
    makeButton(t("Look along the normal"), () => lookOnto(shown.hkl)),
    make(
      "div",
      { class: "checks" },
      makeCheckbox(t("In the crystal"), settings.plane, (plane) => change({ plane })),
      makeCheckbox(t("Contour lines"), settings.contours, (contours) => change({ contours })),
    ),
  );
  const show = (next: CrystalSettings) => {
    shown = next;
    hkl.set(next.hkl);
    offset.set(next.offset);
  };
  return { element, show };
}

/** An average over planes along an axis. */
export function makeProfileControls(length: number, settings: CrystalSettings, change: ChangeCrystal): ControlGroup {
  const axes = (["a", "b", "c"] as const).map((axis) => [axis, axis] as const);
  const axis = makeDropdown(t("Axis of the profile"), axes, settings.axis, (value) =>
    change({ axis: value as CrystalSettings["axis"] }),
  );
  const window = makeSlider({
    label: t("Macroscopic average"),
    min: 0,
    max: Math.max(1, Math.round(length * 10) / 10),
    step: 0.05,
    value: settings.window,
    format: (value) => (value === 0 ? t("none") : `${value.toFixed(2)} Å`),
    change: (value) => change({ window: value }),
  });
  return {
    element: make("div", { class: "controls" }, labelled(t("Axis"), axis), window.element),
    show: (next) => window.set(next.window),
  };
}

/** Atoms, bonds, cell, and what is cut away. */
export function makeAtomControls(settings: CrystalSettings, change: ChangeCrystal): ControlGroup {
  const styles: readonly (readonly [AtomStyle, string])[] = [
    ["balls", t("Balls and sticks")],
    ["spaceFilling", t("Space filling")],
    ["sticks", t("Sticks")],
  ];
  const radii: readonly (readonly [RadiusKind, string])[] = [
    ["covalent", t("covalent")],
    ["ionic", t("ionic")],
  ];
  const style = makeDropdown(t("Style"), styles, settings.atoms, (value) => change({ atoms: value as AtomStyle }));
  const kind = makeDropdown(t("Radii"), radii, settings.radii, (value) => change({ radii: value as RadiusKind }));
  const cells = makeTriple(t("Unit cells"), ["a", "b", "c"], settings.cells, [1, MAX_CELLS], (value) =>
    change({ cells: value }),
  );
  const front = percentSlider(t("Cut away in front"), settings.cutFront, (cutFront) => change({ cutFront }));
  const back = percentSlider(t("Cut away behind"), settings.cutBack, (cutBack) => change({ cutBack }));
  const box = (label: string, key: "bonds" | "polyhedra" | "labels" | "cell" | "perspective" | "depthCue") =>
    makeCheckbox(label, settings[key], (on) => change({ [key]: on }));
  const element = make(
    "div",
    { class: "controls" },
    labelled(t("Style"), style),
    labelled(t("Radii"), kind),
    cells.element,
    make(
      "div",
      { class: "checks" },
      box(t("Bonds"), "bonds"),
      box(t("Polyhedra"), "polyhedra"),
      box(t("Labels"), "labels"),
      box(t("Cell"), "cell"),
      box(t("Perspective"), "perspective"),
      box(t("Depth cue"), "depthCue"),
    ),
    front.element,
    back.element,
  );
  const show = (next: CrystalSettings) => {
    cells.set(next.cells);
    front.set(next.cutFront);
    back.set(next.cutBack);
  };
  return { element, show };
}

export interface ViewActions {
  along(axis: string): void;
  onto(hkl: Vector3): void;
  reset(): void;
}

/** The camera along an axis of the cell or of its reciprocal cell, or onto the planes (hkl). */
export function makeViewButtons({ along, reset }: Omit<ViewActions, "onto">): HTMLElement {
  const buttons = AXIS_VIEWS.map((axis) =>
    makeButton(axis, () => along(axis), { class: "axis-button", "aria-label": t("Look along {0}", axis) }),
  );
  return make(
    "div",
    { class: "view-buttons", role: "group", "aria-label": t("Look along") },
    make("span", { class: "field-label" }, t("Look along")),
    ...buttons,
    makeButton(t("Reset"), reset),
  );
}

export function labelled(label: string, control: HTMLElement): HTMLElement {
  return make("div", { class: "field" }, make("span", { class: "field-label" }, label), control);
}

export function percentSlider(label: string, value: number, change: (value: number) => void, min = 0): Slider {
  return makeSlider({
    label,
    min,
    max: 1,
    step: 0.01,
    value,
    format: (share) => `${Math.round(100 * share)} %`,
    change,
  });
}

/** Three whole numbers side by side. */
export function makeTriple(
  label: string,
  names: readonly [string, string, string],
  value: Vector3,
  [min, max]: readonly [number, number],
  change: (value: Vector3) => void,
): { readonly element: HTMLElement; set(value: Vector3): void } {
  const inputs = names.map((name, i) =>
    make("input", {
      type: "number",
      class: "number",
      min,
      max,
      step: 1,
      value: value[i as 0] ?? 0,
      "aria-label": `${label} ${name}`,
    }),
  );
  const read = () =>
    inputs.map((input) => Math.round(Math.max(min, Math.min(max, input.valueAsNumber)))) as unknown as Vector3;
  for (const input of inputs) {
    listen(input, {
      input: () => {
        const next = read();
        if (next.every(Number.isFinite) && (min > 0 || next.some((n) => n !== 0))) change(next);
      },
    });
  }
  const parts = inputs.map((input, i) =>
    make("label", { class: "triple-part" }, make("span", { class: "field-label" }, names[i]), input),
  );
  const element = make(
    "div",
    { class: "field triple", role: "group", "aria-label": label },
    make("span", { class: "field-label" }, label),
    ...parts,
  );
  const set = (next: Vector3) =>
    inputs.forEach((input, i) => {
      if (document.activeElement !== input) input.value = String(next[i as 0] ?? 0);
    });
  return { element, set };
}
