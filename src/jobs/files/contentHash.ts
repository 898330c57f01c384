import { createHash, type Hash } from "node:crypto";
import { ContentHash as HashKernel } from "../../kernels/hash/contentHash.js";
import { loadKernel } from "./wasmModule.js";

/** In front of the digits: which function they are of. Earlier versions kept a SHA-256 without a name. */
const NAME = "xxh3:";

/**
 * Names the content of a file by 128 bits of XXH3: fast, and no protection against somebody who wants two files to look
 * the same. Where the system refuses addresses to WebAssembly (`ulimit -v`), by SHA-256.
 */
export class ContentHash {
  #kernel: FileHash | undefined;

  update(bytes: Uint8Array): this {
    this.#kernel ??= takeKernel();
    this.#kernel.update(bytes);
    return this;
  }

  /** `xxh3:` and 32 hexadecimal digits, or the 64 of SHA-256 without a name; call it once. */
  digest(): string {
    const kernel = this.#kernel ?? takeKernel();
    this.#kernel = undefined;
    if (kernel instanceof SlowHash) return kernel.digest();
    idle.push(kernel);
    return `${NAME}${kernel.digest()}`;
  }
}

/** Whether two hashes of files can be compared: those of different functions cannot. */
export const areComparable = (a: string, b: string): boolean => a.startsWith(NAME) === b.startsWith(NAME);

/** Kernels that are not in use: each has memory of its own. */
const idle: HashKernel[] = [];

type FileHash = HashKernel | SlowHash;

class SlowHash {
  readonly #hash: Hash = createHash("sha256");

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  digest(): string {
    return this.#hash.digest("hex");
  }
}

let isRefused = false;

function takeKernel(): FileHash {
  const known = idle.pop();
  known?.start();
  return known ?? makeKernel();
}

function makeKernel(): FileHash {
  if (isRefused) return new SlowHash();
  try {
    return new HashKernel(loadKernel("hash"));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    isRefused = true;
    return new SlowHash();
  }
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
