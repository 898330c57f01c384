import { formatValue } from "../../src/core/plots/ticks.js";
import { make, makeButton, makeCheckbox, makeDropdown, makeSlider, type Slider } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { unitText } from "../ui/units.js";
import { type ControlGroup, labelled, percentSlider } from "./crystalControls.js";
import { type CrystalSettings, type FurtherLevel, MAX_FURTHER_LEVELS } from "./crystalSettings.js";
import type { DensityModel } from "./densityModel.js";
import { type FieldActions, makeColourDropdown } from "./fieldControls.js";
import { colourName, SURFACE_COLOURS } from "./surfaceStyles.js";

const INNER_OPACITY = 0.85;

/** The isosurfaces: at which levels, how they are drawn. */
export function makeSurfaceControls(
  model: DensityModel,
  settings: CrystalSettings,
  actions: FieldActions,
): ControlGroup {
  const { change } = actions;
  let shown = settings;
  const level = levelSlider(
    t("Level"),
    model,
    () => shown,
    () => model.levelPlace(shown),
    (value) => change({ level: value }),
  );
  const opacity = percentSlider(t("Opacity"), settings.opacity, (value) => change({ opacity: value }), 0.05);
  const further = settings.furtherLevels.map((_, i) => furtherControls(model, i, () => shown, change));
  const add = makeButton(t("Add a level"), () => addLevel(model, shown, change), {
    "aria-label": t("Add a level"),
    class: "add-level",
  });
  const element = make(
    "div",
    { class: "controls" },
    level.element,
    opacity.element,
    labelled(t("Colour"), makeColourDropdown(model, settings, actions)),
    ...further.map((one) => one.element),
    settings.furtherLevels.length < MAX_FURTHER_LEVELS ? add : undefined,
    make(
      "div",
      { class: "checks" },
      makeCheckbox(t("Isosurface"), settings.surface, (surface) => change({ surface })),
      makeCheckbox(t("Closed at the cell's faces"), settings.closed, (closed) => change({ closed })),
    ),
  );
  const show = (next: CrystalSettings) => {
    shown = next;
    level.set(model.levelPlace(next));
    for (const one of further) one.show(next);
  };
  return { element, show };
}

/** Between the highest level and the largest value, drawn denser than what is around it, in the next colour. */
function addLevel(
  model: DensityModel,
  settings: CrystalSettings,
  change: (part: Partial<CrystalSettings>) => void,
): void {
  const { furtherLevels, colour } = settings;
  const highest = Math.max(model.levelPlace(settings), ...furtherLevels.map(({ level }) => level));
  const used = new Set([colour, ...furtherLevels.map((one) => one.colour)]);
  const next = SURFACE_COLOURS.findIndex((_, i) => !used.has(i));
  const added: FurtherLevel = { level: (2 * highest + 1) / 3, opacity: INNER_OPACITY, colour: Math.max(0, next) };
  change({ furtherLevels: [...furtherLevels, added] });
  focusOn(t("Level {0}", furtherLevels.length + 2));
}

/** One more level: value, opacity, colour, and a button that takes it away. */
function furtherControls(
  model: DensityModel,
  index: number,
  shown: () => CrystalSettings,
  change: (part: Partial<CrystalSettings>) => void,
): ControlGroup {
  const number = index + 2;
  const own = () => shown().furtherLevels[index] as FurtherLevel;
  const replace = (part: Partial<FurtherLevel>) =>
    change({ furtherLevels: shown().furtherLevels.map((one, i) => (i === index ? { ...one, ...part } : one)) });
  const level = levelSlider(
    t("Level {0}", number),
    model,
    shown,
    () => own().level,
    (value) => replace({ level: value }),
  );
  const opacity = percentSlider(
    t("Opacity of level {0}", number),
    own().opacity,
    (value) => replace({ opacity: value }),
    0.05,
  );
  const signed = model.field(shown())?.signed ?? false;
  const colours = SURFACE_COLOURS.map((_, i) => [String(i), colourName(i, signed)] as const);
  const colour = makeDropdown(t("Colour of level {0}", number), colours, String(own().colour), (value) =>
    replace({ colour: Number(value) }),
  );
  const remove = () => {
    change({ furtherLevels: shown().furtherLevels.filter((_, i) => i !== index) });
    focusOn(t("Add a level"));
  };
  const label = t("Remove level {0}", number);
  const element = make(
    "div",
    { class: "controls further-level", role: "group", "aria-label": t("Level {0}", number) },
    level.element,
    opacity.element,
    make(
      "div",
      { class: "field" },
      make("span", { class: "field-label" }, t("Colour")),
      colour,
      makeButton("×", remove, { "aria-label": label, title: label }),
    ),
  );
  const show = (next: CrystalSettings) => {
    const mine = next.furtherLevels[index];
    if (mine) level.set(mine.level);
  };
  return { element, show };
}

function levelSlider(
  label: string,
  model: DensityModel,
  shown: () => CrystalSettings,
  place: () => number,
  change: (value: number) => void,
): Slider {
  const own = place();
  const isFirst = () => label === t("Level");
  return makeSlider({
    label,
    min: 0,
    max: 1,
    step: 0.002,
    value: own,
    format: (value) => {
      const settings = shown();
      return levelText(model, isFirst() && settings.level === undefined ? settings : { ...settings, level: value });
    },
    change,
  });
}

/** A level in the field's unit, and what lies inside of it. */
export function levelText(model: DensityModel, settings: CrystalSettings): string {
  const level = model.level(settings);
  const field = model.field(settings);
  if (level === undefined || field === undefined) return "";
  const value = `${field.signed ? "±" : ""}${formatValue(level)} ${unitText(field.unit)}`.trim();
  const percent = model.percentInside(level);
  // Of potentials and localisation functions the share of an integral means nothing.
  if (percent === undefined || !["e/Å³", "μ_B/Å³"].includes(field.unit)) return value;
  const share = `${percent < 9.95 ? percent.toFixed(1) : percent.toFixed(0)} %`;
  return `${value} · ${field.unit === "e/Å³" && !field.signed ? t("{0} of electrons", share) : t("{0} of its magnitude", share)}`;
}

/** Controls are made again when there are more or fewer of them. */
function focusOn(label: string): void {
  document
    .querySelector<HTMLElement>(
      `input[aria-label="${CSS.escape(label)}"], vscode-button[aria-label="${CSS.escape(label)}"]`,
    )
    ?.focus();
}
