import { atomicNumber } from "../../core/crystal/elements.js";
import { atomSpecies } from "../../core/crystal/formula.js";
import { volume } from "../../core/crystal/lattice.js";
import {
  blockNames,
  coarseGridProblem,
  contentRemark,
  cubeUnitProblem,
  electronProblem,
  storesDensity,
  type VolumetricKind,
  valueDivisor,
} from "../../core/formats/volumetric.js";
import { type Parsed, type Problem, problem } from "../../core/text/problem.js";
import { type BlockPreview, blockPreview } from "./blockPreview.js";
import type { BlockReading, VolumetricReading } from "./volumetricReading.js";
import type { StreamBlock, StreamFrame } from "./volumetricStream.js";

type FileFacts = Pick<VolumetricReading, "kind" | "frames" | "frame" | "truncated" | "hash" | "bytes"> & {
  readonly cutoff: number;
  readonly preview: number;
};

/**
 * What was read of the file's frame as the reading, with remarks on it; `frames`: how many there were where nothing
 * said which to take.
 */
export function readingOfFrame(
  frame: StreamFrame,
  frames: number,
  { cutoff, preview, ...facts }: FileFacts,
): Parsed<VolumetricReading> {
  const names = blockNames(facts.truncated ? Math.max(frame.blocks.length + 1, 2) : frame.blocks.length);
  const blocks = frame.blocks.map((block, i): BlockReading => {
    const { mean, minimum, maximum } = block.facts;
    const picture = preview > 0 ? previewOf(block, frame, facts.kind, preview) : undefined;
    const spectrum = finiteSpectrum(block);
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
  const integral = electronsOf(facts.kind, blocks[0]?.mean, volume(structure.lattice));
  const electrons = Number.isFinite(integral) ? integral : undefined;
  const value = { ...facts, structure, grid, blocks, ...(electrons !== undefined && { electrons }) };
  return { value, problems: [...frame.problems, ...remarks(frame, frames, facts.kind, cutoff, electrons)] };
}

/** Values near 1e308 are numbers, and their sums are none. */
function finiteSpectrum({ spectrum }: StreamBlock): StreamBlock["spectrum"] {
  if (spectrum === undefined || !spectrum.amplitude.every(Number.isFinite)) return undefined;
  const { functionals, ...rest } = spectrum;
  return functionals?.every(Number.isFinite) ? spectrum : rest;
}

function previewOf(
  { coefficients }: StreamBlock,
  { head }: StreamFrame,
  kind: VolumetricKind,
  points: number,
): BlockPreview | undefined {
  const divisor = valueDivisor(kind, volume(head.structure.lattice));
  return coefficients && blockPreview(coefficients, points, divisor, head.fastest === "z");
}

/** The integral of the first block over the cell (Å^3), for files that store a density. */
function electronsOf(kind: VolumetricKind, mean: number | undefined, cellVolume: number): number | undefined {
  if (mean === undefined || !storesDensity(kind)) return undefined;
  return kind === "cube" ? (mean * cellVolume) / valueDivisor(kind, cellVolume) : mean;
}

function remarks(
  frame: StreamFrame,
  frames: number,
  kind: VolumetricKind,
  cutoff: number,
  electrons: number | undefined,
): Problem[] {
  const { gridLine } = frame.head;
  const problems: Problem[] = [];
  if (frames > 1) {
    const place = { line: gridLine - frame.head.lines.length + 1, column: 1 };
    problems.push(problem("information", place, "the file has {0} frames: the last one is used", frames));
  }
  if (frame.blocks.length === 3) {
    problems.push(
      problem("warning", { line: gridLine, column: 1 }, "3 blocks: a spin-polarised file has 2, a noncollinear one 4"),
    );
  }
  frame.blocks.forEach((block, i) => {
    if (block.spectrum === undefined || finiteSpectrum(block) !== undefined) return;
    const template = "the values of block {0} are too large to be added up, so no spectrum can be computed";
    problems.push(problem("error", { line: gridLine, column: 1 }, template, i + 1));
  });
  const content = contentRemark(kind, frame.blocks.length, gridLine);
  if (content) problems.push(content);
  const missing = frame.sphere?.firstMissing;
  if (missing !== undefined) problems.push(coarseGridProblem(missing, cutoff, gridLine));
  const remark = electrons === undefined ? undefined : electronRemark(frame, kind, electrons);
  return remark ? [...problems, remark] : problems;
}

function electronRemark({ head }: StreamFrame, kind: VolumetricKind, electrons: number): Problem | undefined {
  if (kind === "CHGCAR") return electronProblem(electrons, head.gridLine);
  if (kind !== "cube") return undefined;
  const charge = (atomSpecies(head.structure) ?? []).reduce((sum, label) => sum + (atomicNumber(label) ?? 0), 0);
  return cubeUnitProblem(electrons, charge, volume(head.structure.lattice), head.gridLine);
}
