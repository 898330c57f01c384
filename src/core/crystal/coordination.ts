import { type Matrix3, norm, type Vector3 } from "../math/matrix3.js";
import { type Bond, BondRule, findBonds, isMetal } from "./bonds.js";
import { type ConvexHull, convexHull } from "./convexHull.js";
import type { FractionalBox } from "./directions.js";
import { type AtomicCell, type Site, sitesInBox } from "./sites.js";

/** The atoms and bonds of a part of a crystal as it is drawn. */
export interface BondedSites {
  /** The sites of the box come first. */
  readonly sites: readonly Site[];
  /** How many of them lie in the box; the rest lies outside and completes their surroundings. */
  readonly inside: number;
  readonly bonds: readonly Bond[];
}

/**
 * Atoms of a box with their bonds. `complete`: with the atoms outside the box to which those inside are bonded, so that
 * every coordination is whole; without, bonds end at the box.
 */
export function bondedSites(
  cell: AtomicCell,
  box: FractionalBox,
  { complete, rule = new BondRule(cell.species) }: { readonly complete: boolean; readonly rule?: BondRule },
): BondedSites {
  const own = sitesInBox(cell, box);
  if (!complete) return { sites: own, inside: own.length, bonds: findBonds(own, rule) };
  const elements = [...new Set(own.map(({ element }) => element))];
  const reach = Math.max(0, ...elements.flatMap((a) => elements.map((b) => rule.cutoff(a, b))));
  const keys = new Set(own.map(keyOf));
  const around = sitesInBox(cell, box, reach + 0.02).filter((site) => !keys.has(keyOf(site)));
  const all = [...own, ...around];
  const bonds = findBonds(all, rule).filter(({ a }) => a < own.length);
  const used = new Set(bonds.map(({ b }) => b).filter((b) => b >= own.length));
  const place = new Map<number, number>(own.map((_, i) => [i, i]));
  const sites = [...own];
  for (const i of used) {
    const site = all[i];
    if (site === undefined) continue;
    place.set(i, sites.length);
    sites.push(site);
  }
  return {
    sites,
    inside: own.length,
    bonds: bonds.map(({ a, b, length }) => ({ a: place.get(a) ?? a, b: place.get(b) ?? b, length })),
  };
}

const keyOf = ({ atom, fractional: [x, y, z] }: Site): string =>
  `${atom} ${Math.round(x * 1e6)} ${Math.round(y * 1e6)} ${Math.round(z * 1e6)}`;

/** The polyhedron of a cation's neighbours. */
export interface Polyhedron extends ConvexHull {
  /** Which of the sites is at its centre. */
  readonly center: number;
  /** How many neighbours it has. */
  readonly coordination: number;
}

const FEWEST = 4;

/**
 * Polyhedra around the sites inside the box whose element is wanted, spanned by their bonded neighbours of other
 * elements.
 */
export function polyhedra(
  { sites, inside, bonds }: BondedSites,
  wanted: (element: string) => boolean,
): readonly Polyhedron[] {
  const neighbours = new Map<number, Vector3[]>();
  const add = (center: number, other: number) => {
    const [site, neighbour] = [sites[center], sites[other]];
    if (!site || !neighbour || center >= inside || !wanted(site.element) || site.element === neighbour.element) return;
    const known = neighbours.get(center);
    if (known) known.push(neighbour.position);
    else neighbours.set(center, [neighbour.position]);
  };
  for (const { a, b } of bonds) {
    add(a, b);
    add(b, a);
  }
  const found: Polyhedron[] = [];
  for (const [center, points] of neighbours) {
    const hull = points.length >= FEWEST ? convexHull(points) : undefined;
    if (hull) found.push({ ...hull, center, coordination: points.length });
  }
  return found;
}

/** Elements whose polyhedra are worth drawing: cations with four to eight neighbours on average. */
export function polyhedraElements({ sites, inside, bonds }: BondedSites): readonly string[] {
  const counts = new Map<string, { atoms: number; bonds: number }>();
  const of = (element: string) => {
    const known = counts.get(element) ?? { atoms: 0, bonds: 0 };
    counts.set(element, known);
    return known;
  };
  for (const { element } of sites.slice(0, inside)) of(element).atoms++;
  for (const { a, b } of bonds) {
    const [one, two] = [sites[a], sites[b]];
    if (!one || !two || one.element === two.element) continue;
    if (a < inside) of(one.element).bonds++;
    if (b < inside) of(two.element).bonds++;
  }
  return [...counts]
    .filter(([element, { atoms, bonds: ends }]) => isCation(element) && ends >= 3.5 * atoms && ends <= 8.5 * atoms)
    .map(([element]) => element);
}

const isCation = (element: string): boolean =>
  isMetal(element) || ["B", "Si", "Ge", "P", "As", "Sb", "S", "Te"].includes(element);

/** The shortest distance (Å) between a point and any image of another. */
export function periodicDistance(lattice: Matrix3, a: Vector3, b: Vector3): number {
  let best = Number.POSITIVE_INFINITY;
  const near = [0, 1, 2].map((axis) => {
    const difference = (a[axis as 0 | 1 | 2] ?? 0) - (b[axis as 0 | 1 | 2] ?? 0);
    return difference - Math.round(difference);
  });
  for (let i = -1; i <= 1; i++)
    for (let j = -1; j <= 1; j++)
      for (let k = -1; k <= 1; k++) {
        const d = [(near[0] ?? 0) + i, (near[1] ?? 0) + j, (near[2] ?? 0) + k] as const;
        const at = [0, 1, 2].map(
          (x) => d[0] * (lattice[0][x as 0] ?? 0) + d[1] * (lattice[1][x as 0] ?? 0) + d[2] * (lattice[2][x as 0] ?? 0),
        );
        best = Math.min(best, norm([at[0] ?? 0, at[1] ?? 0, at[2] ?? 0]));
      }
  return best;
}
