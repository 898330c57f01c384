import type { EngineFacts } from "../../protocol/runFiles.js";
import { shareEngineMethod } from "../engines/threadMethods.js";
import type { SharedSoap } from "../features/sharedSoap.js";
import { shareSoapMethod } from "../features/threadMethods.js";
import type { MaterialStore } from "../spectra/materialStore.js";
import { shareMaterialsMethod } from "../spectra/threadMethods.js";
import type { ThreadPool } from "../threads/threadPool.js";

/**
 * Gives every thread what its tasks name by id, and what to compute with, as far as the run needs them. Throws
 * `WriteError`.
 */
export function shareInputs(
  pool: ThreadPool,
  materials: MaterialStore,
  soap: readonly SharedSoap[],
  engine: EngineFacts | undefined,
): void {
  pool.share(shareMaterialsMethod, materials.share());
  if (soap.length > 0) pool.share(shareSoapMethod, soap);
  if (engine) pool.share(shareEngineMethod, engine);
}
