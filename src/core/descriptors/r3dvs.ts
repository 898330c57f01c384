import { reciprocalLattice } from "../crystal/lattice.js";
import { IDENTITY, type Matrix3 } from "../math/matrix3.js";
import type { Channel, SparseVoxels } from "./sparseVoxels.js";
import type { Spectrum } from "./spectrum.js";
import { VoxelAccumulator } from "./voxelAccumulator.js";

/** How a spectrum becomes voxels (paper eq. 2, steps 1-3; spec section 2). */
export interface VoxelOptions {
  /** dL in Å, the resolution in real space: g_cut = pi/dL. */
  readonly spacing: number;
  /** L in Å, the box in real space: mesh step |b*| = 2 pi/L. */
  readonly length: number;
  /**
   * `nearest`: a coefficient goes into one voxel. `trilinear` (cloud in cell): it is shared by the 8 mesh points around
   * it.
   */
  readonly assignment: Assignment;
}

export type Assignment = "nearest" | "trilinear";

/** The paper's: 32 voxels a side, g_cut = 7.854 1/Å, |b*| = 0.4909 1/Å. */
export const defaultVoxelOptions: VoxelOptions = { spacing: 0.4, length: 12.8, assignment: "nearest" };

/** N = L/dL, which must come out as an even integer; `error` says in plain words why it does not. */
export function voxelsPerSide(
  options: Pick<VoxelOptions, "spacing" | "length">,
): { readonly value: number } | { readonly error: string } {
  const { spacing, length } = options;
  if (!(spacing > 0 && Number.isFinite(spacing))) return { error: `dL must be a positive length in Å, not ${spacing}` };
  if (!(length > 0 && Number.isFinite(length))) return { error: `L must be a positive length in Å, not ${length}` };
  const ratio = length / spacing;
  const size = Math.round(ratio);
  if (Math.abs(ratio - size) > 1e-9 * ratio || size % 2 !== 0)
    return { error: `L/dL = ${length}/${spacing} = ${Number(ratio.toPrecision(6))} must be an even integer` };
  if (size > MAX_SIZE) return { error: `L/dL = ${size} voxels a side are more than ${MAX_SIZE}` };
  return { value: size };
}

/** g_cut = pi/dL in 1/Å. */
export function cutoffOfSpacing(spacing: number): number {
  return Math.PI / spacing;
}

/**
 * The descriptor of one orientation: the sum of |s_g| over the reciprocal lattice vectors of each voxel, of both halves
 * of the sphere.
 * Returns N³ numbers, [z][y][x], in the spectrum's unit; g = 0 is voxel (N/2, N/2, N/2). Sums are made in double
 * precision.
 * `rotation` turns the crystal. Throws RangeError for options without an even L/dL, and for a spectrum whose cutoff is
 * below pi/dL.
 */
export function encodeVoxels(spectrum: Spectrum, options: VoxelOptions, rotation: Matrix3 = IDENTITY): Float32Array {
  return accumulate(spectrum, options, ["amplitude"], rotation).takeDense();
}

/** The non-zero voxels of one orientation, one value a channel; otherwise as `encodeVoxels`. */
export function sparseVoxels(
  spectrum: Spectrum,
  options: VoxelOptions,
  channels: readonly Channel[],
  rotation: Matrix3 = IDENTITY,
): SparseVoxels {
  return accumulate(spectrum, options, channels, rotation).takeSparse();
}

/**
 * What one coefficient, with |m_g| beside |s_g|, adds to a channel; `squared` is |g|². The Coulomb channel leaves g = 0
 * out.
 */
export function channelContribution(
  channel: Channel,
  amplitude: number,
  squared: number,
  magnetization: number,
): number {
  if (channel === "amplitude") return amplitude;
  if (channel === "magnetization") return magnetization;
  if (channel === "power") return amplitude * amplitude;
  return squared > 0 ? (amplitude * amplitude) / squared : 0;
}

/**
 * |m_g| of each coefficient where a channel asks for it; undefined: 0. Throws RangeError for a spectrum of which it is
 * not known.
 */
export function magnetizationFor({ magnetization }: Spectrum, channels: readonly Channel[]): Float64Array | undefined {
  if (!channels.includes("magnetization") || magnetization === "none") return undefined;
  if (magnetization === undefined)
    throw new RangeError("The channel magnetization needs the density itself, collinear: it was not kept here");
  return magnetization;
}

const MAX_SIZE = 256;
/** Relative tolerance of |g| <= g_cut. */
const SPHERE_TOLERANCE = 1e-9;
/** In mesh steps: a coefficient this close below the middle of two voxels counts as on it, and goes up. */
const TIE_TOLERANCE = 1e-9;

/** Accumulators are megabytes and used thousands of times a second, so one of each shape is kept. */
const accumulators = new Map<string, VoxelAccumulator>();

function accumulatorOf(size: number, channels: number): VoxelAccumulator {
  const key = `${size} ${channels}`;
  let accumulator = accumulators.get(key);
  if (accumulator === undefined) {
    accumulator = new VoxelAccumulator(size, channels);
    accumulators.set(key, accumulator);
  }
  return accumulator;
}

function accumulate(
  spectrum: Spectrum,
  options: VoxelOptions,
  channels: readonly Channel[],
  rotation: Matrix3,
): VoxelAccumulator {
  const size = voxelsPerSide(options);
  if ("error" in size) throw new RangeError(size.error);
  const cutoff = cutoffOfSpacing(options.spacing);
  if (spectrum.cutoff < cutoff * (1 - SPHERE_TOLERANCE))
    throw new RangeError(
      `The spectrum ends at |g| = ${spectrum.cutoff} 1/Å, dL = ${options.spacing} Å needs ${cutoff}`,
    );
  const accumulator = accumulatorOf(size.value, channels.length);
  const deposit = options.assignment === "nearest" ? depositNearest : depositTrilinear;
  const limit = (cutoff * (1 + SPHERE_TOLERANCE)) ** 2;
  const step = (2 * Math.PI) / options.length;
  const [[b11, b12, b13], [b21, b22, b23], [b31, b32, b33]] = reciprocalLattice(spectrum.lattice);
  const [[r11, r12, r13], [r21, r22, r23], [r31, r32, r33]] = rotation;
  const { hkl, amplitude } = spectrum;
  const magnetization = magnetizationFor(spectrum, channels);
  const contribution = new Float64Array(channels.length);
  for (let i = 0; i < amplitude.length; i++) {
    const h = hkl[3 * i] as number;
    const k = hkl[3 * i + 1] as number;
    const l = hkl[3 * i + 2] as number;
    const gx = h * b11 + k * b21 + l * b31;
    const gy = h * b12 + k * b22 + l * b32;
    const gz = h * b13 + k * b23 + l * b33;
    const squared = gx * gx + gy * gy + gz * gz;
    if (squared > limit) continue;
    fillContribution(contribution, channels, amplitude[i] as number, squared, magnetization?.[i] ?? 0);
    const x = (r11 * gx + r12 * gy + r13 * gz) / step;
    const y = (r21 * gx + r22 * gy + r23 * gz) / step;
    const z = (r31 * gx + r32 * gy + r33 * gz) / step;
    deposit(accumulator, x, y, z, contribution);
    if (squared > 0) deposit(accumulator, -x, -y, -z, contribution);
  }
  return accumulator;
}

function fillContribution(
  contribution: Float64Array,
  channels: readonly Channel[],
  s: number,
  squared: number,
  m: number,
): void {
  for (let c = 0; c < contribution.length; c++)
    contribution[c] = channelContribution(channels[c] as Channel, s, squared, m);
}

function depositNearest(accumulator: VoxelAccumulator, x: number, y: number, z: number, values: Float64Array): void {
  const half = 0.5 + TIE_TOLERANCE;
  accumulator.add(Math.floor(x + half), Math.floor(y + half), Math.floor(z + half), values, 1);
}

/** The product weights of the 8 mesh points around (x, y, z); corners outside the box are dropped with their weight. */
function depositTrilinear(accumulator: VoxelAccumulator, x: number, y: number, z: number, values: Float64Array): void {
  const i = Math.floor(x);
  const j = Math.floor(y);
  const k = Math.floor(z);
  for (let corner = 0; corner < 8; corner++) {
    const dx = corner & 1;
    const dy = (corner >> 1) & 1;
    const dz = corner >> 2;
    const weight = weightAlong(x - i, dx) * weightAlong(y - j, dy) * weightAlong(z - k, dz);
    if (weight !== 0) accumulator.add(i + dx, j + dy, k + dz, values, weight);
  }
}

function weightAlong(fraction: number, upper: number): number {
  return upper === 0 ? 1 - fraction : fraction;
}
