// Reference values made with the field's own software (numpy, DScribe, scikit-learn). test/fixtures/reference has those
// of two materials and all small ones; where the whole set stands beside the checkout, that is used.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { unzipSync } from "fflate";

const whole = path.resolve(import.meta.dirname, "../../../shared/reference");

/** Tests of what only the whole set has are skipped, and reported as skipped, where it is absent. */
export const hasWholeReference = existsSync(whole);

const folder = hasWholeReference ? whole : path.resolve(import.meta.dirname, "../fixtures/reference");

export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float64Array | Float32Array | Int32Array;
}

/** The arrays of an `.npz` of the reference by name. */
export function readNpz(name: string): ReadonlyMap<string, NpyArray> {
  const entries = Object.entries(unzipSync(readFileSync(path.join(folder, name))));
  return new Map(entries.map(([file, bytes]) => [file.replace(/\.npy$/, ""), parseNpy(bytes)]));
}

export function readReferenceJson<T>(name: string): T {
  return JSON.parse(readFileSync(path.join(folder, name), "utf8")) as T;
}

export function readReferenceText(name: string): string {
  return readFileSync(path.join(folder, name), "utf8");
}

/** The array called `name`; fails the test where there is none. */
export function take(arrays: ReadonlyMap<string, NpyArray>, name: string): NpyArray {
  const array = arrays.get(name);
  if (array === undefined) throw new Error(`The reference has no ${name}: ${[...arrays.keys()].join(" ")}`);
  return array;
}

/** Version 1, little-endian, C order, `<f8`, `<f4` and `<i4`: all that the reference holds. */
function parseNpy(bytes: Uint8Array): NpyArray {
  const headerLength = (bytes[8] ?? 0) + 256 * (bytes[9] ?? 0);
  const header = new TextDecoder("latin1").decode(bytes.subarray(10, 10 + headerLength));
  const type = /'descr': '([^']+)'/.exec(header)?.[1];
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? "").split(",").filter((part) => part.trim() !== "");
  const buffer = bytes.slice(10 + headerLength).buffer;
  const views = { "<f8": Float64Array, "<f4": Float32Array, "<i4": Int32Array };
  const View = views[type as keyof typeof views];
  if (View === undefined) throw new Error(`npy type ${type}`);
  return { shape: shape.map(Number), data: new View(buffer) };
}
