import type { VoxelViewData } from "../../src/protocol/voxelView.js";
import { blockTitle } from "../crystal/fieldNames.js";
import { make, makeButton, makeDropdown, makeFormula } from "../ui/dom.js";
import { t } from "../ui/text.js";

/** Surfaces are exported with the picture. */
type Export = "png" | "npz" | "csv";

export interface HeaderActions {
  chooseComponent(component: string): void;
  chooseFrame(frame: number): void;
  showText(): void;
  export(format: Export): void;
}

export interface HeaderFacts {
  readonly formula: string;
  readonly title: string;
  readonly kind: string;
  readonly voxels?: VoxelViewData;
}

/** Formula, file, which half of the page and which block is shown, and what can be done with it. */
export function makeHeader(
  { formula, title, kind, voxels }: HeaderFacts,
  tabs: HTMLElement | undefined,
  actions: HeaderActions,
): HTMLElement {
  const names = voxels?.components ?? [];
  const components = names.map((name, block) => [name, blockTitle(block, names.length, kind) ?? name] as const);
  const formats: readonly (readonly [Export, string])[] = [
    ["png", t("Picture (PNG) of a chosen size, or a copy of it")],
    ["npz", t("Voxels as NumPy arrays (NPZ): numpy.load(file)['descriptor'][0]")],
    ["csv", t("Table of all plane waves (CSV): h, k, l and |s_g|")],
  ];
  const buttons = formats.slice(0, voxels && !voxels.isEncoded ? 3 : 1).map(([format, label]) =>
    makeButton(format.toUpperCase(), () => actions.export(format), {
      title: label,
      "aria-label": t("Export: {0}", label),
    }),
  );
  return make(
    "header",
    { class: "page-header" },
    make("h1", {}, formula === "" ? title : makeFormula(formula)),
    make("p", { class: "subtitle" }, formula === "" || title === kind ? kind : `${title} · ${kind}`),
    tabs,
    make(
      "div",
      { class: "actions" },
      voxels && frameChoice(voxels, actions),
      voxels && components.length > 1
        ? makeDropdown(t("Component"), components, voxels.component, actions.chooseComponent)
        : undefined,
      make(
        "span",
        { class: "export", role: "group", "aria-label": t("Export") },
        make("span", { class: "field-label" }, t("Export")),
        ...buttons,
      ),
      voxels?.isEncoded ? undefined : makeButton(t("Show as text"), actions.showText),
    ),
  );
}

function frameChoice({ frames }: VoxelViewData, { chooseFrame }: HeaderActions): HTMLElement | undefined {
  if (frames === undefined || frames.count < 2) return undefined;
  const choices = Array.from(
    { length: frames.count },
    (_, i) => [String(i + 1), t("Frame {0} of {1}", i + 1, frames.count)] as const,
  );
  return makeDropdown(t("Frame"), choices, String(frames.shown), (frame) => chooseFrame(Number(frame)));
}
