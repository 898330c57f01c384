import { type Eigenval, EigenvalReader } from "../../core/formats/eigenval.js";
import { OutcarReader } from "../../core/formats/outcar.js";
import type { Outcar } from "../../core/formats/outcarFacts.js";
import { type Vasprun, VasprunReader } from "../../core/formats/vasprun.js";
import { type Xdatcar, XdatcarReader } from "../../core/formats/xdatcar.js";
import type { Parsed } from "../../core/text/problem.js";
import { ByteSource, type ByteSourceOptions, readingProblem } from "../files/byteSource.js";

/** What takes a file's bytes as they come. */
interface StreamReader<T> {
  push(chunk: Uint8Array): void;
  /** `cut`: the bytes ended early for a reason that is told elsewhere. */
  finish(cut: boolean): Parsed<T>;
}

/** Streams an OUTCAR, packed or not; never rejects but with the signal's reason. */
export const readOutcar = (file: string, options?: ByteSourceOptions): Promise<Parsed<Outcar>> =>
  readStream(file, new OutcarReader(), options);

/** Streams a vasprun.xml likewise. */
export const readVasprun = (file: string, options?: ByteSourceOptions): Promise<Parsed<Vasprun>> =>
  readStream(file, new VasprunReader(), options);

/** Streams an EIGENVAL likewise. */
export const readEigenval = (file: string, options?: ByteSourceOptions): Promise<Parsed<Eigenval>> =>
  readStream(file, new EigenvalReader(), options);

/** Streams an XDATCAR likewise. */
export const readXdatcar = (file: string, options?: ByteSourceOptions): Promise<Parsed<Xdatcar>> =>
  readStream(file, new XdatcarReader(), options);

/** A file whose bytes end in an error still gives what it holds before that. */
async function readStream<T>(
  file: string,
  reader: StreamReader<T>,
  options: ByteSourceOptions = {},
): Promise<Parsed<T>> {
  try {
    for await (const chunk of new ByteSource(file, options).chunks()) reader.push(chunk);
  } catch (error) {
    options.signal?.throwIfAborted();
    const { value, problems } = reader.finish(true);
    const failure = readingProblem(error);
    return value === undefined ? { problems: [failure] } : { value, problems: [...problems, failure] };
  }
  return reader.finish(false);
}
