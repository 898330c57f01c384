import { VolumetricHeadReader } from "../../core/formats/volumetricHead.js";
import { ByteSource } from "../files/byteSource.js";

/** A head of a million atoms is shorter; what goes on without a line end is none. */
const LONGEST_HEAD = 64 << 20;

/** Whether a file, packed or not, begins like a volumetric file of VASP's: with a structure and a grid. False for what cannot be read. */
export async function hasVolumetricData(file: string, signal?: AbortSignal): Promise<boolean> {
  const reader = new VolumetricHeadReader();
  const decoder = new TextDecoder();
  let rest = "";
  let bytes = 0;
  try {
    for await (const chunk of new ByteSource(file, { hash: false, chunk: 16 * 1024, ...(signal && { signal }) }).chunks()) {
      bytes += chunk.length;
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) reader.push(line.endsWith("\r") ? line.slice(0, -1) : line);
      if (reader.state !== "reading" || bytes > LONGEST_HEAD) break;
    }
  } catch {
    signal?.throwIfAborted();
  }
  return reader.state === "complete";
}
