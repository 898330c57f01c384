import type { Structure } from "../crystal/structure.js";
import type { Kpoints } from "../formats/kpoints.js";

/** What the other inputs of a calculation say, as far as they could be read. */
export interface RunContext {
  readonly poscar?: Structure;
  readonly kpoints?: Kpoints;
  readonly potcar?: readonly PotcarEntry[];
  /** Names of the files in the folder. */
  readonly files?: ReadonlySet<string>;
}

/** What the head of one data set of a POTCAR says. Nothing else of a POTCAR is kept. */
export interface PotcarEntry {
  /** The title line: `PAW_PBE Sn_d 06Sep2000`. */
  readonly title: string;
  /** Empty where the title names none. */
  readonly element: string;
  /** ENMAX, eV. */
  readonly cutoff?: number;
  /** Valence electrons. */
  readonly valence?: number;
  /** Of the title, from 0. */
  readonly line: number;
}
