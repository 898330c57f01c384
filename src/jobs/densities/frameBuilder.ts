import { gridLimits, millerLimits } from "../../core/crystal/halfSphere.js";
import { volume } from "../../core/crystal/lattice.js";
import type { Structure } from "../../core/crystal/structure.js";
import { differenceMetric, functionalsOfSums } from "../../core/descriptors/functionals.js";
import { fieldUnit, storesDensity, type VolumetricKind, valueDivisor } from "../../core/formats/volumetric.js";
import type { VolumetricHead } from "../../core/formats/volumetricHead.js";
import type { Vector3 } from "../../core/math/matrix3.js";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import type { VolumetricKernel } from "../../kernels/volumetric/volumetric.js";
import { notFiniteProblems } from "./notFiniteProblems.js";
import { sphereWithin, tooManyWaves } from "./sphereWithin.js";
import type { KeepValues, StreamBlock, StreamFrame } from "./volumetricStream.js";

export interface FrameOptions {
  /** g_cut in 1/Å. */
  readonly cutoff: number;
  readonly transform: boolean;
  /** As in ReadOptions. */
  readonly functionals?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
  readonly keep?: KeepValues;
}

/** A head that stands in no text: `fastest` is z for arrays in C order. */
export function headOf(structure: Structure, grid: Vector3, fastest: "x" | "z"): VolumetricHead {
  return { structure, grid, gridLine: 1, fastest, lines: [], landmarks: { counts: 0, mode: 0 } };
}

/**
 * A frame whose values come from anywhere: each block is started, its values are given to the kernel, and it is
 * finished.
 */
export class FrameBuilder {
  readonly frame: StreamFrame;

  constructor(
    readonly head: VolumetricHead,
    readonly kind: VolumetricKind,
    readonly kernel: VolumetricKernel,
    readonly options: FrameOptions,
    problems: Problem[] = [],
  ) {
    const { transform, cutoff } = options;
    const sphere = transform ? sphereWithin(head.structure.lattice, cutoff, head.grid) : undefined;
    if (transform && !sphere) problems.push(tooManyWaves(cutoff, head.gridLine));
    this.frame = { head, ...(sphere && { sphere }), blocks: [], problems };
  }

  /** `offset`: of the block's first byte, where its values are text. */
  startBlock(offset = 0): void {
    const { head, kind, frame, options } = this;
    const { lattice } = head.structure;
    const [held, wanted] = [gridLimits(head.grid), millerLimits(lattice, options.cutoff)];
    const most: Vector3 = [Math.min(held[0], wanted[0]), Math.min(held[1], wanted[1]), Math.min(held[2], wanted[2])];
    const reversed = head.fastest === "z";
    const inOrder = (axes: Vector3): Vector3 => (reversed ? [axes[2], axes[1], axes[0]] : axes);
    const isWanted =
      options.functionals === true && frame.sphere !== undefined && frame.blocks.length === 0 && storesDensity(kind);
    const functionals = isWanted
      ? { scale: 1 / valueDivisor(kind, volume(lattice)), metric: differenceMetric(lattice, head.grid, reversed) }
      : undefined;
    const waves = frame.sphere && { most: inOrder(most), hkl: frame.sphere.hkl, reversed };
    const sink = options.keep?.(head, 1, frame.blocks.length + 1);
    this.kernel.startBlock(inOrder(head.grid), waves, { offset, line: 1, lineStart: 0 }, undefined, functionals, sink);
  }

  /**
   * Keeps what the kernel knows of the block whose values it has been given; false, and a problem, where some are
   * missing.
   */
  finishBlock(): boolean {
    const { frame, kernel, head } = this;
    const facts = kernel.facts();
    const [a, b, c] = head.grid;
    if (facts.missing > 0) {
      const template = "the file ends after {0} of the {1} values of block {2}";
      frame.problems.push(
        problem("error", FILE_START, template, a * b * c - facts.missing, a * b * c, frame.blocks.length + 1),
      );
      return false;
    }
    frame.problems.push(...notFiniteProblems(facts, this.options.transform));
    if (facts.notFinite > 0 && facts.troubles.length === 0)
      frame.problems.push(
        problem(
          "error",
          FILE_START,
          "{0} values of block {1} are not numbers",
          facts.notFinite,
          frame.blocks.length + 1,
        ),
      );
    frame.blocks.push(
      frame.sphere && facts.notFinite === 0 ? { facts, ...this.#transformed(frame.sphere) } : { facts },
    );
    return true;
  }

  #transformed(sphere: NonNullable<StreamFrame["sphere"]>): Pick<StreamBlock, "spectrum" | "coefficients"> {
    const { kernel, kind, head } = this;
    const { lattice } = head.structure;
    const amplitude = kernel.amplitudes(valueDivisor(kind, volume(lattice)));
    const sums = kernel.functionals();
    const [nx, ny, nz] = head.grid;
    const functionals = sums && { functionals: functionalsOfSums(sums, nx * ny * nz) };
    const { cutoff } = this.options;
    return {
      spectrum: { lattice, cutoff, unit: fieldUnit(kind), ...sphere, amplitude, ...functionals },
      coefficients: kernel.coefficients(),
    };
  }
}
