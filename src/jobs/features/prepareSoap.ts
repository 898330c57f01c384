import type { Atoms } from "../../core/descriptors/material.js";
import type { SoapEnvironments, SoapSettings } from "../../core/descriptors/soapKernel.js";
import { landmarkCount } from "../../core/learning/kernelRidge/nystrom.js";
import type { Cancellation } from "../../protocol/rpc.js";
import { atomsOf, type NamedStructure } from "../spectra/material.js";
import type { ThreadPool } from "../threads/threadPool.js";
import { chooseLandmarks } from "./landmarkChoice.js";
import type { SharedSoap } from "./sharedSoap.js";
import { soapEnvironmentsMethod, soapKernelMethod, soapRowsMethod } from "./threadMethods.js";

/** Rows of the kernel that one call computes: about a second's work at most. */
const ROWS = 64;
/** Materials that one call compares with all landmarks, which go to the thread each time: a second's work. */
const COMPARED = 256;

interface Hooks {
  readonly pool: ThreadPool;
  readonly cancellation?: Cancellation;
}

const optionsOf = ({ cancellation }: Hooks) => (cancellation === undefined ? {} : { cancellation });

/**
 * As `prepareSharedSoap`, for each of some settings. `landmarks`: places of the materials that all are compared with,
 * where these are not all.
 */
export async function prepareSharedSoaps(
  materials: readonly NamedStructure[],
  all: readonly SoapSettings[],
  hooks: Hooks,
  landmarks?: readonly number[],
): Promise<SharedSoap[]> {
  const prepared: SharedSoap[] = [];
  // one after the other: each takes all threads
  for (const settings of all) {
    const one =
      landmarks === undefined
        ? prepareSharedSoap(materials, settings, hooks)
        : compareLandmarks(materials, settings, hooks, landmarks);
    prepared.push(await one);
  }
  return prepared;
}

/**
 * Places of the landmarks among a study's materials: as many as the largest training set is learned through, and by
 * chance as many more among the materials that it leaves out. Undefined where that set is learned exactly.
 */
export function landmarksFor(
  materials: readonly NamedStructure[],
  train: number,
  exactUpTo: number,
): number[] | undefined {
  if (train <= exactUpTo) return undefined;
  return chooseLandmarks(materials, Math.ceil((landmarkCount(train) * materials.length) / train));
}

/** Memory for the landmarks' vectors and n x m kernels: the others' vectors are forgotten once they are compared. */
async function compareLandmarks(
  materials: readonly NamedStructure[],
  settings: SoapSettings,
  hooks: Hooks,
  places: readonly number[],
): Promise<SharedSoap> {
  const landmarks = places.map((place) => materials[place] as NamedStructure);
  const environments = await prepareEnvironments(landmarks.map(atomsOf), settings, hooks);
  const m = landmarks.length;
  const kernel = sharedArray(materials.length * m);
  const starts = Array.from({ length: Math.ceil(materials.length / COMPARED) }, (_, part) => part * COMPARED);
  await Promise.all(
    starts.map(async (start) => {
      const atoms = materials.slice(start, start + COMPARED).map(atomsOf);
      kernel.set(
        await hooks.pool.run(soapRowsMethod, { atoms, columns: environments, settings }, optionsOf(hooks)),
        start * m,
      );
    }),
  );
  const idsOf = (list: readonly NamedStructure[]) => list.map(({ id }) => id);
  return { settings, ids: idsOf(materials), landmarks: idsOf(landmarks), environments, kernel };
}

/** Describes the materials and compares each with each, over the threads. Rejects when cancelled. */
export async function prepareSharedSoap(
  materials: readonly NamedStructure[],
  settings: SoapSettings,
  hooks: Hooks,
): Promise<SharedSoap> {
  const prepared = await prepareSoap(materials.map(atomsOf), settings, hooks);
  return { settings, ids: materials.map(({ id }) => id), ...prepared };
}

/** As `prepareSharedSoap`, of crystals without names. */
export async function prepareSoap(
  atoms: readonly Atoms[],
  settings: SoapSettings,
  hooks: Hooks,
): Promise<Pick<SharedSoap, "environments" | "kernel">> {
  const environments = await prepareEnvironments(atoms, settings, hooks);
  return { environments, kernel: await compareEnvironments(environments, settings, hooks) };
}

/** The vectors alone, in shared memory. */
export function prepareEnvironments(
  atoms: readonly Atoms[],
  settings: SoapSettings,
  hooks: Hooks,
): Promise<SoapEnvironments[]> {
  return Promise.all(
    atoms.map(async (one) =>
      inSharedMemory(await hooks.pool.run(soapEnvironmentsMethod, { atoms: one, settings }, optionsOf(hooks))),
    ),
  );
}

async function compareEnvironments(
  environments: readonly SoapEnvironments[],
  settings: SoapSettings,
  hooks: Hooks,
): Promise<Float64Array> {
  const n = environments.length;
  const kernel = sharedArray(n * n);
  const starts = Array.from({ length: Math.ceil(n / ROWS) }, (_, part) => part * ROWS);
  await Promise.all(
    starts.map(async (start) => {
      const rows = environments.slice(start, start + ROWS);
      const part = await hooks.pool.run(
        soapKernelMethod,
        { rows, columns: environments.slice(start), settings },
        optionsOf(hooks),
      );
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
  return kernel;
}

export function inSharedMemory(environments: SoapEnvironments): SoapEnvironments {
  const values = sharedArray(environments.values.length);
  values.set(environments.values);
  return { ...environments, values };
}

export function sharedArray(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(8 * length));
}
