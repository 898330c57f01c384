import { parseInteger, parseReal } from "../text/numbers.js";
import { FILE_START, type Parsed, type Problem, problem } from "../text/problem.js";
import { positionOf, tokenize } from "../text/tokens.js";
import { BandEdges, type BandGap } from "./bandGap.js";
import { asciiText, ByteLines, openLineProblem } from "./byteLines.js";
import { detectWrongFileType } from "./detectWrongFileType.js";

/** What an EIGENVAL tells. */
export interface Eigenval {
  readonly atoms: number;
  readonly spinPolarized: boolean;
  /** NELECT */
  readonly electrons: number;
  readonly kpoints: number;
  readonly bands: number;
  /** Absent where the file is cut, damaged, or holds no empty level. */
  readonly gap?: BandGap;
  readonly truncated: boolean;
}

interface Levels {
  readonly spin: number[];
  readonly point: number[];
  readonly energy: number[];
  /** Of a full level; empty where the file has no occupations. */
  readonly occupation: number[];
}

const HEAD_LINES = 6;

/**
 * Reads an EIGENVAL as a stream of bytes. Files of VASP before 5.3 have no occupations: levels are filled from below
 * then, two electrons each in a run without spin (a noncollinear run cannot be told from it).
 */
export class EigenvalReader {
  readonly #lines = new ByteLines((bytes, start, end, line) => this.#visit(asciiText(bytes, start, end), line));
  readonly #problems: Problem[] = [];
  readonly #head: number[] = [];
  readonly #weights: number[] = [];
  readonly #levels: Levels = { spin: [], point: [], energy: [], occupation: [] };
  #first = "";
  #spins = 1;
  #band = 0;
  #failed = false;
  #last = "";

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  finish(cut = false): Parsed<Eigenval> {
    const isOpen = this.#lines.finish();
    const [atoms, electrons, kpoints, bands] = this.#head;
    const lines = this.#lines.line - 1;
    if (atoms === undefined || electrons === undefined || kpoints === undefined || bands === undefined) {
      if (lines === 0) return { problems: [problem("error", FILE_START, "the file is empty")] };
      if (this.#problems.length === 0)
        this.#report(
          detectWrongFileType(this.#first) ??
            problem("error", { line: lines, column: 1 }, "the file ends within its six header lines"),
        );
      return { problems: this.#problems };
    }
    const whole = this.#levels.energy.length === kpoints * bands * this.#spins;
    if (!whole && !this.#failed && !cut) {
      const place = { line: Math.max(1, lines), column: this.#last.length + 1 };
      this.#report(
        problem(
          "error",
          place,
          "the file ends at k-point {0} of {1}, band {2} of {3}",
          this.#weights.length,
          kpoints,
          this.#band,
          bands,
        ),
      );
    }
    if (whole && isOpen && !cut) this.#report(openLineProblem(lines, this.#last.length + 1));
    const gap = whole && !this.#failed ? this.#gap(electrons) : undefined;
    const value = {
      atoms,
      spinPolarized: this.#spins === 2,
      electrons,
      kpoints,
      bands,
      ...(gap && { gap }),
      truncated: !whole,
    };
    return { value, problems: this.#problems };
  }

  #visit(text: string, line: number): void {
    this.#last = text;
    if (line === 1) this.#readFirst(text);
    else if (line === HEAD_LINES) this.#readSizes(text);
    else if (line > HEAD_LINES && !this.#failed && this.#head.length === 4) this.#readBody(text, line);
  }

  #readFirst(text: string): void {
    this.#first = text;
    const [atoms, , , spins] = tokenize(text).map((token) => parseInteger(token.text));
    if (atoms === undefined || (spins !== 1 && spins !== 2)) {
      this.#failed = true;
      const template = "not an EIGENVAL: the first line must have four numbers, the last one 1 or 2 (spins)";
      this.#report(
        detectWrongFileType(text) ??
          problem("error", FILE_START, text.trim() === "" ? "the first line is empty" : template),
      );
      return;
    }
    this.#head.push(atoms);
    this.#spins = spins;
  }

  #readSizes(text: string): void {
    const numbers = tokenize(text).map((token) => parseReal(token.text));
    const [electrons, kpoints, bands] = numbers;
    if (this.#failed) return;
    if (
      electrons !== undefined &&
      kpoints !== undefined &&
      kpoints > 0 &&
      bands !== undefined &&
      bands > 0 &&
      numbers.length === 3
    )
      this.#head.push(electrons, kpoints, bands);
    else
      this.#report(
        problem(
          "error",
          { line: HEAD_LINES, column: 1 },
          "the numbers of electrons, k-points and bands cannot be read",
        ),
      );
  }

  #readBody(text: string, line: number): void {
    const tokens = tokenize(text);
    if (tokens.length === 0) return;
    const values = tokens.map((token) => parseReal(token.text));
    const bad = values.indexOf(undefined);
    if (bad >= 0) {
      this.#failed = true;
      this.#report(
        problem("error", positionOf(line, tokens[bad], text), '"{0}" is not a number', tokens[bad]?.text ?? ""),
      );
      return;
    }
    const bands = this.#head[3] ?? 0;
    const pointDue = this.#band === 0 || this.#band === bands;
    const numbers = values as number[];
    if (pointDue && numbers.length === 4 && this.#weights.length < (this.#head[2] ?? 0)) {
      this.#weights.push(numbers[3] ?? 0);
      this.#band = 0;
    } else if (!pointDue || this.#band === 0) this.#readLevels(numbers, line);
  }

  /** A band's number, its energies and, where there are as many again, its occupations. */
  #readLevels(numbers: readonly number[], line: number): void {
    const [band, ...rest] = numbers;
    const spins = this.#spins;
    if (this.#weights.length === 0 || band !== this.#band + 1 || (rest.length !== spins && rest.length !== 2 * spins)) {
      this.#failed = true;
      this.#report(
        problem(
          "error",
          { line, column: 1 },
          "expected band {0} with {1} energies and occupations",
          this.#band + 1,
          spins,
        ),
      );
      return;
    }
    this.#band++;
    for (let spin = 0; spin < spins; spin++) {
      this.#levels.spin.push(spin);
      this.#levels.point.push(this.#weights.length - 1);
      this.#levels.energy.push(rest[spin] ?? 0);
      if (rest.length === 2 * spins) this.#levels.occupation.push(rest[spins + spin] ?? 0);
    }
  }

  #gap(electrons: number): BandGap | undefined {
    const { spin, point, energy, occupation } = this.#levels;
    const filled = occupation.length === energy.length ? occupation : this.#fill(electrons);
    const edges = new BandEdges();
    energy.forEach((value, i) => {
      edges.add(spin[i] ?? 0, point[i] ?? 0, value, filled[i] ?? 0);
    });
    return edges.result(this.#weights);
  }

  /** Occupations at zero temperature. */
  #fill(electrons: number): number[] {
    const { point, energy } = this.#levels;
    const total = this.#weights.reduce((sum, weight) => sum + weight, 0) || 1;
    const order = energy.map((_, i) => i).sort((a, b) => (energy[a] ?? 0) - (energy[b] ?? 0));
    const filled = new Array<number>(energy.length).fill(0);
    let left = (electrons * this.#spins) / 2;
    for (const i of order) {
      const weight = (this.#weights[point[i] ?? 0] ?? 0) / total;
      filled[i] = weight > 0 ? Math.max(0, Math.min(1, left / weight)) : left > 1e-6 ? 1 : 0;
      left -= weight;
    }
    return filled;
  }

  #report(found: Problem): void {
    this.#problems.push(found);
  }
}
