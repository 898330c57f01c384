import { atomCount } from "../crystal/formula.js";
import { parseReal } from "../text/numbers.js";
import { type Problem, problem } from "../text/problem.js";
import { gridNumbers, type VolumetricHead, VolumetricHeadReader } from "./volumetricHead.js";

/**
 * gap: nothing yet; block: the values of the frame's next block follow; frame: those of a further frame's first block.
 */
export type GapEvent = "gap" | "block" | "frame";

/** Magnetic moments stand between blocks: one number an atom, three where they are noncollinear. */
const MOMENTS_PER_ATOM = 3;
const THREE_INTEGERS = /^\s*\d+\s+\d+\s+\d+\s*(?:$|[!#])/;

/**
 * Reads what stands behind a block: augmentation occupancies, magnetic moments, remarks, then perhaps the grid line of
 * the next block, or the head of a further frame, as VASP appends them to the CHG of a molecular dynamics run.
 */
export class VolumetricGap {
  readonly problems: Problem[] = [];
  /** The further frame's head, after the event `frame`. */
  nextHead: VolumetricHead | undefined;

  readonly #head: VolumetricHead;
  #line: number;
  /** Lines that are not known to be something else: among them may be a head. */
  #unknown: string[] = [];
  #occupanciesLeft = 0;
  /** Numbers that belong to nothing known, and the line of the first. */
  #unclaimed = 0;
  #unclaimedLine = 0;
  #ion = 0;

  /** `line`: the line in which the block's last value stands. */
  constructor(head: VolumetricHead, line: number) {
    this.#head = head;
    this.#line = line;
  }

  /** The rest of the line behind the last value, whose first character stands in `column`. */
  pushRest(text: string, column: number): void {
    const skipped = text.search(/\S/);
    if (skipped < 0) return;
    const place = { line: this.#line, column: column + skipped };
    this.problems.push(problem("warning", place, "more values than grid points: the rest is ignored"));
  }

  push(line: string): GapEvent {
    this.#line++;
    if (THREE_INTEGERS.test(line)) {
      const event = this.#readGridLine(line);
      if (event !== "gap") return event;
    }
    if (/^\s*augmentation/i.test(line)) this.#startOccupancies(line);
    else if (this.#occupanciesLeft > 0) this.#occupanciesLeft -= line.match(/\S+/g)?.length ?? 0;
    else this.#remember(line);
    return "gap";
  }

  /** The file ended. */
  finish(): void {
    if (this.#occupanciesLeft > 0) {
      const place = { line: this.#line, column: 1 };
      this.problems.push(
        problem("warning", place, "the file ends inside the augmentation occupancies of ion {0}", this.#ion),
      );
    }
    if (this.#unclaimed > MOMENTS_PER_ATOM * atomCount(this.#head.structure)) {
      const place = { line: this.#unclaimedLine, column: 1 };
      const template = "{0} numbers here belong to no block: is a grid line missing or damaged?";
      this.problems.push(problem("warning", place, template, this.#unclaimed));
    }
  }

  #startOccupancies(line: string): void {
    const [, ion = "0", count = "0"] = /(\d+)\s+(\d+)\s*$/.exec(line) ?? [];
    this.#ion = Number(ion);
    this.#occupanciesLeft = Number(count);
    this.#unknown = [];
  }

  #remember(line: string): void {
    const numbers = parseReal(/\S+/.exec(line)?.[0] ?? "") === undefined ? 0 : (line.match(/\S+/g)?.length ?? 0);
    if (this.#unclaimed === 0) this.#unclaimedLine = this.#line;
    this.#unclaimed += numbers;
    this.#unknown.push(line);
    if (this.#unknown.length > 4 * this.#head.lines.length)
      this.#unknown = this.#unknown.slice(-this.#head.lines.length);
  }

  #readGridLine(line: string): GapEvent {
    const head = this.#readHead(line);
    if (head) {
      this.nextHead = head;
      return "frame";
    }
    const numbers = gridNumbers(line);
    return numbers?.every((points, axis) => points === this.#head.grid[axis]) ? "block" : "gap";
  }

  /**
   * The head that ends with this grid line, if the lines before it are one: the same atoms in the same layout as the
   * first frame's.
   */
  #readHead(gridLine: string): VolumetricHead | undefined {
    const { lines, landmarks } = this.#head;
    const length = lines.length;
    const candidate = [...this.#unknown.slice(-(length - 1)), gridLine];
    const same = (line: number) => candidate[line - 1]?.trim() === lines[line - 1]?.trim();
    if (candidate.length !== length || !same(landmarks.counts) || !same(landmarks.mode)) return undefined;
    const reader = new VolumetricHeadReader(this.#line - length);
    for (const line of candidate) reader.push(line);
    return reader.state === "complete" ? reader.finish().value : undefined;
  }
}
