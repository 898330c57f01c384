/** Atomic units: Hartree and bohr. */
const HARTREE = 27.211386245988;
const BOHR = 0.529177210903;

/**
 * Perdew and Zunger's fit (Phys. Rev. B 23, 5048 (1981), appendix C) to Ceperley and Alder's energies: unpolarised,
 * then fully polarised.
 */
const FITS = [
  { gamma: -0.1423, beta1: 1.0529, beta2: 0.3334, a: 0.0311, b: -0.048, c: 0.002, d: -0.0116 },
  { gamma: -0.0843, beta1: 1.3981, beta2: 0.2611, a: 0.01555, b: -0.0269, c: 0.0007, d: -0.0048 },
] as const;

/** Energy per electron and its derivative by rs, Hartree. */
function correlation(rs: number, fit: (typeof FITS)[0 | 1]): readonly [number, number] {
  if (rs >= 1) {
    const root = Math.sqrt(rs);
    const denominator = 1 + fit.beta1 * root + fit.beta2 * rs;
    return [fit.gamma / denominator, (-fit.gamma * (fit.beta1 / (2 * root) + fit.beta2)) / denominator ** 2];
  }
  const log = Math.log(rs);
  return [fit.a * log + fit.b + fit.c * rs * log + fit.d * rs, fit.a / rs + fit.c * (log + 1) + fit.d];
}

const polarisation = (zeta: number) => ((1 + zeta) ** (4 / 3) + (1 - zeta) ** (4 / 3) - 2) / (2 * (2 ** (1 / 3) - 1));

export interface LdaTerms {
  /** Exchange-correlation energy density, eV/Å³. */
  readonly energy: number;
  /** The same minus the potentials times the densities: the integrand of E_xc - int(v_xc rho), eV/Å³. */
  readonly doubleCounting: number;
}

/**
 * Local density approximation for a density (e/Å³) and its magnetisation (μ_B/Å³): Slater's exchange, Perdew and
 * Zunger's correlation, between the polarisations von Barth and Hedin's interpolation. Densities that are not positive
 * give nothing.
 */
export function ldaTerms(density: number, magnetization = 0): LdaTerms {
  const n = density * BOHR ** 3;
  if (!(n > 0)) return { energy: 0, doubleCounting: 0 };
  const zeta = Math.max(-1, Math.min(1, magnetization / density));
  const rs = Math.cbrt(3 / (4 * Math.PI * n));
  const exchange = -0.75 * Math.cbrt((3 * n) / Math.PI);
  const [fully, share] = [2 ** (1 / 3) * exchange, polarisation(zeta)];
  const [unpolarised, bySize] = correlation(rs, FITS[0]);
  const [polarised, polarisedBySize] = correlation(rs, FITS[1]);
  const x = exchange + (fully - exchange) * share;
  const c = unpolarised + (polarised - unpolarised) * share;
  // n d(eps)/dn = -rs/3 d(eps)/d(rs); exchange goes as 1/rs
  const byDensity = x / 3 - (rs / 3) * (bySize + (polarisedBySize - bySize) * share);
  const energy = n * (x + c);
  // over both spins n_s v_s adds up to n (eps + n d(eps)/dn): the derivatives by polarisation cancel
  const potential = n * (x + c + byDensity);
  const factor = HARTREE / BOHR ** 3;
  return { energy: energy * factor, doubleCounting: (energy - potential) * factor };
}
