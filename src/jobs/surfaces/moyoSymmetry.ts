import { loadKernel } from "../files/wasmModule.js";
import { symmetryFinder } from "./symmetryFinder.js";

/** Symmetry by the code in dist/kernels. */
export const findSymmetry = symmetryFinder(() => loadKernel("moyo"));
