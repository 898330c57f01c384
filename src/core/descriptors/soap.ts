import { RealHarmonics } from "../math/realHarmonics.js";
import type { Atoms } from "./material.js";
import { forEachNeighbour } from "./neighbours.js";
import { neighbourReach, neighbourWeight, type SoapOptions } from "./soapOptions.js";
import { type RadialTable, radialTable } from "./soapRadialTable.js";

/** SOAP vectors of a material's centres, on the species that it holds itself: what no other species adds is not stored. */
export interface SoapVectors {
  /** One block of features for each pair of species Z1 <= Z2, as 1000 Z1 + Z2 and rising; 1000 Z with `mu1nu1`, 0 with `mu2`. */
  readonly blocks: readonly number[];
  /** Where each block begins in a vector; one more, its end. */
  readonly starts: readonly number[];
  /** How many centres each row stands for. */
  readonly weights: Float64Array;
  /** [row][starts.at(-1)] */
  readonly values: Float64Array;
}

/**
 * The power spectrum of each atom's surroundings in a periodic crystal (Bartók, Kondor and Csányi 2013; spec section 5), one row an atom in their order,
 * or a single row where the options average. Features: pairs of species Z1 <= Z2, within a pair l, then n (of Z1), then n' (n' >= n where Z1 = Z2). Not normalised.
 * Throws RangeError for options out of range.
 */
export function describeSoap(atoms: Atoms, options: SoapOptions): SoapVectors {
  const expansion = new Expansion(atoms, options);
  const { pairs, blocks, starts } = layoutOf(expansion.species, options);
  const length = starts.at(-1) ?? 0;
  const centres = atoms.atomicNumbers.length;
  const values = new Float64Array(centres * length);
  const mean = options.average === "inner" ? new Float64Array(expansion.size) : undefined;
  for (let centre = 0; centre < centres; centre++) {
    const coefficients = expansion.ofCentre(centre);
    if (mean === undefined) addSpectrum(coefficients, pairs, options, values, centre * length);
    else
      coefficients.forEach((c, at) => {
        mean[at] = (mean[at] as number) + c / centres;
      });
  }
  if (mean !== undefined) addSpectrum(mean, pairs, options, values, 0);
  if (mean !== undefined) return { blocks, starts, weights: Float64Array.of(centres), values: values.slice(0, length) };
  if (options.average === "outer") return { blocks, starts, weights: Float64Array.of(centres), values: meanRow(values, length) };
  return { blocks, starts, weights: new Float64Array(centres).fill(1), values };
}

/** The blocks of a vector that has a place for each pair of these species, given by rising Z, and where each begins (`SoapVectors`). */
export function soapLayout(species: readonly number[], options: SoapOptions): Pick<SoapVectors, "blocks" | "starts"> {
  const { blocks, starts } = layoutOf(species, options);
  return { blocks, starts };
}

/** The first and second part of a feature block: a slot of species each; -1 stands for all species together. */
type Pair = readonly [number, number];

function layoutOf(species: readonly number[], { nMax, lMax, compression = "off" }: SoapOptions) {
  const slots = [...species.keys()];
  const pairs: Pair[] =
    compression === "mu2"
      ? [[-1, -1]]
      : compression === "mu1nu1"
        ? slots.map((i): Pair => [i, -1])
        : slots.flatMap((i) => slots.slice(i).map((j): Pair => [i, j]));
  const z = (slot: number) => species[slot] ?? 0;
  const starts = [0];
  for (const [i, j] of pairs) starts.push((starts.at(-1) ?? 0) + (lMax + 1) * (i === j ? (nMax * (nMax + 1)) / 2 : nMax * nMax));
  return { pairs, starts, blocks: pairs.map(([i, j]) => 1000 * z(i) + z(j)) };
}

/** Expansion coefficients c_nlm of the density of each species about a centre, [species][lm][n] and then those of all species together. */
class Expansion {
  readonly species: readonly number[];
  readonly size: number;
  private readonly table: RadialTable;
  private readonly harmonics: RealHarmonics;
  private readonly slots: Int32Array;

  constructor(
    private readonly atoms: Atoms,
    private readonly options: SoapOptions,
  ) {
    this.table = radialTable(options);
    this.harmonics = new RealHarmonics(options.lMax);
    this.species = [...new Set(atoms.atomicNumbers)].sort((a, b) => a - b);
    this.slots = Int32Array.from(atoms.atomicNumbers, (z) => this.species.indexOf(z));
    this.size = (this.species.length + 1) * this.harmonics.count * options.nMax;
  }

  ofCentre(centre: number): Float64Array {
    const { table, harmonics, options, slots } = this;
    const { nMax, lMax } = options;
    const slotSize = harmonics.count * nMax;
    const sums = new Float64Array(this.size);
    const radial = new Float64Array(table.count);
    const angular = new Float64Array(harmonics.count);
    forEachNeighbour(this.atoms, centre, neighbourReach(options), (atom, x, y, z, r) => {
      const weight = neighbourWeight(options.weighting, r);
      if (weight === 0) return;
      table.evaluate(r, radial);
      if (r === 0) harmonics.evaluate(0, 0, 0, angular);
      else harmonics.evaluate(x / r, y / r, z / r, angular);
      addProducts(sums, (slots[atom] as number) * slotSize, radial, angular, weight, lMax, nMax);
    });
    const all = this.species.length * slotSize;
    for (let at = 0; at < all; at++) sums[all + (at % slotSize)] = (sums[all + (at % slotSize)] as number) + (sums[at] as number);
    return sums;
  }
}

/** Adds weight Y_lm g_nl to the sums [lm][n] that begin at `at`. */
function addProducts(
  sums: Float64Array,
  at: number,
  radial: Float64Array,
  angular: Float64Array,
  weight: number,
  lMax: number,
  nMax: number,
): void {
  for (let l = 0; l <= lMax; l++)
    for (let lm = l * l; lm < (l + 1) * (l + 1); lm++) {
      const y = weight * (angular[lm] as number);
      for (let n = l * nMax; n < (l + 1) * nMax; n++) {
        sums[at] = (sums[at] as number) + y * (radial[n] as number);
        at++;
      }
    }
}

/** p = pi sqrt(8/(2l+1)) sum_m c^Z1_nlm c^Z2_n'lm of every pair, written from `at` on. */
function addSpectrum(coefficients: Float64Array, pairs: readonly Pair[], options: SoapOptions, values: Float64Array, at: number): void {
  const { nMax, lMax } = options;
  const slotSize = (lMax + 1) ** 2 * nMax;
  const last = coefficients.length - slotSize;
  let place = at;
  for (const [i, j] of pairs) {
    const first = i < 0 ? last : i * slotSize;
    const second = j < 0 ? last : j * slotSize;
    for (let l = 0; l <= lMax; l++) {
      const factor = Math.PI * Math.sqrt(8 / (2 * l + 1));
      for (let n = 0; n < nMax; n++)
        for (let m = i === j ? n : 0; m < nMax; m++) {
          let sum = 0;
          for (let row = l * l * nMax; row < (l + 1) * (l + 1) * nMax; row += nMax)
            sum += (coefficients[first + row + n] as number) * (coefficients[second + row + m] as number);
          values[place++] = factor * sum;
        }
    }
  }
}

function meanRow(values: Float64Array, length: number): Float64Array {
  const rows = values.length / length;
  return Float64Array.from({ length }, (_, column) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += values[row * length + column] as number;
    return sum / rows;
  });
}
