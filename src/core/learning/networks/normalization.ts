import { type LayerShape, type LayerSpec, type NetworkSpec, requireNetworkShapes } from "./networkSpec.js";

/** What is added to a variance before its root is taken, so that a constant channel becomes 0. */
export const VARIANCE_OFFSET = 1e-3;

/** A running mean follows a whole batch by this share of the difference. */
const FOLLOWING = 0.1;

/**
 * Moments as an engine gives them (mean, variance, one a channel, of each normalised layer) before any batch: mean 0
 * and variance 1.
 */
export function initialMoments(spec: NetworkSpec): Float32Array {
  return Float32Array.from(
    requireNetworkShapes(spec).flatMap(({ scales }) => [...Array(scales).fill(0), ...Array(scales).fill(1)]),
  );
}

/**
 * Lets running moments follow those of batch number `batch` (from 0), in place: the first batches are averaged, later
 * ones have a fixed share. `fullness`: the batch's samples over those of a full batch; a small batch says little.
 */
export function followMoments(running: Float32Array, moments: Float32Array, batch: number, fullness: number): void {
  const share = Math.max(FOLLOWING, 1 / (batch + 1)) * (batch === 0 ? 1 : fullness);
  for (let i = 0; i < running.length; i++)
    running[i] = (running[i] as number) + share * ((moments[i] as number) - (running[i] as number));
}

/**
 * The same network as a prediction needs it: without dropout, and with each normalisation by `moments` folded into
 * weights and biases.
 * Every engine computes it, and every format of models has its layers.
 */
export function inferenceNetwork(
  spec: NetworkSpec,
  parameters: Float32Array,
  moments: Float32Array = new Float32Array(),
) {
  const shapes = requireNetworkShapes(spec);
  const parts: Float32Array[] = [];
  let moment = 0;
  for (const shape of shapes) {
    const end = shape.offset + shape.weights + shape.biases;
    const part = parameters.slice(shape.offset, end);
    if (shape.scales > 0)
      fold(part, parameters.subarray(end, end + shape.scales), moments.subarray(moment, moment + 2 * shape.scales));
    moment += 2 * shape.scales;
    parts.push(part);
  }
  if (moment !== moments.length) throw new RangeError(`The network has ${moment} moments, not ${moments.length}`);
  return { spec: { input: spec.input, layers: shapes.flatMap(plainLayer) }, parameters: joined(parts) };
}

/** `part`: weights [...][channel], then the shifts, which become biases. */
function fold(part: Float32Array, scales: Float32Array, moments: Float32Array): void {
  const channels = scales.length;
  const weights = part.length - channels;
  for (let c = 0; c < channels; c++) {
    const factor = (scales[c] as number) / Math.sqrt((moments[channels + c] as number) + VARIANCE_OFFSET);
    for (let i = c; i < weights; i += channels) part[i] = (part[i] as number) * factor;
    part[weights + c] = (part[weights + c] as number) - factor * (moments[c] as number);
  }
}

function plainLayer({ layer }: LayerShape): LayerSpec[] {
  if (layer.kind === "dropout") return [];
  if (layer.kind === "pool") return [layer];
  const { normalization: _, ...plain } = layer;
  return [plain];
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
