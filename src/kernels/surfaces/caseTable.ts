/**
 * Corners of a cell by number, x + 2 y + 4 z; edges: four along x (y + 2 z), four along y (4 + x + 2 z), four along z
 * (8 + x + 2 y).
 */
const CASES = 256;
const ENTRY = 16;

/** Of each face the corners in cyclic order, counterclockwise seen from outside. */
const FACES: readonly (readonly number[])[] = [
  [0, 4, 6, 2],
  [1, 3, 7, 5],
  [0, 1, 5, 4],
  [2, 6, 7, 3],
  [0, 2, 3, 1],
  [4, 5, 7, 6],
];

let table: Uint8Array | undefined;

/**
 * For each of 256 ways in which corners of a cell are enclosed (bit = corner): the number of triangles, then three
 * edges each, counterclockwise seen from outside of the enclosed region. What is drawn on a face depends on that face's
 * corners alone (enclosed corners across are apart), so neighbouring cells always fit; no triangle has an inner edge on
 * a face, where it could meet one of the neighbour's.
 */
export function caseTable(): Uint8Array {
  table ??= makeTable();
  return table;
}

function makeTable(): Uint8Array {
  const entries = new Uint8Array(CASES * ENTRY);
  for (let code = 0; code < CASES; code++) {
    const triangles = loopsOf(code).flatMap(triangulate);
    entries[code * ENTRY] = triangles.length;
    entries.set(triangles.flat(), code * ENTRY + 1);
  }
  return entries;
}

function edgeBetween(a: number, b: number): number {
  const lower = Math.min(a, b);
  const [x, y, z] = [lower & 1, (lower >> 1) & 1, lower >> 2];
  const axis = Math.log2(a ^ b);
  if (axis === 0) return y + 2 * z;
  return axis === 1 ? 4 + x + 2 * z : 8 + x + 2 * y;
}

/** Edges of a face, for the question whether two edges share one. */
const edgesOfFaces = FACES.map(
  (corners) => new Set(corners.map((corner, i) => edgeBetween(corner, corners[(i + 1) % 4] ?? 0))),
);

/** Closed rings of edges, each the border of one sheet of the surface. */
function loopsOf(code: number): number[][] {
  const next = new Map(FACES.flatMap((corners) => segmentsOf(code, corners)));
  const loops: number[][] = [];
  while (next.size > 0) {
    const loop: number[] = [];
    for (let edge = next.keys().next().value; edge !== undefined && next.has(edge); ) {
      loop.push(edge);
      const following = next.get(edge);
      next.delete(edge);
      edge = following;
    }
    loops.push(loop);
  }
  return loops;
}

/** On one face: from where each run of enclosed corners begins to where it ends. */
function segmentsOf(code: number, corners: readonly number[]): [number, number][] {
  const inside = (i: number) => ((code >> (corners[(i + 4) % 4] ?? 0)) & 1) === 1;
  const edge = (i: number) => edgeBetween(corners[(i + 4) % 4] ?? 0, corners[(i + 5) % 4] ?? 0);
  const segments: [number, number][] = [];
  for (let start = 0; start < 4; start++) {
    if (!inside(start) || inside(start - 1)) continue;
    let end = start;
    while (inside(end + 1)) end++;
    segments.push([edge(start - 1), edge(end)]);
  }
  return segments;
}

const shareFace = (a: number, b: number): boolean => edgesOfFaces.some((edges) => edges.has(a) && edges.has(b));

/** The triangulation of a ring with the fewest inner edges on faces (there is always one with none). */
function triangulate(loop: readonly number[]): number[][] {
  return best(loop).triangles;
}

interface Triangulation {
  readonly triangles: number[][];
  readonly bad: number;
}

/** The last edge of the ring is that of its first and last vertex: each third vertex parts it in two smaller rings. */
function best(ring: readonly number[]): Triangulation {
  if (ring.length < 3) return { triangles: [], bad: 0 };
  const [first = 0, last = 0] = [ring[0], ring.at(-1)];
  let found: Triangulation | undefined;
  for (let i = 1; i < ring.length - 1; i++) {
    const middle = ring[i] ?? 0;
    const before = best(ring.slice(0, i + 1));
    const behind = best(ring.slice(i));
    const inner =
      (i > 1 && shareFace(first, middle) ? 1 : 0) + (i < ring.length - 2 && shareFace(middle, last) ? 1 : 0);
    const bad = before.bad + behind.bad + inner;
    if (!found || bad < found.bad)
      found = { triangles: [[first, middle, last], ...before.triangles, ...behind.triangles], bad };
  }
  return found ?? { triangles: [], bad: 0 };
}

/** How often an inner edge stands on a face, over all cases: none, for tests. */
export function innerEdgesOnFaces(): number {
  let bad = 0;
  for (let code = 0; code < CASES; code++) for (const loop of loopsOf(code)) bad += best(loop).bad;
  return bad;
}
