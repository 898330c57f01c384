/**
 * Real orthonormal spherical harmonics up to l_max; Y_lm stands at l² + l + m (m < 0: sine, m > 0: cosine of |m| phi,
 * without Condon and Shortley's sign).
 */
export class RealHarmonics {
  readonly count: number;
  /** What each Y_lm's polynomial is multiplied by. */
  readonly factors: Float64Array;

  constructor(private readonly lMax: number) {
    this.count = (lMax + 1) ** 2;
    this.factors = new Float64Array(this.count);
    for (let l = 0; l <= lMax; l++)
      for (let m = 0; m <= l; m++) {
        const factor =
          Math.sqrt(((2 * l + 1) / (4 * Math.PI)) * inverseFactorialRatio(l, m)) * (m === 0 ? 1 : Math.SQRT2);
        this.factors[l * l + l + m] = factor;
        this.factors[l * l + l - m] = factor;
      }
  }

  /** Of the direction of the unit vector (x, y, z); for the null vector only l = 0 is not 0. */
  evaluate(x: number, y: number, z: number, into: Float64Array): void {
    const { lMax, factors } = this;
    if (x === 0 && y === 0 && z === 0) {
      into.fill(0, 0, this.count);
      into[0] = factors[0] as number;
      return;
    }
    let cosine = 1; // sin^m(theta) cos(m phi)
    let sine = 0;
    let diagonal = 1; // P_mm / sin^m
    for (let m = 0; m <= lMax; m++) {
      let before = 0;
      let value = diagonal;
      for (let l = m; l <= lMax; l++) {
        const centre = l * l + l;
        into[centre - m] = (factors[centre - m] as number) * value * sine;
        // last, since m = 0 writes both to one place
        into[centre + m] = (factors[centre + m] as number) * value * cosine;
        const next = ((2 * l + 1) * z * value - (l + m) * before) / (l + 1 - m);
        before = value;
        value = next;
      }
      const turned = cosine * x - sine * y;
      sine = cosine * y + sine * x;
      cosine = turned;
      diagonal *= 2 * m + 1;
    }
  }
}

/** (l - m)! / (l + m)! */
function inverseFactorialRatio(l: number, m: number): number {
  let product = 1;
  for (let k = l - m + 1; k <= l + m; k++) product *= k;
  return 1 / product;
}
