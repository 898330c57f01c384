/** A small OUTCAR in the form of VASP 6, made here: two atoms, made-up numbers whose terms sum to TOTEN. */
export interface OutcarOptions {
  readonly version?: string;
  readonly ionicSteps?: number;
  readonly dispersion?: number;
  /** Replaces the last electronic step's number of a term. */
  readonly replace?: Readonly<Record<string, string>>;
  readonly linearResponse?: boolean;
  readonly finished?: boolean;
  readonly nelm?: number;
  readonly lattice?: readonly string[];
}

export const TERMS = {
  PSCENC: 3.5,
  TEWEN: -226.25,
  DENC: -15.125,
  EXHF: 0,
  XCENC: -18.0625,
  PAWPS: 100.5,
  PAWAE: -60.25,
  EENTRO: -0.03125,
  EBANDS: 5.0625,
  EATOM: 205.875,
  Ediel_sol: 0,
} as const;
export const TOTEN = -4.78125;
export const LATTICE = [
  "     0.000000000  2.750000000  2.750000000",
  "     2.750000000  0.000000000  2.750000000",
  "     2.750000000  2.750000000  0.000000000",
];

export function outcarText(options: OutcarOptions = {}): string {
  const { ionicSteps = 2, finished = true } = options;
  const steps = Array.from({ length: ionicSteps }, (_, step) => ionicStep(step + 1, step + 1 === ionicSteps, options));
  const parts = [head(options), ...steps, options.linearResponse ? linearResponse() : "", finished ? tail() : ""];
  return parts.join("");
}

function head({ version = "6.4.3", nelm = 60 }: OutcarOptions): string {
  return ` vasp.${version} 19Mar24 (build Jan 01 2025 12:00:00) complex

 executed on             LinuxIFC date 2025.01.01  12:00:00
 POTCAR:    PAW_PBE Zn 06Sep2000
 POTCAR:    PAW_PBE O_s 07Sep2000
   VRHFIN =Zn: d10 p2
   TITEL  = PAW_PBE Zn 06Sep2000
   VRHFIN =O: s2p4
   TITEL  = PAW_PBE O_s 07Sep2000
   k-points           NKPTS =     10   k-points in BZ     NKDIM =     10   number of bands    NBANDS=      8
   number of dos      NEDOS =    301   number of ions     NIONS =      2
   ions per type =               1   1
   ISPIN  =      2    spin polarized calculation?
   LNONCOLLINEAR =      F non collinear calculations
   NELM   = ${String(nelm).padStart(6)};   NELMIN=  2; NELMDL= -5     # of ELM steps
   NSW    =     10    number of steps for IOM
   IBRION =      2    ionic relax: 0-MD 1-quasi-New 2-CG
   NELECT =      18.0000    total number of electrons
${latticeText(LATTICE)}`;
}

function latticeText(rows: readonly string[]): string {
  const reciprocal = "    -0.181818182  0.181818182  0.181818182";
  return `  volume of cell :       41.59
      direct lattice vectors                 reciprocal lattice vectors
${rows.map((row) => `${row}${reciprocal}`).join("\n")}

`;
}

function ionicStep(step: number, last: boolean, options: OutcarOptions): string {
  const { dispersion, lattice = LATTICE } = options;
  const energy = TOTEN + (dispersion ?? 0);
  return `${iteration(step, 1)}${electronicBlock({ ...TERMS, EBANDS: 50 }, TOTEN - TERMS.EBANDS + 50)}${iteration(step, 2)}${electronicBlock(
    TERMS,
    TOTEN,
    last ? options.replace : undefined,
  )}
------------------------ aborting loop because EDIFF is reached ----------------------------------------


 E-fermi :   5.1234     XC(G=0): -10.0000     alpha+bet :-16.0000
${dispersion === undefined ? "" : ` Edisp (eV)   ${dispersion.toFixed(5)}\n`}${latticeText(lattice)}  FREE ENERGIE OF THE ION-ELECTRON SYSTEM (eV)
  ---------------------------------------------------
  free  energy   TOTEN  = ${energy.toFixed(8).padStart(20)} eV

  energy  without entropy=${(energy - TERMS.EENTRO).toFixed(8).padStart(20)}  energy(sigma->0) =${(energy - TERMS.EENTRO / 2).toFixed(8).padStart(20)}

${last ? " reached required accuracy - stopping structural energy minimisation\n" : ""}`;
}

function iteration(step: number, loop: number): string {
  return `
--------------------------------------- Iteration ${String(step).padStart(6)}(${String(loop).padStart(4)})  ---------------------------------------

 number of electron      18.0000012 magnetization       1.9876543
 augmentation part        2.0000000 magnetization       0.5000000

`;
}

function electronicBlock(
  terms: Readonly<Record<string, number>>,
  total: number,
  replace: Readonly<Record<string, string>> = {},
): string {
  const of = (name: string) => replace[name] ?? (terms[name] ?? 0).toFixed(8).padStart(20);
  const entropy = terms.EENTRO ?? 0;
  return ` Free energy of the ion-electron system (eV)
  ---------------------------------------------------
  alpha Z        PSCENC =${of("PSCENC")}
  Ewald energy   TEWEN  =${of("TEWEN")}
  -Hartree energ DENC   =${of("DENC")}
  -exchange      EXHF   =${of("EXHF")}
  -V(xc)+E(xc)   XCENC  =${of("XCENC")}
  PAW double counting   =${of("PAWPS")}${of("PAWAE")}
  entropy T*S    EENTRO =${of("EENTRO")}
  eigenvalues    EBANDS =${of("EBANDS")}
  atomic energy  EATOM  =${of("EATOM")}
  Solvation  Ediel_sol  =${of("Ediel_sol")}
  ---------------------------------------------------
  free energy    TOTEN  =${replace.TOTEN ?? total.toFixed(8).padStart(20)} eV

  energy without entropy =${(total - entropy).toFixed(8).padStart(20)}  energy(sigma->0) =${(total - entropy / 2).toFixed(8).padStart(20)}

`;
}

/** Blocks without `alpha Z`, and other numbers under the same names. */
function linearResponse(): string {
  return `${iteration(2, 1)} Free energy of the ion-electron system (eV)
  ---------------------------------------------------
  -Hartree energ DENC   =        -0.06861500
  -V(xc)+E(xc)   XCENC  =         0.00034526
  PAW double counting   =         0.09850629       -0.09844694
  entropy T*S    EENTRO =         0.00000000
  eigenvalues    EBANDS =        -0.33494538
  ---------------------------------------------------
  free energy    TOTEN  =        -0.40315578 eV

  energy without entropy =       -0.40315578

------------------------ aborting loop because EDIFF is reached ----------------------------------------
`;
}

function tail(): string {
  return `
 General timing and accounting informations for this job:
 ========================================================
                  Total CPU time used (sec):        3.000
                         Elapsed time (sec):        4.250
`;
}
