import type { Atoms } from "../../core/descriptors/material.js";
import type { SoapEnvironments, SoapSettings } from "../../core/descriptors/soapKernel.js";
import { threadMethod } from "../threads/threadMethod.js";
import type { SharedSoap } from "./sharedSoap.js";

export const soapEnvironmentsMethod = threadMethod<
  { readonly atoms: Atoms; readonly settings: SoapSettings },
  SoapEnvironments
>("soapEnvironments");

interface SoapPart {
  readonly rows: readonly SoapEnvironments[];
  readonly columns: readonly SoapEnvironments[];
  readonly settings: SoapSettings;
}

/** [rows][columns] */
export const soapKernelMethod = threadMethod<SoapPart, Float64Array>("soapKernel");

/** Of materials whose vectors are not kept: their kernels with others, [atoms][columns]. */
export const soapRowsMethod = threadMethod<
  { readonly atoms: readonly Atoms[]; readonly columns: readonly SoapEnvironments[]; readonly settings: SoapSettings },
  Float64Array
>("soapRows");

/** The kernels of the materials that are shared. */
export const shareSoapMethod = threadMethod<readonly SharedSoap[], void>("shareSoap");

/** What a model compares new materials with, as all threads share it. */
export interface ModelSoap {
  /** Of `modelSoapKey`. */
  readonly key: string;
  readonly environments: readonly SoapEnvironments[];
  /** n x n, where a model does not hold its Cholesky factor. */
  readonly kernel?: Float64Array;
}

export const shareModelSoapMethod = threadMethod<readonly ModelSoap[], void>("shareModelSoap");
