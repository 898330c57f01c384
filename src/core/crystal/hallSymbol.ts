import type { Matrix3, Vector3 } from "../math/matrix3.js";

/** x' = rotation x + translation, fractional. */
export interface SymmetryOperation {
  readonly rotation: Matrix3;
  /** Each from 0 to 1. */
  readonly translation: Vector3;
}

/** No space group has more, with the translations of its cell. */
const MOST = 192;
/** Twelfths, which all translations are multiples of. */
const PARTS = 12;

const CENTRINGS: Readonly<Record<string, readonly Vector3[]>> = {
  P: [],
  A: [[0, 6, 6]],
  B: [[6, 0, 6]],
  C: [[6, 6, 0]],
  I: [[6, 6, 6]],
  R: [
    [8, 4, 4],
    [4, 8, 8],
  ],
  F: [
    [0, 6, 6],
    [6, 0, 6],
    [6, 6, 0],
  ],
};

const SHIFTS: Readonly<Record<string, Vector3>> = {
  a: [6, 0, 0],
  b: [0, 6, 0],
  c: [0, 0, 6],
  n: [6, 6, 6],
  u: [3, 0, 0],
  v: [0, 3, 0],
  w: [0, 0, 3],
  d: [3, 3, 3],
};

/** Rotations about z, by their order; those about x and y follow by going round the axes. */
const ABOUT_Z: Readonly<Record<string, Matrix3>> = {
  "1": [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  "2": [
    [-1, 0, 0],
    [0, -1, 0],
    [0, 0, 1],
  ],
  "3": [
    [0, -1, 0],
    [1, -1, 0],
    [0, 0, 1],
  ],
  "4": [
    [0, -1, 0],
    [1, 0, 0],
    [0, 0, 1],
  ],
  "6": [
    [1, -1, 0],
    [1, 0, 0],
    [0, 0, 1],
  ],
  // about a - b, about a + b
  "'": [
    [0, -1, 0],
    [-1, 0, 0],
    [0, 0, -1],
  ],
  '"': [
    [0, 1, 0],
    [1, 0, 0],
    [0, 0, -1],
  ],
};
const DIAGONAL: Matrix3 = [
  [0, 0, 1],
  [1, 0, 0],
  [0, 1, 0],
];

/**
 * All operations of a space group by its Hall symbol (International Tables B, section 1.4.2.3.1), those of the cell's
 * centring included; undefined for a text that is none. `=` counts for `"`, as some programs write it.
 */
export function operationsOfHall(symbol: string): SymmetryOperation[] | undefined {
  const [, minus, centring = "", list = "", origin] =
    /^\s*(-?)([PABCIRF])\s+([^()]*?)\s*(\(\s*-?\d+\s+-?\d+\s+-?\d+\s*\))?\s*$/i.exec(symbol.replaceAll("=", '"')) ?? [];
  const shifts = CENTRINGS[centring.toUpperCase()];
  const generators = generatorsOf(list);
  if (shifts === undefined || generators === undefined) return undefined;
  const identity = ABOUT_Z["1"] as Matrix3;
  const all: Twelfths[] = [
    ...generators,
    ...shifts.map((shift) => ({ rotation: identity, shift })),
    ...(minus === "-" ? [{ rotation: negative(identity), shift: [0, 0, 0] as const }] : []),
  ];
  const moved = origin?.match(/-?\d+/g)?.map(Number) as unknown as Vector3 | undefined;
  const group = closure(moved === undefined ? all : all.map((one) => fromOrigin(one, moved)));
  return group?.map(({ rotation, shift }) => ({
    rotation,
    translation: shift.map((part) => part / PARTS) as unknown as Vector3,
  }));
}

interface Twelfths {
  readonly rotation: Matrix3;
  readonly shift: Vector3;
}

type Axis = "x" | "y" | "z";
const ROUND: readonly Axis[] = ["z", "x", "y"];

function generatorsOf(list: string): Twelfths[] | undefined {
  const found: Twelfths[] = [];
  let before: { readonly order: string; readonly axis: Axis } = { order: "", axis: "z" };
  for (const [place, word] of list.trim().split(/\s+/).entries()) {
    const [, minus, order = "", axisMark, marks] = /^(-?)([12346])([xyz'"*]?)([abcnuvwd1-5]*)$/i.exec(word) ?? [];
    if (marks === undefined) return undefined;
    const mark = axisMark || defaultAxis(place, order, before.order);
    const axis: Axis = mark === "x" || mark === "y" || mark === "z" ? mark : before.axis;
    const rotation = rotationOf(order, mark, axis);
    if (rotation === undefined) return undefined;
    const screw = Number(/\d/.exec(marks)?.[0] ?? 0);
    const along = [0, 0, 0];
    along["xyz".indexOf(axis)] = (PARTS * screw) / Number(order);
    const shift = [...marks.toLowerCase()].reduce<Vector3>((sum, letter) => added(sum, SHIFTS[letter]), [0, 0, 0]);
    found.push({
      rotation: minus === "-" ? negative(rotation) : rotation,
      shift: added(shift, along as unknown as Vector3),
    });
    before = { order, axis };
  }
  return found;
}

/** What is not written: c first, then a or a - b, then the diagonal of the cell. */
function defaultAxis(place: number, order: string, before: string): string {
  if (order === "1" || place === 0) return "z";
  if (order === "3") return "*";
  return place === 1 && order === "2" ? (before === "3" || before === "6" ? "'" : "x") : "";
}

function rotationOf(order: string, mark: string, axis: Axis): Matrix3 | undefined {
  if (mark === "*") return order === "3" ? DIAGONAL : undefined;
  const isDiagonal = mark === "'" || mark === '"';
  if (mark === "" || (isDiagonal && order !== "2")) return undefined;
  const about = ABOUT_Z[isDiagonal ? mark : order];
  return about && turned(about, ROUND.indexOf(axis));
}

/** The same about the next axes: z, x, y. */
function turned(rotation: Matrix3, steps: number): Matrix3 {
  const from = (i: number) => (i - steps + 3) % 3;
  return [0, 1, 2].map((i) => [0, 1, 2].map((j) => rotation[from(i)]?.[from(j)] ?? 0)) as unknown as Matrix3;
}

/** An operation about another origin, `move` away. */
function fromOrigin({ rotation, shift }: Twelfths, move: Vector3): Twelfths {
  const back = times(rotation, move);
  return { rotation, shift: added(shift, [move[0] - back[0], move[1] - back[1], move[2] - back[2]]) };
}

/** All products; undefined where there is no end of them. */
function closure(generators: readonly Twelfths[]): Twelfths[] | undefined {
  const group: Twelfths[] = [{ rotation: ABOUT_Z["1"] as Matrix3, shift: [0, 0, 0] }];
  const known = new Set(group.map(keyOf));
  for (let at = 0; at < group.length; at++)
    for (const generator of generators) {
      const product = after(group[at] as Twelfths, generator);
      const key = keyOf(product);
      if (known.has(key)) continue;
      if (group.length === MOST) return undefined;
      known.add(key);
      group.push(product);
    }
  return group;
}

const after = (first: Twelfths, then: Twelfths): Twelfths => ({
  rotation: [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) =>
      [0, 1, 2].reduce((sum, k) => sum + (then.rotation[i]?.[k] ?? 0) * (first.rotation[k]?.[j] ?? 0), 0),
    ),
  ) as unknown as Matrix3,
  shift: added(times(then.rotation, first.shift), then.shift),
});

const keyOf = ({ rotation, shift }: Twelfths) => [...rotation.flat(), ...shift].join();
const negative = (matrix: Matrix3) => matrix.map((row) => row.map((x) => (x === 0 ? 0 : -x))) as unknown as Matrix3;
const times = (matrix: Matrix3, v: Vector3) =>
  matrix.map(([a, b, c]) => a * v[0] + b * v[1] + c * v[2]) as unknown as Vector3;
const added = (a: Vector3, b: Vector3 = [0, 0, 0]) =>
  a.map((x, i) => (((x + (b[i] as number)) % PARTS) + PARTS) % PARTS) as unknown as Vector3;
