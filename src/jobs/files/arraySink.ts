import { type ArraySink, NpzWriter } from "./npz.js";
import { ZarrWriter } from "./zarrWriter.js";

/** Of the form that the output's name asks for: a zarr group for `.zarr`, else a `.npz`. Throws `WriteError`. */
export function arraySink(output: string): ArraySink {
  return output.endsWith(".zarr") ? new ZarrWriter(output) : new NpzWriter(output);
}
