import type { EngineFacts } from "../../protocol/runFiles.js";
import type { EnginesReport } from "../../protocol/workerMethods.js";
import { threadMethod } from "../threads/threadMethod.js";

export const inspectEnginesMethod = threadMethod<Record<string, never>, EnginesReport>("inspectEngines");

/** What computes networks from now on. */
export const shareEngineMethod = threadMethod<EngineFacts, void>("shareEngine");
