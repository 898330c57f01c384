// Compiles the C kernels to WebAssembly with a compiler from npm (@yowasp/clang), so that a fresh machine needs none of
// its own.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const root = path.resolve(import.meta.dirname, "../..");
const source = path.join(root, "src/kernels");
const output = path.join(root, "dist/kernels");

const COMMON = [
  "-c",
  "--target=wasm32",
  "-O3",
  "-ffreestanding",
  "-fno-builtin",
  "-mbulk-memory",
  "-msimd128",
  "-fvisibility=hidden",
  "-Wall",
  "-Wextra",
  "-Werror",
];

/**
 * Each kernel module is `src/kernels/<folder>/main.c`, which includes the rest of its folder; what follows a dot names
 * another way of compiling it.
 */
const MODULES = {
  // without the two rewritings the loops stay as they are written: they fit the registers, and addresses stay offsets
  volumetric: ["-fno-math-errno", "-ffp-contract=off", "-fno-slp-vectorize", "-mllvm", "-disable-lsr"],
  network: ["-fno-math-errno", "-ffp-contract=off"],
  "network.relaxed": ["-fno-math-errno", "-ffp-contract=off", "-mrelaxed-simd"],
  soap: ["-fno-math-errno", "-ffp-contract=off"],
  linearAlgebra: ["-fno-math-errno", "-ffp-contract=off"],
  surfaces: ["-fno-math-errno", "-ffp-contract=off"],
  unpack: [],
  hash: [],
};

/** Each takes about half a gigabyte. */
const MOST_THREADS = 4;

/** Builds what changed since the last build; returns the names of the modules it compiled. */
export async function buildKernels() {
  mkdirSync(output, { recursive: true });
  copyFileSync(path.join(root, "node_modules/@spglib/moyo-wasm/moyo_wasm_bg.wasm"), path.join(output, "moyo.wasm"));
  const missing = Object.keys(MODULES).filter((name) => !existsSync(path.join(source, folderOf(name), "main.c")));
  if (missing.length > 0) throw new Error(`kernels without a main.c in src/kernels: ${missing.join(", ")}`);
  const stale = Object.keys(MODULES).filter((name) => !isFresh(name));
  if (stale.length === 0) return [];
  const waiting = [...stale];
  const threads = Math.min(os.availableParallelism(), MOST_THREADS, stale.length);
  await Promise.all(Array.from({ length: threads }, () => compileInThread(() => waiting.shift())));
  return stale;
}

/**
 * Compiles what `next` names, one after the other. The compiler is WebAssembly that never yields: with a thread each, it
 * uses the machine's cores.
 */
function compileInThread(next) {
  return new Promise((resolve, reject) => {
    const thread = new Worker(import.meta.filename, { workerData: { compiler: true } });
    thread.on("message", () => thread.postMessage(next()));
    thread.once("error", reject);
    thread.once("exit", (code) => (code === 0 ? resolve() : reject(new Error("a kernel did not compile"))));
  });
}

async function compile(name) {
  const { runLLVM } = await import("@yowasp/clang");
  const log = { stdout: () => {}, stderr: (bytes) => bytes && process.stderr.write(bytes), fetchProgress: () => {} };
  const compiled = await runLLVM(
    ["clang", ...COMMON, ...MODULES[name], "-o", "main.o", "main.c"],
    readSources(name),
    log,
  );
  const link = [
    "wasm-ld",
    "--no-entry",
    "--export-dynamic",
    "--export=__heap_base",
    "-z",
    "stack-size=131072",
    "-o",
    "main.wasm",
    "main.o",
  ];
  const linked = await runLLVM(link, { "main.o": compiled["main.o"] }, log);
  writeAtomically(path.join(output, `${name}.wasm`), linked["main.wasm"]);
  writeAtomically(path.join(output, `${name}.hash`), sourceHash(name));
}

const folderOf = (name) => name.split(".")[0];

const isFresh = (name) =>
  existsSync(path.join(output, `${name}.wasm`)) &&
  existsSync(path.join(output, `${name}.hash`)) &&
  readFileSync(path.join(output, `${name}.hash`), "utf8") === sourceHash(name);

function readSources(name) {
  const folder = path.join(source, folderOf(name));
  const files = {};
  for (const file of readdirSync(folder).sort()) {
    if (/\.[ch]$/.test(file)) files[file] = readFileSync(path.join(folder, file), "utf8");
  }
  return files;
}

const sourceHash = (name) =>
  createHash("sha256")
    .update(JSON.stringify([COMMON, MODULES[name], readSources(name)]))
    .digest("hex");

function writeAtomically(file, data) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, data);
  renameSync(temporary, file);
}

if (!isMainThread && workerData?.compiler) {
  parentPort.on("message", async (name) => {
    if (name === undefined) return parentPort.close();
    await compile(name);
    parentPort.postMessage("next");
  });
  parentPort.postMessage("next");
}
