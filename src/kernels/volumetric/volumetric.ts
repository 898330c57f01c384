import { realValue } from "../../core/text/numbers.js";
import { powersOfFive } from "./powersOfFive.js";
import { type NativeVolumetric, openNative, openWasm, type ReaderHost, type ReaderQuestions } from "./readerHost.js";

/**
 * A place in the unpacked bytes of a file: byte offset from 0, line from 1, and the offset at which that line begins.
 */
export interface BytePlace {
  readonly offset: number;
  readonly line: number;
  readonly lineStart: number;
}

/** needsInput: wants more bytes; complete: all values are read; unreadable: what stands at `place()` is no number. */
export type FeedState = "needsInput" | "complete" | "unreadable";

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
  /**
   * The Miller indices of each, one of g and -g; the coefficients of others may be left out, and are then 0. Default:
   * all up to `most`.
   */
  readonly hkl?: Int32Array;
  /** The indices of each are l, k, h. */
  readonly reversed?: boolean;
}

/**
 * F(h, k, l)/(N1 N2 N3) for 0 <= h <= most[0], |k| <= most[1], |l| <= most[2]; the rest follows from F(-g) = conj F(g).
 */
export interface Coefficients {
  readonly most: readonly [number, number, number];
  /** Doubles between rows of h. */
  readonly stride: number;
  /** Real and imaginary parts: [l + most[2]][k + most[1]][h], rows `stride` doubles apart. */
  readonly values: Float64Array;
}

/** Takes a block's values as they are read, in the file's order. */
export interface ValueSink {
  /** What each value is multiplied by. */
  readonly scale: number;
  /** The next values; the array is used again, so copy from it. */
  readonly take: (values: Float32Array) => void;
}

/** Which half of a block is read; the halves go by whole planes of z. */
export type BlockPart = "first" | "second";

/**
 * What one half of a block gave, to be put together with the other; `sums` are those over z, none without a transform.
 */
export interface PartResult {
  readonly facts: BlockFacts;
  readonly sum: number;
  readonly sums: Float64Array<ArrayBuffer>;
  /** Of wanted functionals: the sums of each plane, and the planes at the half's ends. */
  readonly functionals?: { readonly planes: Float64Array<ArrayBuffer>; readonly edges: Float64Array<ArrayBuffer> };
}

/** What the functionals of a density need beside its values. */
export interface WantedFunctionals {
  /** Stored value times this is the density in e/Å³. */
  readonly scale: number;
  /**
   * |grad|² = sum of metric[i] d_a d_b of differences by points, for ab = xx, yy, zz, xy, xz, yz, x being the fastest
   * axis; in 1/Å².
   */
  readonly metric: readonly [number, number, number, number, number, number];
}

/** How many sums `functionals` gives. */
export const FUNCTIONAL_SUMS = 110;

/** Lines of equal length, as the last lines of columns that were read had it. */
export interface LinePattern {
  /** Bytes a number. */
  readonly width: number;
  readonly columns: number;
  readonly lineBytes: number;
  /** Where a line's first number begins: 0, or -1 where it lacks the blank that stands before the others. */
  readonly start: number;
}

/** On an axis: what the readers of heads let pass. */
const MAX_POINTS = 100_000;

/** The last bytes of a file are left to `feed`, so that nothing behind them is looked at where it would lie. */
const MAPPED_MARGIN = 64 * 1024;
/** Bytes of one `feedMapped`: what is shown of a file at a time counts as the process's memory. */
const MAPPED_WINDOW = 8 * 2 ** 20;
/** The same where the values are kept: they have to fit into memory of the kernel's. */
const KEPT_WINDOW = 2 ** 20;

/**
 * not mapped: the system shows no such part of the file, and nothing was read; lost: the file became shorter, the block
 * must be started again.
 */
export type MappedState = FeedState | "not mapped" | "lost";

const STATES: readonly FeedState[] = ["needsInput", "complete", "unreadable"];
const MAPPED_STATES: readonly MappedState[] = [...STATES, "not mapped", "not mapped", "lost"];
const KINDS: readonly NotFinite[] = ["stars", "NaN", "infinity"];

/** Fields of the C struct `report`, in its order; `troubles` are TROUBLES records of three numbers. */
const REPORT = { sum: 0, minimum: 1, maximum: 2, finite: 3, notFinite: 4, consumed: 5, line: 6, lineStart: 7 } as const;
const GLUED = { count: 8, line: 9, column: 10 } as const;
const PATTERNED = 11;
const EARLIER_SUM = 12;
const TROUBLES = { first: 13, most: 16 } as const;
const PARTS: readonly (BlockPart | undefined)[] = [undefined, "first", "second"];

/**
 * Numbers of a volumetric file's blocks -> facts and low Fourier coefficients (spec section 2), fed in chunks of any
 * size: the result's bits do not depend on where the chunks are cut. Memory depends on the frequencies wanted, not on
 * the file. One kernel reads one file at a time.
 */
export class VolumetricKernel {
  readonly #host: ReaderHost;
  #most: Triple | undefined;
  #waves = 0;
  #input = new Uint8Array(0);
  #parts: readonly [PartResult, PartResult] | undefined;
  /** Starts the block from its beginning. */
  #start: (joined: boolean) => void = () => {};
  #functionals = false;
  #sink: ValueSink | undefined;

  /**
   * `code`: compiled WebAssembly, or an addon that has passed its self-check; `capacity`: bytes taken in at once,
   * longer chunks are cut.
   */
  constructor(
    readonly code: WebAssembly.Module | NativeVolumetric,
    readonly capacity = 512 * 1024,
  ) {
    const questions: ReaderQuestions = {
      convert: (at, length) => realValue(this.#text(at, length)),
      fillPowers: (at) => this.#view(BigUint64Array, at, powersOfFive().length).set(powersOfFive()),
    };
    this.#host = "create" in code ? openNative(code, questions) : openWasm(code, questions);
    while (!this.#calls.open(capacity)) assertMemory(this.#host.grow());
  }

  get #calls() {
    return this.#host.calls;
  }

  /**
   * Starts a block of `grid` values, or one half of it; `wanted` are the waves of its transform, without them there is
   * none. `place` is where the block's, or the half's, first byte stands; `sink` gets the values.
   */
  startBlock(
    grid: Triple,
    wanted: WantedWaves | undefined,
    place: BytePlace,
    part?: BlockPart,
    functionals?: WantedFunctionals | undefined,
    sink?: ValueSink | undefined,
  ): void {
    if (!grid.every((points) => points >= 1 && points <= MAX_POINTS))
      throw new RangeError(`${grid.join(" x ")} is no grid`);
    const { begin, turnAt, wavesAt, prepare, wantFunctionals } = this.#calls;
    const { hkl, most } = wanted ?? {};
    this.#most = most;
    this.#waves = hkl ? hkl.length / 3 : 0;
    this.#parts = undefined;
    this.#functionals = functionals !== undefined;
    this.#sink = sink;
    const keep = sink ? Math.max(this.capacity, KEPT_WINDOW) / 2 : 0; // a number takes two bytes at least
    const numbers = [
      ...grid,
      ...(most ?? [0, 0, 0]),
      most ? 1 : 0,
      PARTS.indexOf(part),
      place.offset,
      place.line,
      place.lineStart,
    ];
    const start = (joined: boolean) => {
      if (!begin(...numbers, this.#waves, wanted?.reversed ? 1 : 0, keep, sink?.scale ?? 1)) return false;
      for (const [axis, points] of grid.entries())
        this.#view(Float64Array, turnAt(axis), 2 * points).set(turnOf(points));
      if (hkl) this.#view(Int32Array, wavesAt(), hkl.length).set(hkl);
      if (prepare() === 0) return false;
      return (
        functionals === undefined || wantFunctionals(functionals.scale, ...functionals.metric, joined ? 1 : 0) !== 0
      );
    };
    this.#start = (joined) => {
      while (!start(joined)) assertMemory(this.#host.grow());
    };
    this.#start(false);
  }

  /** The planes of z that the first half of a block has; all of them where it is too small for two. */
  firstPartPlanes(planes: number): number {
    return this.#calls.firstPartPlanes(planes);
  }

  /** The columns of the lines read so far. */
  pattern(): LinePattern | undefined {
    const [width = 0, columns = 0, lineBytes = 0, start = 0] = [0, 1, 2, 3].map((what) => this.#calls.patternOf(what));
    return width > 0 ? { width, columns, lineBytes, start } : undefined;
  }

  /** What the half that has been read gave. */
  partResult(): PartResult {
    const { zSumsAt, zSumsLength } = this.#calls;
    const result = {
      facts: this.facts(),
      sum: this.#report()[REPORT.sum]!,
      sums: this.#view(Float64Array, zSumsAt(), zSumsLength()).slice(),
    };
    return this.#functionals ? { ...result, functionals: this.#partFunctionals() } : result;
  }

  #partFunctionals(): NonNullable<PartResult["functionals"]> {
    const { planeSumsAt, planesRead, edgesAt, edgeLength } = this.#calls;
    const edges = this.#view(Float64Array, edgesAt(0), edgeLength()).slice();
    return { planes: this.#view(Float64Array, planeSumsAt(), FUNCTIONAL_SUMS * planesRead()).slice(), edges };
  }

  /**
   * Completes a started block from halves that other kernels have read without any trouble; the bits are those of
   * reading it here.
   */
  adoptParts(first: PartResult, second: PartResult): void {
    const { zSumsAt, earlierSumsAt, zSumsLength, finishParts } = this.#calls;
    if (this.#functionals) this.#joinFunctionals(first, second);
    this.#view(Float64Array, earlierSumsAt(), zSumsLength()).set(first.sums);
    this.#view(Float64Array, zSumsAt(), zSumsLength()).set(second.sums);
    finishParts();
    this.#parts = [first, second];
  }

  #joinFunctionals(first: PartResult, second: PartResult): void {
    if (!first.functionals || !second.functionals) throw new Error("The halves were read without functionals");
    this.#start(true);
    const { planeSumsAt, edgesAt } = this.#calls;
    const { planes, edges } = first.functionals;
    this.#view(Float64Array, planeSumsAt(), planes.length).set(planes);
    this.#view(Float64Array, planeSumsAt() + planes.byteLength, second.functionals.planes.length).set(
      second.functionals.planes,
    );
    for (const [part, values] of [edges, second.functionals.edges].entries())
      this.#view(Float64Array, edgesAt(part), values.length).set(values);
  }

  /**
   * Where `capacity` bytes may be put that are then fed without being copied; it is another view when memory has grown.
   */
  get input(): Uint8Array<ArrayBuffer> {
    const { buffer } = this.#host;
    if (this.#input.buffer !== buffer) this.#input = new Uint8Array(buffer, this.#calls.inputAt(), this.capacity);
    return this.#input;
  }

  /**
   * Reads on; `last` says that the file ends with these bytes. They may be a part of `input` that goes up to what was
   * put there.
   */
  feed(bytes: Uint8Array, last: boolean): FeedState {
    const { input } = this;
    if (bytes.buffer === input.buffer) return this.#feed(bytes.byteOffset - input.byteOffset, bytes.length, last);
    let state: FeedState = "needsInput";
    let from = 0;
    do {
      const part = bytes.subarray(from, from + this.capacity);
      from += part.length;
      input.set(part);
      state = this.#feed(0, part.length, last && from === bytes.length);
    } while (state === "needsInput" && from < bytes.length);
    return state;
  }

  /**
   * Reads on from `place()` in an open plain file of `size` bytes, a window of it, without its being copied first: not
   * mapped where kernel or system cannot do that, and near the file's end. What is fed then begins at `place()`.
   */
  feedMapped(descriptor: number, size: number): MappedState {
    if (this.#calls.canMap?.() !== 1) return "not mapped";
    const { offset } = this.place();
    const length = Math.min(this.#sink ? KEPT_WINDOW : MAPPED_WINDOW, size - MAPPED_MARGIN - offset);
    if (length < MAPPED_MARGIN) return "not mapped";
    const state = MAPPED_STATES[this.#calls.feedMapped?.(descriptor, offset, length) ?? 3]!;
    this.#handOn();
    return state;
  }

  /** Takes values that are numbers already; those that are not finite are counted in the facts, without places. */
  feedValues(values: Float64Array): FeedState {
    let state: FeedState = "needsInput";
    for (let from = 0; from < values.length && state === "needsInput"; ) {
      const part = values.subarray(from, from + this.#calls.valuesRoom());
      this.#view(Float64Array, this.#calls.valuesAt(), part.length).set(part);
      state = STATES[this.#calls.takeValues(part.length)]!;
      this.#handOn();
      from += part.length;
    }
    return state;
  }

  #feed(from: number, length: number, last: boolean): FeedState {
    const state = STATES[this.#calls.feed(from, length, last ? 1 : 0)]!;
    this.#handOn();
    return state;
  }

  /** Gives the sink what the last call read. */
  #handOn(): void {
    if (!this.#sink) return;
    const count = this.#calls.takeKept();
    if (count < 0) throw new Error("values were lost on their way to the grid");
    if (count > 0) this.#sink.take(this.#view(Float32Array, this.#calls.keptAt(), count));
  }

  /** Where reading stands: behind the last value when a block is complete, at the token when it is unreadable. */
  place(): BytePlace {
    const report = this.#report();
    return { offset: report[REPORT.consumed]!, line: report[REPORT.line]!, lineStart: report[REPORT.lineStart]! };
  }

  /** The (first 40 characters of the) token at which reading stopped as unreadable. */
  unreadableToken(): string {
    return /^\S*/.exec(this.#text(this.#calls.unreadableAt(), 40))?.[0] ?? "";
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
      missing: this.#calls.remainingValues(),
      troubles: this.#troubles(report),
      ...(count > 0 && { glued: { count, line: report[GLUED.line]!, column: report[GLUED.column]! } }),
      patterned: report[PATTERNED]!,
    };
  }

  /** The coefficients of a complete block of finite values that was started with `most`. */
  coefficients(): Coefficients {
    if (!this.#most) throw new Error("The block was started without a transform");
    const stride = this.#calls.coefficientStride();
    const [, most1, most2] = this.#most;
    const size = stride * (2 * most1 + 1) * (2 * most2 + 1);
    const values = this.#view(Float64Array, this.#calls.coefficientsAt(), size).slice();
    return { most: this.#most, stride, values };
  }

  /** |F(h, k, l)|/(N1 N2 N3)/divisor of each wave that such a block was started with. */
  amplitudes(divisor: number): Float64Array<ArrayBuffer> {
    const at = this.#calls.amplitudesAt(divisor);
    return this.#view(Float64Array, at, this.#waves).slice();
  }

  /** The sums of a complete block of finite values that was started with functionals; see functionals.h. */
  functionals(): Float64Array<ArrayBuffer> | undefined {
    return this.#functionals
      ? this.#view(Float64Array, this.#calls.functionalsAt(), FUNCTIONAL_SUMS).slice()
      : undefined;
  }

  /** What the kernel's memory takes; it grows and never shrinks. */
  get memoryBytes(): number {
    return this.#host.buffer.byteLength;
  }

  #report(): Float64Array {
    return this.#view(Float64Array, this.#calls.reportAt(), TROUBLES.first + 3 * TROUBLES.most);
  }

  #troubles(report: Float64Array): BlockFacts["troubles"] {
    const known = Math.min(report[REPORT.notFinite]!, TROUBLES.most);
    return Array.from({ length: known }, (_, i) => i).flatMap((i) => {
      const [line, column, code] = report.subarray(TROUBLES.first + 3 * i);
      const kind = KINDS[code! - 1];
      return kind === undefined ? [] : [{ line: line!, column: column!, kind }]; // values of arrays have no place
    });
  }

  #view<T>(type: new (buffer: ArrayBuffer, at: number, length: number) => T, at: number, length: number): T {
    return new type(this.#host.buffer, at, length);
  }

  #text(at: number, length: number): string {
    return String.fromCharCode(...this.#view(Uint8Array, at, length));
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

/** The last few: axes are often alike, and so are the blocks of a file. */
const turns = new Map<number, Float64Array>();
const MAX_TURNS = 8;

/**
 * cos and sin of 2 pi j/N, interleaved, each angle first brought into the first octant, where both are accurate to the
 * last bit.
 */
function turnOf(points: number): Float64Array {
  const known = turns.get(points);
  if (known) return known;
  const turn = new Float64Array(2 * points);
  for (let j = 0; j < points; j++) {
    const eighths = Math.floor((8 * j) / points);
    const within = (8 * j) % points;
    const flipped = eighths % 2 === 1;
    const angle = (((flipped ? points - within : within) / points) * Math.PI) / 4;
    const swapped = (eighths + 1) % 4 >= 2;
    const x = swapped ? Math.sin(angle) : Math.cos(angle);
    const y = swapped ? Math.cos(angle) : Math.sin(angle);
    turn[2 * j] = eighths >= 2 && eighths < 6 ? -x : x;
    turn[2 * j + 1] = eighths >= 4 ? -y : y;
  }
  if (turns.size === MAX_TURNS) turns.clear();
  turns.set(points, turn);
  return turn;
}

function assertMemory(granted: number | boolean): void {
  if (!granted) throw new RangeError("Not enough memory for the transform: the cell is too large for this spacing");
}
