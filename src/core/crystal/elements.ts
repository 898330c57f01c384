/** Symbol and Pauling electronegativity (0: none known), in the order of atomic numbers from 1. */
const TABLE =
  "H 2.20 He 0 Li 0.98 Be 1.57 B 2.04 C 2.55 N 3.04 O 3.44 F 3.98 Ne 0 Na 0.93 Mg 1.31 Al 1.61 Si 1.90 P 2.19 S 2.58 Cl 3.16 Ar 0 " +
  "K 0.82 Ca 1.00 Sc 1.36 Ti 1.54 V 1.63 Cr 1.66 Mn 1.55 Fe 1.83 Co 1.88 Ni 1.91 Cu 1.90 Zn 1.65 Ga 1.81 Ge 2.01 As 2.18 Se 2.55 Br 2.96 Kr 3.00 " +
  "Rb 0.82 Sr 0.95 Y 1.22 Zr 1.33 Nb 1.60 Mo 2.16 Tc 1.90 Ru 2.20 Rh 2.28 Pd 2.20 Ag 1.93 Cd 1.69 In 1.78 Sn 1.96 Sb 2.05 Te 2.10 I 2.66 Xe 2.60 " +
  "Cs 0.79 Ba 0.89 La 1.10 Ce 1.12 Pr 1.13 Nd 1.14 Pm 1.13 Sm 1.17 Eu 1.20 Gd 1.20 Tb 1.10 Dy 1.22 Ho 1.23 Er 1.24 Tm 1.25 Yb 1.10 Lu 1.27 " +
  "Hf 1.30 Ta 1.50 W 2.36 Re 1.90 Os 2.20 Ir 2.20 Pt 2.28 Au 2.54 Hg 2.00 Tl 1.62 Pb 2.33 Bi 2.02 Po 2.00 At 2.20 Rn 0 " +
  "Fr 0.70 Ra 0.90 Ac 1.10 Th 1.30 Pa 1.50 U 1.38 Np 1.36 Pu 1.28 Am 1.30 Cm 1.30 Bk 1.30 Cf 1.30 Es 1.30 Fm 1.30 Md 1.30 No 1.30 Lr 1.30 " +
  "Rf 0 Db 0 Sg 0 Bh 0 Hs 0 Mt 0 Ds 0 Rg 0 Cn 0 Nh 0 Fl 0 Mc 0 Lv 0 Ts 0 Og 0";

const entries = TABLE.split(" ");
const symbols: readonly string[] = entries.filter((_, i) => i % 2 === 0);
const electronegativities: readonly number[] = entries.filter((_, i) => i % 2 === 1).map(Number);
const numbers: ReadonlyMap<string, number> = new Map(symbols.map((symbol, i) => [symbol, i + 1]));

/** The atomic number of a symbol from H (1) to Og (118); undefined for what is none. */
export function atomicNumber(symbol: string): number | undefined {
  return numbers.get(symbol);
}

/** The symbol of an atomic number from 1 to 118; undefined outside. */
export function elementSymbol(atomicNumber: number): string | undefined {
  return symbols[atomicNumber - 1];
}

/** Pauling's electronegativity; undefined for elements that have none and for what is not an element. */
export function electronegativity(symbol: string): number | undefined {
  return electronegativities[(numbers.get(symbol) ?? 0) - 1] || undefined;
}

/**
 * The element that a species label of a POSCAR or POTCAR means: `Fe_pv/79d9987` and `Fe_pv` are Fe, `H.75` is H, and D
 * and T, hydrogen's isotopes, are H.
 * Undefined for what is none.
 */
export function elementOfLabel(label: string): string | undefined {
  const symbol = /^([A-Z][a-z]?)(?=$|[^A-Za-z])/.exec(label)?.[1];
  if (symbol === "D" || symbol === "T") return "H";
  return symbol !== undefined && numbers.has(symbol) ? symbol : undefined;
}

/** The same, whatever the case of its letters: `FE` and `fe` are Fe. */
export function elementOfAnyCase(label: string): string | undefined {
  return elementOfLabel(
    label.replace(
      /^[A-Za-z]{1,2}(?![A-Za-z])/,
      (symbol) => symbol.slice(0, 1).toUpperCase() + symbol.slice(1).toLowerCase(),
    ),
  );
}
