import type { Problem } from "../../core/text/problem.js";
import { ByteSource, readingProblem } from "./byteSource.js";

export interface ReadTextOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
}

/**
 * The file's text, at most its first `limit` bytes. What must be read whole is read with `readLines` or
 * `readSmallText`.
 */
export async function readText(
  file: string,
  options: ReadTextOptions,
  limit: number,
): Promise<{ readonly text?: string; readonly problems: readonly Problem[] }> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    for await (const chunk of new ByteSource(file, options).chunks()) {
      text += decoder.decode(chunk, { stream: true });
      bytes += chunk.length;
      if (bytes >= limit) break;
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    return { problems: [readingProblem(error)] };
  }
  return { text: text.slice(0, limit), problems: [] };
}
