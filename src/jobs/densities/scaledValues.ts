import { atomicNumber } from "../../core/crystal/elements.js";
import { atomSpecies } from "../../core/crystal/formula.js";
import { volume } from "../../core/crystal/lattice.js";
import type { Structure } from "../../core/crystal/structure.js";
import { BOHR } from "../../core/formats/cubeHead.js";
import { storesDensity, type VolumetricKind } from "../../core/formats/volumetric.js";
import type { VolumetricHead } from "../../core/formats/volumetricHead.js";
import { FILE_START, type Parsed, type Problem, problem } from "../../core/text/problem.js";
import type { VolumetricKernel } from "../../kernels/volumetric/volumetric.js";
import { readingProblem } from "../files/byteSource.js";
import type { FormReading } from "./densityForm.js";
import { FrameBuilder, type FrameOptions } from "./frameBuilder.js";

/** Arrays whose unit is not told, and which can be gone over more than once. */
export interface ValueSource {
  readonly head: VolumetricHead;
  /** As the name tells it. */
  readonly kind?: VolumetricKind;
  /** How many blocks: total, then the magnetisation. */
  readonly blocks: number;
  readonly problems: readonly Problem[];
  /** The values of a block, in the order of the head's `fastest`. Throws SourceError where they cannot be read on. */
  readonly values: (block: number) => AsyncIterable<Float64Array> | Iterable<Float64Array>;
  /** What is to be said once all values have been read. */
  readonly remarks?: () => readonly Problem[];
}

/** Values that cannot be read on, in a plain sentence. */
export class SourceError extends Error {}

/**
 * Reads such arrays as VASP would have written them. The unit follows from the number of electrons: density times
 * volume (VASP), e/Å³ or e/bohr³, whichever gives a whole number that the atoms can have. Rejects only with the
 * signal's reason.
 */
export async function readScaledValues(
  source: ValueSource,
  kernel: VolumetricKernel,
  options: FrameOptions,
  facts: Pick<FormReading, "hash" | "bytes">,
): Promise<Parsed<FormReading>> {
  const { head, kind = "CHGCAR", blocks } = source;
  const builder = new FrameBuilder(head, kind, kernel, options, [...source.problems]);
  const reading = { frame: builder.frame, kind, ...facts };
  try {
    const unit = storesDensity(kind) ? unitOf(await meanOf(source), head.structure) : undefined;
    if (unit?.remark) builder.frame.problems.push(unit.remark);
    for (let block = 0; block < blocks; block++) {
      builder.startBlock();
      for await (const values of source.values(block)) {
        options.signal?.throwIfAborted();
        kernel.feedValues(unit && unit.factor !== 1 ? values.map((value) => value * unit.factor) : values);
      }
      if (!builder.finishBlock()) return { value: { ...reading, truncated: true }, problems: [] };
      options.onProgress?.((block + 1) / blocks);
    }
    builder.frame.problems.push(...(source.remarks?.() ?? []));
    return { value: { ...reading, truncated: false }, problems: [] };
  } catch (error) {
    options.signal?.throwIfAborted();
    builder.frame.problems.push(sourceProblem(error));
    return { value: { ...reading, truncated: true }, problems: [] };
  }
}

export const sourceProblem = (error: unknown): Problem =>
  error instanceof SourceError ? problem("error", FILE_START, "{0}", error.message) : readingProblem(error);

async function meanOf({ values }: ValueSource): Promise<number> {
  let [sum, count] = [0, 0];
  for await (const part of values(0)) {
    for (let i = 0; i < part.length; i++) sum += part[i] ?? 0;
    count += part.length;
  }
  return sum / count;
}

/** As far from a whole number as single precision may be. */
const WHOLE = 0.01;

/** What the values are multiplied by to be VASP's, and what is said of it. */
function unitOf(mean: number, structure: Structure): { readonly factor: number; readonly remark?: Problem } {
  const cell = volume(structure.lattice);
  const most =
    (atomSpecies(structure) ?? []).reduce((sum, label) => sum + (atomicNumber(label) ?? 120), 0) ||
    Number.POSITIVE_INFINITY;
  const units = [
    { name: "e × Å³/Å³", factor: 1 },
    { name: "e/Å³", factor: cell },
    { name: "e/bohr³", factor: cell / BOHR ** 3 },
  ];
  const possible = units.filter(({ factor }) => mean * factor > 0.5 && mean * factor <= most * 1.001);
  const whole = possible.find(({ factor }) => Math.abs(mean * factor - Math.round(mean * factor)) <= WHOLE);
  const { factor, name } = whole ?? possible[0] ?? { factor: 1, name: "e × Å³/Å³" };
  if (factor === 1) return { factor };
  const template = "the file does not state its unit: {0}, since this gives {1} electrons";
  return { factor, remark: problem("information", FILE_START, template, name, Number((mean * factor).toFixed(3))) };
}
