import { createHash } from "node:crypto";
import { writeFileAtomically } from "./atomicFile.js";
import { readSmallText } from "./readSmallFile.js";
import { DamagedFileError } from "./zipArchive.js";

const HEAD = /^\{"sha256":"([0-9a-f]{64})",/;

/**
 * Writes an object as JSON with the check sum of the rest in front, so that a changed digit does not pass for a result.
 * Throws `WriteError`.
 */
export function writeCheckedJson(file: string, value: object): void {
  writeFileAtomically(file, checkedJson(value));
}

/** What is written then. */
export function checkedJson(value: object): string {
  const rest = `${JSON.stringify(value).slice(1)}\n`;
  return `{"sha256":"${sumOf(rest)}",${rest}`;
}

/**
 * What `writeCheckedJson` wrote; JSON without a check sum passes too. Throws `DamagedFileError`, SyntaxError, or as
 * `readSmallFile`.
 */
export function readCheckedJson(file: string, limit?: number): unknown {
  const text = readSmallText(file, limit);
  const head = HEAD.exec(text);
  if (head !== null && sumOf(text.slice(head[0].length)) !== head[1])
    throw new DamagedFileError("it does not fit its check sum");
  return JSON.parse(text);
}

const sumOf = (text: string) => createHash("sha256").update(text).digest("hex");
