// What `npm run bench -- sparse` measures: one model, exact or through landmarks.

import { readFileSync } from "node:fs";
import path from "node:path";
import { volume } from "../../src/core/crystal/lattice.js";
import { valenceMember } from "../../src/core/descriptors/electrostatics.js";
import type { Material } from "../../src/core/descriptors/material.js";
import { type SoapEnvironments, soapEnvironments } from "../../src/core/descriptors/soapKernel.js";
import { fitValences } from "../../src/core/descriptors/valenceElectrons.js";
import { fitTargetScale, standardise } from "../../src/core/learning/evaluation/targetScaling.js";
import {
  fitProcess,
  type ProcessModel,
  predictProcess,
} from "../../src/core/learning/gaussianProcess/gaussianProcess.js";
import { describeParts } from "../../src/core/learning/gaussianProcess/processFeatures.js";
import type { PartMatrices } from "../../src/core/learning/gaussianProcess/processMatrices.js";
import {
  type ProcessName,
  processParts,
  processSoapScales,
  SOAP_SCALES,
} from "../../src/core/learning/gaussianProcess/processTerms.js";
import { fitSparseProcess, stackDescribed } from "../../src/core/learning/gaussianProcess/sparseProcess.js";
import { soapKernelMatrix } from "../../src/core/learning/kernelRidge/soapKernelMatrix.js";
import { type Matrix3, multiply } from "../../src/core/math/matrix3.js";
import { Random } from "../../src/core/math/random.js";
import { useFastAlgebra } from "../../src/jobs/features/fastAlgebra.js";
import { chooseLandmarks } from "../../src/jobs/features/landmarkChoice.js";
import { useWasmSoap } from "../../src/jobs/features/useWasmSoap.js";
import { canDescribe, type EncodedMaterial } from "../../src/jobs/spectra/material.js";
import { readPackedSpectra } from "../../src/jobs/spectra/packedSpectra.js";

export interface SparseTask {
  readonly model: ProcessName;
  readonly target: string;
  /** Training materials: oxides, and beyond those strained copies of them. */
  readonly n: number;
  /** 0: exact. */
  readonly landmarks: number;
  readonly test: number;
}

export interface SparseResult extends SparseTask {
  readonly mae: number;
  /** Shares of the errors within one and two deviations. */
  readonly within: readonly [number, number];
  /** Of every prediction, so that runs can be compared. */
  readonly values: readonly number[];
  /** CPU seconds: descriptors and kernels with SOAP, then the fit. */
  readonly describing: number;
  readonly fitting: number;
  /** MB */
  readonly peak: number;
}

const STRAIN = 0.02;
const MOVED = 0.003;
/** eV per atom and unit of strain², of the copies' targets. */
const STIFFNESS = 20;

interface Sample {
  /** What the material was made of, or is. */
  readonly known: EncodedMaterial;
  readonly material: Material;
  readonly value: number;
}

/**
 * The oxides in an order of chance, those beyond as copies: strained, atoms moved, |s_g| as they were. A copy costs the
 * elastic energy of its strain.
 */
function samplesOf(dataset: string, target: string, count: number): Sample[] {
  const [header = [], ...rows] = readFileSync(path.join(dataset, "targets.csv"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const column = header.indexOf(target);
  const values = new Map(rows.map((row) => [row[header.indexOf("id")], Number(row[column])]));
  const random = new Random(1);
  const parents = random
    .shuffle(readPackedSpectra(path.join(dataset, "spectra.npz"))?.materials ?? [])
    .filter(({ id }) => Number.isFinite(values.get(id)));
  return Array.from({ length: count }, (_, i) => {
    const parent = parents[i % parents.length];
    if (parent === undefined) throw new Error(`${dataset} holds no ${target}`);
    const material = canDescribe(parent);
    const value = values.get(parent.id) ?? Number.NaN;
    return i < parents.length
      ? { known: parent, material, value }
      : copyOf({ known: parent, material, value }, i, random);
  });
}

function copyOf({ known, material, value }: Sample, i: number, random: Random): Sample {
  const [e1, e2, e3] = [0, 0, 0].map(() => STRAIN * random.normal()) as [number, number, number];
  const strain: Matrix3 = [
    [1 + e1, 0, 0],
    [0, 1 + e2, 0],
    [0, 0, 1 + e3],
  ];
  const lattice = multiply(material.lattice, strain);
  const fractional = material.fractional.map((x) => x + MOVED * random.normal());
  const spectrum = { ...material.spectrum, lattice };
  const id = `${material.id}-${i}`;
  return {
    known: { ...known, id, structure: { ...known.structure, lattice, fractional } },
    material: { ...material, id, lattice, fractional, spectrum },
    value: value + STIFFNESS * (e1 ** 2 + e2 ** 2 + e3 ** 2),
  };
}

export function runSparse(dataset: string, task: SparseTask): SparseResult {
  useFastAlgebra();
  const { model: name, n, test } = task;
  const samples = new Random(2).shuffle(samplesOf(dataset, task.target, n + test));
  const training = samples.slice(0, n);
  const unseen = samples.slice(n);
  const began = process.cpuUsage().user;
  const materials = training.map(({ material }) => material);
  const sizes = materials.map(sizeOf);
  const valences = fitValences(materials.map(valenceMember));
  const describe = (place: number) => describeParts(materials[place] as Material, processParts(name, n), valences);
  const scale = fitTargetScale(training.map(({ value }) => value));
  const targets = Float64Array.from(training, ({ value }) => standardise(value, scale));
  const landmarks =
    task.landmarks === 0
      ? []
      : chooseLandmarks(
          training.map(({ known }) => known),
          task.landmarks,
        );
  const compared = task.landmarks === 0 ? materials : landmarks.map((i) => materials[i] as Material);
  const scales = processSoapScales(name, n).map((number) => soapOf(number, materials, compared));
  const soapOfPlaces = (places: readonly number[]) =>
    new Map(scales.map(({ number, rowsOf }) => [number, rowsOf(places)]));
  const parts = task.landmarks === 0 ? materials.map((_, place) => describe(place)) : stackDescribed(n, describe);
  const described = process.cpuUsage().user;
  const known = { sizes, ...(valences && { valences }) };
  const shared = { name, ...known, normalize: "atom", targets, seed: 1 } as const;
  const everything = () => soapOfPlaces(task.landmarks === 0 ? [...materials.keys()] : landmarks);
  const model: ProcessModel = Array.isArray(parts)
    ? fitProcess({ ...shared, materials, parts, soap: everything() })
    : fitSparseProcess({
        ...shared,
        atomsOf: (place) => materials[place] as Material,
        parts: parts as PartMatrices,
        landmarks,
        soapOf: soapOfPlaces,
      });
  const fitted = process.cpuUsage().user;
  const predicted = unseen.map(({ material, value }) => {
    const soap = new Map(scales.map(({ number, compare }) => [number, compare(material)]));
    const found = predictProcess(model, { material, size: sizeOf(material), soap }, everything);
    return {
      error: found.value * scale.deviation + scale.mean - value,
      value: found.value * scale.deviation + scale.mean,
      sigma: found.sigma * scale.deviation,
    };
  });
  const share = (factor: number) =>
    predicted.filter(({ error, sigma }) => Math.abs(error) <= factor * sigma).length / test;
  return {
    ...task,
    mae: predicted.reduce((sum, { error }) => sum + Math.abs(error), 0) / test,
    within: [share(1), share(2)],
    values: predicted.map(({ value }) => value),
    describing: (described - began) / 1e6,
    fitting: (fitted - described) / 1e6,
    peak: process.resourceUsage().maxRSS / 1024,
  };
}

const sizeOf = ({ lattice, atomicNumbers }: Material) => ({ volume: volume(lattice), atoms: atomicNumbers.length });

/** Kernels of one scale between all materials and those that are compared with; vectors of the others are not kept. */
function soapOf(number: number, materials: readonly Material[], compared: readonly Material[]) {
  const settings = SOAP_SCALES[number];
  if (settings === undefined) throw new Error(`there is no SOAP scale ${number}`);
  const environments: SoapEnvironments[] = useWasmSoap((kernels) =>
    compared.map((one) => soapEnvironments(one, settings, kernels)),
  );
  const m = compared.length;
  const compare = (material: Material) =>
    useWasmSoap((kernels) =>
      soapKernelMatrix([soapEnvironments(material, settings, kernels)], environments, settings, kernels),
    );
  const square =
    materials === compared
      ? useWasmSoap((kernels) => soapKernelMatrix(environments, environments, settings, kernels))
      : undefined;
  const kernel = square ?? new Float64Array(materials.length * m);
  if (square === undefined)
    materials.forEach((material, i) => {
      kernel.set(compare(material), i * m);
    });
  const rowsOf = (places: readonly number[]) => {
    const rows = new Float64Array(places.length * m);
    places.forEach((place, i) => {
      rows.set(kernel.subarray(place * m, (place + 1) * m), i * m);
    });
    return rows;
  };
  return { number, compare, rowsOf };
}
