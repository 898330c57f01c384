import { covalentRadius } from "./elementRadii.js";
import { electronegativity } from "./elements.js";
import type { Site } from "./sites.js";

/** Two sites by their indices, and their distance in Å. */
export interface Bond {
  readonly a: number;
  readonly b: number;
  readonly length: number;
}

/** Bonds are at most this many times the sum of the covalent radii. */
export const BOND_TOLERANCE = 1.15;
/** Å: closer atoms are one atom twice (split positions), not a bond. */
const TOO_CLOSE = 0.4;

/** An anion-former: Pauling's electronegativity of at least this. */
const NONMETAL = 2.5;
const METAL = 2.2;

/**
 * Decides which elements of a structure bond, and up to which distance (Å): by the sum of covalent radii; metal with
 * metal only where the structure has no anion, since large cations nearly touch in ionic crystals without a bond
 * between them. 0: never.
 */
export class BondRule {
  readonly #cutoffs = new Map<string, number>();
  readonly #isIonic: boolean;

  constructor(
    elements: readonly string[],
    readonly tolerance = BOND_TOLERANCE,
  ) {
    const kinds = new Set(elements);
    const has = (test: (value: number) => boolean) => [...kinds].some((one) => test(electronegativity(one) ?? METAL));
    this.#isIonic = has((value) => value >= NONMETAL) && has((value) => value < METAL);
  }

  cutoff(a: string, b: string): number {
    const key = a < b ? `${a} ${b}` : `${b} ${a}`;
    const known = this.#cutoffs.get(key);
    if (known !== undefined) return known;
    const reach = this.#bonds(a, b) ? this.tolerance * (covalentRadius(a) + covalentRadius(b)) : 0;
    this.#cutoffs.set(key, reach);
    return reach;
  }

  #bonds(a: string, b: string): boolean {
    if (!this.#isIonic) return true;
    return !(isMetal(a) && isMetal(b));
  }
}

/** By electronegativity; H, B, Si, Ge, As and their like are none. */
export const isMetal = (element: string): boolean =>
  (electronegativity(element) ?? 0) < METAL && !METALLOIDS.has(element);
const METALLOIDS = new Set(["H", "B", "Si", "Ge", "As", "Sb", "Te", "He", "Ne", "Ar", "Kr", "Xe", "Rn", "X"]);

/** All bonds between sites, each once with a < b. Time grows with the number of sites, not with its square. */
export function findBonds(sites: readonly Site[], rule: BondRule): readonly Bond[] {
  const kinds = [...new Set(sites.map(({ element }) => element))];
  const reach = Math.max(0, ...kinds.flatMap((a) => kinds.map((b) => rule.cutoff(a, b))));
  const bonds: Bond[] = [];
  if (reach <= 0) return bonds;
  const grid = new SiteGrid(sites, reach);
  sites.forEach((site, a) => {
    grid.visitNear(site, (b, other) => {
      if (b <= a) return;
      const length = distance(site, other);
      if (length >= TOO_CLOSE && length <= rule.cutoff(site.element, other.element)) bonds.push({ a, b, length });
    });
  });
  return bonds;
}

const distance = (a: Site, b: Site): number =>
  Math.hypot(a.position[0] - b.position[0], a.position[1] - b.position[1], a.position[2] - b.position[2]);

/** Sites sorted into cubes as wide as the reach, so that the neighbours of one stand in 27 of them. */
class SiteGrid {
  readonly #cells = new Map<string, number[]>();

  constructor(
    readonly sites: readonly Site[],
    readonly reach: number,
  ) {
    sites.forEach(({ position: [x, y, z] }, i) => {
      const key = `${this.#at(x)} ${this.#at(y)} ${this.#at(z)}`;
      const cell = this.#cells.get(key);
      if (cell) cell.push(i);
      else this.#cells.set(key, [i]);
    });
  }

  visitNear({ position: [x, y, z] }: Site, visit: (index: number, site: Site) => void): void {
    const [i, j, k] = [this.#at(x), this.#at(y), this.#at(z)];
    for (let dx = -1; dx <= 1; dx++)
      for (let dy = -1; dy <= 1; dy++)
        for (let dz = -1; dz <= 1; dz++)
          for (const index of this.#cells.get(`${i + dx} ${j + dy} ${k + dz}`) ?? []) {
            const site = this.sites[index];
            if (site) visit(index, site);
          }
  }

  #at(value: number): number {
    return Math.floor(value / this.reach);
  }
}
