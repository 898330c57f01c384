import { elementOfLabel } from "../crystal/elements.js";
import type { Structure } from "../crystal/structure.js";
import type { Vector3 } from "../math/matrix3.js";
import type { Position, Problem } from "../text/problem.js";
import { fixedNumbersOfText } from "./fixedNumbers.js";
import { elementOfTitle } from "./potcarTitle.js";

interface Row {
  readonly text: string;
  readonly place: Position;
}

interface Rows {
  readonly basis: Row[];
  readonly positions: Row[];
}

/** The species of a vasprun.xml and the last of its structures. */
export class VasprunStructure {
  readonly #problems: Problem[];
  readonly #atoms: string[] = [];
  readonly #types: string[] = [];
  #open: Rows | undefined;
  #last: Rows | undefined;

  constructor(problems: Problem[]) {
    this.#problems = problems;
  }

  begin(): void {
    this.#open = { basis: [], positions: [] };
  }

  /** A structure that is cut short does not replace the one before. */
  close(): void {
    const open = this.#open;
    this.#open = undefined;
    const atoms = this.#atoms.length / 2;
    if (open && open.basis.length === 3 && (atoms === 0 || open.positions.length === atoms)) this.#last = open;
  }

  /**
   * A row of `basis` or `positions`. The numbers of a trajectory's many structures are made of the last one's text
   * alone.
   */
  row(table: string, text: string, place: Position): void {
    if (table === "basis" || table === "positions") this.#open?.[table].push({ text, place });
  }

  /** A cell of the list of atoms (element, type) or of types (atoms, element, mass, valence, title of the POTCAR). */
  cell(table: string, text: string): void {
    (table === "atoms" ? this.#atoms : this.#types).push(text.trim());
  }

  /** Numbers that cannot be read are reported and leave no structure. */
  last(): Structure | undefined {
    const rows = this.#last;
    if (!rows) return undefined;
    const [a, b, c] = rows.basis.map((row) => this.#vector(row));
    const positions = rows.positions.map((row) => this.#vector(row));
    if (!a || !b || !c || positions.includes(undefined)) return undefined;
    const fractional = Float64Array.from(positions.flatMap((position) => position ?? []));
    const { species, counts } = this.#blocks();
    const known = species.every((element) => element !== "") && species.length > 0;
    const ofAtoms = counts.reduce((sum, count) => sum + count, 0) === positions.length ? counts : [positions.length];
    return { comment: "", lattice: [a, b, c], ...(known && { species }), counts: ofAtoms, fractional };
  }

  #vector({ text, place }: Row): Vector3 | undefined {
    const [x, y, z] = fixedNumbersOfText(text, place, this.#problems);
    return x === undefined || y === undefined || z === undefined ? undefined : [x, y, z];
  }

  /**
   * Atoms that follow each other and are of one type. Old versions cut the element's name (`X` for Xe): then its
   * POTCAR's title tells it.
   */
  #blocks(): { species: string[]; counts: number[] } {
    const species: string[] = [];
    const counts: number[] = [];
    let before: string | undefined;
    for (let i = 0; i + 1 < this.#atoms.length; i += 2) {
      const type = this.#atoms[i + 1] ?? "";
      if (type === before) counts[counts.length - 1] = (counts.at(-1) ?? 0) + 1;
      else {
        species.push(elementOfLabel(this.#atoms[i] ?? "") ?? this.#elementOfType(Number(type)));
        counts.push(1);
      }
      before = type;
    }
    return { species, counts };
  }

  #elementOfType(type: number): string {
    const title = this.#types[(type - 1) * CELLS_OF_TYPE + CELLS_OF_TYPE - 1] ?? "";
    return elementOfTitle(title);
  }
}

const CELLS_OF_TYPE = 5;
