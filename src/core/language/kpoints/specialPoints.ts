import { angles, lengths } from "../../crystal/lattice.js";
import type { Matrix3, Vector3 } from "../../math/matrix3.js";

export type LatticeShape =
  | "cubic"
  | "faceCentred"
  | "bodyCentred"
  | "hexagonal"
  | "tetragonal"
  | "orthorhombic"
  | "other";

const near = (value: number, to: number, tolerance: number) => Math.abs(value - to) <= tolerance;

/** The shape of a primitive cell in its usual setting; `other` where it is none of these. */
export function latticeShape(lattice: Matrix3): LatticeShape {
  const [a, b, c] = lengths(lattice);
  const [alpha, beta, gamma] = angles(lattice);
  const same = (x: number, y: number) => near(x / y, 1, 5e-3);
  const all = (angle: number) => [alpha, beta, gamma].every((value) => near(value, angle, 0.3));
  if (same(a, b) && same(b, c)) {
    if (all(90)) return "cubic";
    if (all(60)) return "faceCentred";
    if (all(109.4712)) return "bodyCentred";
  }
  if (same(a, b) && near(alpha, 90, 0.3) && near(beta, 90, 0.3) && near(gamma, 120, 0.3)) return "hexagonal";
  if (all(90)) return same(a, b) ? "tetragonal" : "orthorhombic";
  return "other";
}

const third = 1 / 3;

/**
 * Points of high symmetry in the basis of the reciprocal vectors: Setyawan and Curtarolo, Comput. Mater. Sci. 49, 299
 * (2010).
 */
const POINTS: Partial<Record<LatticeShape, Readonly<Record<string, readonly Vector3[]>>>> = {
  cubic: { X: [[0, 0.5, 0]], M: [[0.5, 0.5, 0]], R: [[0.5, 0.5, 0.5]] },
  faceCentred: {
    X: [[0.5, 0, 0.5]],
    L: [[0.5, 0.5, 0.5]],
    W: [[0.5, 0.25, 0.75]],
    K: [[0.375, 0.375, 0.75]],
    U: [[0.625, 0.25, 0.625]],
  },
  bodyCentred: { H: [[0.5, -0.5, 0.5]], N: [[0, 0, 0.5]], P: [[0.25, 0.25, 0.25]] },
  hexagonal: {
    A: [[0, 0, 0.5]],
    K: [[third, third, 0]],
    M: [[0.5, 0, 0]],
    H: [[third, third, 0.5]],
    L: [[0.5, 0, 0.5]],
  },
  tetragonal: { X: [[0, 0.5, 0]], M: [[0.5, 0.5, 0]], Z: [[0, 0, 0.5]], R: [[0, 0.5, 0.5]], A: [[0.5, 0.5, 0.5]] },
};

const GAMMA = /^(?:g|gamma|γ)$/i;

/** Where a labelled point is in such a lattice; undefined for labels that have no fixed place. */
export function specialPoint(shape: LatticeShape, label: string): readonly Vector3[] | undefined {
  if (GAMMA.test(label) || label === "Γ") return [[0, 0, 0]];
  return POINTS[shape]?.[label.toUpperCase()];
}
