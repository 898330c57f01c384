// Whatever stands in files that are read as a whole, packed or as a stream of text: no reader throws what is not its
// own error, hangs, or grows.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { parseCif } from "../../src/core/formats/cif.js";
import { EigenvalReader } from "../../src/core/formats/eigenval.js";
import { parseIncar } from "../../src/core/formats/incar.js";
import { parseKpoints } from "../../src/core/formats/kpoints.js";
import { OutcarReader } from "../../src/core/formats/outcar.js";
import { parsePoscar } from "../../src/core/formats/poscar.js";
import { VasprunReader } from "../../src/core/formats/vasprun.js";
import { XdatcarReader } from "../../src/core/formats/xdatcar.js";
import type { Parsed } from "../../src/core/text/problem.js";
import { parseTargets } from "../../src/jobs/dataset/targetsFile.js";
import { NpzWriter, readNpz } from "../../src/jobs/files/npz.js";
import { DamagedPackingError, packingOf } from "../../src/jobs/files/packing.js";
import { packTensors, unpackTensors } from "../../src/jobs/files/tensorFile.js";
import { unpack } from "../../src/jobs/files/unpack.js";
import { DamagedFileError } from "../../src/jobs/files/zipArchive.js";
import { MODEL_SHAPE } from "../../src/jobs/models/modelShape.js";
import { parseConfig } from "../../src/jobs/settings/configFile.js";
import { readSpectrum, writeSpectrum } from "../../src/jobs/spectra/spectrumFile.js";
import { MANIFEST_SHAPE, OUTCOME_SHAPE, SPLITS_SHAPE } from "../../src/protocol/runShapes.js";
import { damagedBytes } from "./bytes.js";
import { Dice } from "./mutate.js";
import { aManifest, aMaterial, aModel } from "./storedThings.js";

const seconds = Number(process.env.R3DVS_FUZZ_SECONDS ?? 0);
const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);
/** `R3DVS_FUZZ_INPUTS` ends a run that would go on. */
const MOST = Number(process.env.R3DVS_FUZZ_INPUTS ?? Infinity);
const TOLD = 50_000;
const LONGEST_MS = 5000;
const MAX_GROWTH = 500 * 2 ** 20;

const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true }));

const fixture = (...names: string[]) => readFileSync(path.join(import.meta.dirname, "../fixtures", ...names));
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A reader and whole inputs for it. `read` throws only what a caller catches. */
interface Subject {
  readonly name: string;
  readonly whole: readonly Uint8Array[];
  readonly read: (bytes: Uint8Array, dice: Dice) => unknown;
}

/** Problems stand inside the file. */
function inside({ problems }: Parsed<unknown>, source: string): void {
  const lines = source.split("\n").length;
  for (const { line, column, message } of problems) {
    if (line < 1 || line > lines + 1 || column < 1)
      throw new Error(`line ${line}, column ${column} of ${lines}: ${message}`);
    if (message.length > 2000) throw new Error(`a message of ${message.length} characters`);
  }
}

const parser = (name: string, parse: (source: string) => Parsed<unknown>, ...whole: readonly string[]): Subject => ({
  name,
  whole: whole.map((one) => Buffer.from(one)),
  read: (bytes) => inside(parse(text(bytes)), text(bytes)),
});

interface Streamed {
  push(chunk: Uint8Array): void;
  finish(): Parsed<unknown>;
}

const streamed = (name: string, make: () => Streamed, ...whole: readonly Uint8Array[]): Subject => ({
  name,
  whole,
  read: (bytes, dice) => {
    const reader = make();
    for (let at = 0; at < bytes.length; ) {
      const end = at + 1 + dice.below(4096);
      reader.push(bytes.subarray(at, end));
      at = end;
    }
    inside(reader.finish(), text(bytes));
  },
});

/** A caller catches these and tells them with the file's name. */
function orKnown(read: () => unknown, ...known: readonly (new (message: string) => Error)[]): void {
  try {
    read();
  } catch (error) {
    if (!known.some((one) => error instanceof one)) throw error;
  }
}

async function drain(bytes: Uint8Array): Promise<void> {
  let size = 0;
  const stored = (async function* () {
    yield bytes;
  })();
  try {
    for await (const chunk of unpack(packingOf(bytes), stored, bytes.length)) {
      size += chunk.length;
      if (size > 2 ** 26) return;
    }
  } catch (error) {
    if (!(error instanceof DamagedPackingError)) throw error;
  }
}

function npz(): Uint8Array {
  const file = path.join(folder, "whole.npz");
  const writer = new NpzWriter(file);
  writer.add("values", Float64Array.of(1, 2, 3));
  writer.add("ids", ["a", "β"]);
  writer.addText("meta.json", "{}");
  writer.close();
  return readFileSync(file);
}

function spectrum(): Uint8Array {
  const file = path.join(folder, "spectrum.npz");
  writeSpectrum(file, aMaterial, {
    software: "0",
    component: "total",
    cutoff: aMaterial.spectrum.cutoff,
    bytes: 1,
    modified: 1,
  });
  return readFileSync(file);
}

const model = packTensors(aModel);
const POSCAR =
  "SiO2\n1.0\n4 0 0\n0 4 0\n0 0 5\nSi O\n1 2\nSelective dynamics\nDirect\n0 0 0 T T F\n.5 .5 .5 T T T\n.1 .2 .3 F F F\n";
const INCAR = 'SYSTEM = a # b\nENCUT = 520; ISMEAR = 0\nMAGMOM = 3*0.6 5\nLDAUU = 1 \\\n 2 3\nWANNIER90_WIN = "a\nb"\n';
const KPOINTS = [
  "k\n0\nGamma\n4 4 4\n0 0 0\n",
  "k\n2\nReciprocal\n0 0 0 1\n.5 0 0 2\n",
  "k\n10\nLine\nrec\n0 0 0 G\n.5 0 0 X\n",
];
const CIF =
  "data_a\n_cell_length_a 4\n_cell_length_b 4\n_cell_length_c 4\n_cell_angle_alpha 90\n_cell_angle_beta 90\n_cell_angle_gamma 90\nloop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nSi1 0 0 0\nO1 .5 .5 .5\n";
const CONFIG = JSON.stringify({
  models: ["r3dvs"],
  repeats: 3,
  network: [{ kind: "convolution", filters: 8 }],
  perTarget: { gap: { epochs: 2 } },
});
const OUTCAR =
  " vasp.6.4.2\n   NIONS =      2\n   ISPIN  =      2\n   NELECT =      8.0000\n  volume of cell :       80.00\n  alpha Z        PSCENC =        10.0\n  Ewald energy   TEWEN  =      -100.0\n  -Hartree energ DENC   =       -20.0\n  free  energy   TOTEN  =      -10.0 eV\n  energy  without entropy=      -10.0  energy(sigma->0) =      -10.0\n";
const EIGENVAL =
  "  2  2  1  1\n 0.1E+02 0.4E-09 0.4E-09 0.5E-09 0.5E-15\n 1.0E-04\n CAR\n a\n  8  1  2\n\n 0.0 0.0 0.0 1.0\n 1 -5.0 1.0\n 2 3.0 0.0\n";
const VASPRUN =
  '<?xml version="1.0"?>\n<modeling>\n<generator><i name="version" type="string">6.4.2 </i></generator>\n<parameters><separator name="electronic"><i name="NELECT">8.0</i></separator></parameters>\n<structure name="finalpos"><crystal><varray name="basis"><v>4 0 0</v><v>0 4 0</v><v>0 0 4</v></varray></crystal><varray name="positions"><v>0 0 0</v></varray></structure>\n<calculation><energy><i name="e_fr_energy">-1.0</i></energy></calculation>\n</modeling>\n';
const XDATCAR =
  "a\n1\n4 0 0\n0 4 0\n0 0 4\nSi O\n1 1\nDirect configuration=     1\n0 0 0\n.5 .5 .5\nDirect configuration=     2\n0 0 .1\n.5 .5 .6\n";

const SUBJECTS: readonly Subject[] = [
  parser("POSCAR", parsePoscar, POSCAR),
  parser("INCAR", parseIncar, INCAR),
  parser("KPOINTS", parseKpoints, ...KPOINTS),
  parser("CIF", parseCif, CIF),
  parser("targets.csv", parseTargets, 'id,gap (eV),"E, total"\na,1.5,-3\n"b ""c""",2,\n'),
  parser("r3dvs.json", parseConfig, CONFIG),
  streamed("OUTCAR", () => new OutcarReader(), Buffer.from(OUTCAR)),
  streamed("EIGENVAL", () => new EigenvalReader(), Buffer.from(EIGENVAL)),
  streamed("vasprun.xml", () => new VasprunReader(), Buffer.from(VASPRUN)),
  streamed("XDATCAR", () => new XdatcarReader(), Buffer.from(XDATCAR)),
  {
    name: "packed",
    whole: [
      gzipSync("a line of text\n".repeat(50)),
      ...["small.bz2", "small.xz", "small.zst"].map((name) => fixture("packed", name)),
    ],
    read: drain,
  },
  { name: "npz", whole: [npz()], read: (bytes) => orKnown(() => readNpz(bytes), DamagedFileError) },
  {
    name: "spectrum",
    whole: [spectrum()],
    read: (bytes) => {
      const file = path.join(folder, "damaged.npz");
      writeFileSync(file, bytes);
      orKnown(() => readSpectrum(file), DamagedFileError);
    },
  },
  {
    name: "model.json",
    whole: [Buffer.from(JSON.stringify(model.json))],
    read: (bytes) =>
      orKnown(
        () => MODEL_SHAPE(unpackTensors({ json: JSON.parse(text(bytes)), bytes: model.bytes }), ""),
        SyntaxError,
        RangeError,
      ),
  },
  {
    name: "run.json",
    whole: [
      Buffer.from(JSON.stringify(aManifest)),
      Buffer.from('{"repeats":[{"repeat":0,"test":["a"],"pool":["b"]}]}'),
      Buffer.from('{"seconds":1,"predictions":[{"id":"a","value":1,"sigma":0,"count":1}]}'),
    ],
    read: (bytes) => {
      orKnown(() => {
        const value: unknown = JSON.parse(text(bytes));
        for (const shape of [MANIFEST_SHAPE, SPLITS_SHAPE, OUTCOME_SHAPE]) shape(value, "");
      }, SyntaxError);
    },
  },
];

async function check(subject: Subject, seed: number): Promise<void> {
  const dice = new Dice(seed);
  const bytes = damagedBytes(dice.of(subject.whole), dice);
  const start = process.cpuUsage();
  try {
    await subject.read(bytes, dice);
  } catch (error) {
    throw new Error(`${subject.name}, seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
  }
  // of the processor, so that a busy machine is no fault of the reader's
  const { user, system } = process.cpuUsage(start);
  const took = (user + system) / 1000;
  if (took > LONGEST_MS) throw new Error(`${subject.name}, seed ${seed}: ${Math.round(took)} ms`);
}

describe("damaged files of any form", () => {
  it.each(SUBJECTS)("$name is read when it is whole", async ({ whole, read }) => {
    for (const bytes of whole) await read(bytes, new Dice(1));
  });

  it("throw, hang or grow nothing", { timeout: (seconds + 120) * 1000 }, async () => {
    const before = process.memoryUsage().rss;
    const grown = () => process.memoryUsage().rss - before;
    for (const subject of SUBJECTS) for (const seed of SEEDS) await check(subject, seed);
    const first = Math.floor(Math.random() * 2 ** 30);
    const tell = (count: number) =>
      process.stderr.write(`${count} damaged files from seed ${first}; grown by ${Math.round(grown() / 2 ** 20)} MB\n`);
    const end = performance.now() + seconds * 1000;
    let count = 0;
    for (let seed = first; performance.now() < end && count < MOST; seed++) {
      for (const subject of SUBJECTS) await check(subject, seed);
      count += SUBJECTS.length;
      // so that a long run that ends at a fault has told how far it came
      if (count % TOLD < SUBJECTS.length) tell(count);
      await setImmediate(); // the runner wants to hear of a long test
    }
    if (count > 0) tell(count);
    expect(grown()).toBeLessThan(MAX_GROWTH);
  });
});
