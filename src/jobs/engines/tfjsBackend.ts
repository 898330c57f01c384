import { createRequire } from "node:module";
import path from "node:path";
import util from "node:util";
import type { TensorFlow } from "../../kernels/tfjs/tensorFlow.js";
import { tfjsNetworkEngines } from "../../kernels/tfjs/tfjsEngine.js";
import type { Recall, Remember } from "../native/selfCheckMemory.js";
import type { NetworkBackend } from "./networkBackend.js";
import { type BackendPackage, packageBackend, packageFolder } from "./packageBackend.js";

/** The last version there is; it brings TensorFlow 2.9. */
export const TFJS_NODE: BackendPackage = {
  name: "tfjs-node",
  npmName: "@tensorflow/tfjs-node",
  npmVersion: "4.22.0",
  variable: "R3DVS_TFJS_NODE",
  needsScripts: true, // one of them fetches the library
};

/** Networks on the TensorFlow library that tfjs-node brings. */
export function tfjsBackend(folder?: string, recall?: Recall, remember?: Remember): NetworkBackend {
  return packageBackend(TFJS_NODE, () => tfjsNetworkEngines(loadTfjsNode(folder).tf), folder, recall, remember);
}

/** TensorFlow as tfjs-node has loaded it. */
export interface LoadedTensorFlow {
  readonly tf: TensorFlow;
  /** Of the native library. */
  readonly libraryVersion: string;
}

/**
 * Loads the package and its native library into this process. Throws what they throw; a library that crashes takes the
 * process along.
 */
export function loadTfjsNode(folder = packageFolder(TFJS_NODE)): LoadedTensorFlow {
  const place = path.join(folder, "node_modules", TFJS_NODE.npmName);
  bringBackIsNullOrUndefined();
  // The library's greetings on stderr.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  const tf = createRequire(path.join(place, "package.json"))(place) as TensorFlow & {
    backend(): { readonly binding?: { readonly TF_Version?: string } };
  };
  return { tf, libraryVersion: tf.backend().binding?.TF_Version ?? "of unknown version" };
}

/** tfjs-node asks Node for a function that Node 23 took away. */
export function bringBackIsNullOrUndefined(module: object = util): void {
  if ("isNullOrUndefined" in module) return;
  Object.assign(module, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
}
