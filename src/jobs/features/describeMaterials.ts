import { clusterMatrix, sineMatrix, sortedByNorm, sortedEigenvalues } from "../../core/descriptors/coulombMatrix.js";
import { ewaldMatrix } from "../../core/descriptors/ewaldMatrix.js";
import type { Atoms } from "../../core/descriptors/material.js";
import { describeSoap, type SoapVectors, soapLayout } from "../../core/descriptors/soap.js";
import type { SoapSettings } from "../../core/descriptors/soapKernel.js";
import { stackFeatures } from "../../core/learning/kernelRidge/featureMatrix.js";
import { kernelMatrix, medianGamma } from "../../core/learning/kernelRidge/kernels.js";
import { deriveSeed, Random } from "../../core/math/random.js";
import type { Cancellation } from "../../protocol/rpc.js";
import { arraySink } from "../files/arraySink.js";
import type { ArraySink } from "../files/npz.js";
import { softwareVersion } from "../files/version.js";
import { atomsOf, type NamedStructure } from "../spectra/material.js";
import type { ThreadPool } from "../threads/threadPool.js";
import { prepareSharedSoap } from "./prepareSoap.js";
import { useWasmSoap } from "./useWasmSoap.js";

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
 * Writes descriptors and their kernel for numpy: `ids`, `lattice` [n, 3, 3] in Å, `features`, `kernel` [n, n], and
 * `meta.json` with the settings and the version. Matrices: `features` [n, eigenvalues] or [n, rows, columns], filled up
 * with zeros, and `gamma`. SOAP: `features` on the pairs of species Z1 <= Z2 that any of the materials holds, `pairs`
 * [p, 2] (compressed: 0 for all species)
 * beginning at `starts` [p + 1], within a pair l, then n, then n'; one row per material where the settings average,
 * else one an atom, with `centres` [n] a material. Throws `WriteError`; rejects when cancelled.
 */
export async function writeDescriptions(
  file: string,
  materials: readonly NamedStructure[],
  settings: DescribeSettings,
  hooks: DescribeHooks,
): Promise<void> {
  const add =
    settings.descriptor === "soap"
      ? await describeBySoap(materials, settings, hooks)
      : describeByMatrix(materials, settings);
  const writer = arraySink(file);
  try {
    writer.add(
      "ids",
      materials.map(({ id }) => id),
    );
    writer.add("lattice", Float64Array.from(materials.flatMap(({ structure }) => structure.lattice.flat())), [
      materials.length,
      3,
      3,
    ]);
    add(writer);
    const { descriptor, ...parameters } = settings;
    writer.addText(
      "meta.json",
      JSON.stringify({ software: { name: "r3dvs", version: softwareVersion }, descriptor, parameters }),
    );
    writer.close();
  } catch (error) {
    writer.discard();
    throw error;
  }
}

type Adder = (writer: ArraySink) => void;

function describeByMatrix(
  materials: readonly NamedStructure[],
  { descriptor, permutation, gamma, seed }: MatrixDescription,
): Adder {
  const compute = { ewald: ewaldMatrix, sine: sineMatrix, coulomb: clusterMatrix }[descriptor];
  const largest = Math.max(...materials.map((material) => atomsOf(material).atomicNumbers.length));
  const vectors = materials.map((material) => {
    const matrix = compute(atomsOf(material));
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

async function describeBySoap(
  materials: readonly NamedStructure[],
  { soap }: SoapDescription,
  hooks: DescribeHooks,
): Promise<Adder> {
  const { kernel } = await prepareSharedSoap(materials, { ...soap, average: "off" }, hooks);
  const described = materials.map(atomsOf);
  const layout = commonLayout(described, soap);
  const averaged = soap.average !== undefined && soap.average !== "off";
  const rows = averaged
    ? described.length
    : described.reduce((sum, { atomicNumbers }) => sum + atomicNumbers.length, 0);
  return (writer) => {
    writer.add("pairs", Int32Array.from(layout.blocks.flatMap((block) => [Math.floor(block / 1000), block % 1000])), [
      layout.blocks.length,
      2,
    ]);
    writer.add("starts", Int32Array.from(layout.starts));
    if (!averaged)
      writer.add(
        "centres",
        Int32Array.from(described, ({ atomicNumbers }) => atomicNumbers.length),
      );
    writer.addInParts("features", "<f8", [rows, layout.starts.at(-1) ?? 0], rowsOn(layout, described, soap));
    writer.add("kernel", kernel, [materials.length, materials.length]);
  };
}

type Layout = Pick<SoapVectors, "blocks" | "starts">;

/**
 * The blocks that any of the materials holds, in order: a place for each pair of all their species would be mostly
 * empty.
 */
function commonLayout(materials: readonly Atoms[], soap: SoapSettings): Layout {
  const sizes = new Map<number, number>();
  for (const { atomicNumbers } of materials) {
    const species = [...new Set(atomicNumbers)].sort((a, b) => a - b);
    const { blocks, starts } = soapLayout(species, soap);
    blocks.forEach((block, at) => {
      sizes.set(block, (starts[at + 1] ?? 0) - (starts[at] ?? 0));
    });
  }
  const blocks = [...sizes.keys()].sort((a, b) => a - b);
  const starts = [0];
  for (const block of blocks) starts.push((starts.at(-1) ?? 0) + (sizes.get(block) ?? 0));
  return { blocks, starts };
}

function* rowsOn({ blocks, starts }: Layout, materials: readonly Atoms[], soap: SoapSettings): Generator<Uint8Array> {
  const width = starts.at(-1) ?? 0;
  const place = new Map(blocks.map((block, at) => [block, starts[at] ?? 0]));
  for (const material of materials) {
    const own = useWasmSoap((kernels) => describeSoap(material, soap, kernels));
    const length = own.starts.at(-1) ?? 0;
    for (let row = 0; row * length < own.values.length; row++) {
      const wide = new Float64Array(width);
      own.blocks.forEach((block, at) => {
        const part = own.values.subarray(
          row * length + (own.starts[at] ?? 0),
          row * length + (own.starts[at + 1] ?? 0),
        );
        wide.set(part, place.get(block) ?? 0);
      });
      yield new Uint8Array(wide.buffer);
    }
  }
}
