import { atomicNumber, elementOfLabel, elementSymbol } from "../crystal/elements.js";
import type { Structure } from "../crystal/structure.js";
import { determinant, inverse, type Matrix3, rowTimes, type Vector3 } from "../math/matrix3.js";
import { parseReal } from "../text/numbers.js";
import { type Parsed, type Problem, problem } from "../text/problem.js";
import { runsOf } from "./pymatgenStructure.js";

/** A periodic XCrySDen file up to the first value of its first grid. */
export interface XsfHead {
  readonly structure: Structure;
  /** Points on each axis, the repeated ones included; absent where there is no grid. */
  readonly grid?: Vector3;
  /** Whether the last points on each axis repeat the first ones, as in a general grid. */
  readonly repeats: boolean;
  /** From 1. */
  readonly firstValueLine: number;
}

/** Å */
const SPAN_TOLERANCE = 1e-3;

type Section = "none" | "primvec" | "convvec" | "primcoord" | "gridSize" | "origin" | "gridVectors" | "over";

/**
 * Reads the head of an XSF file line by line (http://www.xcrysden.org/doc/XSF.html). Lengths are in Å, values x
 * fastest.
 */
export class XsfHeadReader {
  #line = 0;
  #section: Section = "none";
  #rows: number[][] = [];
  #lattice: Matrix3 | undefined;
  #atoms: { readonly label: string; readonly place: Vector3 }[] | undefined;
  #left = 0;
  #grid: Vector3 | undefined;
  #origin: Vector3 = [0, 0, 0];
  #span: Matrix3 | undefined;
  readonly #problems: Problem[] = [];

  get isOver(): boolean {
    return this.#section === "over";
  }

  push(text: string): void {
    this.#line++;
    const line = text.replace(/#.*$/, "").trim();
    if (line === "" || this.isOver) return;
    if (this.#section === "none" || /^[A-Z]/i.test(line)) this.#startSection(line);
    else this.#takeNumbers(line);
  }

  finish(): Parsed<XsfHead> {
    const lattice = this.#lattice;
    if (!lattice || !(Math.abs(determinant(lattice)) > 1e-9))
      return this.#fail("this XSF file has no cell (PRIMVEC): it is not periodic");
    if (!this.#atoms || this.#atoms.length === 0) return this.#fail("this XSF file has no atoms (PRIMCOORD)");
    const repeats = this.#repeats(lattice);
    if (repeats === undefined) return this.#fail("the grid spans another cell than PRIMVEC");
    if (this.#grid && !this.#grid.every((points) => points >= 2 && points <= 100_000))
      return this.#fail("the grid has no valid size");
    const toFractional = inverse(lattice);
    const [ox, oy, oz] = this.#origin;
    const places = this.#atoms.flatMap(({ place: [x, y, z] }) => rowTimes([x - ox, y - oy, z - oz], toFractional));
    const structure = {
      comment: "",
      lattice,
      ...runsOf(this.#atoms.map(({ label }) => label)),
      fractional: Float64Array.from(places),
    };
    return {
      value: { structure, ...(this.#grid && { grid: this.#grid }), repeats, firstValueLine: this.#line + 1 },
      problems: this.#problems,
    };
  }

  /**
   * A grid that spans the cell repeats its first points; one that ends a step before has each point once, and so has
   * one of ASE, which tells a step more. Undefined where it spans another cell.
   */
  #repeats(lattice: Matrix3): boolean | undefined {
    const [span, grid] = [this.#span, this.#grid];
    if (!span || !grid) return true;
    const isSpan = (steps: (points: number) => number) =>
      span.every((row, i) =>
        row.every((x, k) => Math.abs(x - (lattice[i]?.[k] ?? 0) * steps(grid[i] ?? 1)) < SPAN_TOLERANCE),
      );
    if (isSpan(() => 1)) return true;
    return isSpan((n) => (n - 1) / n) || isSpan((n) => (n + 1) / n) ? false : undefined;
  }

  #startSection(line: string): void {
    const [word = "", ...rest] = line.split(/\s+/);
    const name = word.toUpperCase();
    this.#rows = [];
    if (name === "PRIMVEC") this.#section = "primvec";
    else if (name === "CONVVEC") this.#section = "convvec";
    else if (name === "PRIMCOORD") this.#section = "primcoord";
    else if (/^(BEGIN_)?DATAGRID_3D/.test(name)) this.#section = "gridSize";
    else if (this.#section === "primcoord" && this.#left > 0) this.#takeAtom([word, ...rest]);
    else this.#section = "none";
  }

  #takeNumbers(line: string): void {
    const tokens = line.split(/\s+/);
    if (this.#section === "primcoord") {
      if (!this.#atoms) {
        this.#atoms = [];
        this.#left = Number(tokens[0]);
      } else if (this.#left > 0) this.#takeAtom(tokens);
      return;
    }
    const numbers = tokens.map((token) => parseReal(token) ?? Number.NaN);
    if (numbers.length < 3 || numbers.some(Number.isNaN)) return;
    this.#rows.push(numbers);
    const [first, second, third] = this.#rows as unknown as Vector3[];
    if (this.#section === "gridSize" && first) {
      this.#grid = first;
      this.#next("origin");
    } else if (this.#section === "origin" && first) {
      this.#origin = first;
      this.#next("gridVectors");
    } else if (first && second && third) {
      if (this.#section === "primvec") this.#lattice = [first, second, third];
      if (this.#section === "gridVectors") this.#span = [first, second, third];
      this.#next(this.#section === "gridVectors" ? "over" : "none");
    }
  }

  #next(section: Section): void {
    this.#section = section;
    this.#rows = [];
  }

  #takeAtom([label = "", ...rest]: readonly string[]): void {
    const [x, y, z] = rest.map((token) => parseReal(token));
    this.#left--;
    const symbol = /^\d+$/.test(label) ? elementSymbol(Number(label)) : elementOfLabel(label);
    if (
      x === undefined ||
      y === undefined ||
      z === undefined ||
      symbol === undefined ||
      atomicNumber(symbol) === undefined
    )
      this.#problems.push(
        problem("error", { line: this.#line, column: 1 }, "an atom should stand here: an element and three numbers"),
      );
    else this.#atoms?.push({ label: symbol, place: [x, y, z] });
  }

  #fail(template: string): Parsed<XsfHead> {
    return { problems: [...this.#problems, problem("error", { line: Math.max(1, this.#line), column: 1 }, template)] };
  }
}
