import { threadMethod } from "../threads/threadMethod.js";
import type { Inspection } from "./inspect.js";
import type { outlineOutput } from "./outlineOutput.js";
import type { readConvergence } from "./readConvergence.js";

/** What stands in a file, without spectra. */
export const inspectFileMethod = threadMethod<{ readonly file: string; readonly frame?: number }, Inspection>(
  "inspectFile",
);

/** How a run converged. */
export const readConvergenceMethod = threadMethod<
  { readonly file: string },
  Awaited<ReturnType<typeof readConvergence>>
>("readConvergence");

/** Steps and warnings of an output, with their lines. */
export const outlineOutputMethod = threadMethod<{ readonly file: string }, Awaited<ReturnType<typeof outlineOutput>>>(
  "outlineOutput",
);
