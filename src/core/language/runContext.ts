import type { Structure } from "../crystal/structure.js";
import type { Kpoints } from "../formats/kpoints.js";
import type { PotcarEntry } from "../formats/potcar.js";

/** What the other inputs of a calculation say, as far as they could be read. */
export interface RunContext {
  readonly poscar?: Structure;
  readonly kpoints?: Kpoints;
  readonly potcar?: readonly PotcarEntry[];
  /** Names of the files in the folder. */
  readonly files?: ReadonlySet<string>;
}
