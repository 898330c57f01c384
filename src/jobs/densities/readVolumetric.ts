import { statSync } from "node:fs";
import { unreadKind } from "../../core/formats/fileNames.js";
import { foreignKind } from "../../core/formats/foreignContent.js";
import { FILE_START, type Parsed, type Problem, problem } from "../../core/text/problem.js";
import { ByteSource, ChangedFileError, readingProblem } from "../files/byteSource.js";
import { DamagedPackingError } from "../files/packing.js";
import type { DensityFormat } from "./densityForm.js";
import { giveBackKernel, takeKernel } from "./idleKernels.js";
import { namedContent } from "./namedContent.js";
import { takeBlockInParts, takeBlockMapped } from "./quickBlocks.js";
import { readerChoice } from "./readerChoice.js";
import { formOf, readForm } from "./readForm.js";
import { readingOfFrame } from "./readingOfFrame.js";
import { volumetricKindOf } from "./volumetricContent.js";
import type { ReadOptions, VolumetricReading } from "./volumetricReading.js";
import { CUT_FRAME, VolumetricStream } from "./volumetricStream.js";

const DEFAULT_CUTOFF = Math.PI / 0.4;

/** 0 where the file cannot be looked at; why is told when it is opened. */
function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

/**
 * Streams a volumetric file, plain or packed, into facts and sparse spectra; memory does not depend on the file's size.
 * There is a value whenever the head could be read, also beside errors. Rejects only with the signal's reason.
 */
export async function readVolumetric(file: string, options: ReadOptions = {}): Promise<Parsed<VolumetricReading>> {
  const { cutoff = DEFAULT_CUTOFF, transform = true, signal } = options;
  const unread = unreadKind(file);
  if (unread !== undefined) return { problems: [foreignKind(unread)] };
  const format = await formOf(file);
  if (format !== "text") return readOther(file, format, options);
  const kind = options.kind ?? (await volumetricKindOf(file, signal));
  const { kernel, instructionSet } = takeKernel(options.reader ?? readerChoice(sizeOf(file)));
  const source = new ByteSource(file, { ...options, target: () => kernel.input });
  const { frame, functionals = false } = options;
  const stream = new VolumetricStream(
    {
      kind,
      cutoff,
      transform,
      coefficients: (options.preview ?? 0) > 0,
      functionals,
      ...(frame !== undefined && { frame }),
      ...(options.keep && { keep: options.keep }),
    },
    kernel,
  );
  try {
    for await (const chunk of source.chunks()) {
      stream.push(chunk);
      if ((options.threads ?? 1) > 1 && !options.keep) await takeBlockInParts(source, stream, instructionSet, options);
      if (options.hash === false) await takeBlockMapped(source, stream, options);
      if (stream.isOver && !stream.frame) break; // else the rest counts for the hash
    }
    stream.finish();
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof DamagedPackingError || error instanceof ChangedFileError))
      return { problems: await namedContent(file, [readingProblem(error)]) };
    stream.finish(error.message);
  } finally {
    giveBackKernel(kernel);
  }
  if (!stream.frame) return { problems: await namedContent(file, stream.problems) };
  if (frame !== undefined && frame !== stream.frames) {
    return { problems: [noSuchFrame(frame, stream.frames)] };
  }
  if (frame !== undefined && stream.fellBack) {
    return { problems: [...stream.problems.map(asError)] };
  }
  const truncated = stream.truncated;
  const lastOfSeveral = stream.frames > 1 && frame === undefined && !stream.fellBack;
  return readingOfFrame(stream.frame, lastOfSeveral ? stream.frames : 1, {
    frames: stream.frames,
    frame: stream.frames - (stream.fellBack ? 1 : 0),
    kind,
    truncated,
    cutoff,
    preview: options.preview ?? 0,
    hash: source.hash(),
    bytes: source.bytes,
  });
}

/** Of a frame that was asked for: that another was whole is no help. */
const asError = (found: Problem): Problem =>
  found.template === CUT_FRAME ? problem("error", found, "frame {0} is truncated", ...found.args.slice(0, 1)) : found;

const noSuchFrame = (wanted: number, held: number): Problem =>
  problem("error", FILE_START, "no frame {0}: the file has {1}", wanted, held);

/** A density in another form than text: of one frame. */
async function readOther(
  file: string,
  format: Exclude<DensityFormat, "text">,
  options: ReadOptions,
): Promise<Parsed<VolumetricReading>> {
  const { cutoff = DEFAULT_CUTOFF, transform = true, hash = true, preview = 0, frame = 1 } = options;
  if (frame !== 1 && format !== "parquet" && format !== "zarr") return { problems: [noSuchFrame(frame, 1)] };
  const { kernel } = takeKernel(options.reader ?? readerChoice(sizeOf(file)));
  try {
    const { value, problems } = await readForm(file, format, kernel, { ...options, cutoff, transform, hash });
    if (!value) return { problems: format === "zarr" ? problems : await namedContent(file, problems) };
    const { frame: read, rows, ...facts } = value;
    if (facts.truncated && read.blocks.length === 0) return { problems: read.problems };
    return readingOfFrame(read, 1, {
      ...facts,
      frames: rows?.count ?? 1,
      frame: rows?.shown ?? frame,
      cutoff,
      preview,
    });
  } finally {
    giveBackKernel(kernel);
  }
}
