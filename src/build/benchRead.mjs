// `npm run bench -- read`: what reading a density costs here and with other programs, one after the other on the same
// machine, round by round.
import { execFileSync, spawnSync } from "node:child_process";
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { bundleProgram } from "./benchTools.mjs";
import { root } from "./install.mjs";

const folder = path.join(root, "out/bench");
const venv = path.join(root, "out/bench-venv");
const python = path.join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

/** Points on each axis and about how many MB that makes; 0.1 Å between points, as VASP's fine grids have. */
const SIZES = { 10: 82, 150: 200, 1200: 400 };
const SLOW = 1000; // MB from which the slowest program is left out, and everything is read fewer times

/** `sizes` in MB, of 10, 150 and 1200. */
export async function benchRead({ sizes, rounds }) {
  mkdirSync(folder, { recursive: true });
  await bundle();
  const others = ensurePython();
  for (const size of sizes) {
    const file = await ensureFile(size);
    forget(file);
    await compare(file, size, contenders(file, size, others), rounds);
    if (size >= SLOW) continue;
    const packed = await ensurePacked(file);
    await compare(packed, size, contenders(packed, size, others), rounds);
  }
}

/** Beside the other bundles, where kernels and threads are found. */
const script = path.join(root, "dist/benchRead.js");

async function bundle() {
  await bundleProgram("test/bench/read.ts", script);
}

function contenders(file, size, others) {
  const packed = file.endsWith(".gz");
  // until the engine has compiled what it runs often
  const times = String(size >= SLOW ? 2 : Math.ceil(size < 100 || packed ? 300 / size : 8));
  const list = [
    ["r3dvs: read + transform", process.execPath, [script, file, "1", "no", times]],
    ["r3dvs: the same + SHA-256", process.execPath, [script, file, "1", "hash", times]],
    ...(packed ? [] : [["r3dvs: two threads", process.execPath, [script, file, "2", "no", times]]]),
  ];
  if (others) {
    const py = path.join(root, "test/bench/read.py");
    list.push(["pymatgen-core: read", python, [py, "pymatgen", file, times]]);
    list.push(["pymatgen-core: read + numpy's FFT", python, [py, "pymatgen+fft", file, times]]);
    if (size < SLOW && !packed) list.push(["ASE: read", python, [py, "ase", file, "1"]]);
  }
  if (process.platform !== "win32") {
    const shell = (command) => ["bash", ["-c", `TIMEFORMAT='%U %S %R'; time ${command} > /dev/null`]];
    list.push([packed ? "zcat" : "cat", ...shell(packed ? `zcat '${file}'` : `cat '${file}'`)]);
    if (!packed) list.push(["wc -l", ...shell(`wc -l '${file}'`)]);
  }
  return list.map(([name, command, args]) => ({ name, command, args, runs: [] }));
}

/** Every contender once a round, so that a busy or throttled machine is so for all of them; medians over the rounds. */
async function compare(file, size, list, rounds) {
  console.log(
    `\n${path.basename(file)}, ${(statSync(file).size / 1e6).toFixed(0)} MB (${size} MB unpacked), ${rounds} rounds`,
  );
  for (let round = 0; round < rounds; round++) for (const contender of list) contender.runs.push(measure(contender));
  const first = list[0];
  const rows = list.map(({ name, runs }) => ({ name, ...summary(runs) }));
  const base = summary(first.runs);
  console.log(
    ["", "CPU s", "wall s", "first CPU s", "process CPU s", "peak MB", "CPU ratio", "wall ratio"].map(cell).join(""),
  );
  for (const row of rows) {
    const ratios = [`${(row.cpu / base.cpu).toFixed(2)} x`, `${(row.wall / base.wall).toFixed(2)} x`];
    const numbers = [
      row.cpu.toFixed(3),
      row.wall.toFixed(3),
      row.first.toFixed(3),
      row.process.toFixed(2),
      row.peak.toFixed(0),
      ...ratios,
    ];
    console.log([row.name, ...numbers].map(cell).join(""));
  }
}

const cell = (text, i) => (i === 0 ? text.padEnd(36) : text.padStart(15));

function measure({ name, command, args }) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
  if (command !== "bash") return JSON.parse(stdout.trim().split("\n").at(-1));
  const [user, system, wall] = stderr.trim().split("\n").at(-1).split(" ").map(Number);
  return { readings: [{ cpu: user + system, wall }], process: user + system, peak: 0 };
}

function summary(runs) {
  // where a process reads several times, the first is told apart: compiling and warming up are the user's time too
  const later = runs.flatMap(({ readings }) => (readings.length > 1 ? readings.slice(1) : readings));
  return {
    cpu: median(later.map(({ cpu }) => cpu)),
    wall: median(later.map(({ wall }) => wall)),
    first: median(runs.map(({ readings }) => readings[0].cpu)),
    process: median(runs.map((run) => run.process)),
    peak: median(runs.map((run) => run.peak)),
  };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

// ---- files ----

/**
 * Lets the system read the file from the disk once more, in large pieces, as it does with what was written some time
 * ago; else it is as it was made.
 */
function forget(file) {
  spawnSync("sync", [file]);
  spawnSync("dd", [`if=${file}`, "iflag=nocache", "count=0"]);
  const descriptor = openSync(file, "r");
  const buffer = Buffer.alloc(1 << 20);
  while (readSync(descriptor, buffer) > 0);
  closeSync(descriptor);
}

/** A smooth field of a few waves: every number differs, as in a real density. */
async function ensureFile(size) {
  const points = SIZES[size];
  const file = path.join(folder, `CHGCAR_${points}`);
  if (existsSync(file)) return file;
  console.log(`Making ${file} ...`);
  const temporary = `${file}.part`;
  const descriptor = openSync(temporary, "w");
  const edge = (points / 10).toFixed(6).padStart(12);
  const rows = [
    `${edge}    0.000000    0.000000`,
    `    0.000000${edge}    0.000000`,
    `    0.000000    0.000000${edge}`,
  ];
  writeSync(
    descriptor,
    `made for measuring\n   1.00000000000000\n${rows.join("\n")}\n   Fe\n     1\nDirect\n  0.000000  0.000000  0.000000\n \n`,
  );
  writeSync(descriptor, `${`  ${points}`.repeat(3)}\n`);
  const { fortranReal } = await bundled("src/core/formats/writeVolumetric.ts");
  const wave = (k, phase) =>
    Float64Array.from({ length: points }, (_, i) => Math.cos((2 * Math.PI * k * i) / points + phase));
  const [x1, x2, y1, y2, z1, z2] = [wave(1, 0.3), wave(5, 1), wave(2, 0.1), wave(3, 2), wave(1, 1.7), wave(7, 0.2)];
  let column = 0;
  for (let z = 0; z < points; z++) {
    let text = "";
    for (let y = 0; y < points; y++)
      for (let x = 0; x < points; x++) {
        const value = 8 + 3 * x1[x] * y1[y] * z1[z] + x2[x] * y2[y] + 0.1 * z2[z] * x1[x];
        column = (column + 1) % 5;
        text += ` ${fortranReal(value)}${column === 0 ? "\n" : ""}`;
      }
    writeSync(descriptor, text);
  }
  writeSync(descriptor, "\n");
  closeSync(descriptor);
  renameSync(temporary, file);
  return file;
}

async function bundled(source) {
  const outfile = path.join(folder, `${path.basename(source, ".ts")}.cjs`);
  await bundleProgram(source, outfile);
  return (await import(outfile)).default;
}

async function ensurePacked(file) {
  const packed = `${file}.gz`;
  if (!existsSync(packed)) {
    await pipeline(createReadStream(file), createGzip(), createWriteStream(`${packed}.part`));
    renameSync(`${packed}.part`, packed);
  }
  return packed;
}

/**
 * Whether the other programs can be run: they are installed for this measurement alone, in an environment of their own.
 */
function ensurePython() {
  try {
    if (!existsSync(python)) execFileSync("python3", ["-m", "venv", venv], { stdio: "ignore" });
    execFileSync(python, ["-m", "pip", "install", "--quiet", "pymatgen-core", "ase"], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    return true;
  } catch (error) {
    console.log(
      `Skipped: pymatgen-core and ASE, since they could not be installed (${String(error.message).split("\n")[0]}).`,
    );
    return false;
  }
}
