import { type CrystalSettings, restoreCrystal } from "../crystal/crystalSettings.js";
import { type NumbersState, restoreNumbers } from "./numbersPanel.js";
import { restoreSettings, type ViewSettings } from "./viewSettings.js";

export type PageLayout = "crystal" | "descriptor" | "both";

/** What the reader has chosen on the page; kept while it is hidden. */
export interface PageState extends ViewSettings {
  readonly crystal: CrystalSettings;
  readonly layout: PageLayout;
  readonly numbers: NumbersState;
}

/** A page narrower than this shows one half at a time. */
export const WIDE_PX = 860;

export function restorePage(kept: Readonly<Record<string, unknown>>): PageState {
  const layout = (["crystal", "descriptor", "both"] as const).find((one) => one === kept.layout) ?? "both";
  return {
    ...restoreSettings(kept),
    crystal: restoreCrystal(kept.crystal),
    layout,
    numbers: restoreNumbers(kept.numbers),
  };
}

/** What can be shown: both halves need room, and each its data. */
export function shownLayout(
  layout: PageLayout,
  isWide: boolean,
  has: { readonly crystal: boolean; readonly descriptor: boolean },
): PageLayout {
  if (!has.descriptor) return "crystal";
  if (!has.crystal) return "descriptor";
  return layout === "both" && !isWide ? "crystal" : layout;
}
