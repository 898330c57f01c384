import { imageProblem } from "../crystal/imageLimits.js";
import type { Atoms } from "./material.js";
import { forEachNeighbour } from "./neighbours.js";
import {
  NEIGHBOUR_FIELDS,
  plainSoapArithmetic,
  type SlotPair,
  type SoapArithmetic,
  type SoapNeighbours,
} from "./soapArithmetic.js";
import { checkSoapOptions, neighbourReach, neighbourWeight, type SoapOptions } from "./soapOptions.js";

/**
 * SOAP vectors of a material's centres, on the species that it holds itself: what no other species adds is not stored.
 */
export interface SoapVectors {
  /**
   * One block of features for each pair of species Z1 <= Z2, as 1000 Z1 + Z2 and rising; 1000 Z with `mu1nu1`, 0 with
   * `mu2`.
   */
  readonly blocks: readonly number[];
  /** Where each block begins in a vector; one more, its end. */
  readonly starts: readonly number[];
  /** How many centres each row stands for. */
  readonly weights: Float64Array;
  /** [row][starts.at(-1)] */
  readonly values: Float64Array;
}

/**
 * The power spectrum of each atom's surroundings in a periodic crystal (Bartók, Kondor and Csányi 2013; spec section
 * 5), one row an atom in their order, or a single row where the options average. Features: pairs of species Z1 <= Z2,
 * within a pair l, then n (of Z1), then n' (n' >= n where Z1 = Z2). Not normalised.
 * Throws RangeError for options out of range, and for a cell or coordinates that no crystal has.
 */
export function describeSoap(
  atoms: Atoms,
  options: SoapOptions,
  arithmetic: SoapArithmetic = plainSoapArithmetic,
): SoapVectors {
  checkSoapOptions(options);
  const problem = imageProblem(atoms.lattice, atoms.fractional, neighbourReach(options));
  if (problem !== undefined) throw new RangeError(problem.message);
  const expansion = new Expansion(atoms, options, arithmetic);
  const { pairs, blocks, starts } = layoutOf(expansion.species, options);
  const length = starts.at(-1) ?? 0;
  const centres = atoms.atomicNumbers.length;
  const values = new Float64Array(centres * length);
  const mean = options.average === "inner" ? new Float64Array(expansion.size) : undefined;
  for (let centre = 0; centre < centres; centre++) {
    const coefficients = expansion.ofCentre(centre);
    if (mean === undefined) arithmetic.spectra(coefficients, pairs, options, values, centre * length);
    else
      coefficients.forEach((c, at) => {
        mean[at] = (mean[at] as number) + c / centres;
      });
  }
  if (mean !== undefined) arithmetic.spectra(mean, pairs, options, values, 0);
  if (mean !== undefined) return { blocks, starts, weights: Float64Array.of(centres), values: values.slice(0, length) };
  if (options.average === "outer")
    return { blocks, starts, weights: Float64Array.of(centres), values: meanRow(values, length) };
  return { blocks, starts, weights: new Float64Array(centres).fill(1), values };
}

/**
 * The blocks of a vector that has a place for each pair of these species, given by rising Z, and where each begins
 * (`SoapVectors`).
 */
export function soapLayout(species: readonly number[], options: SoapOptions): Pick<SoapVectors, "blocks" | "starts"> {
  const { blocks, starts } = layoutOf(species, options);
  return { blocks, starts };
}

/**
 * `pairs`: the first and second part of each block, a slot of species each; the slot behind the last one stands for all
 * species together.
 */
function layoutOf(species: readonly number[], { nMax, lMax, compression = "off" }: SoapOptions) {
  const slots = [...species.keys()];
  const all = species.length;
  const pairs: SlotPair[] =
    compression === "mu2"
      ? [[all, all]]
      : compression === "mu1nu1"
        ? slots.map((i): SlotPair => [i, all])
        : slots.flatMap((i) => slots.slice(i).map((j): SlotPair => [i, j]));
  const z = (slot: number) => species[slot] ?? 0;
  const starts = [0];
  for (const [i, j] of pairs)
    starts.push((starts.at(-1) ?? 0) + (lMax + 1) * (i === j ? (nMax * (nMax + 1)) / 2 : nMax * nMax));
  return { pairs, starts, blocks: pairs.map(([i, j]) => 1000 * z(i) + z(j)) };
}

/**
 * Expansion coefficients c_nlm of the density of each species about a centre, [species][lm][n] and then those of all
 * species together.
 */
class Expansion {
  readonly species: readonly number[];
  readonly size: number;
  private readonly lists: readonly NeighbourList[];
  private readonly slots: Int32Array;

  constructor(
    private readonly atoms: Atoms,
    private readonly options: SoapOptions,
    private readonly arithmetic: SoapArithmetic,
  ) {
    this.species = [...new Set(atoms.atomicNumbers)].sort((a, b) => a - b);
    this.lists = this.species.map(() => new NeighbourList());
    this.slots = Int32Array.from(atoms.atomicNumbers, (z) => this.species.indexOf(z));
    this.size = (this.species.length + 1) * (options.lMax + 1) ** 2 * options.nMax;
  }

  ofCentre(centre: number): Float64Array {
    const { lists, options, slots } = this;
    for (const list of lists) list.count = 0;
    forEachNeighbour(this.atoms, centre, neighbourReach(options), (atom, x, y, z, r) => {
      const weight = neighbourWeight(options.weighting, r);
      if (weight !== 0) lists[slots[atom] as number]?.add(x, y, z, r, weight);
    });
    const sums = new Float64Array(this.size);
    const slotSize = this.size / (lists.length + 1);
    const all = lists.length * slotSize;
    lists.forEach((list, slot) => {
      this.arithmetic.expand(list, options, sums, slot * slotSize);
      for (let at = 0; at < slotSize; at++)
        sums[all + at] = (sums[all + at] as number) + (sums[slot * slotSize + at] as number);
    });
    return sums;
  }
}

class NeighbourList implements SoapNeighbours {
  count = 0;
  values = new Float64Array(64 * NEIGHBOUR_FIELDS);

  add(x: number, y: number, z: number, r: number, weight: number): void {
    let at = this.count++ * NEIGHBOUR_FIELDS;
    if (at === this.values.length) {
      const larger = new Float64Array(2 * at);
      larger.set(this.values);
      this.values = larger;
    }
    const scale = r === 0 ? 0 : 1 / r;
    this.values[at++] = x * scale;
    this.values[at++] = y * scale;
    this.values[at++] = z * scale;
    this.values[at++] = r;
    this.values[at] = weight;
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
