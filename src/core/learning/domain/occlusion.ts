import { reciprocalLattice } from "../../crystal/lattice.js";
import type { Spectrum } from "../../descriptors/spectrum.js";
import { norm, rowTimes, type Vector3 } from "../../math/matrix3.js";

/**
 * What a prediction loses when plane waves are covered (their |s_g| and |m_g| set to 0), in the unit of the prediction.
 */
export interface Occlusion {
  /**
   * The mean density first, then shells of |g| outwards; each covered as a whole. Shells without a plane wave are left
   * out.
   */
  readonly shells: readonly ShellEffect[];
  /**
   * One number a plane wave of the spectrum (a pair ±g): the effect of the group it was covered with, shared equally in
   * the group.
   */
  readonly effect: Float64Array;
  /** How many groups of plane waves were covered one by one. */
  readonly groups: number;
}

export interface ShellEffect {
  /** |g| in 1/Å: above `from`, up to `to`; both 0 for the mean density. */
  readonly from: number;
  readonly to: number;
  /** Plane waves (pairs ±g) in it. */
  readonly pairs: number;
  /** Prediction with everything, less the prediction without the shell. */
  readonly effect: number;
}

const SHELLS = 12;
/** Each group costs a prediction, so neighbouring plane waves of large cells share one. */
const MAX_GROUPS = 240;
/** Shells, and patches along an edge of a cube's faces, by which plane waves are grouped: from fine to coarse. */
const PATCHES = [7, 6, 5, 4, 3, 2, 1] as const;

/**
 * Which plane waves a prediction rests on: each shell of |g|, and each group of neighbouring g, is covered in turn
 * (Zeiler and Fergus 2014, in reciprocal space). Yields the done share after each prediction, so that the caller can
 * report it or stop.
 */
export function* occlude(spectrum: Spectrum, predict: (spectrum: Spectrum) => number): Generator<number, Occlusion> {
  const places = placesOf(spectrum);
  const shellOf = places.map((g) => shellNumber(norm(g), spectrum.cutoff, SHELLS));
  const groupOf = groupPlaces(places, spectrum.cutoff);
  const shells = membersOf(shellOf);
  const groups = membersOf(groupOf);
  const count = 1 + shells.size + groups.size;
  const whole = predict(spectrum);
  let done = 1;
  yield done / count;
  const shellEffects: ShellEffect[] = [];
  for (const [shell, members] of [...shells].sort(([a], [b]) => a - b)) {
    const width = spectrum.cutoff / SHELLS;
    const effect = whole - predict(cover(spectrum, members));
    shellEffects.push({ from: Math.max(0, shell - 1) * width, to: shell * width, pairs: members.length, effect });
    done += 1;
    yield done / count;
  }
  const effect = new Float64Array(places.length);
  for (const members of groups.values()) {
    const share = (whole - predict(cover(spectrum, members))) / members.length;
    for (const i of members) effect[i] = share;
    done += 1;
    yield done / count;
  }
  return { shells: shellEffects, effect, groups: groups.size };
}

function placesOf({ lattice, hkl, amplitude }: Spectrum): Vector3[] {
  const reciprocal = reciprocalLattice(lattice);
  return Array.from(amplitude, (_, i) =>
    rowTimes([hkl[3 * i] ?? 0, hkl[3 * i + 1] ?? 0, hkl[3 * i + 2] ?? 0], reciprocal),
  );
}

/** 0 for g = 0, then 1 to `shells`. */
function shellNumber(length: number, cutoff: number, shells: number): number {
  return length === 0 ? 0 : Math.min(shells, Math.max(1, Math.ceil((length / cutoff) * shells)));
}

/**
 * The group of each plane wave: itself where there are few, else its shell and direction, as fine as the number of
 * groups allows.
 */
function groupPlaces(places: readonly Vector3[], cutoff: number): number[] {
  if (places.length <= MAX_GROUPS) return places.map((_, i) => i);
  for (const patches of PATCHES) {
    const groups = places.map((g) => shellNumber(norm(g), cutoff, SHELLS) * 3 * patches ** 2 + patchNumber(g, patches));
    if (new Set(groups).size <= MAX_GROUPS) return groups;
  }
  return places.map((g) => shellNumber(norm(g), cutoff, SHELLS));
}

/**
 * Which patch of a cube around g = 0 the line through g and -g meets: one of three faces, `patches` squares along each
 * edge.
 */
function patchNumber(g: Vector3, patches: number): number {
  const sizes = g.map(Math.abs);
  const face = sizes.indexOf(Math.max(...sizes));
  const height = g[face as 0 | 1 | 2];
  if (height === 0) return 0;
  const square = (axis: number) => {
    const place = (g[(axis % 3) as 0 | 1 | 2] / height + 1) / 2;
    return Math.min(patches - 1, Math.max(0, Math.floor(place * patches)));
  };
  return (face * patches + square(face + 1)) * patches + square(face + 2);
}

function membersOf(numbers: readonly number[]): Map<number, number[]> {
  const members = new Map<number, number[]>();
  for (const [i, number] of numbers.entries()) {
    const known = members.get(number);
    if (known) known.push(i);
    else members.set(number, [i]);
  }
  return members;
}

function cover(spectrum: Spectrum, members: readonly number[]): Spectrum {
  const amplitude = covered(spectrum.amplitude, members);
  const { magnetization } = spectrum;
  return {
    ...spectrum,
    amplitude,
    ...(magnetization instanceof Float64Array && { magnetization: covered(magnetization, members) }),
  };
}

function covered(values: Float64Array, members: readonly number[]): Float64Array {
  const rest = values.slice();
  for (const i of members) rest[i] = 0;
  return rest;
}
