import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { type ProcessModel, packedFactor } from "../../core/learning/gaussianProcess/gaussianProcess.js";
import type { SoapKernels } from "../../core/learning/gaussianProcess/processMatrices.js";
import { writeFileAtomically } from "../files/atomicFile.js";
import { userCache } from "../files/privateFolder.js";
import { softwareVersion } from "../files/version.js";

/** Fewer materials are factored in no time. */
const ENOUGH = 100;
/** Files that are kept: two libraries' models. */
const KEPT = 24;
const SUM = 32;

/**
 * A model of a library with the Cholesky factor that it is stored without: from the user's cache, or computed (about
 * two CPU seconds for 746 materials)
 * and kept there for the next session.
 */
export function withFactor(process: ProcessModel, soapOfTraining: () => SoapKernels): ProcessModel {
  const n = process.dual.length;
  if (process.lower !== undefined || n < ENOUGH) return process;
  const kept = readFactor(process);
  if (kept !== undefined) return { ...process, lower: kept };
  const lower = packedFactor(process, soapOfTraining);
  writeFactor(process, lower);
  return { ...process, lower };
}

/** Whether `withFactor` has nothing to compute. */
export const hasFactor = (process: ProcessModel): boolean => process.lower !== undefined || existsSync(fileOf(process));

function readFactor(process: ProcessModel): Float64Array | undefined {
  const n = process.dual.length;
  try {
    const all = readFileSync(fileOf(process));
    const body = all.subarray(SUM);
    if (body.length !== 4 * n * (n + 1) || !createHash("sha256").update(body).digest().equals(all.subarray(0, SUM)))
      return undefined;
    return new Float64Array(Uint8Array.from(body).buffer);
  } catch {
    return undefined; // there is none
  }
}

function writeFactor(process: ProcessModel, lower: Float64Array): void {
  const file = fileOf(process);
  const body = new Uint8Array(lower.buffer, lower.byteOffset, lower.byteLength);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileAtomically(file, Buffer.concat([createHash("sha256").update(body).digest(), body]));
    removeOldest(path.dirname(file));
  } catch {
    // a cache that cannot be written costs time, not the result
  }
}

function removeOldest(folder: string): void {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".factor"))
    .map((name) => ({ file: path.join(folder, name), time: statSync(path.join(folder, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { file } of files.slice(KEPT)) rmSync(file, { force: true });
}

/** Named after all that decides the factor. */
function fileOf({ dual, terms, noise, weights, parts, atoms = [] }: ProcessModel): string {
  const hash = createHash("sha256").update(JSON.stringify([softwareVersion, terms, noise]));
  for (const values of [dual, weights.atoms, weights.density, ...Object.values(parts).map((part) => part.values)])
    hash.update(bytesOf(values));
  for (const { lattice, fractional, atomicNumbers } of atoms)
    hash.update(JSON.stringify([lattice, atomicNumbers])).update(bytesOf(fractional));
  return path.join(userCache(), "models", `${hash.digest("hex").slice(0, 24)}.factor`);
}

const bytesOf = (values: Float64Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
