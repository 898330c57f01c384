import {
  eitherShape,
  finiteShape,
  flagShape,
  listShape,
  objectShape,
  oneOfShape,
  rangeShape,
  type Shape,
  wholeShape,
} from "../core/text/shape.js";
import type { CrystalViewCalls, FieldName } from "./crystalView.js";

/*
 * What the calls of the crystal view may ask for. The page shows the content of files, so the host checks each call
 * before the job process works:
 * numbers are finite and bounded, lists have few items, and further files are those that a person chose.
 */

const FIELDS: Readonly<Record<FieldName, true>> = {
  total: true,
  magnetization: true,
  up: true,
  down: true,
  mx: true,
  my: true,
  mz: true,
  "|m|": true,
  potential: true,
  mean: true,
  bx: true,
  by: true,
  bz: true,
  elf: true,
  patterson: true,
};
const MAX_FRAME = 1e9;
const MAX_LEVELS = 1000;
const MAX_INDEX = 1000;
/** Each is a grid of its own. */
export const MAX_TERMS = 8;
const MAX_FACTOR = 1e6;
/** Fractional coordinates: cells away from the origin. */
const MAX_CELLS = 1e6;

const field = oneOfShape(...Object.keys(FIELDS));
const frame = wholeShape(1, MAX_FRAME);
const point = listShape(rangeShape(-MAX_CELLS, MAX_CELLS), 3, 3);

/** What a call may say: no key but these, so that nothing else reaches the job process. */
const only =
  (needed: Readonly<Record<string, Shape>>, optional: Readonly<Record<string, Shape>> = {}): Shape =>
  (value, place) => {
    const wrong = objectShape(needed, optional)(value, place);
    if (wrong !== undefined) return wrong;
    const foreign = Object.keys(value as object).find(
      (key) => !Object.hasOwn(needed, key) && !Object.hasOwn(optional, key),
    );
    return foreign === undefined ? undefined : `${place || "the call"} has no ${foreign.slice(0, 100)}`;
  };

/** `isChosen`: whether a path is one that a person chose for this view. */
function shapes(isChosen: (file: string) => boolean): { readonly [K in keyof CrystalViewCalls]: Shape } {
  const file: Shape = (value, place) =>
    typeof value === "string" && isChosen(value) ? undefined : `${place} is no file of this view`;
  const term = only({ factor: rangeShape(-MAX_FACTOR, MAX_FACTOR) }, { file, field });
  const own = { field, frame, sample: flagShape, terms: listShape(term, MAX_TERMS) };
  const colour = only({}, { file, field });
  return {
    fieldFacts: only({}, own),
    isosurface: only(
      { levels: listShape(finiteShape, MAX_LEVELS) },
      { ...own, closed: flagShape, maxTriangles: wholeShape(1), colour },
    ),
    inside: eitherShape(
      only({ levels: listShape(finiteShape, MAX_LEVELS) }, own),
      only({ percents: listShape(rangeShape(0, 100), MAX_LEVELS) }, own),
    ),
    slice: only(
      { hkl: listShape(wholeShape(-MAX_INDEX, MAX_INDEX), 3, 3), offset: finiteShape, size: wholeShape(2, 2048) },
      { ...own, axes: oneOfShape("lattice", "rectangle") },
    ),
    profile: only({ axis: oneOfShape("a", "b", "c") }, { ...own, window: rangeShape(0, 1e6) }),
    line: only({ from: point, to: point }, { ...own, points: wholeShape(2, 100_000) }),
    probe: only({ at: eitherShape(only({ fractional: point }), only({ cartesian: point })) }, own),
    sphere: only({ centre: eitherShape(wholeShape(0), point), radius: rangeShape(0, 1e4) }, own),
    integrals: only({ cutoff: rangeShape(0, 1e4) }, { frame }),
    symmetry: only({}, { frame, tolerance: rangeShape(0, 10) }),
    openFrames: only({}),
  };
}

/** What is wrong with a call of the crystal view, or undefined. */
export function checkCrystalCall(
  method: keyof CrystalViewCalls,
  params: unknown,
  isChosen: (file: string) => boolean,
): string | undefined {
  return shapes(isChosen)[method](params, "");
}
