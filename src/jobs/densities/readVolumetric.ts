import { statSync } from "node:fs";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { volume } from "../../core/crystal/lattice.js";
import type { Structure } from "../../core/crystal/structure.js";
import type { Component, Spectrum } from "../../core/descriptors/spectrum.js";
import {
  blockNames,
  coarseGridProblem,
  contentRemark,
  electronProblem,
  storesDensity,
  type VolumetricKind,
  valueDivisor,
  volumetricKind,
} from "../../core/formats/volumetric.js";
import { type Parsed, type Problem, problem } from "../../core/text/problem.js";
import { VolumetricKernel } from "../../kernels/volumetric/volumetric.js";
import { ByteSource, ChangedFileError, readingProblem, sizeOfFile } from "../files/byteSource.js";
import { DamagedPackingError } from "../files/packing.js";
import { type BlockPreview, blockPreview } from "./blockPreview.js";
import { planParts, readParts } from "./parallelBlocks.js";
import { readerChoice, type VolumetricCode } from "./readerChoice.js";
import { hashOfFile, readHdf5 } from "./readHdf5.js";
import { CUT_FRAME, type StreamBlock, type StreamFrame, VolumetricStream } from "./volumetricStream.js";

export interface ReadOptions {
  /** g_cut in 1/Å; default pi / (0.4 Å). */
  readonly cutoff?: number;
  /** false: facts only, no spectra. Default true. */
  readonly transform?: boolean;
  readonly signal?: AbortSignal;
  /** Told the fraction of the file's bytes that has been read. */
  readonly onProgress?: (fraction: number) => void;
  /** 2: large plain files are read by two threads, which stay warm. The result is the same, to the bit. Default 1. */
  readonly threads?: number;
  /** Blocks of at least so many bytes are given to two threads. Default 32 MB: smaller ones are read before two threads have been told to. */
  readonly threadsFrom?: number;
  /** true: the spectrum of a density brings its functionals in real space. Default false. */
  readonly functionals?: boolean;
  /** Also a coarse picture of each block in space, with so many points on the axis with the most waves (16 to 64 are sensible). */
  readonly preview?: number;
  /** false: leave out the SHA-256, which takes as long as the reading itself; it is then empty. Default true. */
  readonly hash?: boolean;
  /** Which frame of a file of several, from 1. Default: the last complete one. */
  readonly frame?: number;
  /** Default: from the file's name, CHGCAR where that tells none. */
  readonly kind?: VolumetricKind;
  /** What reads the numbers; default: the fastest that has passed its self-test on this machine. All give the same bits. */
  readonly reader?: VolumetricCode;
}

/** One block. `mean`, `min` and `max` are of the raw stored values, the spectrum follows the unit rule of spec section 1. */
export interface BlockReading {
  readonly name: Component;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** Absent without a transform, and where values of the block are no numbers. */
  readonly spectrum?: Spectrum;
  /** Where one was asked for and there is a spectrum. */
  readonly preview?: BlockPreview;
}

export interface VolumetricReading {
  readonly kind: VolumetricKind;
  readonly structure: Structure;
  readonly grid: readonly [number, number, number];
  /** How many the file holds (as far as it was read), and which of them this is, from 1. */
  readonly frames: number;
  readonly frame: number;
  /** The complete blocks. */
  readonly blocks: readonly BlockReading[];
  /** Of a file that stores a density: the mean of the raw first block, which VASP multiplies by the volume; a cube's integral. */
  readonly electrons?: number;
  /** A block lacks values: an error tells where; the complete blocks are here all the same. */
  readonly truncated: boolean;
  /** Of the file's bytes as stored. */
  readonly sha256: string;
  readonly bytes: number;
}

const DEFAULT_CUTOFF = Math.PI / 0.4;

/** Kernels that read no file now. An engine sets much address space aside for each, so they are used again; large ones are let go. */
const idleKernels: VolumetricKernel[] = [];
const IDLE_MEMORY = 32 * 2 ** 20;

function takeKernel({ code, instructionSet }: VolumetricCode) {
  const at = idleKernels.findIndex((kernel) => kernel.code === code);
  const [kernel = new VolumetricKernel(code)] = at < 0 ? [] : idleKernels.splice(at, 1);
  return { kernel, instructionSet };
}

/** 0 where the file cannot be looked at; why is told when it is opened. */
function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

/**
 * Streams a volumetric file, plain or packed, into facts and sparse spectra; memory does not depend on the file's size. There is a value
 * whenever the head could be read, also beside errors. Rejects only with the signal's reason.
 */
export async function readVolumetric(file: string, options: ReadOptions = {}): Promise<Parsed<VolumetricReading>> {
  const { cutoff = DEFAULT_CUTOFF, transform = true, signal } = options;
  const kind = options.kind ?? volumetricKind(path.basename(file)) ?? "CHGCAR";
  if (HDF5.test(file)) return readFromHdf5(file, kind, options);
  const { kernel, instructionSet } = takeKernel(options.reader ?? readerChoice(sizeOf(file)));
  const source = new ByteSource(file, { ...options, target: () => kernel.input });
  const { frame, functionals = false } = options;
  const stream = new VolumetricStream(
    { kind, cutoff, transform, coefficients: (options.preview ?? 0) > 0, functionals, ...(frame !== undefined && { frame }) },
    kernel,
  );
  try {
    for await (const chunk of source.chunks()) {
      stream.push(chunk);
      if ((options.threads ?? 1) > 1) await takeBlockInParts(source, stream, instructionSet, options);
      if (options.hash === false) await takeBlockMapped(source, stream, options);
      if (stream.isOver && !stream.frame) break; // else the rest counts for the hash
    }
    stream.finish();
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof DamagedPackingError || error instanceof ChangedFileError)) return { problems: [readingProblem(error)] };
    stream.finish(error.message);
  } finally {
    if (kernel.memoryBytes <= IDLE_MEMORY) idleKernels.push(kernel);
  }
  if (!stream.frame) return { problems: stream.problems };
  if (frame !== undefined && frame !== stream.frames) {
    return { problems: [noSuchFrame(frame, stream.frames)] };
  }
  if (frame !== undefined && stream.fellBack) {
    return { problems: [...stream.problems.map(asError)] };
  }
  const truncated = stream.truncated;
  const lastOfSeveral = stream.frames > 1 && frame === undefined && !stream.fellBack;
  return toReading(stream.frame, lastOfSeveral ? stream.frames : 1, {
    frames: stream.frames,
    frame: stream.frames - (stream.fellBack ? 1 : 0),
    kind,
    truncated,
    cutoff,
    preview: options.preview ?? 0,
    sha256: source.sha256(),
    bytes: source.bytes,
  });
}

/** Of a frame that was asked for: that another was whole is no help. */
const asError = (found: Problem): Problem =>
  found.template === CUT_FRAME ? problem("error", found, "frame {0} is cut", ...found.args.slice(0, 1)) : found;

const noSuchFrame = (wanted: number, held: number): Problem =>
  problem("error", { line: 1, column: 1 }, "there is no frame {0}: the file holds {1}", wanted, held);

const HDF5 = /\.(?:h5|hdf5)$/i;

async function readFromHdf5(file: string, kind: VolumetricKind, options: ReadOptions): Promise<Parsed<VolumetricReading>> {
  const { cutoff = DEFAULT_CUTOFF, transform = true, hash = true, preview = 0, frame = 1 } = options;
  if (frame !== 1) return { problems: [noSuchFrame(frame, 1)] };
  let bytes: number;
  try {
    bytes = await sizeOfFile(file);
  } catch (error) {
    return { problems: [readingProblem(error)] };
  }
  const { kernel } = takeKernel(options.reader ?? readerChoice(bytes));
  try {
    const { value, problems } = await readHdf5(path.resolve(file), kernel, { ...options, cutoff, transform });
    if (!value) return { problems };
    const sha256 = hash ? await hashOfFile(file) : "";
    return toReading(value, 1, { kind, frames: 1, frame, truncated: false, cutoff, preview, sha256, bytes });
  } finally {
    if (kernel.memoryBytes <= IDLE_MEMORY) idleKernels.push(kernel);
  }
}

const TWO_THREADS_THRESHOLD = 32 * 2 ** 20;

/** Where two threads are worth it, reads the open block by them and lets source and stream go on behind it. */
async function takeBlockInParts(
  source: ByteSource,
  stream: VolumetricStream,
  instructionSet: string | undefined,
  options: ReadOptions,
): Promise<void> {
  const { signal, hash, threadsFrom = TWO_THREADS_THRESHOLD } = options;
  const { plainFile } = source;
  const { openBlock: block, kernel } = stream;
  if (!plainFile || !block || tried.has(block)) return;
  tried.add(block);
  const plan = planParts(block, kernel.pattern(), kernel.firstPartPlanes(block.grid[2]), plainFile.size);
  if (!plan || plan.end - block.place.offset < threadsFrom) return;
  const reading = readParts({ ...plainFile, ...(instructionSet !== undefined && { instructionSet }) }, block, plan, signal);
  const hashing = hash === false ? undefined : source.hashUpTo(plan.end);
  const [parts] = await Promise.all([reading, hashing?.catch(() => undefined)]);
  if (parts) {
    stream.adoptBlock(parts.first, parts.second, parts.place);
    await source.continueAt(parts.place.offset);
  } else {
    stream.restartBlock();
    await source.continueAt(block.place.offset);
  }
}

/** Reads the open block of a plain file, but for its end, without copying it first, where that can be done. */
async function takeBlockMapped(source: ByteSource, stream: VolumetricStream, { signal, onProgress }: ReadOptions): Promise<void> {
  const { plainFile } = source;
  if (!plainFile || lost.has(source)) return;
  let next: number | undefined;
  for (let block = stream.openBlock; block && stream.openBlock === block; ) {
    const reached = stream.readMapped(plainFile);
    if (reached === undefined) break;
    next = reached;
    if (reached === block.place.offset) {
      lost.add(source); // the file became shorter: the usual way tells
      break;
    }
    onProgress?.(reached / plainFile.size);
    await setImmediate();
    signal?.throwIfAborted();
  }
  if (next !== undefined) await source.continueAt(next);
}

/** Files that are no longer looked at where they lie. */
const lost = new WeakSet<ByteSource>();

/** Blocks for which two threads have been tried, or found not worth it. */
const tried = new WeakSet<object>();

type FileFacts = Pick<VolumetricReading, "kind" | "frames" | "frame" | "truncated" | "sha256" | "bytes"> & {
  readonly cutoff: number;
  readonly preview: number;
};

function toReading(frame: StreamFrame, frames: number, { cutoff, preview, ...facts }: FileFacts): Parsed<VolumetricReading> {
  const names = blockNames(facts.truncated ? Math.max(frame.blocks.length + 1, 2) : frame.blocks.length);
  const blocks = frame.blocks.map((block, i): BlockReading => {
    const { mean, minimum, maximum } = block.facts;
    const picture = preview > 0 ? previewOf(block, frame, facts.kind, preview) : undefined;
    const { spectrum } = block;
    return {
      name: names[i] ?? "total",
      mean,
      min: minimum,
      max: maximum,
      ...(spectrum && { spectrum }),
      ...(picture && { preview: picture }),
    };
  });
  const { structure, grid } = frame.head;
  const electrons = electronsOf(facts.kind, blocks[0]?.mean, volume(structure.lattice));
  const value = { ...facts, structure, grid, blocks, ...(electrons !== undefined && { electrons }) };
  return { value, problems: [...frame.problems, ...remarks(frame, frames, facts.kind, cutoff, electrons)] };
}

function previewOf({ coefficients }: StreamBlock, { head }: StreamFrame, kind: VolumetricKind, points: number): BlockPreview | undefined {
  const divisor = valueDivisor(kind, volume(head.structure.lattice));
  return coefficients && blockPreview(coefficients, points, divisor, head.fastest === "z");
}

/** The integral of the first block over the cell (Å^3), for files that store a density. */
function electronsOf(kind: VolumetricKind, mean: number | undefined, cellVolume: number): number | undefined {
  if (mean === undefined || !storesDensity(kind)) return undefined;
  return kind === "cube" ? (mean * cellVolume) / valueDivisor(kind, cellVolume) : mean;
}

function remarks(frame: StreamFrame, frames: number, kind: VolumetricKind, cutoff: number, electrons: number | undefined): Problem[] {
  const { gridLine } = frame.head;
  const problems: Problem[] = [];
  if (frames > 1) {
    const place = { line: gridLine - frame.head.lines.length + 1, column: 1 };
    problems.push(problem("information", place, "the file holds {0} frames: the last is used", frames));
  }
  if (frame.blocks.length === 3) {
    problems.push(problem("warning", { line: gridLine, column: 1 }, "3 blocks: a spin-polarised file has 2, a noncollinear one 4"));
  }
  const content = contentRemark(kind, frame.blocks.length, gridLine);
  if (content) problems.push(content);
  const missing = frame.sphere?.firstMissing;
  if (missing !== undefined) problems.push(coarseGridProblem(missing, cutoff, gridLine));
  const remark = kind === "CHGCAR" && electrons !== undefined ? electronProblem(electrons, gridLine) : undefined;
  return remark ? [...problems, remark] : problems;
}
