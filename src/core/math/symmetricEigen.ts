/**
 * The eigenvalues of a real symmetric matrix, in ascending order.
 * `matrix`: n x n, row-major; only its lower triangle is read. The error is a few 1e-16 of the largest |eigenvalue|.
 * Householder reduction to tridiagonal form, then implicit QL with Wilkinson's shift (Golub and Van Loan, sections
 * 8.3.1 and 8.3.4).
 */
export function symmetricEigenvalues(matrix: Float64Array, n: number): Float64Array {
  const { diagonal, offDiagonal } = tridiagonalise(Float64Array.from(matrix), n);
  for (let first = 0; first < n; first++) isolateEigenvalue(diagonal, offDiagonal, first);
  return diagonal.sort();
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** offDiagonal[i] couples i and i + 1; the last is 0. */
  readonly offDiagonal: Float64Array;
}

/** Reflects away, row by row from the last, all but the element next to the diagonal; overwrites `a`. */
function tridiagonalise(a: Float64Array, n: number): Tridiagonal {
  const diagonal = new Float64Array(n);
  const offDiagonal = new Float64Array(n);
  const p = new Float64Array(n);
  for (let i = n - 1; i > 0; i--) {
    const v = a.subarray(i * n, i * n + i);
    diagonal[i] = a[i * n + i] as number;
    const { beta, image } = householder(v);
    offDiagonal[i - 1] = image;
    if (beta !== 0) reflectBothSides(a, n, v, beta, p);
  }
  diagonal[0] = a[0] ?? 0;
  return { diagonal, offDiagonal };
}

/** Turns x into the vector v of the reflection 1 - beta v v^T that maps x onto (0, ..., 0, image). */
function householder(x: Float64Array): { readonly beta: number; readonly image: number } {
  const last = x.length - 1;
  const pivot = x[last] as number;
  let scale = 0;
  for (let i = 0; i < last; i++) scale = Math.max(scale, Math.abs(x[i] as number));
  if (scale === 0) return { beta: 0, image: pivot };
  scale = Math.max(scale, Math.abs(pivot));
  let squared = 0;
  for (let i = 0; i <= last; i++) {
    x[i] = (x[i] as number) / scale;
    squared += (x[i] as number) ** 2;
  }
  const image = pivot > 0 ? -Math.sqrt(squared) : Math.sqrt(squared);
  const shifted = pivot / scale - image;
  x[last] = shifted;
  return { beta: -1 / (image * shifted), image: image * scale };
}

/**
 * a <- (1 - beta v v^T) a (1 - beta v v^T) on the leading block of v's size, by a symmetric update of rank two; `p` is
 * scratch.
 */
function reflectBothSides(a: Float64Array, n: number, v: Float64Array, beta: number, p: Float64Array): void {
  const size = v.length;
  p.fill(0, 0, size);
  for (let i = 0; i < size; i++) {
    const vi = v[i] as number;
    let sum = (a[i * n + i] as number) * vi;
    for (let j = 0; j < i; j++) {
      const aij = a[i * n + j] as number;
      sum += aij * (v[j] as number);
      p[j] = (p[j] as number) + aij * vi;
    }
    p[i] = (p[i] as number) + sum;
  }
  let projection = 0;
  for (let i = 0; i < size; i++) {
    p[i] = (p[i] as number) * beta;
    projection += (p[i] as number) * (v[i] as number);
  }
  for (let i = 0; i < size; i++) p[i] = (p[i] as number) - 0.5 * beta * projection * (v[i] as number);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++)
      a[i * n + j] =
        (a[i * n + j] as number) - (v[i] as number) * (p[j] as number) - (p[i] as number) * (v[j] as number);
}

/** QL steps until `first` is decoupled from the rest; 60 steps were never needed for a finite matrix. */
function isolateEigenvalue(d: Float64Array, e: Float64Array, first: number): void {
  for (let step = 0; step < 60; step++) {
    const last = endOfBlock(d, e, first);
    if (last === first) return;
    qlStep(d, e, first, last);
  }
  d[first] = Number.NaN;
}

/** The end of the block that starts at `first`: the next coupling is below the roundoff of its neighbours. */
function endOfBlock(d: Float64Array, e: Float64Array, first: number): number {
  let end = first;
  for (; end < d.length - 1; end++) {
    const neighbours = Math.abs(d[end] as number) + Math.abs(d[end + 1] as number);
    if (Math.abs(e[end] as number) + neighbours === neighbours) break;
  }
  return end;
}

/**
 * One implicit QL step with Wilkinson's shift on the block first..last: rotations chase the bulge from its end to its
 * start.
 */
function qlStep(d: Float64Array, e: Float64Array, first: number, last: number): void {
  const coupling = e[first] as number;
  const half = ((d[first + 1] as number) - (d[first] as number)) / (2 * coupling);
  const root = Math.hypot(half, 1);
  let g = (d[last] as number) - (d[first] as number) + coupling / (half + (half < 0 ? -root : root));
  let sine = 1;
  let cosine = 1;
  let removed = 0;
  for (let i = last - 1; i >= first; i--) {
    const f = sine * (e[i] as number);
    const b = cosine * (e[i] as number);
    const radius = Math.hypot(f, g);
    e[i + 1] = radius;
    if (radius === 0) {
      d[i + 1] = (d[i + 1] as number) - removed;
      e[last] = 0;
      return;
    }
    sine = f / radius;
    cosine = g / radius;
    const next = (d[i + 1] as number) - removed;
    const mixed = ((d[i] as number) - next) * sine + 2 * cosine * b;
    removed = sine * mixed;
    d[i + 1] = next + removed;
    g = cosine * mixed - b;
  }
  d[first] = (d[first] as number) - removed;
  e[first] = g;
  e[last] = 0;
}
