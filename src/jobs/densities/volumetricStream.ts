import { gridLimits, type HalfSphere, millerLimits } from "../../core/crystal/halfSphere.js";
import { volume } from "../../core/crystal/lattice.js";
import { differenceMetric, functionalsOfSums } from "../../core/descriptors/functionals.js";
import type { Spectrum } from "../../core/descriptors/spectrum.js";
import { CubeHeadReader } from "../../core/formats/cubeHead.js";
import { binaryColumn, detectWrongFileType } from "../../core/formats/detectWrongFileType.js";
import { fieldUnit, storesDensity, type VolumetricKind, valueDivisor } from "../../core/formats/volumetric.js";
import { VolumetricGap } from "../../core/formats/volumetricGap.js";
import { type VolumetricHead, VolumetricHeadReader } from "../../core/formats/volumetricHead.js";
import type { Vector3 } from "../../core/math/matrix3.js";
import { type Position, type Problem, problem } from "../../core/text/problem.js";
import type {
  BlockFacts,
  BytePlace,
  Coefficients,
  PartResult,
  ValueSink,
  VolumetricKernel,
  WantedFunctionals,
  WantedWaves,
} from "../../kernels/volumetric/volumetric.js";
import type { OpenFile } from "../files/byteSource.js";
import { notFiniteProblems } from "./notFiniteProblems.js";
import { sphereWithin, tooManyWaves } from "./sphereWithin.js";

/** What is said where the last frame is cut and the one before it taken. */
export const CUT_FRAME = "frame {0} is truncated: frame {1} is used";

export interface StreamOptions {
  readonly kind: VolumetricKind;
  /** g_cut in 1/Å. */
  readonly cutoff: number;
  readonly transform: boolean;
  /** Whether blocks keep their complex coefficients beside the spectrum. Default true. */
  readonly coefficients?: boolean;
  /** Whether the spectrum of a density brings its functionals. Default false. */
  readonly functionals?: boolean;
  /** Which frame is wanted, from 1. Default: the last complete one. */
  readonly frame?: number;
  /** Is asked at the start of each block, also of one that is started once more, where its values shall go. */
  readonly keep?: KeepValues;
}

/** `frame` and `block` from 1; the values come in the file's order. */
export type KeepValues = (head: VolumetricHead, frame: number, block: number) => ValueSink | undefined;

export interface StreamBlock {
  readonly facts: BlockFacts;
  readonly spectrum?: Spectrum;
  readonly coefficients?: Coefficients;
}

/** A block of a file of VASP's that has been started, to be read by other means. */
export interface OpenBlock {
  /** Of its first byte. */
  readonly place: BytePlace;
  readonly grid: Vector3;
  readonly wanted?: WantedWaves;
  readonly functionals?: WantedFunctionals;
}

/** One frame: a head and the blocks that are complete. */
export interface StreamFrame {
  readonly head: VolumetricHead;
  readonly sphere?: HalfSphere;
  readonly blocks: StreamBlock[];
  readonly problems: Problem[];
}

type Phase = "head" | "block" | "gap" | "over";

/** A line of a head or between blocks is never as long as this; a file without line ends is no VASP file. */
const LINE_LIMIT = 64 * 1024;
const LINE_FEED = 10;
/** A noncollinear file has four blocks. */
const MAX_BLOCKS = 4;

/**
 * Bytes of a volumetric file, in chunks of any size -> its last frame. What is kept does not grow with the file.
 * Nothing here throws on bad input: `problems` tells what is wrong and where, `truncated` that the frame lacks values.
 */
export class VolumetricStream {
  frame: StreamFrame | undefined;
  frames = 0;
  /** The last frame is cut and the one before it taken instead. */
  fellBack = false;
  truncated = false;

  #phase: Phase = "head";
  readonly #headReader: VolumetricHeadReader | CubeHeadReader;
  /** The last frame that is complete, while a further one is read. */
  #complete: StreamFrame | undefined;
  #gap: VolumetricGap | undefined;
  #offset = 0;
  #line = 0;
  #lineStart = 0;
  /** The start of a line whose end is still to come. */
  #partial = new Uint8Array(0);
  #restColumn = 0;
  /** The last bytes of the file so far. */
  #tail = new Uint8Array(0);
  readonly #earlyProblems: Problem[] = [];
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  constructor(
    readonly options: StreamOptions,
    readonly kernel: VolumetricKernel,
  ) {
    this.#headReader = options.kind === "cube" ? new CubeHeadReader() : new VolumetricHeadReader();
  }

  #openBlock: OpenBlock | undefined;

  /** The block that is being read now, if its values stand in VASP's order. */
  get openBlock(): OpenBlock | undefined {
    return this.#phase === "block" ? this.#openBlock : undefined;
  }

  /** The open block has been read elsewhere, up to `place`; the bytes from there on come next. */
  adoptBlock(first: PartResult, second: PartResult, place: BytePlace): void {
    this.kernel.adoptParts(first, second);
    this.#finishBlock(place);
    this.#offset = place.offset;
  }

  /** The open block's bytes come once more. */
  restartBlock(): void {
    const block = this.#openBlock;
    if (!block) return;
    this.kernel.startBlock(block.grid, block.wanted, block.place, undefined, block.functionals, this.#sink());
    this.#tail = new Uint8Array(0);
    this.#offset = block.place.offset;
  }

  /**
   * Reads on in the open block from the file itself, a window of it, where system and kernel can do that; the bytes
   * from the answer on come next.
   * Undefined: they can't, and nothing was read.
   */
  readMapped({ descriptor, size }: OpenFile): number | undefined {
    const state = this.kernel.feedMapped(descriptor, size);
    if (state === "not mapped") return undefined;
    if (state === "lost") this.restartBlock();
    else this.#offset = this.kernel.place().offset;
    this.#tail = new Uint8Array(0);
    if (state === "complete") this.#finishBlock(this.kernel.place());
    if (state === "unreadable") this.#endUnreadable(this.kernel.place());
    return this.#offset;
  }

  /** What is wrong, in the order of the file. */
  get problems(): readonly Problem[] {
    return this.frame ? this.frame.problems : this.#earlyProblems;
  }

  /** Whether more bytes could still change anything. */
  get isOver(): boolean {
    return this.#phase === "over";
  }

  /** Bytes may stand in the kernel's own input, from its start on: then they are not copied. */
  push(bytes: Uint8Array): void {
    const { length } = bytes;
    const inPlace = bytes.buffer === this.kernel.input.buffer;
    for (let at = 0; at < length && this.#phase !== "over"; ) {
      // a block that starts may make memory grow, and views of it stale
      const all = inPlace ? this.kernel.input.subarray(0, length) : bytes;
      at = this.#phase === "block" ? this.#feed(all, at) : this.#takeLine(all, at);
    }
    this.#offset += length;
    if (this.#phase === "block") this.#keepTail(inPlace ? this.kernel.input.subarray(0, length) : bytes);
  }

  /** The file has ended, or `trouble` kept the rest of it from being read. */
  finish(trouble?: string): void {
    if (this.#phase !== "block" && !trouble && this.#partial.length > 0) this.#endLine(new Uint8Array(0));
    if (this.#phase === "block" && !trouble && this.kernel.feed(new Uint8Array(0), true) === "complete")
      this.#finishLastBlock();
    if (trouble && this.#phase !== "over") this.#report("error", this.#place(), trouble);
    else if (this.#phase === "head") this.#finishHead();
    if (trouble && this.#phase === "gap") this.truncated = true;
    if (this.#phase === "block") this.#reportTruncation(trouble);
    if (this.#phase === "gap") this.#closeGap();
    this.#phase = "over";
    if (this.truncated && this.#complete) this.#fallBack(this.#complete);
  }

  /** The last frame is cut, as when a run is still writing: the one before it is whole. */
  #fallBack(complete: StreamFrame): void {
    const place = this.frame?.problems.at(-1) ?? this.#place();
    complete.problems.push(problem("warning", place, CUT_FRAME, this.frames, this.frames - 1));
    this.frame = complete;
    this.fellBack = true;
    this.truncated = false;
  }

  // ---- lines ----

  #takeLine(bytes: Uint8Array, at: number): number {
    const end = bytes.indexOf(LINE_FEED, at);
    const piece = bytes.subarray(at, end < 0 ? bytes.length : end);
    if (this.#partial.length + piece.length > LINE_LIMIT) {
      const foreign =
        this.#line === 0
          ? detectWrongFileType(latin1((this.#partial.length > 0 ? this.#partial : piece).subarray(0, 1000)))
          : undefined;
      if (foreign) this.#earlyProblems.push(foreign);
      else
        this.#report(
          "error",
          { line: this.#line + 1, column: 1 },
          "line of more than {0} bytes: not a VASP file",
          LINE_LIMIT,
        );
      this.#phase = "over";
      return bytes.length;
    }
    if (end < 0) {
      this.#partial = concatenate(this.#partial, piece);
      return bytes.length;
    }
    this.#lineStart = this.#offset + end + 1;
    this.#endLine(piece);
    return end + 1;
  }

  #endLine(piece: Uint8Array): void {
    const text = this.#decoder.decode(this.#partial.length > 0 ? concatenate(this.#partial, piece) : piece);
    this.#partial = new Uint8Array(0);
    const line = text.endsWith("\r") ? text.slice(0, -1) : text;
    if (this.#restColumn > 0) this.#takeRest(line);
    else {
      this.#line++;
      if (this.#phase === "head") this.#pushHead(line);
      else if (this.#phase === "gap") this.#pushGap(line);
    }
  }

  #takeRest(line: string): void {
    this.#gap?.pushRest(line, this.#restColumn);
    this.#restColumn = 0;
  }

  #pushHead(line: string): void {
    const control = this.#line > 1 ? binaryColumn(line) : 0;
    if (control > 0) {
      this.#report("error", { line: this.#line, column: control }, NOT_TEXT);
      this.#phase = "over";
      return;
    }
    this.#headReader.push(line);
    if (this.#headReader.state !== "reading") this.#finishHead();
  }

  #finishHead(): void {
    const { value: head, problems } = this.#headReader.finish();
    this.#earlyProblems.push(...problems);
    if (head) this.#startFrame(head, this.#earlyProblems);
    else this.#phase = "over";
  }

  #pushGap(line: string): void {
    const gap = this.#gap;
    const event = gap?.push(line);
    if (!gap || event === "gap") return;
    this.#collectGap();
    if (event === "block") this.#startBlock();
    else if (this.options.frame === this.frames) this.#phase = "over";
    else if (gap.nextHead) {
      this.#complete = this.frame;
      this.#startFrame(gap.nextHead, []);
    }
  }

  #closeGap(): void {
    this.#gap?.finish();
    this.#collectGap();
  }

  #collectGap(): void {
    this.frame?.problems.push(...(this.#gap?.problems ?? []));
    this.#gap = undefined;
  }

  // ---- values ----

  #startFrame(head: VolumetricHead, problems: Problem[]): void {
    const sphere = this.#sphereOf(head, problems);
    this.frame = { head, ...(sphere && { sphere }), blocks: [], problems };
    this.frames++;
    this.#startBlock();
  }

  /** The waves that are wanted, unless the cell has so many that counting them alone would take minutes. */
  #sphereOf({ structure: { lattice }, grid, gridLine }: VolumetricHead, problems: Problem[]): HalfSphere | undefined {
    const { cutoff, transform } = this.options;
    if (!transform) return undefined;
    const sphere = sphereWithin(lattice, cutoff, grid);
    if (!sphere) problems.push(tooManyWaves(cutoff, gridLine));
    return sphere;
  }

  #startBlock(): void {
    const frame = this.frame;
    if (!frame) return;
    if (frame.blocks.length === MAX_BLOCKS) {
      this.#report("warning", { line: this.#line, column: 1 }, "more than {0} blocks: the rest is ignored", MAX_BLOCKS);
      this.#phase = "over";
      return;
    }
    const { grid, structure } = frame.head;
    const [held, wanted] = [gridLimits(grid), millerLimits(structure.lattice, this.options.cutoff)];
    const most: Vector3 = [Math.min(held[0], wanted[0]), Math.min(held[1], wanted[1]), Math.min(held[2], wanted[2])];
    const inOrder = (axes: Vector3): Vector3 => (frame.head.fastest === "z" ? [axes[2], axes[1], axes[0]] : axes);
    const place = { offset: this.#lineStart, line: this.#line + 1, lineStart: this.#lineStart };
    const reversed = frame.head.fastest === "z";
    const waves = frame.sphere && { most: inOrder(most), hkl: frame.sphere.hkl, reversed };
    const functionals = this.#wantedFunctionals(frame);
    this.kernel.startBlock(inOrder(grid), waves, place, undefined, functionals, this.#sink());
    this.#openBlock = reversed
      ? undefined
      : { place, grid, ...(waves && { wanted: waves }), ...(functionals && { functionals }) };
    this.#tail = new Uint8Array(0);
    this.#phase = "block";
  }

  /** Of the first block of a density. */
  #wantedFunctionals({ head, sphere, blocks }: StreamFrame): WantedFunctionals | undefined {
    const { kind, functionals = false } = this.options;
    if (!functionals || !sphere || blocks.length > 0 || !storesDensity(kind)) return undefined;
    const { lattice } = head.structure;
    return {
      scale: 1 / valueDivisor(kind, volume(lattice)),
      metric: differenceMetric(lattice, head.grid, head.fastest === "z"),
    };
  }

  #sink(): ValueSink | undefined {
    return this.frame && this.options.keep?.(this.frame.head, this.frames, this.frame.blocks.length + 1);
  }

  #feed(bytes: Uint8Array, at: number): number {
    const state = this.kernel.feed(bytes.subarray(at), false);
    if (state === "needsInput") return bytes.length;
    const place = this.kernel.place();
    if (state === "complete") {
      this.#finishBlock(place);
      return place.offset - this.#offset;
    }
    this.#endUnreadable(place);
    return bytes.length;
  }

  #endUnreadable(place: BytePlace): void {
    this.#reportUnreadable(place);
    this.#phase = "over";
  }

  #finishBlock(place: BytePlace): void {
    const frame = this.frame;
    if (!frame) return;
    const facts = this.kernel.facts();
    frame.problems.push(...notFiniteProblems(facts, this.options.transform));
    if (frame.sphere && facts.notFinite === 0) frame.blocks.push({ facts, ...this.#transformed(frame, frame.sphere) });
    else frame.blocks.push({ facts });
    this.#line = place.line;
    this.#restColumn = place.offset - place.lineStart + 1;
    this.#gap = new VolumetricGap(frame.head, place.line);
    this.#phase = "gap";
  }

  #transformed({ head }: StreamFrame, sphere: HalfSphere): Pick<StreamBlock, "spectrum" | "coefficients"> {
    const { kind, cutoff, coefficients = true } = this.options;
    const { lattice } = head.structure;
    const divisor = valueDivisor(kind, volume(lattice));
    const amplitude = this.kernel.amplitudes(divisor);
    const sums = this.kernel.functionals();
    const [nx, ny, nz] = head.grid;
    const functionals = sums && { functionals: functionalsOfSums(sums, nx * ny * nz) };
    const spectrum = { lattice, cutoff, unit: fieldUnit(kind), ...sphere, amplitude, ...functionals };
    return { spectrum, ...(coefficients && { coefficients: this.kernel.coefficients() }) };
  }

  #keepTail(bytes: Uint8Array): void {
    this.#tail = bytes.length >= TAIL ? bytes.slice(-TAIL) : concatenate(this.#tail, bytes).slice(-TAIL);
  }

  /** The block's last number ends with the file, so it may be cut: it must be written like the one before it. */
  #finishLastBlock(): void {
    const tokens = latin1(this.#tail).match(/\S+/g) ?? [];
    const [before, last] = tokens.slice(-2);
    const cut =
      before !== undefined && last !== undefined && isExponentForm(before) && form(before).length !== form(last).length;
    const place = this.kernel.place();
    if (!cut) {
      this.#finishBlock(place);
      return;
    }
    this.truncated = true;
    const column = place.offset - place.lineStart + 1 - last.length;
    this.#report("error", { line: place.line, column }, "the file ends inside a number: `{0}`", last);
    this.#phase = "over";
  }

  #reportTruncation(trouble: string | undefined): void {
    this.truncated = true;
    const frame = this.frame;
    if (trouble || !frame) return;
    const [a, b, c] = frame.head.grid;
    const done = a * b * c - this.kernel.facts().missing;
    const place = done > 0 ? this.#place() : { line: this.#line, column: 1 };
    this.#report(
      "error",
      place,
      "the file ends after {0} of the {1} values of block {2}",
      done,
      a * b * c,
      frame.blocks.length + 1,
    );
  }

  #reportUnreadable(place: BytePlace): void {
    const at = { line: place.line, column: place.offset - place.lineStart + 1 };
    const token = this.kernel.unreadableToken();
    if (/^augm/i.test(token) && this.frame) {
      this.truncated = true;
      const [a, b, c] = this.frame.head.grid;
      const done = a * b * c - this.kernel.facts().missing;
      const template = "the grid of line {0} needs {1} values, but only {2} precede the augmentation occupancies";
      this.#report("error", at, template, this.frame.head.gridLine, a * b * c, done);
    } else if (binaryColumn(token) > 0) this.#report("error", at, NOT_TEXT);
    else this.#report("error", at, "`{0}` is not a number", token);
  }

  #place(): Position {
    if (this.#phase !== "block") return { line: Math.max(1, this.#line), column: 1 };
    const { offset, line, lineStart } = this.kernel.place();
    return { line, column: offset - lineStart + 1 };
  }

  #report(severity: Problem["severity"], place: Position, template: string, ...args: (string | number)[]): void {
    const problems = this.frame ? this.frame.problems : this.#earlyProblems;
    problems.push(problem(severity, place, template, ...args));
  }
}

const TAIL = 160;
const NOT_TEXT = "not text: the file is damaged or not a VASP file";

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

const isExponentForm = (token: string): boolean => /[eEdD][+-]?\d+$/.test(token);

/** How a number is written: its length without a sign that takes the place of a digit. */
const form = (token: string): string =>
  token
    .replace(/^[+-]?\d*/, "")
    .replaceAll(/\d/g, "9")
    .replace(/[+-]/, "+");
