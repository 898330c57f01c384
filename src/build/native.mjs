// Compiles kernels for processors themselves, as Node-API addons: those of networks and of reading, each once a
// platform and instruction set.
// The ordinary build uses the machine's own C compiler, if it has one; packaging compiles for every platform with a
// compiler from npm.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { ensureZig, root } from "./install.mjs";

const source = path.join(root, "src/kernels");
const headers = path.join(root, "node_modules/node-api-headers/include");
const execute = promisify(execFile);

const COMMON = [
  "-O3",
  "-std=gnu11",
  "-fvisibility=hidden",
  "-fno-strict-aliasing",
  "-fno-math-errno",
  "-fno-trapping-math",
];
const AVX2 = ["-mavx2", "-mfma"];
const AVX512 = [...AVX2, "-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mprefer-vector-width=512"];

/**
 * Addons, each `src/kernels/<name>/native`: instruction sets by architecture, with the widths that the kernels are
 * compiled at and the flags of each.
 * All but networks give the same bits at every width and in WebAssembly, so no products are fused with sums; without
 * SSSE3 it is not worth an addon.
 */
const ADDONS = {
  network: {
    flags: [],
    sets: {
      x64: {
        baseline: { 4: [] },
        avx2: { 4: AVX2, 8: AVX2 },
        avx512: { 4: AVX512, 8: AVX512, 16: AVX512 },
      },
      arm64: { neon: { 4: [] } },
    },
  },
  volumetric: {
    flags: ["-ffp-contract=off"],
    sets: { x64: { avx2: { 4: AVX2 }, avx512: { 8: AVX512 } }, arm64: { neon: { 2: [] } } },
  },
  surfaces: {
    flags: ["-ffp-contract=off"],
    sets: { x64: { avx2: { 8: AVX2 } }, arm64: { neon: { 4: [] } } },
  },
  linearAlgebra: {
    flags: ["-ffp-contract=off"],
    sets: { x64: { avx2: { 4: AVX2 }, avx512: { 8: AVX512 } }, arm64: { neon: { 2: [] } } },
  },
};
const ARCHITECTURES = Object.keys(ADDONS.network.sets);

/** Platforms as VS Code and Node name them, in the compiler's words: Linux as old as glibc 2.17. */
const TARGETS = {
  "linux-x64": "x86_64-linux-gnu.2.17",
  "linux-arm64": "aarch64-linux-gnu.2.17",
  "darwin-x64": "x86_64-macos",
  "darwin-arm64": "aarch64-macos",
  "win32-x64": "x86_64-windows-gnu",
  "win32-arm64": "aarch64-windows-gnu",
};

/**
 * Builds this machine's addons in dist/native with its own compiler, those that changed since the last build; returns
 * the names of what it compiled. Without a compiler it says so in one line: networks then run in WebAssembly.
 */
export async function buildNative() {
  const { platform, arch } = process;
  if (!ARCHITECTURES.includes(arch)) return [];
  const compiler = await findCompiler();
  if (compiler === undefined) {
    console.log(
      "No C compiler (cc, gcc, clang) here: networks and reading run in WebAssembly, networks at about a third of the speed.",
    );
    return [];
  }
  return compileAll(compiler, `${platform}-${arch}`, path.join(root, "dist/native"));
}

/**
 * Builds the addons of a platform (a key of `TARGETS`) on any other, into `<folder>/<platform>/<addon>-<instruction
 * set>.node`, with a compiler from npm that is installed when first needed. Returns the names of what it compiled; what
 * is there and fresh is left.
 */
export async function crossCompile(target, folder) {
  const name = TARGETS[target];
  if (name === undefined)
    throw new Error(`there is no native engine for ${target}, only for ${Object.keys(TARGETS).join(", ")}`);
  const zig = await ensureZig();
  const { stdout } = await execute(zig, ["version"]);
  return compileAll(
    { command: [zig, "cc", "-target", name, "-g0", "-s"], version: `zig ${stdout.trim()}` },
    target,
    folder,
  );
}

/** `compiler`: `{ command, version }`, `command` a program and its first arguments. */
async function compileAll(compiler, target, folder) {
  const compiled = [];
  for (const [name, { flags, sets }] of Object.entries(ADDONS)) {
    for (const [set, widths] of Object.entries(sets[target.split("-")[1]])) {
      const file = path.join(folder, target, `${name}-${set}.node`);
      const addon = { name, flags, widths };
      const hash = sourceHash(addon, compiler, target);
      if (isFresh(file, hash)) continue;
      mkdirSync(path.dirname(file), { recursive: true });
      writeAtomically(file, await compile(compiler, target, addon));
      writeAtomically(hashFile(file), hash);
      compiled.push(`${target} ${name} ${set}`);
    }
  }
  return compiled;
}

/** One addon: what speaks to Node, and the kernels once a width. */
async function compile(compiler, target, { name, flags, widths }) {
  const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-native-"));
  const native = path.join(source, name, "native");
  const [program, ...first] = compiler.command;
  const position = target.startsWith("win32") ? [] : ["-fPIC"];
  const run = (...args) =>
    execute(program, [...first, ...COMMON, ...flags, ...position, ...args], { maxBuffer: 1 << 24 });
  try {
    const has = Object.keys(widths).map((width) => `-DHAS_${width}`);
    const objects = [
      path.join(folder, "addon.o"),
      ...Object.keys(widths).map((width) => path.join(folder, `calls${width}.o`)),
    ];
    await run("-I", headers, ...has, "-c", path.join(native, "addon.c"), "-o", objects[0]);
    for (const [i, [width, set]] of Object.entries(widths).entries())
      await run(...set, `-DWIDTH=${width}`, "-c", path.join(native, "calls.c"), "-o", objects[i + 1]);
    const linked = path.join(folder, "addon.node");
    // On macOS the program that loads the addon has Node's functions; Linux asks no questions, and on Windows the addon
    // looks for them itself.
    const open = target.startsWith("darwin") ? ["-Wl,-undefined,dynamic_lookup"] : [];
    await run("-shared", "-o", linked, ...objects, ...open);
    return readFileSync(linked);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function findCompiler() {
  // GCC for Windows does not align vectors on the stack; clang does.
  const names = process.platform === "win32" ? ["clang"] : [process.env.CC, "cc", "gcc", "clang"];
  for (const command of names.filter(Boolean)) {
    try {
      const { stdout } = await execute(command, ["--version"]);
      if (/gcc|clang|GNU|Free Software/i.test(stdout)) return { command: [command], version: stdout.split("\n")[0] };
    } catch {
      // The next one may be there.
    }
  }
  return undefined;
}

const hashFile = (file) => file.replace(/node$/, "hash");

const isFresh = (file, hash) =>
  existsSync(file) && existsSync(hashFile(file)) && readFileSync(hashFile(file), "utf8") === hash;

/** Of all that an addon is made of. */
function sourceHash({ name, flags, widths }, { command, version }, target) {
  const texts = [name, "native"].flatMap((folder) => sourcesOf(path.join(source, folder)));
  return createHash("sha256")
    .update(JSON.stringify([COMMON, flags, widths, command.slice(1), version, target, texts]))
    .digest("hex");
}

function sourcesOf(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.(c|h|def)$/.test(file));
  return files.sort().map((file) => [file, readFileSync(path.join(folder, file), "utf8")]);
}

function writeAtomically(file, data) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, data);
  renameSync(temporary, file);
}
