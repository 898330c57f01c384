import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { finiteShape, listShape, objectShape, textShape, wholeShape } from "../../core/text/shape.js";
import { WriteError, writeFileAtomically } from "../files/atomicFile.js";
import { ContentHash } from "../files/contentHash.js";
import { userCache } from "../files/privateFolder.js";
import { fill, withRegularFile } from "../files/readSmallFile.js";
import { packTensors, unpackTensors } from "../files/tensorFile.js";
import { softwareVersion } from "../files/version.js";
import type { ModelSoap } from "./threadMethods.js";

/** Larger ones are computed again: they are of more materials than any library has. */
const LARGEST = 256e6;
/** Files that are kept: the scales of two libraries. */
const KEPT = 6;
/** In front: the hash of the rest, then the length of the JSON in it; the arrays behind that stand at multiples of 8. */
const [SUM, LENGTH] = [72, 8];

const HEAD_SHAPE = objectShape({
  software: textShape,
  key: textShape,
  environments: listShape(
    objectShape({ blocks: listShape(wholeShape(0), 1e5), starts: listShape(wholeShape(0), 1e5, 1), self: finiteShape }),
    1e5,
    1,
  ),
});

/**
 * What was kept of a model's SOAP vectors and kernels, in shared memory; undefined where nothing sound of this software
 * stands.
 */
export function readSoapCache(key: string, folder = cacheFolder()): ModelSoap | undefined {
  try {
    const bytes = readShared(fileOf(key, folder));
    const body = bytes?.subarray(SUM);
    if (!bytes || !body || sumOf(body) !== textOf(bytes.subarray(0, SUM)).trimEnd()) return undefined;
    const [length = 0] = new Uint32Array(body.slice(0, LENGTH).buffer);
    const json: unknown = JSON.parse(textOf(body.subarray(LENGTH, LENGTH + length)));
    const found = unpackTensors({ json, bytes: body.subarray(LENGTH + length) }, true) as ModelSoap & {
      readonly software: string;
    };
    if (HEAD_SHAPE(found, "") !== undefined || found.key !== key || found.software !== softwareVersion)
      return undefined;
    const { environments, kernel } = found;
    return { key, environments, ...(kernel && { kernel }) };
  } catch {
    return undefined; // no file, or a torn one
  }
}

/** A whole file in memory that threads share. */
function readShared(file: string): Uint8Array | undefined {
  return withRegularFile(file, (descriptor, size) => {
    if (size > LARGEST) return undefined;
    const bytes = new Uint8Array(new SharedArrayBuffer(size));
    return fill(descriptor, bytes, 0) < size ? undefined : bytes;
  });
}

const sumOf = (body: Uint8Array) => new ContentHash().update(body).digest();
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

/** Keeps them for the next session; what cannot be written costs time, not the result. */
export function writeSoapCache(soap: ModelSoap, folder = cacheFolder()): void {
  const { json, bytes } = packTensors({ software: softwareVersion, ...soap });
  const text = Buffer.from(JSON.stringify(json));
  if (text.length + bytes.length > LARGEST) return;
  const head = Buffer.concat([text, Buffer.alloc(-text.length & 7, " ")]);
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32LE(head.length);
  const body = Buffer.concat([length, head, bytes]);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileAtomically(fileOf(soap.key, folder), Buffer.concat([Buffer.from(sumOf(body).padEnd(SUM)), body]));
    removeOldest(folder);
  } catch (error) {
    if (!(error instanceof WriteError) && !(error instanceof Error && "code" in error)) throw error;
  }
}

function removeOldest(folder: string): void {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".soap"))
    .map((name) => ({ file: path.join(folder, name), time: statSync(path.join(folder, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { file } of files.slice(KEPT)) rmSync(file, { force: true });
}

const cacheFolder = () => path.join(userCache(), "models");
const fileOf = (key: string, folder: string) =>
  path.join(folder, `${createHash("sha256").update(`${softwareVersion} ${key}`).digest("hex").slice(0, 24)}.soap`);
