// Compiles the network kernels for processors themselves, as Node-API addons: one a platform and instruction set.
// The ordinary build uses the machine's own C compiler, if it has one; packaging compiles for every platform with a compiler from npm.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const root = path.resolve(import.meta.dirname, "../..");
const source = path.join(root, "src/kernels/network");
const headers = path.join(root, "node_modules/node-api-headers/include");
const execute = promisify(execFile);

const COMMON = ["-O3", "-std=gnu11", "-fPIC", "-fvisibility=hidden", "-fno-strict-aliasing", "-fno-math-errno", "-fno-trapping-math"];

/** Instruction sets by architecture: the widths that the kernels are compiled at, each with its flags. */
const INSTRUCTION_SETS = {
  x64: {
    baseline: { 4: [] },
    avx2: { 4: ["-mavx2", "-mfma"], 8: ["-mavx2", "-mfma"] },
    avx512: Object.fromEntries([4, 8, 16].map((width) => [width, ["-march=skylake-avx512", "-mprefer-vector-width=512"]])),
  },
  arm64: { neon: { 4: [] } },
};

/** Where the addon of a platform (as `process.platform` and `process.arch` name them) and instruction set stands. */
export const addonFile = (platform, arch, instructionSet) =>
  path.join(root, "dist/native", `${platform}-${arch}`, `network-${instructionSet}.node`);

/**
 * Builds this machine's addons with its own compiler, those that changed since the last build; returns the names of what it compiled.
 * Without a compiler it says so in one line: networks then run in WebAssembly.
 */
export async function buildNative() {
  const { platform, arch } = process;
  const sets = Object.keys(INSTRUCTION_SETS[arch] ?? {});
  if (sets.length === 0) return [];
  const compiler = await findCompiler();
  if (compiler === undefined) {
    console.log("No C compiler (cc, gcc, clang) here: networks run in WebAssembly, at about a third of the speed.");
    return [];
  }
  const extra = platform === "darwin" ? ["-undefined", "dynamic_lookup"] : [];
  const stale = sets.filter((set) => !isFresh(platform, arch, set, compiler.version));
  for (const set of stale) await compile({ ...compiler, extra }, platform, arch, set);
  return stale.map((set) => `${platform}-${arch} ${set}`);
}

/** `compiler`: `{ command, version, extra }`, `command` a program and its first arguments, `extra` for the linker. */
export async function compile(compiler, platform, arch, set) {
  const widths = Object.entries(INSTRUCTION_SETS[arch][set]);
  const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-native-"));
  const [program, ...first] = compiler.command;
  const run = (...args) => execute(program, [...first, ...COMMON, ...args], { maxBuffer: 1 << 24 });
  try {
    const has = widths.map(([width]) => `-DHAS_${width}`);
    const objects = [path.join(folder, "addon.o"), ...widths.map(([width]) => path.join(folder, `calls${width}.o`))];
    await run("-I", headers, ...has, "-c", path.join(source, "native/addon.c"), "-o", objects[0]);
    for (const [i, [width, flags]] of widths.entries())
      await run(...flags, `-DWIDTH=${width}`, "-c", path.join(source, "native/calls.c"), "-o", objects[i + 1]);
    const linked = path.join(folder, "network.node");
    await run("-shared", "-o", linked, ...objects, ...compiler.extra);
    const target = addonFile(platform, arch, set);
    mkdirSync(path.dirname(target), { recursive: true });
    writeAtomically(target, readFileSync(linked));
    writeAtomically(hashFile(platform, arch, set), sourceHash(arch, set, compiler.version));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether the addon is the one that this compiler makes of the sources as they are. */
export function isFresh(platform, arch, set, version) {
  const hash = hashFile(platform, arch, set);
  return existsSync(addonFile(platform, arch, set)) && existsSync(hash) && readFileSync(hash, "utf8") === sourceHash(arch, set, version);
}

const hashFile = (platform, arch, set) => addonFile(platform, arch, set).replace(/node$/, "hash");

async function findCompiler() {
  for (const command of [process.env.CC, "cc", "gcc", "clang"].filter(Boolean)) {
    try {
      const { stdout } = await execute(command, ["--version"]);
      if (/gcc|clang|GNU|Free Software/i.test(stdout)) return { command: [command], version: stdout.split("\n")[0] };
    } catch {
      // The next one may be there.
    }
  }
  return undefined;
}

function sourceHash(arch, set, version) {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => /\.(c|h|def)$/.test(file));
  const texts = files.sort().map((file) => [file, readFileSync(path.join(source, file), "utf8")]);
  return createHash("sha256")
    .update(JSON.stringify([COMMON, INSTRUCTION_SETS[arch][set], version, texts]))
    .digest("hex");
}

function writeAtomically(file, data) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, data);
  renameSync(temporary, file);
}
