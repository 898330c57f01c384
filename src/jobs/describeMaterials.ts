import { clusterMatrix, sineMatrix, sortedByNorm, sortedEigenvalues } from "../core/descriptors/coulombMatrix.js";
import { ewaldMatrix } from "../core/descriptors/ewaldMatrix.js";
import type { Material } from "../core/descriptors/material.js";
import { describeSoap, soapLayout } from "../core/descriptors/soap.js";
import type { SoapSettings } from "../core/descriptors/soapKernel.js";
import { stackFeatures } from "../core/learning/featureMatrix.js";
import { kernelMatrix, medianGamma } from "../core/learning/kernels.js";
import { deriveSeed, Random } from "../core/math/random.js";
import type { Cancellation } from "../protocol/rpc.js";
import { describable, type EncodedMaterial } from "./material.js";
import { NpzWriter } from "./npz.js";
import { prepareSharedSoap } from "./prepareSoap.js";
import type { ThreadPool } from "./threadPool.js";

export type DescribeSettings = SoapDescription | MatrixDescription;

export interface SoapDescription {
  readonly descriptor: "soap";
  readonly soap: SoapSettings;
}

export interface MatrixDescription {
  readonly descriptor: "ewald" | "sine" | "coulomb";
  readonly permutation: "eigenspectrum" | "sorted_l2" | "random" | "none";
  /** exp(-gamma |x - x'|²); 1 / median |x - x'|² where left out. */
  readonly gamma?: number;
  /** Of the permutation `random`. */
  readonly seed: number;
}

export interface DescribeHooks {
  readonly pool: ThreadPool;
  readonly cancellation?: Cancellation;
}

/**
 * Writes descriptors and their kernel for numpy: `ids`, `features`, `kernel` [n, n]. Matrices: `features` [n, eigenvalues] or [n, rows, columns], filled up
 * with zeros, and `gamma`. SOAP: `features` on all `species` of the materials together (pairs Z1 <= Z2, then l, n, n'), one row a material where the settings
 * average, else one an atom, with `centres` [n] saying how many each has. Throws `WriteError`; rejects when cancelled.
 */
export async function writeDescriptions(
  file: string,
  materials: readonly EncodedMaterial[],
  settings: DescribeSettings,
  hooks: DescribeHooks,
): Promise<void> {
  const add = settings.descriptor === "soap" ? await describeBySoap(materials, settings, hooks) : describeByMatrix(materials, settings);
  const writer = new NpzWriter(file);
  try {
    writer.add(
      "ids",
      materials.map(({ id }) => id),
    );
    add(writer);
    writer.close();
  } catch (error) {
    writer.discard();
    throw error;
  }
}

type Adder = (writer: NpzWriter) => void;

function describeByMatrix(materials: readonly EncodedMaterial[], { descriptor, permutation, gamma, seed }: MatrixDescription): Adder {
  const compute = { ewald: ewaldMatrix, sine: sineMatrix, coulomb: clusterMatrix }[descriptor];
  const largest = Math.max(...materials.map((material) => describable(material).atomicNumbers.length));
  const vectors = materials.map((material) => {
    const matrix = compute(describable(material));
    if (permutation === "eigenspectrum") return sortedEigenvalues(matrix, largest);
    if (permutation === "none") return padded(matrix, largest);
    const random = permutation === "random" ? new Random(deriveSeed(seed, "permutation", material.id)) : undefined;
    return padded(sortedByNorm(matrix, random), largest);
  });
  const features = stackFeatures(vectors);
  const width = gamma ?? medianGamma(features);
  const n = materials.length;
  return (writer) => {
    writer.add("features", features.values, permutation === "eigenspectrum" ? [n, largest] : [n, largest, largest]);
    writer.add("kernel", kernelMatrix({ name: "gaussian", gamma: width }, features, features), [n, n]);
    writer.add("gamma", width);
  };
}

/** An n x n matrix in the corner of a larger one of zeros. */
function padded(matrix: Float64Array, size: number): Float64Array {
  const n = Math.round(Math.sqrt(matrix.length));
  const result = new Float64Array(size * size);
  for (let row = 0; row < n; row++) result.set(matrix.subarray(row * n, (row + 1) * n), row * size);
  return result;
}

async function describeBySoap(materials: readonly EncodedMaterial[], { soap }: SoapDescription, hooks: DescribeHooks): Promise<Adder> {
  const { kernel } = await prepareSharedSoap(materials, { ...soap, average: "off" }, hooks);
  const described = materials.map(describable);
  const species = [...new Set(described.flatMap(({ atomicNumbers }) => atomicNumbers))].sort((a, b) => a - b);
  const layout = globalLayout(species, soap);
  const averaged = soap.average !== undefined && soap.average !== "off";
  const rows = averaged ? described.length : described.reduce((sum, { atomicNumbers }) => sum + atomicNumbers.length, 0);
  return (writer) => {
    writer.add("species", Int32Array.from(species));
    if (!averaged)
      writer.add(
        "centres",
        Int32Array.from(described, ({ atomicNumbers }) => atomicNumbers.length),
      );
    writer.addInParts("features", "<f8", [rows, layout.width], rowsOn(layout, described, soap));
    writer.add("kernel", kernel, [materials.length, materials.length]);
  };
}

interface Layout {
  readonly starts: ReadonlyMap<number, number>;
  readonly width: number;
}

/** Where each block of the vectors stands when all species of all materials have their place. */
function globalLayout(species: readonly number[], soap: SoapSettings): Layout {
  const { blocks, starts } = soapLayout(species, soap);
  return { starts: new Map(blocks.map((block, at) => [block, starts[at] ?? 0])), width: starts.at(-1) ?? 0 };
}

function* rowsOn({ starts, width }: Layout, materials: readonly Material[], soap: SoapSettings): Generator<Uint8Array> {
  for (const material of materials) {
    const own = describeSoap(material, soap);
    const length = own.starts.at(-1) ?? 0;
    for (let row = 0; row * length < own.values.length; row++) {
      const wide = new Float64Array(width);
      own.blocks.forEach((block, at) => {
        const part = own.values.subarray(row * length + (own.starts[at] ?? 0), row * length + (own.starts[at + 1] ?? 0));
        wide.set(part, starts.get(block) ?? 0);
      });
      yield new Uint8Array(wide.buffer);
    }
  }
}
