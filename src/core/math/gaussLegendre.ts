/**
 * Nodes and weights of Gauss-Legendre quadrature on [from, to] with `count` points, exact for polynomials of degree 2
 * count - 1.
 */
export function gaussLegendre(
  count: number,
  from: number,
  to: number,
): { readonly nodes: Float64Array; readonly weights: Float64Array } {
  const nodes = new Float64Array(count);
  const weights = new Float64Array(count);
  const half = (to - from) / 2;
  for (let i = 0; i < count; i++) {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let step = 0; step < 10; step++) {
      const legendre = evaluate(count, x);
      slope = legendre.slope;
      x -= legendre.value / slope;
    }
    nodes[i] = from + half * (x + 1);
    weights[i] = (2 * half) / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

/** The Legendre polynomial of degree n and its derivative. */
function evaluate(n: number, x: number): { readonly value: number; readonly slope: number } {
  let before = 1;
  let value = x;
  for (let k = 2; k <= n; k++) {
    const next = ((2 * k - 1) * x * value - (k - 1) * before) / k;
    before = value;
    value = next;
  }
  return { value, slope: (n * (x * value - before)) / (x * x - 1) };
}
