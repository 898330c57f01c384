import path from "node:path";
import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import { cutoffOfSpacing } from "../../core/descriptors/r3dvs.js";
import type { Component, Spectrum } from "../../core/descriptors/spectrum.js";
import { FILE_START, type Parsed, problem } from "../../core/text/problem.js";
import { otherRunProblems } from "../densities/electronCheck.js";
import { readVolumetric } from "../densities/readVolumetric.js";
import type { VolumetricReading } from "../densities/volumetricReading.js";
import type { KeepValues } from "../densities/volumetricStream.js";
import { isEncodedName, readEncoded } from "./encodedMaterials.js";
import type { EncodedMaterial } from "./material.js";
import type { MaterialFile } from "./materialFile.js";

export interface ReadMaterialOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
  /** As in ReadOptions: two threads for a large file that is read alone, no hash where nothing is kept of the file. */
  readonly threads?: number;
  readonly threadsFrom?: number;
  readonly hash?: boolean;
  /** false: leave out the functionals, which cost more than the reading. Default: those of a total density. */
  readonly functionals?: boolean;
  /** Where the values go, beside the spectrum. */
  readonly keep?: KeepValues;
  /** Is given the facts of all blocks. */
  readonly onReading?: (reading: VolumetricReading) => void;
}

/** Reads a material's density, of the last step that is complete; as `readStep`. */
export async function readMaterial(
  entry: MaterialFile,
  settings: Pick<EncodeSettings, "spacing" | "component" | "frame">,
  options: ReadMaterialOptions = {},
): Promise<Parsed<EncodedMaterial>> {
  const { id, earlier: [next, ...rest] = [] } = entry;
  const reading = await readStep(entry, settings, options);
  const isComplete = reading.value !== undefined && !hasError(reading);
  if (isComplete || next === undefined) return reading;
  const before = await readMaterial({ id, file: next, ...(rest.length > 0 && { earlier: rest }) }, settings, options);
  if (before.value === undefined || hasError(before)) return reading;
  const template = "{0} is not complete: an earlier step is used, {1}";
  const warning = problem(
    "warning",
    FILE_START,
    template,
    path.basename(entry.file),
    path.relative(path.dirname(entry.file), next),
  );
  return { ...before, problems: [warning, ...before.problems] };
}

const hasError = ({ problems }: Parsed<unknown>) => problems.some(({ severity }) => severity === "error");

/**
 * Reads one volumetric file, or what was encoded of it, and keeps the spectrum of one component; without a value when
 * the file does not give a whole one.
 */
async function readStep(
  entry: MaterialFile,
  settings: Pick<EncodeSettings, "spacing" | "component" | "frame">,
  options: ReadMaterialOptions,
): Promise<Parsed<EncodedMaterial>> {
  if (isEncodedName(entry.file)) return readEncoded(entry, settings);
  const { spacing } = settings;
  const frame = entry.row === undefined ? settings.frame : entry.row + 1;
  const reading = {
    ...options,
    functionals: options.functionals ?? settings.component === "total",
    cutoff: cutoffOfSpacing(spacing),
    ...(frame !== undefined && { frame }),
  };
  const { value, problems: found } = await readVolumetric(entry.file, reading);
  if (value === undefined) return { problems: found };
  options.onReading?.(value);
  const problems = [...found, ...(await otherRunProblems(entry.file, value.electrons, options.signal))];
  const block = value.blocks.find(({ name }) => name === settings.component);
  if (block?.spectrum === undefined) {
    if (problems.some(({ severity }) => severity === "error")) return { problems };
    const names = value.blocks.map(({ name }) => name).join(", ");
    return {
      problems: [
        ...problems,
        problem("error", FILE_START, "the file has no {0} block; available: {1}", settings.component, names),
      ],
    };
  }
  const { kind, structure, grid, electrons, hash, frames } = value;
  const components = value.blocks.map(({ name }) => name);
  const facts = {
    id: entry.id,
    file: entry.file,
    hash,
    kind,
    structure,
    components,
    grid,
    ...(electrons !== undefined && { electrons }),
    ...((frames > 1 || frame !== undefined) &&
      entry.row === undefined && { frames: { count: frames, shown: value.frame } }),
  };
  const spectrum = settings.component === "total" ? withMagnetization(block.spectrum, value.blocks) : block.spectrum;
  return { value: { ...facts, spectrum }, problems };
}

/**
 * A density without other blocks has no spin. Of a non-collinear one the magnetisation of a wave is the length of the
 * vector of its three blocks, which does not change where all spins turn together.
 */
function withMagnetization(
  spectrum: Spectrum,
  blocks: readonly { readonly name: Component; readonly spectrum?: Spectrum }[],
): Spectrum {
  if (blocks.length === 1) return { ...spectrum, magnetization: "none" };
  const of = (name: Component) => blocks.find((block) => block.name === name)?.spectrum?.amplitude;
  const collinear = of("magnetization");
  const parts = collinear === undefined ? [of("mx"), of("my"), of("mz")] : [collinear];
  const known = parts.flatMap((part) => (part?.length === spectrum.amplitude.length ? [part] : []));
  if (known.length < parts.length) return spectrum;
  return { ...spectrum, magnetization: collinear ?? lengthsOf(known) };
}

const lengthsOf = (parts: readonly Float64Array[]): Float64Array =>
  (parts[0] ?? new Float64Array()).map((_, wave) => Math.hypot(...parts.map((part) => part[wave] ?? 0)));
