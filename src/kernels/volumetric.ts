import { realValue } from "../core/text/numbers.js";
import { powersOfFive } from "./powersOfFive.js";

/** A place in the unpacked bytes of a file: byte offset from 0, line from 1, and the offset at which that line begins. */
export interface BytePlace {
  readonly offset: number;
  readonly line: number;
  readonly lineStart: number;
}

/** hungry: wants more bytes; complete: all values are read; unreadable: what stands at `place()` is no number. */
export type FeedState = "hungry" | "complete" | "unreadable";

export type NotFinite = "stars" | "NaN" | "infinity";

/** What is known of a block so far. */
export interface BlockFacts {
  /** Over the finite values. NaN when there is none. */
  readonly mean: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly finite: number;
  readonly notFinite: number;
  /** Values still to come. */
  readonly missing: number;
  /** Where the first values stand that are no finite numbers. */
  readonly troubles: readonly { readonly line: number; readonly column: number; readonly kind: NotFinite }[];
  /** Numbers that follow the one before without a blank, and the first such place. */
  readonly glued?: { readonly count: number; readonly line: number; readonly column: number };
  /** Values that the column pattern read (the others took the general way). */
  readonly patterned: number;
}

type Triple = readonly [number, number, number];

/** Which waves are wanted. */
export interface WantedWaves {
  /** The largest Miller index on each axis. */
  readonly most: Triple;
  /** The Miller indices of each, one of g and -g; the coefficients of others may be left out, and are then 0. Default: all up to `most`. */
  readonly hkl?: Int32Array;
  /** The indices of each are l, k, h. */
  readonly reversed?: boolean;
}

/** F(h, k, l)/(N1 N2 N3) for 0 <= h <= most[0], |k| <= most[1], |l| <= most[2]; the rest follows from F(-g) = conj F(g). */
export interface Coefficients {
  readonly most: readonly [number, number, number];
  /** Doubles between rows of h. */
  readonly stride: number;
  /** Real and imaginary parts: [l + most[2]][k + most[1]][h], rows `stride` doubles apart. */
  readonly values: Float64Array;
}

/** Which half of a block is read; the halves go by whole planes of z. */
export type BlockPart = "first" | "second";

/** What one half of a block gave, to be put together with the other; `sums` are those over z, none without a transform. */
export interface PartResult {
  readonly facts: BlockFacts;
  readonly sum: number;
  readonly sums: Float64Array<ArrayBuffer>;
}

/** Lines of equal length, as the last lines of columns that were read had it. */
export interface LinePattern {
  /** Bytes a number. */
  readonly width: number;
  readonly columns: number;
  readonly lineBytes: number;
  /** Where a line's first number begins: 0, or -1 where it lacks the blank that stands before the others. */
  readonly start: number;
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  open(capacity: number): number;
  begin(...numbers: number[]): number;
  prepare(): number;
  feed(from: number, length: number, last: number): number;
  inputAt(): number;
  turnAt(axis: number): number;
  wavesAt(): number;
  amplitudesAt(divisor: number): number;
  reportAt(): number;
  coefficientsAt(): number;
  coefficientStride(): number;
  remainingValues(): number;
  unreadableAt(): number;
  firstPartPlanes(planes: number): number;
  finishParts(): void;
  zSumsAt(): number;
  earlierSumsAt(): number;
  zSumsLength(): number;
  patternOf(what: number): number;
  valuesAt(): number;
  valuesRoom(): number;
  takeValues(count: number): number;
}

const STATES: readonly FeedState[] = ["hungry", "complete", "unreadable"];
const KINDS: readonly NotFinite[] = ["stars", "NaN", "infinity"];

/** Fields of the C struct `report`, in its order; `troubles` are TROUBLES records of three numbers. */
const REPORT = { sum: 0, minimum: 1, maximum: 2, finite: 3, notFinite: 4, consumed: 5, line: 6, lineStart: 7 } as const;
const GLUED = { count: 8, line: 9, column: 10 } as const;
const PATTERNED = 11;
const EARLIER_SUM = 12;
const TROUBLES = { first: 13, most: 16 } as const;
const PARTS: readonly (BlockPart | undefined)[] = [undefined, "first", "second"];

/**
 * Numbers of a volumetric file's blocks -> facts and low Fourier coefficients (spec section 2), fed in chunks of any size: the result's bits
 * do not depend on where the chunks are cut. Memory depends on the frequencies wanted, not on the file. One kernel reads one file at a time.
 */
export class VolumetricKernel {
  readonly #exports: Exports;
  #most: Triple | undefined;
  #waves = 0;
  #input = new Uint8Array(0);
  #parts: readonly [PartResult, PartResult] | undefined;

  /** `capacity`: bytes taken in at once; longer chunks are cut. */
  constructor(
    module: WebAssembly.Module,
    readonly capacity = 512 * 1024,
  ) {
    const convert = (at: number, length: number) => realValue(this.#text(at, length));
    const fillPowers = (at: number) => new BigUint64Array(this.#exports.memory.buffer, at).set(powersOfFive());
    this.#exports = new WebAssembly.Instance(module, { env: { convert, fillPowers } }).exports as unknown as Exports;
    assertMemory(this.#exports.open(capacity));
  }

  /**
   * Starts a block of `grid` values, or one half of it; `wanted` are the waves of its transform, without them there is none. `place` is where
   * the block's, or the half's, first byte stands.
   */
  startBlock(grid: Triple, wanted: WantedWaves | undefined, place: BytePlace, part?: BlockPart): void {
    const { begin, turnAt, wavesAt, prepare } = this.#exports;
    const hkl = wanted?.hkl;
    const most = wanted?.most;
    this.#most = most;
    this.#parts = undefined;
    const numbers = [...grid, ...(most ?? [0, 0, 0]), most ? 1 : 0, PARTS.indexOf(part), place.offset, place.line, place.lineStart];
    assertMemory(begin(...numbers, hkl ? hkl.length / 3 : 0, wanted?.reversed ? 1 : 0));
    grid.forEach((points, axis) => {
      fillTurn(new Float64Array(this.#exports.memory.buffer, turnAt(axis), 2 * points));
    });
    if (hkl) new Int32Array(this.#exports.memory.buffer, wavesAt(), hkl.length).set(hkl);
    this.#waves = hkl ? hkl.length / 3 : 0;
    assertMemory(prepare());
  }

  /** The planes of z that the first half of a block has; all of them where it is too small for two. */
  firstPartPlanes(planes: number): number {
    return this.#exports.firstPartPlanes(planes);
  }

  /** The columns of the lines read so far. */
  pattern(): LinePattern | undefined {
    const [width = 0, columns = 0, lineBytes = 0, start = 0] = [0, 1, 2, 3].map((what) => this.#exports.patternOf(what));
    return width > 0 ? { width, columns, lineBytes, start } : undefined;
  }

  /** What the half that has been read gave. */
  partResult(): PartResult {
    const { memory, zSumsAt, zSumsLength } = this.#exports;
    return {
      facts: this.facts(),
      sum: this.#report()[REPORT.sum]!,
      sums: new Float64Array(memory.buffer, zSumsAt(), zSumsLength()).slice(),
    };
  }

  /** Completes a started block from halves that other kernels have read without any trouble; the bits are those of reading it here. */
  adoptParts(first: PartResult, second: PartResult): void {
    const { memory, zSumsAt, earlierSumsAt, zSumsLength, finishParts } = this.#exports;
    new Float64Array(memory.buffer, earlierSumsAt(), zSumsLength()).set(first.sums);
    new Float64Array(memory.buffer, zSumsAt(), zSumsLength()).set(second.sums);
    finishParts();
    this.#parts = [first, second];
  }

  /** Where `capacity` bytes may be put that are then fed without being copied; it is another view when memory has grown. */
  get input(): Uint8Array<ArrayBuffer> {
    const { memory, inputAt } = this.#exports;
    if (this.#input.buffer !== memory.buffer) this.#input = new Uint8Array(memory.buffer, inputAt(), this.capacity);
    return this.#input;
  }

  /** Reads on; `last` says that the file ends with these bytes. They may be a part of `input` that goes up to what was put there. */
  feed(bytes: Uint8Array, last: boolean): FeedState {
    const { input } = this;
    if (bytes.buffer === input.buffer) return this.#feed(bytes.byteOffset - input.byteOffset, bytes.length, last);
    let state: FeedState = "hungry";
    let from = 0;
    do {
      const part = bytes.subarray(from, from + this.capacity);
      from += part.length;
      input.set(part);
      state = this.#feed(0, part.length, last && from === bytes.length);
    } while (state === "hungry" && from < bytes.length);
    return state;
  }

  /** Takes values that are numbers already; those that are not finite are counted in the facts, without places. */
  feedValues(values: Float64Array): FeedState {
    let state: FeedState = "hungry";
    for (let from = 0; from < values.length && state === "hungry"; ) {
      const part = values.subarray(from, from + this.#exports.valuesRoom());
      new Float64Array(this.#exports.memory.buffer, this.#exports.valuesAt(), part.length).set(part);
      state = STATES[this.#exports.takeValues(part.length)]!;
      from += part.length;
    }
    return state;
  }

  #feed(from: number, length: number, last: boolean): FeedState {
    return STATES[this.#exports.feed(from, length, last ? 1 : 0)]!;
  }

  /** Where reading stands: behind the last value when a block is complete, at the token when it is unreadable. */
  place(): BytePlace {
    const report = this.#report();
    return { offset: report[REPORT.consumed]!, line: report[REPORT.line]!, lineStart: report[REPORT.lineStart]! };
  }

  /** The (first 40 characters of the) token at which reading stopped as unreadable. */
  unreadableToken(): string {
    return /^\S*/.exec(this.#text(this.#exports.unreadableAt(), 40))?.[0] ?? "";
  }

  facts(): BlockFacts {
    if (this.#parts) return joinedFacts(...this.#parts);
    const report = this.#report();
    const finite = report[REPORT.finite]!;
    const count = report[GLUED.count]!;
    return {
      mean: (report[EARLIER_SUM]! + report[REPORT.sum]!) / finite,
      minimum: finite > 0 ? report[REPORT.minimum]! : Number.NaN,
      maximum: finite > 0 ? report[REPORT.maximum]! : Number.NaN,
      finite,
      notFinite: report[REPORT.notFinite]!,
      missing: this.#exports.remainingValues(),
      troubles: this.#troubles(report),
      ...(count > 0 && { glued: { count, line: report[GLUED.line]!, column: report[GLUED.column]! } }),
      patterned: report[PATTERNED]!,
    };
  }

  /** The coefficients of a complete block of finite values that was started with `most`. */
  coefficients(): Coefficients {
    if (!this.#most) throw new Error("The block was started without a transform");
    const stride = this.#exports.coefficientStride();
    const [, most1, most2] = this.#most;
    const size = stride * (2 * most1 + 1) * (2 * most2 + 1);
    const values = new Float64Array(this.#exports.memory.buffer, this.#exports.coefficientsAt(), size).slice();
    return { most: this.#most, stride, values };
  }

  /** |F(h, k, l)|/(N1 N2 N3)/divisor of each wave that such a block was started with. */
  amplitudes(divisor: number): Float64Array<ArrayBuffer> {
    const at = this.#exports.amplitudesAt(divisor);
    return new Float64Array(this.#exports.memory.buffer, at, this.#waves).slice();
  }

  /** What the kernel's memory takes; it grows and never shrinks. */
  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  #report(): Float64Array {
    return new Float64Array(this.#exports.memory.buffer, this.#exports.reportAt(), TROUBLES.first + 3 * TROUBLES.most);
  }

  #troubles(report: Float64Array): BlockFacts["troubles"] {
    const known = Math.min(report[REPORT.notFinite]!, TROUBLES.most);
    return Array.from({ length: known }, (_, i) => {
      const [line, column, kind] = report.subarray(TROUBLES.first + 3 * i);
      return { line: line!, column: column!, kind: KINDS[kind! - 1]! };
    });
  }

  #text(at: number, length: number): string {
    return String.fromCharCode(...new Uint8Array(this.#exports.memory.buffer, at, length));
  }
}

/** Of halves without any trouble. */
function joinedFacts(first: PartResult, second: PartResult): BlockFacts {
  const [a, b] = [first.facts, second.facts];
  const finite = a.finite + b.finite;
  return {
    mean: (first.sum + second.sum) / finite,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
    finite,
    notFinite: 0,
    missing: 0,
    troubles: [],
    patterned: a.patterned + b.patterned,
  };
}

/** cos and sin of 2 pi j/N, interleaved, each angle first brought into the first octant, where both are accurate to the last bit. */
function fillTurn(turn: Float64Array): void {
  const points = turn.length / 2;
  for (let j = 0; j < points; j++) {
    const eighths = Math.floor((8 * j) / points);
    const within = (8 * j) % points;
    const flipped = eighths % 2 === 1;
    const angle = (((flipped ? points - within : within) / points) * Math.PI) / 4;
    const swapped = (eighths + 1) % 4 >= 2;
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    const [x, y] = swapped ? [sine, cosine] : [cosine, sine];
    turn[2 * j] = eighths >= 2 && eighths < 6 ? -x : x;
    turn[2 * j + 1] = eighths >= 4 ? -y : y;
  }
}

function assertMemory(granted: number): void {
  if (!granted) throw new RangeError("Not enough memory for the transform: the cell is too large for this spacing");
}
