// Damaged files of other forms: JSON, arrays, XSF, cube, HDF5, zarr, Parquet, CIF, extended XYZ. They must end in a
// value or an error, in bounded time.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { afterAll, expect, it } from "vitest";
import { readVolumetric } from "../../src/jobs/densities/readVolumetric.js";
import { inspectFile } from "../../src/jobs/inspect/inspect.js";
import { damagedBytes } from "./bytes.js";
import { Dice } from "./mutate.js";

/** `npm run fuzz` sets it: then seeds go on from a random one until the time is up. */
const seconds = Number(process.env.R3DVS_FUZZ_SECONDS ?? 0);
const SEEDS = 40;
const LONGEST_MS = 5000;
const MAX_GROWTH = 600 * 2 ** 20;
const fixtures = path.resolve(import.meta.dirname, "../fixtures/forms");
const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-fuzz-forms-"));
afterAll(() => rmSync(folder, { recursive: true }));
cpSync(path.join(fixtures, "density.vasp"), path.join(folder, "POSCAR"));

const FILES = [
  ["x.json", gunzipSync(readFileSync(path.join(fixtures, "CHGCAR.json.gz")))],
  ["x.json.gz", readFileSync(path.join(fixtures, "mp-aaabx.json.gz"))],
  ["x.npy", readFileSync(path.join(fixtures, "density.npy"))],
  ["x.xsf", readFileSync(path.join(fixtures, "density.xsf"))],
  ["x.hdf5", readFileSync(path.join(fixtures, "chgcar_pymatgen.hdf5"))],
  ["x.cube", Buffer.from(cubeText())],
  ["snappy.parquet", readFileSync(path.join(fixtures, "materials_snappy.parquet"))],
  ["zstd.parquet", readFileSync(path.join(fixtures, "materials_zstd.parquet"))],
  ["nested.parquet", readFileSync(path.join(fixtures, "nested.parquet"))],
  ["x.zarr.zip", zipSync({ ...zarrFiles("mp-v3.zarr", "a/"), ...zarrFiles("mp-v3.zarr", "b/") }, { level: 6 })],
] as const;

/** The smallest group that is one: the total alone. */
function zarrFiles(name: string, prefix: string): Record<string, Uint8Array> {
  const group = path.join(fixtures, name);
  const files = readdirSync(group, { recursive: true, encoding: "utf8" })
    .filter((file) => !file.includes("diff") && statSync(path.join(group, file)).isFile())
    .map((file) => [prefix + file.split(path.sep).join("/"), new Uint8Array(readFileSync(path.join(group, file)))]);
  return Object.fromEntries(files) as Record<string, Uint8Array>;
}

/** Files of structures alone, which are inspected. */
const STRUCTURES = [
  ["x.cif", readFileSync(path.join(fixtures, "structure.cif"))],
  [
    "named.cif",
    Buffer.from(
      [
        "data_x",
        ...["a 8.08", "b 8.08", "c 8.08"].map((line) => `_cell_length_${line}`),
        ...["alpha 90", "beta 90", "gamma 90"].map((line) => `_cell_angle_${line}`),
        "_symmetry_space_group_name_H-M 'F d -3 m'",
        "_chemical_formula_sum 'Mg Al2 O4'",
        "loop_",
        ...["label", "fract_x", "fract_y", "fract_z"].map((name) => `_atom_site_${name}`),
        "Mg 0 0 0\nAl 0.625 0.625 0.625\nO 0.3873 0.3873 0.3873\n",
      ].join("\n"),
    ),
  ],
  ["s.json", readFileSync(path.join(fixtures, "structure.json"))],
  [
    "x.extxyz",
    Buffer.from(
      '2\nLattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3 pbc="T T T"\nZn 0 0 0\nO 1 1 1\n'.repeat(2),
    ),
  ],
] as const;

/** An atom in a box of 4 x 3 x 5 points. */
function cubeText(): string {
  const head = [
    "made",
    "for the fuzzer",
    " 1 0.0 0.0 0.0",
    " 4 1.0 0.0 0.0",
    " 3 0.0 1.0 0.0",
    " 5 0.0 0.0 1.0",
    " 8 8.0 0.5 0.5 0.5",
  ];
  const rows = Array.from({ length: 12 }, (_, row) =>
    Array.from({ length: 5 }, (_, i) => `${(0.1 + row + i / 7).toExponential(5)}`).join(" "),
  );
  return `${[...head, ...rows].join("\n")}\n`;
}

/** The files of a zarr group that are damaged, each with the group. */
const ZARR_FILES = (
  [
    [
      "mp-v2.zarr",
      [".zattrs", "charge_density_total/.zarray", "charge_density_total/0.0.0", "charge_density_diff/1.1.1"],
    ],
    ["mp-v3.zarr", ["zarr.json", "charge_density_total/zarr.json", "charge_density_total/c/0/0/0"]],
  ] as const
).flatMap(([version, names]) =>
  names.map((name, index) => {
    const group = path.join(folder, `${index}-${version}`);
    cpSync(path.join(fixtures, version), group, { recursive: true });
    return { group, file: path.join(group, name), whole: readFileSync(path.join(group, name)) };
  }),
);

/** What is damaged where, and what is read then. */
const SUBJECTS = [
  ...FILES.map(([name, whole]) => ({ name, read: path.join(folder, name), file: path.join(folder, name), whole })),
  ...ZARR_FILES.map(({ group, file, whole }) => ({ name: path.relative(folder, file), read: group, file, whole })),
  ...STRUCTURES.map(([name, whole]) => {
    const file = path.join(folder, name);
    return { name, read: file, file, whole, isStructure: true };
  }),
];
type Subject = (typeof SUBJECTS)[number] & { readonly isStructure?: boolean };

function expectQuick(where: string, start: NodeJS.CpuUsage): void {
  const { user, system } = process.cpuUsage(start);
  if (seconds > 0 && user + system > 1000 * LONGEST_MS)
    throw new Error(`${where}: ${Math.round((user + system) / 1000)} ms`);
}

async function check({ name, read, file, whole, isStructure = false }: Subject, seed: number): Promise<void> {
  const where = `${name}, seed ${seed}`;
  const dice = new Dice(seed);
  writeFileSync(file, dice.below(4) === 0 ? whole.subarray(0, dice.below(whole.length)) : damagedBytes(whole, dice));
  const start = process.cpuUsage();
  const failed = (error: unknown) => {
    throw new Error(`${where}: ${error instanceof Error ? error.stack : String(error)}`);
  };
  if (isStructure) {
    const { info, problems } = await inspectFile(read).catch(failed);
    expectQuick(where, start);
    expect(info.kind !== undefined || problems.length > 0, `${where}: silently nothing`).toBe(true);
    expect(Number.isFinite(info.volume ?? 1), `${where}: a cell without a volume`).toBe(true);
    writeFileSync(file, whole);
    return;
  }
  const { value, problems } = await readVolumetric(read, { functionals: true }).catch(failed);
  expectQuick(where, start);
  const isWhole = value !== undefined && !value.truncated && value.blocks.length > 0;
  expect(isWhole || problems.some(({ severity }) => severity === "error"), `${where}: silently nothing`).toBe(true);
  for (const { spectrum } of value?.blocks ?? [])
    expect([...(spectrum?.amplitude ?? [])].every(Number.isFinite), `${where}: a spectrum of holes`).toBe(true);
  writeFileSync(file, whole);
}

it.each(SUBJECTS)("a damaged $name never throws or passes in silence", { timeout: 120_000 }, async (subject) => {
  for (let seed = 1; seed <= SEEDS; seed++) await check(subject, seed);
});

it("further ones neither, and none takes long or grows", { timeout: (seconds + 120) * 1000 }, async () => {
  const before = process.memoryUsage().rss;
  const first = Math.floor(Math.random() * 2 ** 30);
  let count = 0;
  for (let seed = first, end = performance.now() + seconds * 1000; performance.now() < end; seed++) {
    for (const subject of SUBJECTS) await check(subject, seed);
    count += SUBJECTS.length;
    await setImmediate(); // the runner wants to hear of a long test
  }
  const grown = process.memoryUsage().rss - before;
  if (count > 0)
    process.stderr.write(
      `${count} damaged files of other forms from seed ${first}; grown by ${Math.round(grown / 2 ** 20)} MB\n`,
    );
  expect(grown).toBeLessThan(MAX_GROWTH);
});
