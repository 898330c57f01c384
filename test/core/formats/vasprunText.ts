/** A small vasprun.xml in the form of VASP 6 or 5, made here: zinc oxide of made-up numbers, two ionic steps. */
export interface VasprunOptions {
  /** VASP 5 writes E(sigma->0) as e_wo_entrp and T*S as e_0_energy of an ionic step. */
  readonly swapped?: boolean;
  readonly dispersion?: number;
  /** Rows `energy occupation` by spin and k-point. */
  readonly levels?: readonly (readonly (readonly string[])[])[];
  readonly weights?: readonly string[];
  readonly replace?: Readonly<Record<string, string>>;
  readonly element?: string;
}

export const SCF = { free: -4.78125, withoutEntropy: -4.75, sigmaZero: -4.765625 } as const;
export const XML_TERMS = {
  alphaZ: 3.5,
  ewald: -226.25,
  hartreedc: -15.125,
  XCdc: -18.0625,
  pawpsdc: 100.5,
  pawaedc: -60.25,
  eentropy: -0.03125,
  bandstr: 5.0625,
  atom: 205.875,
} as const;
export const INSULATOR: readonly (readonly (readonly string[])[])[] = [
  [
    ["-5.0000 1.0000", "1.0000 1.0000", "4.0000 0.0000"],
    ["-4.0000 1.0000", "1.5000 1.0000", "3.5000 0.0000"],
  ],
];

export function vasprunText(options: VasprunOptions = {}): string {
  const { levels = INSULATOR, weights = ["0.25000000", "0.75000000"], element = "Zn" } = options;
  return `<?xml version="1.0" encoding="ISO-8859-1"?>
<modeling>
 <generator>
  <i name="program" type="string">vasp </i>
  <i name="version" type="string">${options.swapped ? "5.4.4" : "6.4.3"}  </i>
 </generator>
 <incar>
  <i type="int" name="ISPIN">     1</i>
 </incar>
 <structure name="primitive_cell" >
  <crystal>
   <varray name="basis" >
    <v>       9.00000000       0.00000000       0.00000000 </v>
   </varray>
  </crystal>
 </structure>
 <kpoints>
  <varray name="kpointlist" >
${weights.map(() => "   <v>       0.00000000       0.00000000       0.00000000 </v>").join("\n")}
  </varray>
  <varray name="weights" >
${weights.map((weight) => `   <v>       ${weight} </v>`).join("\n")}
  </varray>
 </kpoints>
 <parameters>
  <separator name="electronic" >
   <i name="NELECT">     4.00000000</i>
   <separator name="electronic convergence" >
    <i type="int" name="NELM">    60</i>
   </separator>
   <i type="int" name="ISPIN">     ${levels.length}</i>
   <i type="logical" name="LNONCOLLINEAR"> F  </i>
  </separator>
  <i type="logical" name="LHFCALC"> F  </i>
 </parameters>
 <atominfo>
  <atoms>       2 </atoms>
  <types>       2 </types>
  <array name="atoms" >
   <dimension dim="1">ion</dimension>
   <field type="string">element</field>
   <field type="int">atomtype</field>
   <set>
    <rc><c>${element.padEnd(2)}</c><c>   1</c></rc>
    <rc><c>O </c><c>   2</c></rc>
   </set>
  </array>
  <array name="atomtypes" >
   <set>
    <rc><c>   1</c><c>${element.padEnd(2)}</c><c>     65.39000000</c><c>     12.00000000</c><c> PAW_PBE Zn 06Sep2000                   </c></rc>
    <rc><c>   1</c><c>O </c><c>     16.00000000</c><c>      6.00000000</c><c> PAW_PBE O_s 07Sep2000                  </c></rc>
   </set>
  </array>
 </atominfo>
${structure("initialpos", 4)}${calculation(4, options, false)}${calculation(4.5, options, true, levels)}${structure("finalpos", 4.5)}</modeling>
`;
}

function structure(name: string, edge: number): string {
  return ` <structure${name === "" ? "" : ` name="${name}" `}>
  <crystal>
   <varray name="basis" >
    <v>       ${edge.toFixed(8)}       0.00000000       0.00000000 </v>
    <v>       0.00000000       4.00000000       0.00000000 </v>
    <v>       0.00000000       0.00000000       4.00000000 </v>
   </varray>
   <i name="volume">     64.00000000 </i>
  </crystal>
  <varray name="positions" >
   <v>       0.00000000       0.00000000       0.00000000 </v>
   <v>       0.50000000       0.50000000       0.50000000 </v>
  </varray>
 </structure>
`;
}

function totals(free: number, withoutEntropy: number, sigmaZero: number): string {
  return `    <i name="e_fr_energy">${free.toFixed(8).padStart(16)} </i>
    <i name="e_wo_entrp">${withoutEntropy.toFixed(8).padStart(16)} </i>
    <i name="e_0_energy">${sigmaZero.toFixed(8).padStart(16)} </i>
`;
}

function calculation(
  edge: number,
  { swapped, dispersion = 0, replace = {} }: VasprunOptions,
  last: boolean,
  levels: VasprunOptions["levels"] = [],
): string {
  const terms = Object.entries(XML_TERMS).map(
    ([name, value]) =>
      `    <i name="${name}">${(last ? replace[name] : undefined) ?? value.toFixed(8).padStart(16)} </i>\n`,
  );
  const { free, withoutEntropy, sigmaZero } = SCF;
  const ionic = swapped
    ? totals(free + dispersion, sigmaZero + dispersion, XML_TERMS.eentropy)
    : totals(free + dispersion, withoutEntropy + dispersion, sigmaZero + dispersion);
  return ` <calculation>
  <scstep>
   <time name="total">38919.7238932.60</time>
   <energy>
${totals(-1, -2, -3)}   </energy>
  </scstep>
  <scstep>
   <energy>
${terms.join("")}${totals(free, withoutEntropy, sigmaZero)}   </energy>
  </scstep>
${structure("", edge)}  <varray name="forces" >
   <v>       ********       0.00000000       0.00000000 </v>
  </varray>
  <energy>
${ionic}  </energy>
${last ? `${eigenvalues(levels)}${density()}` : ""} </calculation>
`;
}

function eigenvalues(levels: NonNullable<VasprunOptions["levels"]>): string {
  const spins = levels.map((points, spin) => {
    const sets = points.map(
      (rows, point) =>
        `      <set comment="kpoint ${point + 1}">\n${rows.map((row) => `       <r>   ${row} </r>\n`).join("")}      </set>\n`,
    );
    return `     <set comment="spin ${spin + 1}">\n${sets.join("")}     </set>\n`;
  });
  return `  <eigenvalues>
   <array>
    <dimension dim="1">band</dimension>
    <field>eigene</field>
    <set>
${spins.join("")}    </set>
   </array>
  </eigenvalues>
`;
}

/** What is passed over, with eigenvalues that are none. */
function density(): string {
  return `  <dos>
   <i name="efermi">      2.50000000 </i>
   <total>
    <array>
     <set><set comment="spin 1"><r>  -9.0000 0.0000 0.0000 </r></set></set>
    </array>
   </total>
  </dos>
  <projected>
   <eigenvalues>
    <array><set><set comment="spin 1"><set comment="kpoint 1"><r> 2.0000 1.0000 </r></set></set></set></array>
   </eigenvalues>
  </projected>
`;
}
