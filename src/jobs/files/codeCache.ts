import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as nodeModule from "node:module";
import path from "node:path";
import vm from "node:vm";
import { userCache } from "./privateFolder.js";

const SUM = 32;
/** From Node 22.1 on. */
type WithCompileCache = { readonly enableCompileCache?: (folder: string) => unknown };

/**
 * Runs a bundle as `require` does, with the code that V8 made of it before, which it keeps in the user's cache:
 * to compile a bundle of 2 MB takes as long as Node's own start. What is kept is checked (its sum by us, versions by
 * V8) and made again where it does not fit; without a place for it the bundle runs all the same.
 * `NODE_DISABLE_COMPILE_CACHE` leaves it out, as in Node.
 */
export function requireCached(file: string, folder: string = codeFolder()): unknown {
  const { NODE_DISABLE_COMPILE_CACHE: isOff, NODE_V8_COVERAGE: isMeasured } = process.env;
  const require = nodeModule.createRequire(file);
  if (isOff || isMeasured) return require(file);
  const { enableCompileCache } = nodeModule as WithCompileCache;
  if (enableCompileCache) {
    enableCompileCache(folder);
    return require(file);
  }
  return runCached(file, folder, require);
}

const codeFolder = () => path.join(userCache(), "code");

function runCached(file: string, folder: string, require: NodeJS.Require): unknown {
  const kept = path.join(folder, `${path.basename(file, ".js")}-${keyOf(file)}.bin`);
  const cachedData = readKept(kept);
  const script = new vm.Script(nodeModule.Module.wrap(readFileSync(file, "utf8")), {
    filename: file,
    ...(cachedData && { cachedData }),
  });
  if (cachedData === undefined || script.cachedDataRejected) process.once("exit", () => keep(kept, script));
  const module = { exports: {} };
  const run = script.runInThisContext() as (...scope: unknown[]) => void;
  run.call(module.exports, module.exports, require, module, file, path.dirname(file));
  return module.exports;
}

/** Of this very file and this Node; V8 looks at the source's length and its own version and flags. */
function keyOf(file: string): string {
  const { size, mtimeMs } = statSync(file);
  const facts = [path.resolve(file), size, mtimeMs, process.version, process.arch];
  return createHash("sha256").update(facts.join("\n")).digest("hex").slice(0, 16);
}

const sumOf = (data: Uint8Array) => createHash("sha256").update(data).digest();

/** Undefined where nothing whole stands. */
function readKept(kept: string): Buffer | undefined {
  try {
    const bytes = readFileSync(kept);
    const data = bytes.subarray(SUM);
    return sumOf(data).equals(bytes.subarray(0, SUM)) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** What is used by now is compiled, too. A cache that cannot be written costs time, nothing else. */
function keep(kept: string, script: vm.Script): void {
  const folder = path.dirname(kept);
  const temporary = `${kept}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const data = script.createCachedData();
    writeFileSync(temporary, Buffer.concat([sumOf(data), data]), { mode: 0o600 });
    renameSync(temporary, kept);
    removeOthers(kept);
  } catch {
    discard(temporary);
  }
}

function discard(temporary: string): void {
  try {
    rmSync(temporary, { force: true });
  } catch {
    // not even its folder is there
  }
}

/** Those of other versions that were made a month ago. */
function removeOthers(kept: string): void {
  const old = Date.now() - 30 * 24 * 3_600_000;
  for (const name of readdirSync(path.dirname(kept))) {
    const file = path.join(path.dirname(kept), name);
    if (/\.bin(?:\.\d+)?$/.test(name) && file !== kept && statSync(file).mtimeMs < old) rmSync(file, { force: true });
  }
}
