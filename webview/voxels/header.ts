import type { FromVoxelView, VoxelViewData } from "../../src/protocol/voxelView.js";
import { make, makeButton, makeDropdown, makeFormula } from "../ui/dom.js";
import { t } from "../ui/text.js";

type Export = Extract<FromVoxelView, { type: "export" }>["format"];

export interface HeaderActions {
  chooseComponent(component: string): void;
  chooseFrame(frame: number): void;
  showText(): void;
  export(format: Export): void;
}

/** Formula, file, the block that is shown, and what can be done with it. */
export function makeHeader(picture: VoxelViewData, actions: HeaderActions): HTMLElement {
  const components = picture.components.map((name) => [name, componentName(name)] as const);
  const formats: readonly (readonly [Export, string])[] = [
    ["png", t("Picture (PNG)")],
    ["npz", t("Array (NPZ)")],
    ["csv", t("Table (CSV)")],
  ];
  const buttons = formats.map(([format, label]) =>
    makeButton(format.toUpperCase(), () => actions.export(format), { title: label, "aria-label": t("Export: {0}", label) }),
  );
  return make(
    "header",
    { class: "page-header" },
    make("h1", {}, makeFormula(picture.formula || picture.title)),
    make("p", { class: "subtitle" }, `${picture.title} · ${picture.kind}`),
    make(
      "div",
      { class: "actions" },
      frameChoice(picture, actions),
      components.length > 1 ? makeDropdown(t("Component"), components, picture.component, actions.chooseComponent) : undefined,
      make(
        "span",
        { class: "export", role: "group", "aria-label": t("Export") },
        make("span", { class: "field-label" }, t("Export")),
        ...buttons,
      ),
      makeButton(t("Show as text"), actions.showText),
    ),
  );
}

function frameChoice({ frames }: VoxelViewData, { chooseFrame }: HeaderActions): HTMLElement | undefined {
  if (frames === undefined || frames.count < 2) return undefined;
  const choices = Array.from({ length: frames.count }, (_, i) => [String(i + 1), t("Frame {0} of {1}", i + 1, frames.count)] as const);
  return makeDropdown(t("Frame"), choices, String(frames.shown), (frame) => chooseFrame(Number(frame)));
}

function componentName(component: string): string {
  const names: Readonly<Record<string, string>> = {
    total: t("Total"),
    magnetization: t("Magnetisation"),
    mx: "m x",
    my: "m y",
    mz: "m z",
  };
  return names[component] ?? component;
}
