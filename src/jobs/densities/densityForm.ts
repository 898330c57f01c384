import { readSync } from "node:fs";
import type { VolumetricKind } from "../../core/formats/volumetric.js";
import type { VolumetricHead } from "../../core/formats/volumetricHead.js";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import { ByteSource } from "../files/byteSource.js";
import type { StreamFrame } from "./volumetricStream.js";

/** How a file keeps a field on a grid: VASP's text (and cubes), or one of the others. */
export type DensityFormat = "text" | "json" | "hdf5" | "npy" | "xsf" | "zarr" | "parquet";

export interface KnownHead {
  readonly head: VolumetricHead;
  readonly kind: VolumetricKind;
}

/** What was read of a file of such a form, with the problems in the frame. */
export interface FormReading {
  readonly frame: StreamFrame;
  readonly kind: VolumetricKind;
  readonly truncated: boolean;
  /** Of a table with several densities: how many rows there are, and which this is, from 1. */
  readonly rows?: { readonly count: number; readonly shown: number };
  /** Of the stored bytes, where it was asked for. */
  readonly hash: string;
  readonly bytes: number;
}

const PACKED = String.raw`(?:\.(?:gz|bz2|xz|zst))?$`;
const FORMATS: readonly (readonly [DensityFormat, RegExp])[] = [
  // the metadata of a zarr group stand for its folder
  ["zarr", /(?:^|[/\\])(?:zarr\.json|\.zgroup|\.zarray)$/],
  ["json", new RegExp(String.raw`\.json${PACKED}`, "i")],
  ["hdf5", new RegExp(String.raw`\.(?:h5|hdf5)${PACKED}`, "i")],
  ["npy", new RegExp(String.raw`\.npy${PACKED}`, "i")],
  ["xsf", new RegExp(String.raw`\.xsf${PACKED}`, "i")],
  ["zarr", /\.zarr(?:\.zip|\/)?$/i],
  ["parquet", /\.parquet$/i],
];

/** The form that a file's name tells. */
export const densityFormat = (file: string): DensityFormat =>
  FORMATS.find(([, pattern]) => pattern.test(file))?.[0] ?? "text";

const STARTS: readonly (readonly [DensityFormat, RegExp])[] = [
  ["json", /^(?:\u00ef\u00bb\u00bf)?\s*\{\s*"/],
  ["hdf5", /^\u0089HDF\r\n/],
  ["npy", /^\u0093NUMPY/],
  ["parquet", /^PAR1/],
  ["xsf", /^(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*(?:CRYSTAL|SLAB|POLYMER|MOLECULE|BEGIN_INFO|DIM-GROUP|PRIMVEC)\b/],
];

/** The form that a file's first bytes tell, whatever its name; text where they tell none or cannot be read. */
export async function formatOfContent(file: string): Promise<DensityFormat> {
  const head = await firstBytes(file, 4096);
  return STARTS.find(([, pattern]) => pattern.test(head))?.[0] ?? "text";
}

/** The first bytes of a file, unpacked, each taken for a character; empty where they cannot be read. */
export async function firstBytes(file: string, count: number): Promise<string> {
  let text = "";
  try {
    for await (const chunk of new ByteSource(file, { hash: false, chunk: Math.max(count, 4096) }).chunks()) {
      text += Buffer.from(chunk.subarray(0, count - text.length)).toString("latin1");
      if (text.length >= count) break;
    }
  } catch {
    return text;
  }
  return text;
}

/** What is to be said where a file does not tell what quantity it holds. */
export function formProblem(kind: VolumetricKind | undefined): Problem[] {
  if (kind !== undefined) return [];
  return [
    problem("information", FILE_START, "the file does not state its quantity: it is read as a charge density of VASP"),
  ];
}

/** Fills a buffer from a place in an open file; false where the file ends before. */
export function readWhole(descriptor: number, buffer: Uint8Array, position: number): boolean {
  for (let done = 0; done < buffer.length; ) {
    const length = readSync(descriptor, buffer, done, buffer.length - done, position + done);
    if (length === 0) return false;
    done += length;
  }
  return true;
}
