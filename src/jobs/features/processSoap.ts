import { createHash } from "node:crypto";
import type { Atoms } from "../../core/descriptors/material.js";
import { type SoapEnvironments, type SoapSettings, soapEnvironments } from "../../core/descriptors/soapKernel.js";
import type { ProcessModel } from "../../core/learning/gaussianProcess/gaussianProcess.js";
import type { SoapKernels } from "../../core/learning/gaussianProcess/processMatrices.js";
import { SOAP_SCALES, soapScalesOf } from "../../core/learning/gaussianProcess/processTerms.js";
import { soapKernelMatrix } from "../../core/learning/kernelRidge/soapKernelMatrix.js";
import { canDescribe, type EncodedMaterial } from "../spectra/material.js";
import { kernelsOfShared, type SharedSoap, soapColumns, soapTraining } from "./sharedSoap.js";
import type { ModelSoap } from "./threadMethods.js";
import { useWasmSoap } from "./useWasmSoap.js";

/**
 * Kernels of the training materials at the scales that a Gaussian process compares them by; those that are shared are
 * not computed again.
 */
export function processSoapOfTraining(
  materials: readonly EncodedMaterial[],
  scales: readonly number[],
  shared?: readonly SharedSoap[],
): SoapKernels {
  return new Map(scales.map((scale) => [scale, soapTraining(materials, settingsOf(scale), shared).kernel]));
}

/** As `processSoapOfTraining`, of the materials at some places with landmarks alone. */
export function processSoapColumns(
  materials: readonly EncodedMaterial[],
  landmarks: readonly number[],
  scales: readonly number[],
  shared?: readonly SharedSoap[],
): (places: readonly number[]) => SoapKernels {
  const columns = scales.map((scale) => ({ scale, ...soapColumns(materials, landmarks, settingsOf(scale), shared) }));
  return (places) => new Map(columns.map(({ scale, rowsOf }) => [scale, rowsOf(places)]));
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
      const shared = known.get(modelSoapKey(atoms, settings))?.kernel;
      return [
        scale,
        shared ?? useWasmSoap((kernels) => soapKernelMatrix(environments, environments, settings, kernels)),
      ];
    }),
  );
}

function rowOf(atoms: Atoms, environments: readonly SoapEnvironments[], settings: SoapSettings): Float64Array {
  return useWasmSoap((kernels) =>
    soapKernelMatrix([soapEnvironments(atoms, settings, kernels)], environments, settings, kernels),
  );
}

function settingsOf(scale: number): SoapSettings {
  const settings = SOAP_SCALES[scale];
  if (settings === undefined) throw new RangeError(`there is no SOAP scale ${scale}`);
  return settings;
}

/**
 * The vectors of training materials, made once for all models that learned from the same: a library has one for each
 * target.
 */
const known = new Map<string, { readonly environments: readonly SoapEnvironments[]; readonly kernel?: Float64Array }>();
/** Lists that are kept: all scales of two sets of materials. */
export const KEPT_MODEL_SOAPS = 2 * SOAP_SCALES.length;

/** From now on this thread knows vectors and kernels that another has made. */
export function rememberModelSoap(shared: readonly ModelSoap[]): void {
  for (const soap of shared) remember(soap.key, soap);
}

/** The SOAP scales of a model from a file, by their settings and keys. */
export function modelSoapScales({
  atoms = [],
  terms,
}: ProcessModel): { readonly key: string; readonly settings: SoapSettings }[] {
  return soapScalesOf(terms).map((scale) => {
    const settings = settingsOf(scale);
    return { key: modelSoapKey(atoms, settings), settings };
  });
}

function environmentsOf(atoms: readonly Atoms[], settings: SoapSettings): readonly SoapEnvironments[] {
  const key = modelSoapKey(atoms, settings);
  const found = known.get(key) ?? {
    environments: useWasmSoap((kernels) => atoms.map((one) => soapEnvironments(one, settings, kernels))),
  };
  remember(key, found);
  return found.environments;
}

function remember(
  key: string,
  found: { readonly environments: readonly SoapEnvironments[]; readonly kernel?: Float64Array },
): void {
  known.delete(key);
  known.set(key, found);
  for (const oldest of known.keys()) if (known.size > KEPT_MODEL_SOAPS) known.delete(oldest);
}

const modelSoapKey = (atoms: readonly Atoms[], settings: SoapSettings) => `${JSON.stringify(settings)} ${keyOf(atoms)}`;

const keys = new WeakMap<readonly Atoms[], string>();

function keyOf(atoms: readonly Atoms[]): string {
  const hash = createHash("sha256");
  const key = keys.get(atoms);
  if (key !== undefined) return key;
  for (const { lattice, fractional, atomicNumbers } of atoms)
    hash.update(JSON.stringify([lattice, [...fractional], atomicNumbers]));
  const made = hash.digest("hex");
  keys.set(atoms, made);
  return made;
}
