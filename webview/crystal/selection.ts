import type { Site } from "../../src/core/crystal/sites.js";
import type { Vector3 } from "../../src/core/math/matrix3.js";
import { linePlotSvg } from "../../src/core/plots/linePlot.js";
import { CSS_THEME } from "../../src/core/plots/theme.js";
import { formatValue } from "../../src/core/plots/ticks.js";
import type { FieldFacts, LineData, SphereData, SymmetryData } from "../../src/protocol/crystalView.js";
import { make, makeButton, makeSlider } from "../ui/dom.js";
import { t } from "../ui/text.js";
import { unitText } from "../ui/units.js";
import { measure, siteName } from "./overlay.js";
import { placeLines } from "./probeTip.js";

export interface SelectionData {
  readonly field?: FieldFacts;
  readonly symmetry?: SymmetryData;
  readonly sphere?: SphereData;
  readonly line?: LineData;
  askSphere(atom: number, radius: number): void;
  askLine(from: Vector3, to: Vector3): void;
  clear(): void;
}

const CHART_WIDTH = 280;
let radius = 1;

/**
 * What was picked: places and Wyckoff letters, distances and angles, the field between two atoms and in a sphere around
 * one.
 */
export function makeSelection(element: HTMLElement, sites: readonly Site[], data: SelectionData): void {
  if (sites.length === 0) {
    element.replaceChildren(
      make(
        "p",
        { class: "quiet" },
        t("Click atoms to measure: two give a distance, three an angle, four a dihedral angle."),
      ),
      make(
        "p",
        { class: "quiet keys" },
        t(
          "Keys on the crystal: N and P step through the atoms, Enter selects, Escape clears; V reads out the surface or slice in the middle; A, B, C look along an axis, with Shift along a*, b*, c*.",
        ),
      ),
    );
    return;
  }
  const { distances, angle, dihedral } = measure(sites);
  const facts: (readonly [string, string])[] = distances.map((value, i) => [
    pair(sites[i], sites[i + 1]),
    `${value.toFixed(4)} Å`,
  ]);
  if (angle !== undefined) facts.push([sites.slice(0, 3).map(siteName).join("–"), `${angle.toFixed(2)}°`]);
  if (dihedral !== undefined) facts.push([t("Dihedral angle"), `${dihedral.toFixed(2).replace("-", "−")}°`]);
  const [first, second] = sites;
  const isFocused = element.contains(document.activeElement) && document.activeElement instanceof HTMLInputElement;
  const old = isFocused ? element.querySelector(".sphere") : null;
  element.replaceChildren(
    make("ul", { class: "picked" }, ...sites.map((site) => pickedItem(site, data.symmetry))),
    ...(facts.length > 0
      ? [
          make(
            "dl",
            { class: "facts" },
            ...facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]),
          ),
        ]
      : []),
    ...(sites.length === 1 && first && data.field ? [keepOr(old, () => sphereControls(first, data), data)] : []),
    ...(sites.length === 2 && first && second && data.field ? [lineChart(first, second, data)] : []),
    makeButton(t("Clear selection"), data.clear),
  );
  if (isFocused) element.querySelector("input")?.focus();
}

const pair = (a: Site | undefined, b: Site | undefined): string => (a && b ? `${siteName(a)}–${siteName(b)}` : "");

function pickedItem(site: Site, symmetry: SymmetryData | undefined): HTMLElement {
  const wyckoff = symmetry?.wyckoff[site.atom];
  const note =
    wyckoff === undefined
      ? ""
      : ` · ${t("Wyckoff {0}, site symmetry {1}", wyckoff, symmetry?.siteSymmetry[site.atom] ?? "")}`;
  return make(
    "li",
    {},
    make("strong", {}, siteName(site)),
    make("span", { class: "quiet" }, note),
    ...placeLines(site.fractional, site.position),
  );
}

/** While its slider is being moved the old one stays under the pointer. */
function keepOr(old: Element | null, make: () => HTMLElement, data: SelectionData): HTMLElement {
  if (!(old instanceof HTMLElement)) return make();
  const result = old.querySelector(".sphere-result");
  if (result) result.textContent = sphereText(data);
  return old;
}

function sphereControls(site: Site, data: SelectionData): HTMLElement {
  const slider = makeSlider({
    label: t("Sphere around {0}", siteName(site)),
    min: 0.2,
    max: 3,
    step: 0.05,
    value: radius,
    format: (value) => `${value.toFixed(2)} Å`,
    change: (value) => {
      radius = value;
      data.askSphere(site.atom, value);
    },
  });
  if (data.sphere === undefined) data.askSphere(site.atom, radius);
  return make("div", { class: "sphere" }, slider.element, make("p", { class: "sphere-result" }, sphereText(data)));
}

function sphereText({ sphere, field }: SelectionData): string {
  if (sphere === undefined || field === undefined) return "…";
  const units: Readonly<Record<string, string>> = { "e/Å³": t("electrons"), "μ_B/Å³": "μ_B", eV: "eV Å³", "1": "Å³" };
  return t(
    "Integral {0} {1}, mean {2} {3}",
    formatValue(sphere.integral),
    units[sphere.unit] ?? "",
    formatValue(sphere.mean),
    unitText(sphere.unit),
  );
}

function lineChart(from: Site, to: Site, data: SelectionData): HTMLElement {
  const { line, field } = data;
  if (line === undefined || field === undefined) {
    return makeButton(t("Plot along {0}", pair(from, to)), () => data.askLine(from.fractional, to.fractional));
  }
  const chart = make("div", { class: "line-chart" });
  chart.innerHTML = linePlotSvg(
    {
      x: line.distance,
      lines: [{ y: line.values }],
      xLabel: t("distance (Å)"),
      yLabel: unitText(line.unit),
      markers: [],
    },
    { width: CHART_WIDTH, height: 170, theme: CSS_THEME, title: pair(from, to), translate: t },
  );
  return chart;
}
