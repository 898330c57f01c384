import { BondRule } from "../../src/core/crystal/bonds.js";
import {
  type BondedSites,
  bondedSites,
  type Polyhedron,
  polyhedra,
  polyhedraElements,
} from "../../src/core/crystal/coordination.js";
import { boxEdges, boxOfCells } from "../../src/core/crystal/directions.js";
import { elementColor } from "../../src/core/crystal/elementColors.js";
import { covalentRadius, ionicRadius } from "../../src/core/crystal/elementRadii.js";
import type { AtomicCell, Site } from "../../src/core/crystal/sites.js";
import { norm, rowTimes, type Vector3 } from "../../src/core/math/matrix3.js";
import { type Balls, type Line, nextVersion, type Sticks } from "../scene/sceneFrame.js";
import { mix, parseColor, type Rgb, type ThemeColors } from "../ui/themeColors.js";
import type { CrystalSettings } from "./crystalSettings.js";
import { type FaceList, polygonFaces } from "./faceList.js";

/** The atoms as they are drawn. Lengths in Å. */
export interface CrystalScene {
  readonly sites: readonly Site[];
  /** Radius of each site's ball. */
  readonly radius: Float32Array;
  readonly balls: Balls;
  readonly sticks: Sticks;
  readonly polyhedra: FaceList;
  readonly lines: readonly Line[];
  readonly center: Vector3;
  /** How far atoms and cells reach from the centre. */
  readonly extent: number;
  readonly bonds: number;
}

/** Balls are this much of a covalent or ionic radius. */
const BALL = 0.45;
const SMALLEST_BALL = 0.2;
const STICK = 0.11;
/** More atoms than this are drawn without bonds. */
export const MAX_BONDED = 20_000;

export function makeCrystalScene(cell: AtomicCell, settings: CrystalSettings, colors: ThemeColors): CrystalScene {
  const box = boxOfCells(settings.cells);
  const isBonded = settings.bonds || settings.polyhedra || settings.atoms === "sticks";
  const count = cell.species.length * settings.cells[0] * settings.cells[1] * settings.cells[2];
  const bonded = bondedSites(cell, box, {
    complete: settings.polyhedra,
    ...(!(isBonded && count <= MAX_BONDED) && { rule: NO_BONDS }),
  });
  const radius = Float32Array.from(bonded.sites, ({ element }) => ballRadius(element, settings));
  const center = rowTimes([settings.cells[0] / 2, settings.cells[1] / 2, settings.cells[2] / 2], cell.lattice);
  const shells = settings.polyhedra ? coordinationShells(bonded) : [];
  const edges = boxEdges(box).map((edge) => edge.map((corner) => rowTimes(corner, cell.lattice)));
  return {
    sites: bonded.sites,
    radius,
    balls: makeBalls(bonded.sites, radius, colors),
    sticks: makeSticks(bonded, settings, colors),
    polyhedra: polyhedronFaces(bonded, shells, colors),
    lines: settings.cell ? cellLines(cell, settings.cells, colors) : [],
    center,
    extent: reach(center, [...edges.flat(), ...bonded.sites.map(({ position }) => position)]) + 0.4,
    bonds: bonded.bonds.length,
  };
}

const NO_BONDS = new BondRule([], 0);

function ballRadius(element: string, { atoms, radii }: CrystalSettings): number {
  if (atoms === "sticks") return STICK;
  const full = radii === "ionic" ? (ionicRadius(element) ?? covalentRadius(element)) : covalentRadius(element);
  return atoms === "spaceFilling" ? full : Math.max(SMALLEST_BALL, BALL * full);
}

/** Its colour as the theme shows it: on a ground of nearly the same colour a little of the ink is added. */
export function atomColor(element: string, colors: ThemeColors): Rgb {
  const color = parseColor(elementColor(element)) ?? [1, 0.08, 0.58];
  const difference = Math.hypot(color[0] - colors.ground[0], color[1] - colors.ground[1], color[2] - colors.ground[2]);
  return difference < 0.25 ? mix(color, colors.ink, 0.22) : color;
}

function makeBalls(sites: readonly Site[], radius: Float32Array, colors: ThemeColors): Balls {
  const center = Float32Array.from(sites.flatMap(({ position }) => position));
  const color = Float32Array.from(sites.flatMap(({ element }) => atomColor(element, colors)));
  return { count: sites.length, version: nextVersion(), center, radius, color };
}

/** Each bond in two halves, in the colours of its ends. */
function makeSticks({ sites, bonds }: BondedSites, settings: CrystalSettings, colors: ThemeColors): Sticks {
  const shown = settings.bonds || settings.atoms === "sticks" ? bonds : [];
  const from: number[] = [];
  const to: number[] = [];
  const color: number[] = [];
  for (const { a, b } of shown) {
    const [one, two] = [sites[a], sites[b]];
    if (!one || !two) continue;
    const middle = one.position.map((x, i) => (x + (two.position[i] ?? 0)) / 2);
    from.push(...one.position, ...middle);
    to.push(...middle, ...two.position);
    color.push(...atomColor(one.element, colors), ...atomColor(two.element, colors));
  }
  const count = color.length / 3;
  const arrays = { from: Float32Array.from(from), to: Float32Array.from(to), color: Float32Array.from(color) };
  return { count, version: nextVersion(), ...arrays, radius: new Float32Array(count).fill(STICK) };
}

function coordinationShells(bonded: BondedSites): readonly Polyhedron[] {
  const wanted = new Set(polyhedraElements(bonded));
  return polyhedra(bonded, (element) => wanted.has(element));
}

const POLYHEDRON_OPACITY = 0.42;

function polyhedronFaces({ sites }: BondedSites, shells: readonly Polyhedron[], colors: ThemeColors): FaceList {
  return polygonFaces(
    shells.flatMap(({ center, faces }) => {
      const color = atomColor(sites[center]?.element ?? "X", colors);
      return faces.map(({ corners, normal }) => ({ corners, normal, color, opacity: POLYHEDRON_OPACITY }));
    }),
  );
}

/** The edges of the cells; those from the origin in the colours of a, b and c. */
function cellLines({ lattice }: AtomicCell, cells: Vector3, colors: ThemeColors): readonly Line[] {
  const lines: Line[] = [];
  for (let i = 0; i < cells[0]; i++)
    for (let j = 0; j < cells[1]; j++)
      for (let k = 0; k < cells[2]; k++) {
        const isFirst = i + j + k === 0;
        for (const edge of boxEdges({ from: [i, j, k], to: [i + 1, j + 1, k + 1] })) {
          const points = edge.map((corner) => rowTimes(corner, lattice));
          lines.push({ points, color: colors.ink, opacity: isFirst ? 0.75 : 0.4 });
        }
      }
  return lines;
}

const reach = (center: Vector3, points: readonly Vector3[]): number =>
  points.reduce((most, p) => Math.max(most, norm([p[0] - center[0], p[1] - center[1], p[2] - center[2]])), 0.5);
