import { createHash } from "node:crypto";
import type { Atoms } from "../../core/descriptors/material.js";
import { type SoapEnvironments, type SoapSettings, soapEnvironments } from "../../core/descriptors/soapKernel.js";
import type { ProcessModel } from "../../core/learning/gaussianProcess/gaussianProcess.js";
import type { SoapKernels } from "../../core/learning/gaussianProcess/processMatrices.js";
import { SOAP_SCALES, soapScalesOf } from "../../core/learning/gaussianProcess/processTerms.js";
import { soapKernelMatrix } from "../../core/learning/kernelRidge/soapModel.js";
import { canDescribe, type EncodedMaterial } from "../spectra/material.js";
import { kernelsOfShared, type SharedSoap, soapTraining } from "./sharedSoap.js";
import { useWasmSoap } from "./useWasmSoap.js";

/** Kernels of the training materials at the scales that a Gaussian process compares them by; those that are shared are not computed again. */
export function processSoapOfTraining(
  materials: readonly EncodedMaterial[],
  scales: readonly number[],
  shared?: readonly SharedSoap[],
): SoapKernels {
  return new Map(scales.map((scale) => [scale, soapTraining(materials, settingsOf(scale), shared).kernel]));
}

/** Kernels of a material with those that a model learned from, which `ids` names where their kernels are shared. */
export function processSoapRows(
  material: EncodedMaterial,
  model: ProcessModel,
  ids: readonly string[] | undefined,
  shared?: readonly SharedSoap[],
): SoapKernels {
  const scales = soapScalesOf(model.terms);
  return new Map(
    scales.map((scale) => {
      const settings = settingsOf(scale);
      const known = ids && kernelsOfShared(settings, [material.id], ids, shared);
      return [scale, known ?? rowOf(canDescribe(material), environmentsOf(model.atoms ?? [], settings), settings)];
    }),
  );
}

/** Kernels of the materials that a model from a file learned from. */
export function processSoapOfModel({ atoms = [], terms }: ProcessModel): SoapKernels {
  return new Map(
    soapScalesOf(terms).map((scale) => {
      const settings = settingsOf(scale);
      const environments = environmentsOf(atoms, settings);
      return [scale, useWasmSoap((kernels) => soapKernelMatrix(environments, environments, settings, kernels))];
    }),
  );
}

function rowOf(atoms: Atoms, environments: readonly SoapEnvironments[], settings: SoapSettings): Float64Array {
  return useWasmSoap((kernels) => soapKernelMatrix([soapEnvironments(atoms, settings, kernels)], environments, settings, kernels));
}

function settingsOf(scale: number): SoapSettings {
  const settings = SOAP_SCALES[scale];
  if (settings === undefined) throw new RangeError(`there is no SOAP scale ${scale}`);
  return settings;
}

/** The vectors of training materials, made once for all models that learned from the same: a library has one for each target. */
const known = new Map<string, readonly SoapEnvironments[]>();
/** Lists that are kept: all scales of two sets of materials. */
const KEPT = 2 * SOAP_SCALES.length;

function environmentsOf(atoms: readonly Atoms[], settings: SoapSettings): readonly SoapEnvironments[] {
  const key = `${JSON.stringify(settings)} ${keyOf(atoms)}`;
  const found = known.get(key) ?? useWasmSoap((kernels) => atoms.map((one) => soapEnvironments(one, settings, kernels)));
  known.delete(key);
  known.set(key, found);
  for (const oldest of known.keys()) if (known.size > KEPT) known.delete(oldest);
  return found;
}

const keys = new WeakMap<readonly Atoms[], string>();

function keyOf(atoms: readonly Atoms[]): string {
  const hash = createHash("sha256");
  const key = keys.get(atoms);
  if (key !== undefined) return key;
  for (const { lattice, fractional, atomicNumbers } of atoms) hash.update(JSON.stringify([lattice, [...fractional], atomicNumbers]));
  const made = hash.digest("hex");
  keys.set(atoms, made);
  return made;
}
