import { formatValue } from "../../src/core/plots/ticks.js";
import type { Integrals } from "../../src/protocol/crystalView.js";
import { make, makeSymbols } from "../ui/dom.js";
import { t } from "../ui/text.js";

interface Fact {
  readonly name: string;
  readonly value: string;
  readonly title?: string;
  /** Takes a line of its own. */
  readonly wide?: boolean;
}

/** What follows from the file's own values by sums over its grid; `undefined` while it is computed. */
export function makeExactNumbers(integrals: Integrals | undefined): HTMLElement {
  if (integrals === undefined) return make("p", { class: "quiet exact-numbers" }, t("Summing over the grid…"));
  const facts = factsOf(integrals).map(({ name, value, title, wide }) =>
    make(
      "div",
      { class: wide ? "exact wide" : "exact", title },
      make("dt", {}, makeSymbols(name)),
      make("dd", {}, makeSymbols(value)),
    ),
  );
  const note =
    integrals.how === "whole"
      ? undefined
      : make("p", { class: "quiet" }, t("From averages over blocks of a large grid: approximate."));
  return make("div", { class: "exact-numbers" }, make("dl", { class: "exact-list" }, ...facts), note);
}

function factsOf(numbers: Integrals): readonly Fact[] {
  const {
    electrons,
    moments,
    min,
    max,
    unit,
    minAt,
    maxAt,
    atoms,
    eHartree,
    eHartreeBeyondCutoff = 0,
    xcLda,
    slabDipole,
  } = numbers;
  const suffix = unit === "1" ? "" : ` ${unit}`;
  const perAtom = (energy: number) => `${minus((energy / atoms).toFixed(3))} eV/atom`;
  const ofCell = (energy: number) => t("{0} eV per cell", minus(energy.toFixed(4)));
  const share = eHartree ? (100 * eHartreeBeyondCutoff) / eHartree : 0;
  return [
    ...(electrons === undefined ? [] : [{ name: t("Electrons"), value: minus(electrons.toFixed(3)), wide: !moments }]),
    ...(moments
      ? [{ name: t("Magnetic moment"), value: `${moments.map((moment) => minus(moment.toFixed(3))).join(", ")} μ_B` }]
      : []),
    {
      name: t("Minimum, maximum"),
      value: `${formatValue(min)}, ${formatValue(max)}${suffix}`,
      title: t("at {0} and {1} (fractional)", placeText(minAt), placeText(maxAt)),
      wide: true,
    },
    ...(eHartree === undefined
      ? []
      : [
          {
            name: "E_Hartree",
            value: `${perAtom(eHartree)} · ${t("{0} % beyond g_cut", shareText(share))}`,
            title: ofCell(eHartree),
            wide: true,
          },
        ]),
    ...(xcLda === undefined
      ? []
      : [{ name: "E_xc − ∫v_xc n (LDA)", value: perAtom(xcLda), title: ofCell(xcLda), wide: true }]),
    ...(slabDipole === undefined
      ? []
      : [
          {
            name: t("Dipole of the slab along {0}", slabDipole.axis),
            value: `${minus(slabDipole.value.toFixed(3))} e Å`,
            title: t("Electrons and ions, along the slab's normal; ionic charges from {0}.", slabDipole.source),
            wide: true,
          },
        ]),
  ];
}

/** Percent; what is lost in rounding of the sums is no share. */
export const shareText = (percent: number): string =>
  percent < 1e-4 ? (percent < 1e-9 ? "0" : "< 0.0001") : String(Number(percent.toPrecision(2)));

const minus = (text: string): string => (/^-0(?:\.0*)?$/.test(text) ? text.slice(1) : text.replace("-", "−"));
const placeText = (place: readonly number[]): string => place.map((x) => x.toFixed(3)).join(" ");
