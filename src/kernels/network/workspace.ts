import type { NetworkKernels } from "./networkKernels.js";
import type { NetworkMemory } from "./networkMemory.js";
import { type ConvolutionStage, type NetworkPlan, suitsWinograd } from "./networkPlan.js";

/** What all stages of a network share. Addresses in bytes. */
export interface Workspace {
  readonly kernels: NetworkKernels;
  readonly memory: NetworkMemory;
  /** The flat parameters and their gradient. */
  readonly parameters: number;
  readonly gradient: number;
  /** A convolution's output before activation and pool, compact, of one stage at a time. */
  readonly unpooled: number;
  /**
   * The loss's gradient with respect to a stage's output, compact: read by the stage, then overwritten with that of its
   * input.
   */
  readonly upstream: number;
  /** For one convolution at a time. */
  readonly scratch: number;
}

/** Room for the parameters and for the largest stage. */
export function allocateWorkspace(
  kernels: NetworkKernels,
  memory: NetworkMemory,
  plan: NetworkPlan,
  parameterCount: number,
): Workspace {
  const inner = plan.convolutions.slice(1);
  const largest = (sizes: number[]) => memory.allocateFloats(Math.max(0, ...sizes));
  return {
    kernels,
    memory,
    parameters: memory.allocateFloats(parameterCount),
    gradient: memory.allocateFloats(parameterCount),
    unpooled: largest(inner.map((stage) => (stage.pool ? stage.extent ** 3 * stage.filters : 0))),
    upstream: largest(plan.convolutions.map((stage) => stage.outputExtent ** 3 * stage.filters)),
    scratch: largest(inner.flatMap((stage) => scratchOf(kernels, stage))),
  };
}

/** Forwards and for the filter's gradient; for the input's gradient. */
function scratchOf(
  kernels: NetworkKernels,
  { inputChannels, filters, extent, inputExtent }: ConvolutionStage,
): number[] {
  const needed = (side: number, from: number, to: number) =>
    suitsWinograd(from, to, side) ? kernels.winogradScratch(side, from, to) : 0;
  return [needed(extent, inputChannels, filters), needed(inputExtent, filters, inputChannels)];
}
