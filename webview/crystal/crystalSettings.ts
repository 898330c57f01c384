import type { Vector3 } from "../../src/core/math/matrix3.js";
import { MAX_TERMS } from "../../src/protocol/crystalCalls.js";
import type { FieldName } from "../../src/protocol/crystalView.js";
import { COLOR_MAPS, type ColorMap } from "../scene/transfer.js";

export type CrystalMode = "3d" | "slice" | "profile";
export type AtomStyle = "balls" | "spaceFilling" | "sticks";
export type RadiusKind = "covalent" | "ionic";

/** A field of the file that is shown or, with `file`, of one that was chosen beside it. */
export interface ChosenField {
  readonly file?: string;
  readonly field: FieldName;
}

export interface ChosenTerm extends ChosenField {
  readonly factor: 1 | -1;
}

/** A further isosurface of the same field. */
export interface FurtherLevel {
  /** Place 0..1 on the logarithmic slider. */
  readonly level: number;
  readonly opacity: number;
  /** Of `SURFACE_COLOURS`. */
  readonly colour: number;
}

/** What the reader has chosen for the crystal; kept while the page is hidden. The camera is shared with the voxels. */
export interface CrystalSettings {
  readonly mode: CrystalMode;
  readonly zoom: number;
  /** Unit cells along a, b, c. */
  readonly cells: Vector3;
  readonly atoms: AtomStyle;
  readonly radii: RadiusKind;
  readonly bonds: boolean;
  readonly polyhedra: boolean;
  readonly labels: boolean;
  readonly cell: boolean;
  readonly perspective: boolean;
  readonly depthCue: boolean;
  /** Shares of the scene's depth that are cut away in front and behind, 0 to 1. */
  readonly cutFront: number;
  readonly cutBack: number;
  /** Absent: the file's first. */
  readonly field?: FieldName;
  /** What is added to it or subtracted. */
  readonly terms: readonly ChosenTerm[];
  /** Whose values colour the surface. */
  readonly colourBy?: ChosenField;
  readonly surface: boolean;
  /** Place 0..1 of the level on the logarithmic slider; absent: the level that the job suggests. */
  readonly level?: number;
  readonly opacity: number;
  /** Of `SURFACE_COLOURS`, where no field colours the surface. */
  readonly colour: number;
  readonly furtherLevels: readonly FurtherLevel[];
  readonly closed: boolean;
  readonly hkl: Vector3;
  /** In plane spacings. */
  readonly offset: number;
  /** The slice in the 3D picture. */
  readonly plane: boolean;
  readonly contours: boolean;
  readonly colorMap: ColorMap;
  readonly axis: "a" | "b" | "c";
  /** Å; 0: none. */
  readonly window: number;
}

export const DEFAULT_CRYSTAL: CrystalSettings = {
  mode: "3d",
  zoom: 1,
  cells: [1, 1, 1],
  atoms: "balls",
  radii: "covalent",
  bonds: true,
  polyhedra: false,
  labels: false,
  cell: true,
  perspective: false,
  depthCue: true,
  cutFront: 0,
  cutBack: 0,
  terms: [],
  surface: true,
  opacity: 0.55,
  colour: 0,
  furtherLevels: [],
  closed: true,
  hkl: [0, 0, 1],
  offset: 0.5,
  plane: false,
  contours: true,
  colorMap: "viridis",
  axis: "c",
  window: 0,
};

/** Settings kept by an earlier page, perhaps of another version: what does not fit falls back to the default. */
export function restoreCrystal(kept: unknown): CrystalSettings {
  const from = (typeof kept === "object" && kept !== null ? kept : {}) as Readonly<Record<string, unknown>>;
  const d = DEFAULT_CRYSTAL;
  const number = (key: keyof CrystalSettings, low: number, high: number): number => {
    const value = from[key];
    const fallback = d[key] as number;
    return typeof value === "number" && Number.isFinite(value) ? Math.max(low, Math.min(high, value)) : fallback;
  };
  const flag = (key: keyof CrystalSettings): boolean =>
    typeof from[key] === "boolean" ? (from[key] as boolean) : (d[key] as boolean);
  const choice = <T extends string>(key: keyof CrystalSettings, options: readonly T[]): T =>
    options.find((one) => one === from[key]) ?? (d[key] as T);
  return {
    mode: choice("mode", ["3d", "slice", "profile"]),
    zoom: number("zoom", 0.4, 12),
    cells: vector(from.cells, d.cells, (n) => Number.isInteger(n) && n >= 1 && n <= MAX_CELLS),
    atoms: choice("atoms", ["balls", "spaceFilling", "sticks"]),
    radii: choice("radii", ["covalent", "ionic"]),
    bonds: flag("bonds"),
    polyhedra: flag("polyhedra"),
    labels: flag("labels"),
    cell: flag("cell"),
    perspective: flag("perspective"),
    depthCue: flag("depthCue"),
    cutFront: number("cutFront", 0, 1),
    cutBack: number("cutBack", 0, 1),
    ...(typeof from.field === "string" && { field: from.field as FieldName }),
    terms: Array.isArray(from.terms) ? from.terms.filter(isTerm).slice(0, MAX_TERMS) : [],
    ...(isChosenField(from.colourBy) && { colourBy: from.colourBy }),
    surface: flag("surface"),
    ...(typeof from.level === "number" && { level: Math.max(0, Math.min(1, from.level)) }),
    opacity: number("opacity", 0.05, 1),
    colour: Math.round(number("colour", 0, MAX_FURTHER_LEVELS)),
    furtherLevels: Array.isArray(from.furtherLevels)
      ? from.furtherLevels.filter(isFurtherLevel).slice(0, MAX_FURTHER_LEVELS)
      : [],
    closed: flag("closed"),
    hkl: vector(from.hkl, d.hkl, (n) => Number.isInteger(n) && Math.abs(n) <= MAX_INDEX),
    offset: number("offset", 0, 1),
    plane: flag("plane"),
    contours: flag("contours"),
    colorMap: choice("colorMap", COLOR_MAPS),
    axis: choice("axis", ["a", "b", "c"]),
    window: number("window", 0, 1000),
  };
}

const isChosenField = (value: unknown): value is ChosenField =>
  typeof value === "object" &&
  value !== null &&
  "field" in value &&
  typeof value.field === "string" &&
  (!("file" in value) || typeof value.file === "string");

const isTerm = (value: unknown): value is ChosenTerm =>
  isChosenField(value) && "factor" in value && (value.factor === 1 || value.factor === -1);

const isBetween = (value: unknown, low: number, high: number): value is number =>
  typeof value === "number" && value >= low && value <= high;

const isFurtherLevel = (value: unknown): value is FurtherLevel =>
  typeof value === "object" &&
  value !== null &&
  "level" in value &&
  isBetween(value.level, 0, 1) &&
  "opacity" in value &&
  isBetween(value.opacity, 0.05, 1) &&
  "colour" in value &&
  Number.isInteger(value.colour) &&
  isBetween(value.colour, 0, MAX_FURTHER_LEVELS);

/** With the first one there are as many as there are colours. */
export const MAX_FURTHER_LEVELS = 4;
export const MAX_CELLS = 5;
export const MAX_INDEX = 20;

function vector(value: unknown, fallback: Vector3, fits: (n: number) => boolean): Vector3 {
  const isOne = Array.isArray(value) && value.length === 3 && value.every((n) => typeof n === "number" && fits(n));
  return isOne ? (value as unknown as Vector3) : fallback;
}
