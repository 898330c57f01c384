import type { OtherDensity } from "../../src/protocol/crystalView.js";
import { make, makeButton, makeDropdown } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { activeTerms, fieldChoices, plainField, signOf, termChoices, termTitle } from "./combinedFields.js";
import type { ChosenField, ChosenTerm, CrystalSettings } from "./crystalSettings.js";
import type { DensityModel } from "./densityModel.js";
import { fieldTitle } from "./fieldNames.js";
import { colourName, SURFACE_COLOURS } from "./surfaceStyles.js";

export interface FieldActions {
  change(part: Partial<CrystalSettings>): void;
  /** Asks for a second file; it becomes a term, or colours the surface. */
  chooseOther(use: "term" | "colour"): void;
}

const ANOTHER = "another";
// Not empty: a dropdown would begin with the option of no value, whichever is selected.
const NOTHING = "nothing";

/** Which field is shown: one of the file's, and what is added to it or subtracted. */
export function makeFieldControls(model: DensityModel, settings: CrystalSettings, actions: FieldActions): HTMLElement {
  const { density } = model.state;
  const fields = (density?.fields ?? []).map(({ name }) => [name, fieldTitle(name, density?.kind ?? "")] as const);
  const own = plainField(model.state, settings);
  const field =
    fields.length > 1
      ? makeDropdown(t("Field"), fields, own?.name ?? "", (value) =>
          actions.change({ field: value as NonNullable<CrystalSettings["field"]> }),
        )
      : make("span", {}, fields[0]?.[1] ?? "");
  const terms = activeTerms(model.state, settings);
  return make(
    "div",
    { class: "controls field-controls" },
    labelledField(t("Field"), field),
    ...terms.map((term) => termRow(model, settings, term, actions)),
    labelledField(t("Combine with"), termDropdown(model, settings, actions)),
    make("p", { class: "field-problem", role: "alert" }),
  );
}

/** Brings what a call said when it failed up to date. */
export function showFieldProblem(element: HTMLElement, text: string | undefined): void {
  const problem = element.querySelector(".field-problem");
  if (problem && problem.textContent !== (text ?? "")) problem.textContent = text ?? "";
}

/** A colour of the surface, or the field whose values colour it. */
export function makeColourDropdown(model: DensityModel, settings: CrystalSettings, actions: FieldActions): HTMLElement {
  const own = plainField(model.state, settings);
  const isPlain = activeTerms(model.state, settings).length === 0;
  const choices = fieldChoices(model.state).filter(
    ({ chosen }) => !(isPlain && chosen.file === undefined && chosen.field === own?.name),
  );
  const colouring = model.colouring(settings)?.chosen;
  const selected = colouring ? keyOf(colouring) : String(settings.colour);
  const dropdown = makeDropdown(
    t("Colour of the surface"),
    [
      ...SURFACE_COLOURS.map((_, i) => [String(i), colourName(i, model.field(settings)?.signed ?? false)] as const),
      ...choices.map(({ chosen, title }) => [keyOf(chosen), title] as const),
      [ANOTHER, t("Another file…")],
    ],
    selected,
    (value) => {
      if (SURFACE_COLOURS[Number(value)])
        return actions.change({ colourBy: undefined, colour: Number(value) } as unknown as Partial<CrystalSettings>);
      if (value !== ANOTHER) return actions.change({ colourBy: chosenOf(value) });
      dropdown.value = selected;
      actions.chooseOther("colour");
    },
  );
  return dropdown;
}

/** Why a second file cannot be combined with the first, or coloured by. */
export function differenceText({ title, differs }: OtherDensity): string | undefined {
  if (differs === undefined) return undefined;
  const { what, own, other } = differs;
  return what === "cell"
    ? t("{0} has another cell ({1}; here {2}), so that its values belong to other places.", title, other, own)
    : t(
        "{0} has another grid ({1}, here {2}): it can colour the surface, but not be added or subtracted.",
        title,
        other,
        own,
      );
}

function termDropdown(model: DensityModel, settings: CrystalSettings, actions: FieldActions): HTMLElement {
  const choices = termChoices(model.state, settings);
  const options = choices.map(({ chosen, title }) => [keyOf(chosen), title] as const);
  const dropdown = makeDropdown(
    t("Combine with another field"),
    [[NOTHING, "–"], ...options, [ANOTHER, t("Another file…")]],
    NOTHING,
    (value) => {
      dropdown.value = NOTHING;
      if (value === ANOTHER) actions.chooseOther("term");
      else if (value !== NOTHING)
        actions.change({ terms: [...activeTerms(model.state, settings), { ...chosenOf(value), factor: -1 }] });
    },
  );
  return dropdown;
}

/** One term: its sign, which can be changed, its name, and a button that takes it away. */
function termRow(model: DensityModel, settings: CrystalSettings, term: ChosenTerm, actions: FieldActions): HTMLElement {
  const terms = activeTerms(model.state, settings);
  const title = termTitle(model.state, term, plainField(model.state, settings));
  const replaced = (by: readonly ChosenTerm[]) =>
    actions.change({ terms: terms.flatMap((one) => (one === term ? by : [one])) });
  const flip = () => replaced([{ ...term, factor: term.factor < 0 ? 1 : -1 }]);
  const signLabel =
    term.factor < 0 ? t("{0} is subtracted: add it instead", title) : t("{0} is added: subtract it instead", title);
  return make(
    "div",
    { class: "term" },
    makeButton(signOf(term), flip, { class: "term-sign", "aria-label": signLabel, title: signLabel }),
    make("span", { class: "term-title", title }, title),
    makeButton("×", () => replaced([]), {
      class: "term-remove",
      "aria-label": t("Take away {0}", title),
      title: t("Take away {0}", title),
    }),
  );
}

const labelledField = (label: string, control: HTMLElement): HTMLElement =>
  make("div", { class: "field" }, make("span", { class: "field-label" }, label), control);

const keyOf = ({ file, field }: ChosenField): string => JSON.stringify([field, file ?? null]);

function chosenOf(value: string): ChosenField {
  const [field, file] = JSON.parse(value) as [ChosenField["field"], string | null];
  return { field, ...(file !== null && { file }) };
}
