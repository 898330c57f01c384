import { ContentHash as HashKernel } from "../../kernels/hash/contentHash.js";
import { loadKernel } from "./wasmModule.js";

/** In front of the digits: which function they are of. Earlier versions kept a SHA-256 without a name. */
const NAME = "xxh3:";

/**
 * Names the content of a file by 128 bits of XXH3: fast, and no protection against somebody who wants two files to look
 * the same.
 */
export class ContentHash {
  #kernel: HashKernel | undefined;

  update(bytes: Uint8Array): this {
    this.#kernel ??= takeKernel();
    this.#kernel.update(bytes);
    return this;
  }

  /** `xxh3:` and 32 hexadecimal digits; call it once. */
  digest(): string {
    const kernel = this.#kernel ?? takeKernel();
    const digits = kernel.digest();
    idle.push(kernel);
    this.#kernel = undefined;
    return `${NAME}${digits}`;
  }
}

/** Whether two hashes of files can be compared: those of different functions cannot. */
export const areComparable = (a: string, b: string): boolean => a.startsWith(NAME) === b.startsWith(NAME);

/** Kernels that are not in use: each has memory of its own. */
const idle: HashKernel[] = [];

function takeKernel(): HashKernel {
  const kernel = idle.pop() ?? new HashKernel(loadKernel("hash"));
  kernel.start();
  return kernel;
}

/** What an earlier version stored about a file, which called its hash by the one function there was. */
export function withHash(stored: unknown): unknown {
  if (typeof stored !== "object" || stored === null || "hash" in stored || !("sha256" in stored)) return stored;
  const { sha256, ...rest } = stored;
  return { ...rest, hash: sha256 };
}

/** The same of all in the list `materials` of an object. */
export function withHashes(stored: unknown): unknown {
  if (typeof stored !== "object" || stored === null || !("materials" in stored) || !Array.isArray(stored.materials))
    return stored;
  return { ...stored, materials: stored.materials.map(withHash) };
}
