import { SoapKernels } from "../../kernels/soap/soapKernels.js";
import { loadKernel } from "../files/wasmModule.js";

let kernels: SoapKernels | undefined;

/**
 * Runs `work` with SOAP's loops in WebAssembly, those of this thread; the vectors that they keep for speed go with the
 * end of the work.
 */
export function useWasmSoap<T>(work: (arithmetic: SoapKernels) => T): T {
  kernels ??= new SoapKernels(loadKernel("soap"));
  try {
    return work(kernels);
  } finally {
    kernels.release();
  }
}
