import type { SymmetryData } from "../../src/protocol/crystalView.js";
import { make } from "../ui/dom.js";
import { t } from "../ui/text.js";

/** Space group and standard cells as a definition list; a short note while they are not known. */
export function makeSymmetry(element: HTMLElement, symmetry: SymmetryData | undefined): void {
  if (symmetry === undefined) {
    element.replaceChildren(make("p", { class: "quiet" }, t("Not determined yet")));
    return;
  }
  const orbits = new Map<string, number>();
  symmetry.orbits.forEach((orbit, atom) => {
    const key = `${symmetry.wyckoff[orbit] ?? ""} ${symmetry.siteSymmetry[orbit] ?? ""} ${orbit}`;
    orbits.set(key, (orbits.get(key) ?? 0) + (atom >= 0 ? 1 : 0));
  });
  const facts: readonly (readonly [string, string | Node])[] = [
    [t("Space group"), make("span", {}, spaceGroup(symmetry.symbol), ` (${symmetry.number})`)],
    [t("Hall symbol"), symmetry.hall],
    [t("Pearson symbol"), symmetry.pearson],
    [t("Symmetry operations"), String(symmetry.operations)],
    [t("Inequivalent atoms"), String(orbits.size)],
    [t("Atoms, primitive cell"), String(symmetry.primitive.species.length)],
    [t("Atoms, conventional cell"), String(symmetry.conventional.species.length)],
    [t("Tolerance"), `${symmetry.tolerance} Å`],
  ];
  element.replaceChildren(
    make("dl", { class: "facts" }, ...facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])),
  );
  document.body.dataset.spaceGroup = String(symmetry.number);
}

/** `F m -3 m` as it is printed: letters italic, a bar over what is negative, screw axes with subscripts. */
export function spaceGroup(symbol: string): HTMLElement {
  const parts = symbol.match(/-\d|\d_\d|[A-Za-z]|\d|\/|\s|./g) ?? [];
  const nodes = parts.map((part): Node | string => {
    if (/^-\d$/.test(part)) return make("span", { class: "overbar" }, part.slice(1));
    if (/^\d_\d$/.test(part)) return make("span", {}, part.charAt(0), make("sub", {}, part.charAt(2)));
    return /^[A-Za-z]$/.test(part) ? make("i", {}, part) : part;
  });
  return make("span", { class: "space-group" }, ...nodes);
}
