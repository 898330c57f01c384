import type { Atoms } from "../../core/descriptors/material.js";
import type { SoapEnvironments, SoapSettings } from "../../core/descriptors/soapKernel.js";
import { threadMethod } from "../threads/threadMethod.js";
import type { SharedSoap } from "./sharedSoap.js";

export const soapEnvironmentsMethod = threadMethod<{ readonly atoms: Atoms; readonly settings: SoapSettings }, SoapEnvironments>(
  "soapEnvironments",
);

interface SoapPart {
  readonly rows: readonly SoapEnvironments[];
  readonly columns: readonly SoapEnvironments[];
  readonly settings: SoapSettings;
}

/** [rows][columns] */
export const soapKernelMethod = threadMethod<SoapPart, Float64Array>("soapKernel");

/** The kernels of the materials that are shared. */
export const shareSoapMethod = threadMethod<readonly SharedSoap[], void>("shareSoap");
