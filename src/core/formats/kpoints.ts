import { parseInteger, parseReal } from "../text/numbers.js";
import { type Parsed, type Problem, problem } from "../text/problem.js";
import { positionOf, splitLines, type Token, tokenize, withoutComment } from "../text/tokens.js";

export type KpointsStyle = "automatic" | "gamma" | "monkhorst" | "generating vectors" | "explicit" | "line";

/** The k-points of a run, as its KPOINTS tells them. */
export interface Kpoints {
  readonly comment: string;
  readonly style: KpointsStyle;
  /** Of a regular mesh. */
  readonly divisions?: readonly [number, number, number];
  readonly shift?: readonly [number, number, number];
  /** Of style automatic: the length R_k in Å. */
  readonly length?: number;
  /** Points of an explicit list; points a segment of line mode. */
  readonly count?: number;
  /** Coordinates are Cartesian (2 pi/a), else of the reciprocal lattice. */
  readonly cartesian?: boolean;
  /** Listed points, ends of segments or generating vectors, with weights where the file has them. */
  readonly points?: readonly {
    readonly coordinates: readonly [number, number, number];
    readonly weight?: number;
    readonly label?: string;
  }[];
}

type Point = NonNullable<Kpoints["points"]>[number];
type Triple = readonly [number, number, number];

/**
 * Reads a KPOINTS of any style: automatic, Gamma or Monkhorst-Pack mesh, generating vectors, explicit list, line mode.
 */
export function parseKpoints(text: string): Parsed<Kpoints> {
  const reader = new KpointsReader(splitLines(text));
  const value = reader.read();
  return { ...(value && { value }), problems: reader.problems };
}

class KpointsReader {
  readonly problems: Problem[] = [];
  readonly #lines: readonly string[];

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  read(): Kpoints | undefined {
    if (this.#lines.length === 0) return this.#fail(0, undefined, "the file is empty");
    const comment = (this.#lines[0] ?? "").trim();
    const [countToken] = this.#tokens(1);
    const count = parseInteger(countToken?.text ?? "");
    if (count === undefined || count < 0)
      return this.#fail(1, countToken, "here the number of k-points is expected, 0 for a mesh");
    const [style] = this.#tokens(2);
    const letter = style?.text[0]?.toLowerCase();
    if (letter === undefined)
      return this.#fail(
        2,
        style,
        "here the style is expected: Automatic, Gamma, Monkhorst-Pack, Line-mode, Cartesian or Reciprocal",
      );
    if (letter === "l") return this.#line(comment, count);
    if (count > 0) return this.#explicit(comment, count, isCartesian(letter));
    if (letter === "a") return this.#automatic(comment);
    if (letter === "g" || letter === "m") return this.#mesh(comment, letter === "g" ? "gamma" : "monkhorst");
    return this.#generating(comment, isCartesian(letter));
  }

  #automatic(comment: string): Kpoints | undefined {
    const [token] = this.#tokens(3);
    const length = parseReal(token?.text ?? "");
    if (length === undefined || length <= 0) return this.#fail(3, token, "here a length is expected");
    return { comment, style: "automatic", length };
  }

  #mesh(comment: string, style: "gamma" | "monkhorst"): Kpoints | undefined {
    const tokens = this.#tokens(3);
    const [a, b, c] = tokens.map((token) => parseInteger(token.text));
    const bad = [a, b, c].findIndex((division) => division === undefined || division < 1);
    if (a === undefined || b === undefined || c === undefined || bad >= 0)
      return this.#fail(3, tokens[bad], "here three whole numbers of at least 1 are expected");
    const shift = this.#tokens(4).length === 0 ? undefined : this.#triple(4);
    return { comment, style, divisions: [a, b, c], ...(shift && { shift }) };
  }

  #generating(comment: string, cartesian: boolean): Kpoints | undefined {
    const rows = [3, 4, 5].map((line) => this.#triple(line));
    if (rows.includes(undefined)) return undefined;
    const shift = this.#tokens(6).length === 0 ? undefined : this.#triple(6);
    const points = rows.flatMap((row) => (row ? [{ coordinates: row }] : []));
    return { comment, style: "generating vectors", cartesian, points, ...(shift && { shift }) };
  }

  #explicit(comment: string, count: number, cartesian: boolean): Kpoints | undefined {
    const points: Point[] = [];
    for (let i = 0; i < count; i++) {
      const point = this.#point(3 + i);
      if (!point) return undefined;
      if (point.weight === undefined) this.#tell("warning", 3 + i, undefined, "the weight of the k-point is missing");
      points.push(point);
    }
    return { comment, style: "explicit", count, cartesian, points };
  }

  #line(comment: string, count: number): Kpoints | undefined {
    const [style] = this.#tokens(3);
    if (!style) return this.#fail(3, style, "here Cartesian or Reciprocal is expected");
    const points: Point[] = [];
    let last = 3;
    for (let line = 4; line < this.#lines.length; line++) {
      if (this.#tokens(line).length === 0) continue;
      const point = this.#point(line);
      if (!point) return undefined;
      const { weight: _, ...end } = point;
      points.push(end);
      last = line;
    }
    if (points.length === 0 || points.length % 2 === 1)
      return this.#fail(last, this.#tokens(last)[0], "a segment of the path needs two ends");
    return { comment, style: "line", count, cartesian: isCartesian(style.text[0]?.toLowerCase() ?? ""), points };
  }

  #point(line: number): Point | undefined {
    const coordinates = this.#triple(line);
    if (!coordinates) return undefined;
    const tokens = this.#allTokens(line).slice(3);
    const weight = parseReal(tokens[0]?.text ?? "");
    const label = tokens
      .slice(weight === undefined ? 0 : 1)
      .map((token) => token.text)
      .join(" ")
      .replace(/^[!#]\s*/, "");
    return { coordinates, ...(weight !== undefined && { weight }), ...(label !== "" && { label }) };
  }

  #triple(line: number): Triple | undefined {
    const tokens = this.#tokens(line);
    const [a, b, c] = tokens.map((token) => parseReal(token.text));
    if (a !== undefined && b !== undefined && c !== undefined) return [a, b, c];
    const bad = [a, b, c].indexOf(undefined);
    return this.#fail(line, tokens[bad], "here three numbers are expected");
  }

  /** Fortran takes a comma between numbers for a blank. */
  #tokens(line: number): Token[] {
    return tokenize(withoutComment(this.#lines[line] ?? "").replaceAll(",", " "));
  }

  #allTokens(line: number): Token[] {
    return tokenize(this.#lines[line] ?? "");
  }

  /** Behind the last line: at its end. */
  #tell(severity: Problem["severity"], line: number, token: Token | undefined, template: string): void {
    const at = Math.min(line, Math.max(0, this.#lines.length - 1));
    this.problems.push(problem(severity, positionOf(at + 1, token, this.#lines[at] ?? ""), template));
  }

  #fail(line: number, token: Token | undefined, template: string): undefined {
    this.#tell("error", line, token, template);
    return undefined;
  }
}

const isCartesian = (letter: string) => letter === "c" || letter === "k";
