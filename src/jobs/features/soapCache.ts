import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { finiteShape, listShape, objectShape, textShape, wholeShape } from "../../core/text/shape.js";
import { WriteError, writeFileAtomically } from "../files/atomicFile.js";
import { userCache } from "../files/privateFolder.js";
import { packTensors, unpackTensors } from "../files/tensorFile.js";
import { softwareVersion } from "../files/version.js";
import { inSharedMemory, sharedArray } from "./prepareSoap.js";
import type { ModelSoap } from "./threadMethods.js";

/** Larger ones are computed again: they are of more materials than any library has. */
const LARGEST = 256e6;
/** Files that are kept: the scales of two libraries. */
const KEPT = 6;
const SUM = 32;

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
  const file = fileOf(key, folder);
  try {
    if (!(statSync(file).size <= LARGEST)) return undefined;
    const all = readFileSync(file);
    const body = all.subarray(SUM);
    if (!createHash("sha256").update(body).digest().equals(all.subarray(0, SUM))) return undefined;
    const length = body.readUInt32LE(0);
    const json: unknown = JSON.parse(body.toString("utf8", 4, 4 + length));
    const found = unpackTensors({ json, bytes: body.subarray(4 + length) }) as ModelSoap & {
      readonly software: string;
    };
    if (HEAD_SHAPE(found, "") !== undefined || found.key !== key || found.software !== softwareVersion)
      return undefined;
    const environments = found.environments.map((one) => inSharedMemory(one));
    if (found.kernel === undefined) return { key, environments };
    const kernel = sharedArray(found.kernel.length);
    kernel.set(found.kernel);
    return { key, environments, kernel };
  } catch {
    return undefined; // no file, or a torn one
  }
}

/** Keeps them for the next session; what cannot be written costs time, not the result. */
export function writeSoapCache(soap: ModelSoap, folder = cacheFolder()): void {
  const { json, bytes } = packTensors({ software: softwareVersion, ...soap });
  const head = Buffer.from(JSON.stringify(json));
  if (head.length + bytes.length > LARGEST) return;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  const body = Buffer.concat([length, head, bytes]);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileAtomically(fileOf(soap.key, folder), Buffer.concat([createHash("sha256").update(body).digest(), body]));
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
