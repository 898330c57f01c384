import { createHash } from "node:crypto";
import { atomCount, reducedFormula } from "../../core/crystal/formula.js";
import { volume } from "../../core/crystal/lattice.js";
import { describeShells } from "../../core/descriptors/shells.js";
import type { Spectrum } from "../../core/descriptors/spectrum.js";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import type { EncodedMaterial } from "../spectra/material.js";

/** What two readings of one density have in common. */
type Density = Pick<EncodedMaterial, "structure" | "spectrum">;

/** What stays as it is in another cell, origin, orientation and order of atoms of the same crystal. */
export interface DensityKey {
  readonly formula: string;
  /** Å³ */
  readonly volumePerAtom: number;
  /** Of the numbers as they are: tells copies apart where a component is zero everywhere. */
  readonly exact: string;
}

/** Of a material whose elements are known. */
export function densityKey({ structure, spectrum: { hkl, amplitude } }: Density): DensityKey {
  const hash = createHash("sha256").update([structure.counts.join(), structure.lattice.join(), hkl.length].join(" "));
  return {
    formula: reducedFormula(structure) ?? structure.counts.join(),
    volumePerAtom: volume(structure.lattice) / atomCount(structure),
    exact: hash.update(amplitude.slice(0, WAVES)).digest("base64"),
  };
}

/** So many amplitudes, to the last digit, no two densities share. */
const WAVES = 64;
/** Relative differences below these are those of digits: the same crystal in another cell, or in a CHG. */
const SAME = { shells: 1e-5, volume: 1e-5 };
/**
 * Below these it is the same crystal once more, calculated or sampled otherwise. Of 746 oxides no two of one formula
 * are as near; the nearest are KNbO3 in R3m and Amm2 with 2.2e-3 and 4e-4.
 */
const NEAR = { shells: 1e-3, volume: 1e-3 };

interface Keyed {
  readonly id: string;
  readonly key: DensityKey;
  /** Asked for where formula and volume agree. */
  readonly spectrum: () => Spectrum;
}

export interface Copies<T> {
  /** Those with the very density of an earlier one: what is learned from one must not be tested on the other. */
  readonly copies: readonly { readonly material: T; readonly problem: Problem }[];
  /** Those that are nearly an earlier one, and stay. */
  readonly near: readonly { readonly material: T; readonly first: string }[];
}

/** Compares materials of one formula whose volumes per atom agree; n log n, and what agrees in pairs. */
export function copiesAmong<T extends Keyed>(densities: readonly T[]): Copies<T> {
  const found = new Map<T, { readonly first: T; readonly isSame: boolean }>();
  for (const group of byFormula(densities))
    for (const [later, first, isSame] of pairsOf(group, rememberedShells())) {
      const known = found.get(later);
      if (known === undefined || (isSame && !known.isSame)) found.set(later, { first, isSame });
    }
  const told = densities.flatMap((material) => {
    const copy = found.get(material);
    return copy === undefined ? [] : [{ material, ...copy }];
  });
  const left = new Set(told.filter(({ isSame }) => isSame).map(({ material }) => material));
  const template =
    "the density is the very one of {0}: it is left out, so that nothing is tested on what it was learned from";
  return {
    copies: told
      .filter(({ isSame }) => isSame)
      .map(({ material, first }) => ({ material, problem: problem("error", FILE_START, template, first.id) })),
    near: told
      .filter(({ isSame, first }) => !isSame && !left.has(first))
      .map(({ material, first }) => ({ material, first: first.id })),
  };
}

/** Said once of all. Undefined where none is near. */
export function nearProblem(near: Copies<Keyed>["near"]): Problem | undefined {
  const [one] = near;
  if (one === undefined) return undefined;
  return problem(
    "warning",
    FILE_START,
    "{0} of the materials are nearly the same crystal as another ({1} as {2}): where one is tested that was nearly learned from, the error says too little",
    near.length,
    one.material.id,
    one.first,
  );
}

/** In groups of one formula, each in the order of volumes per atom. */
function byFormula<T extends Keyed>(densities: readonly T[]): { readonly material: T; readonly place: number }[][] {
  const groups = new Map<string, { material: T; place: number }[]>();
  for (const [place, material] of densities.entries()) {
    const group = groups.get(material.key.formula);
    if (group) group.push({ material, place });
    else groups.set(material.key.formula, [{ material, place }]);
  }
  return [...groups.values()].map((group) =>
    group.sort((a, b) => a.material.key.volumePerAtom - b.material.key.volumePerAtom || a.place - b.place),
  );
}

/** Later, earlier, and whether they are the same to the digits. */
function* pairsOf<T extends Keyed>(
  group: readonly { readonly material: T; readonly place: number }[],
  shellsOf: (material: Keyed) => Float64Array,
): Generator<readonly [later: T, first: T, isSame: boolean]> {
  for (const [at, one] of group.entries())
    for (let next = at + 1; next < group.length; next++) {
      const other = group[next];
      if (other === undefined || !isAlike(one.material.key, other.material.key, NEAR.volume)) break;
      const isExact = one.material.key.exact === other.material.key.exact;
      const difference = isExact ? 0 : differenceOf(shellsOf(one.material), shellsOf(other.material));
      if (difference > NEAR.shells) continue;
      const isSame = difference <= SAME.shells && isAlike(one.material.key, other.material.key, SAME.volume);
      const [first, later] = one.place < other.place ? [one, other] : [other, one];
      yield [later.material, first.material, isSame];
    }
}

const isAlike = (a: DensityKey, b: DensityKey, tolerance: number): boolean =>
  Math.abs(a.volumePerAtom - b.volumePerAtom) <= tolerance * Math.max(a.volumePerAtom, b.volumePerAtom);

/** `describeShells` without the mean, once per material. */
function rememberedShells(): (material: Keyed) => Float64Array {
  const known = new Map<Keyed, Float64Array>();
  return (material) => {
    const shells = known.get(material) ?? describeShells(material.spectrum()).slice(0, -1);
    known.set(material, shells);
    return shells;
  };
}

/** Relative. Shells of nothing, as of a magnetisation without spin, tell nothing. */
function differenceOf(a: Float64Array, b: Float64Array): number {
  let [square, difference] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    square += Math.max(x * x, y * y);
    difference += (x - y) ** 2;
  }
  return square > 0 ? Math.sqrt(difference / square) : Number.POSITIVE_INFINITY;
}
