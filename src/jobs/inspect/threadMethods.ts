import { threadMethod } from "../threads/threadMethod.js";
import type { Inspection } from "./inspect.js";

/** What stands in a file, without spectra. */
export const inspectFileMethod = threadMethod<{ readonly file: string; readonly frame?: number }, Inspection>("inspectFile");
