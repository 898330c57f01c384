import type { SoapEnvironments, SoapSettings } from "../../core/descriptors/soapKernel.js";
import type { Cancellation } from "../../protocol/rpc.js";
import { atomsOf, type NamedStructure } from "../spectra/material.js";
import type { ThreadPool } from "../threads/threadPool.js";
import type { SharedSoap } from "./sharedSoap.js";
import { soapEnvironmentsMethod, soapKernelMethod } from "./threadMethods.js";

/** Rows of the kernel that one call computes: about a second's work at most. */
const ROWS = 8;

/** As `prepareSharedSoap`, for each of some settings. */
export async function prepareSharedSoaps(
  materials: readonly NamedStructure[],
  all: readonly SoapSettings[],
  hooks: { readonly pool: ThreadPool; readonly cancellation?: Cancellation },
): Promise<SharedSoap[]> {
  const prepared: SharedSoap[] = [];
  for (const settings of all) prepared.push(await prepareSharedSoap(materials, settings, hooks)); // one after the other: each takes all threads
  return prepared;
}

/** Describes the materials and compares each with each, over the threads. Rejects when cancelled. */
export async function prepareSharedSoap(
  materials: readonly NamedStructure[],
  settings: SoapSettings,
  { pool, cancellation }: { readonly pool: ThreadPool; readonly cancellation?: Cancellation },
): Promise<SharedSoap> {
  const options = cancellation === undefined ? {} : { cancellation };
  const environments = await Promise.all(
    materials.map(async (material) =>
      inSharedMemory(await pool.run(soapEnvironmentsMethod, { atoms: atomsOf(material), settings }, options)),
    ),
  );
  const n = environments.length;
  const kernel = sharedArray(n * n);
  const starts = Array.from({ length: Math.ceil(n / ROWS) }, (_, part) => part * ROWS);
  await Promise.all(
    starts.map(async (start) => {
      const rows = environments.slice(start, start + ROWS);
      const part = await pool.run(soapKernelMethod, { rows, columns: environments.slice(start), settings }, options);
      rows.forEach((_, row) => {
        for (let column = row; column < n - start; column++) {
          const value = part[row * (n - start) + column] as number;
          kernel[(start + row) * n + start + column] = value;
          kernel[(start + column) * n + start + row] = value;
        }
      });
    }),
  );
  for (let i = 0; i < n; i++) kernel[i * n + i] = 1;
  return { settings, ids: materials.map(({ id }) => id), environments, kernel };
}

function inSharedMemory(environments: SoapEnvironments): SoapEnvironments {
  const values = sharedArray(environments.values.length);
  values.set(environments.values);
  return { ...environments, values };
}

function sharedArray(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(8 * length));
}
