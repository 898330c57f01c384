import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import path from "node:path";
import util from "node:util";
import type { TensorFlow } from "../kernels/tfjs/tensorFlow.js";

export const TFJS_NODE = "@tensorflow/tfjs-node";
/** The last there is; it brings TensorFlow 2.9. */
export const TFJS_NODE_VERSION = "4.22.0";

/** A folder whose node_modules hold tfjs-node; the editor sets it to its extension's storage. */
const FOLDER_VARIABLE = "R3DVS_TFJS_NODE";

/** An installed tfjs-node, not loaded yet. */
export interface TfjsNode {
  /** Of the package. */
  readonly folder: string;
  readonly version: string;
}

/**
 * Where tfjs-node is looked for and installed: what the environment names, else this user's own data. Never beside a dataset or in the working
 * folder, whose code nobody has agreed to run.
 */
export function tfjsNodeFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return environment[FOLDER_VARIABLE] ?? path.join(dataFolder(environment), "r3dvs", "tfjs-node");
}

function dataFolder(environment: NodeJS.ProcessEnv): string {
  if (process.platform === "win32") return environment.LOCALAPPDATA ?? path.join(homedir(), "AppData", "Local");
  if (process.platform === "darwin") return path.join(homedir(), "Library", "Application Support");
  return environment.XDG_DATA_HOME ?? path.join(homedir(), ".local", "share");
}

/** The package below `folder`, if it is there. */
export function findTfjsNode(folder: string): TfjsNode | undefined {
  const place = path.join(folder, "node_modules", TFJS_NODE);
  try {
    const { version } = JSON.parse(readFileSync(path.join(place, "package.json"), "utf8")) as { version?: unknown };
    return typeof version === "string" ? { folder: place, version } : undefined;
  } catch {
    return undefined;
  }
}

/** TensorFlow as tfjs-node has loaded it. */
export interface LoadedTensorFlow {
  readonly tf: TensorFlow;
  /** Of the native library. */
  readonly libraryVersion: string;
}

/** Loads the package and its native library into this process. Throws what they throw; a library that crashes takes the process along. */
export function loadTfjsNode({ folder }: TfjsNode): LoadedTensorFlow {
  bringBackIsNullOrUndefined();
  // The library's greetings on stderr.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  const tf = createRequire(path.join(folder, "package.json"))(folder) as TensorFlow & {
    backend(): { readonly binding?: { readonly TF_Version?: string } };
  };
  return { tf, libraryVersion: tf.backend().binding?.TF_Version ?? "of unknown version" };
}

/** tfjs-node asks Node for a function that Node 23 took away. */
export function bringBackIsNullOrUndefined(module: object = util): void {
  if ("isNullOrUndefined" in module) return;
  Object.assign(module, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
}
