import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { deserialize, serialize } from "node:v8";
import type { SoapSettings } from "../../core/descriptors/soapKernel.js";
import type { Cancellation } from "../../protocol/rpc.js";
import { RUN_FILES } from "../../protocol/runFiles.js";
import { prepareSharedSoap } from "../features/prepareSoap.js";
import type { SharedSoap } from "../features/sharedSoap.js";
import { WriteError, writeFileAtomically } from "../files/atomicFile.js";
import { LIMITS, readSmallFile } from "../files/readSmallFile.js";
import { softwareVersion } from "../files/version.js";
import type { EncodedMaterial } from "../spectra/material.js";
import type { ThreadPool } from "../threads/threadPool.js";

const SUM_BYTES = 32;

/**
 * The SOAP kernels that a chunk's models need, each computed by the first worker that needs it and kept in the run's
 * folder for the others: it takes minutes where there are many materials. Two at once write the same bytes. Rejects
 * when cancelled.
 */
export async function prepareKeptSoaps(
  run: string,
  materials: readonly EncodedMaterial[],
  wanted: readonly SoapSettings[],
  hooks: { readonly pool: ThreadPool; readonly cancellation: Cancellation },
): Promise<SharedSoap[]> {
  const prepared: SharedSoap[] = [];
  for (const settings of wanted) {
    const file = path.join(run, RUN_FILES.workers, `soap-${nameOf(materials, settings)}.bin`);
    const kept = readKept(file);
    const soap = kept ?? (await prepareSharedSoap(materials, settings, hooks));
    if (kept === undefined) keep(file, soap);
    prepared.push(soap);
  }
  return prepared;
}

/** Undefined where there is none, or a damaged one. */
function readKept(file: string): SharedSoap | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const bytes = readSmallFile(file, LIMITS.weights);
    const content = bytes.subarray(SUM_BYTES);
    if (!sumOf(content).equals(bytes.subarray(0, SUM_BYTES))) return undefined;
    return inSharedMemory(deserialize(content) as SharedSoap);
  } catch {
    return undefined;
  }
}

/** A file that cannot be kept costs time, not the result. */
function keep(file: string, { settings, ids, environments, kernel }: SharedSoap): void {
  try {
    // of shared memory no copy is written
    const own = environments.map((environment) => ({ ...environment, values: Float64Array.from(environment.values) }));
    const content = serialize({ settings, ids, environments: own, kernel: Float64Array.from(kernel) });
    writeFileAtomically(file, Buffer.concat([sumOf(content), content]));
  } catch (error) {
    if (!(error instanceof WriteError)) throw error;
  }
}

function inSharedMemory(soap: SharedSoap): SharedSoap {
  return {
    ...soap,
    environments: soap.environments.map((environment) => ({ ...environment, values: shared(environment.values) })),
    kernel: shared(soap.kernel),
  };
}

function shared(values: Float64Array): Float64Array {
  const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

const sumOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
const nameOf = (materials: readonly EncodedMaterial[], settings: SoapSettings) =>
  sumOf(Buffer.from(JSON.stringify([softwareVersion, settings, materials.map(({ id, hash }) => [id, hash])]))).toString(
    "hex",
    0,
    12,
  );
