// Forms with several densities in one file, and further ones of other writers, each against the CHGCAR of the same
// density; and what is told of files that are none of these.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import h5wasm, { File } from "h5wasm/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lookThrough, resolvePaths } from "../../../src/jobs/dataset/materialFiles.js";
import { readAtoms } from "../../../src/jobs/densities/readAtoms.js";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import { inspectFile } from "../../../src/jobs/inspect/inspect.js";
import { isStructureOnly } from "../../../src/jobs/spectra/readStructure.js";

const FORMS = path.resolve(import.meta.dirname, "../../fixtures/forms");
const root = mkdtempSync(path.join(tmpdir(), "r3dvs-further-"));
afterAll(() => rmSync(root, { recursive: true }));

function put(name: string, content: string | Uint8Array): string {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

async function amplitudesOf(file: string, frame?: number): Promise<Float64Array> {
  const { value, problems } = await readVolumetric(file, frame === undefined ? {} : { frame });
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return value?.blocks[0]?.spectrum?.amplitude ?? new Float64Array(0);
}

const expected = await amplitudesOf(path.join(FORMS, "CHGCAR"));

async function expectSame(file: string, { frame, tolerance = 1e-6 }: { frame?: number; tolerance?: number } = {}) {
  const found = await amplitudesOf(file, frame);
  expect(found.length).toBe(expected.length);
  const worst = Math.max(...found.map((a, i) => Math.abs(a - (expected[i] as number))));
  expect(worst / Math.max(...expected)).toBeLessThan(tolerance);
}

const problemsOf = async (file: string) =>
  (await inspectFile(file)).problems.map(({ severity, message }) => `${severity}: ${message}`);

describe("a store with several zarr groups", () => {
  const groups = { "b/mp-2": "mp-v2.zarr", "mp-1": "mp-v3.zarr" };

  function folderOf(name: string): string {
    const store = path.join(root, name);
    for (const [place, from] of Object.entries(groups))
      cpSync(path.join(FORMS, from), path.join(store, place), { recursive: true });
    put(`${name}/zarr.json`, '{"zarr_format": 3, "node_type": "group", "attributes": {}}');
    return store;
  }

  test("is one material per group, in a folder and in a zip file, alone and in a dataset", async () => {
    const store = folderOf("set/all.zarr");
    const { materials } = await resolvePaths([store]);
    expect(materials.map(({ id, file, row }) => [id, path.relative(store, file), row])).toEqual([
      ["mp-2", path.join("b", "mp-2"), undefined],
      ["mp-1", "mp-1", undefined],
    ]);
    for (const { file } of materials) await expectSame(file);
    expect((await lookThrough(path.join(root, "set"))).materials.map(({ id }) => id)).toEqual(["mp-1", "mp-2"]);
    await expectSame(store, { frame: 1 });
    await expectSame(store, { frame: 2 });
    expect((await inspectFile(store)).info.frames).toBe(2);
    expect((await readVolumetric(store, { frame: 3 })).problems[0]?.message).toBe("no group 3: the zarr store has 2");
    const hashes = await Promise.all([1, 2].map(async (frame) => (await readVolumetric(store, { frame })).value?.hash));
    expect(hashes[0]).not.toBe("");
  });

  test("has its materials named by their paths where two are alike", async () => {
    const files: Record<string, Uint8Array> = {};
    for (const place of ["a/mp-1.zarr", "b/mp-1.zarr"])
      for (const [name, bytes] of filesBelow(path.join(FORMS, "mp-v3.zarr"))) files[`${place}/${name}`] = bytes;
    const zip = put("zips/two.zarr.zip", zipSync(files, { level: 0 }));
    expect((await resolvePaths([zip])).materials.map(({ id, row }) => [id, row])).toEqual([
      ["a/mp-1", 0],
      ["b/mp-1", 1],
    ]);
    await expectSame(zip, { frame: 2 });
  });
});

function filesBelow(folder: string): [string, Uint8Array][] {
  const names = ["zarr.json", "charge_density_total/zarr.json"];
  for (const x of [0, 1])
    for (const y of [0, 1]) for (const z of [0, 1]) names.push(`charge_density_total/c/${x}/${y}/${z}`);
  return names.map((name) => [name, readFileSync(path.join(folder, name))]);
}

test("Parquet whose grids are nested lists needs no column with their shape", async () => {
  await expectSame(path.join(FORMS, "nested.parquet"));
  const { materials } = await resolvePaths([path.join(FORMS, "nested.parquet")]);
  expect(materials.map(({ id }) => id)).toEqual(["agm-1"]);
});

describe("HDF5 of pymatgen", () => {
  beforeAll(async () => void (await h5wasm.ready));
  const structure = readFileSync(path.join(FORMS, "structure.json"), "utf8");
  const { lattice, sites } = JSON.parse(structure) as {
    lattice: { matrix: number[][] };
    sites: { abc: number[] }[];
  };
  const total = (
    JSON.parse(gunzipSync(readFileSync(path.join(FORMS, "CHGCAR.json.gz"))).toString()) as {
      data: { total: { data: number[][][] } };
    }
  ).data.total.data.flat(2);

  function hdf5(name: string, fill: (file: File) => void): string {
    const place = put(name, "");
    rmSync(place);
    const file = new File(place, "w");
    fill(file);
    file.create_group("vdata").create_dataset({ name: "total", data: Float64Array.from(total), shape: [22, 18, 24] });
    file.close();
    return place;
  }
  const cell = (file: File) => {
    file.create_dataset({ name: "lattice", data: Float64Array.from(lattice.matrix.flat()), shape: [3, 3] });
    const places = Float64Array.from(sites.flatMap(({ abc }) => abc));
    file.create_dataset({ name: "fcoords", data: places, shape: [sites.length, 3] });
  };

  test.each<[string, (file: File) => void]>([
    ["species.h5", (file) => void [cell(file), file.create_dataset({ name: "species", data: ["Zn", "O", "O"] })]],
    ["charged.h5", (file) => void [cell(file), file.create_dataset({ name: "species", data: ["Zn2+", "O2-", "O2-"] })]],
    ["attribute.h5", (file) => file.create_attribute("structure_json", structure)],
    ["dataset.h5", (file) => file.create_dataset({ name: "structure", data: [structure] })],
  ])("is read without atomic numbers: %s", async (name, fill) => {
    const file = hdf5(name, fill);
    await expectSame(file);
    expect((await inspectFile(file)).info.formula).toBe("Zn1O2");
  });

  test("without any structure is refused with what is missing", async () => {
    expect(await problemsOf(hdf5("none.h5", cell))).toEqual([
      "error: the HDF5 file has no structure (lattice, fcoords and Z or species, or structure_json)",
    ]);
  });
});

describe("arrays of numpy", () => {
  const plain = readFileSync(path.join(FORMS, "density.npy"));
  const values = plain.subarray(plain.length - 8 * 22 * 18 * 24);
  cpSync(path.join(FORMS, "density.vasp"), put("arrays/POSCAR", ""));

  function npy(name: string, descr: string, shape: string, bytes: Uint8Array): string {
    const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
    const head = Buffer.from(`\x93NUMPY\x01\0\0\0${text.padEnd(117)}\n`, "latin1");
    head.writeUInt16LE(118, 8);
    return put(`arrays/${name}`, Buffer.concat([head, bytes]));
  }
  const complex = (imaginary: number) => {
    const bytes = Buffer.alloc(2 * values.length);
    for (let at = 0; at < values.length; at += 8) {
      values.copy(bytes, 2 * at, at, at + 8);
      bytes.writeDoubleLE(imaginary, 2 * at + 8);
    }
    return bytes;
  };

  test("with axes of one entry, and complex by name alone, are grids", async () => {
    await expectSame(npy("first.npy", "<f8", "1, 22, 18, 24", values));
    await expectSame(npy("last.npy", "<f8", "22, 18, 24, 1", values));
    await expectSame(npy("complex.npy", "<c16", "22, 18, 24", complex(0)));
    expect(await problemsOf(npy("really.npy", "<c16", "22, 18, 24", complex(1)))).toContain(
      "error: the array is of complex numbers",
    );
    expect(await problemsOf(npy("four.npy", "<f8", "2, 11, 18, 24", values))).toEqual([
      "error: the array has not the three axes of a grid",
    ]);
  });
});

describe("XSF", () => {
  const text = readFileSync(path.join(FORMS, "density.xsf"), "utf8");
  const at = text.indexOf("BEGIN_DATAGRID_3D");
  const [, size = "", origin = "", ...lines] = text.slice(at).split("\n");
  const [nx = 0, ny = 0, nz = 0] = size.split(" ").map(Number);
  const spans = lines.slice(0, 3).map((line) => line.split(" ").map(Number));
  const numbers = lines.slice(3).join(" ").split("END")[0]?.trim().split(/\s+/) ?? [];
  const once = numbers.filter((_, i) => i % nx < nx - 1 && Math.floor(i / nx) % ny < ny - 1 && i < nx * ny * (nz - 1));

  /** Each point once, as ASE and Wannier90 write them. */
  function plain(name: string, steps: (points: number) => number): string {
    const points = [nx - 1, ny - 1, nz - 1];
    const rows = spans.map((row, i) => row.map((x) => x * steps(points[i] as number)).join(" "));
    const grid = ["BEGIN_DATAGRID_3D_x", points.join(" "), origin, ...rows, once.join(" "), "END_DATAGRID_3D"];
    return put(name, `${text.slice(0, at)}${grid.join("\n")}\nEND_BLOCK_DATAGRID_3D\n`);
  }

  test("whose grid has each point once is read, whichever span it tells", async () => {
    await expectSame(plain("wannier.xsf", (n) => (n - 1) / n));
    await expectSame(plain("ase.xsf", (n) => (n + 1) / n));
    expect(await problemsOf(plain("other.xsf", () => 2))).toEqual(["error: the grid spans another cell than PRIMVEC"]);
  });
});

test("an extended XYZ is a structure: the last of its frames", async () => {
  const frame = (x: number) =>
    [
      "3",
      'Lattice="4.1 0 0.3 0.4 3.6 0 0 0.5 4.6" Properties=id:I:1:species:S:1:pos:R:3:forces:R:3 pbc="T T T"',
      `1 Zn ${x} 0 0 0 0 0`,
      "2 O 1.225 2.175 3.525 0 0 0",
      "3 O 2.13 0.77 0.61 0 0 0",
      "",
    ].join("\n");
  const { value, problems } = await readAtoms(put("two.extxyz", frame(1) + frame(0)));
  expect(problems).toEqual([]);
  expect([value?.species, value?.counts]).toEqual([
    ["Zn", "O"],
    [1, 2],
  ]);
  expect([...(value?.fractional ?? [])].map((x) => Number(x.toFixed(6)))).toEqual([
    0, 0, 0, 0.25, 0.5, 0.75, 0.5, 0.2, 0.1,
  ]);
  expect((await inspectFile(path.join(root, "two.extxyz"))).info).toMatchObject({ kind: "XYZ", formula: "Zn1O2" });
  const cut = await readAtoms(put("cut.xyz", frame(0).split("\n").slice(0, 4).join("\n")));
  expect(cut.problems[0]?.message).toMatch(/^expected the number/);
  expect((await readAtoms(put("box.xyz", "1\nno cell\nH 0 0 0\n"))).problems[0]).toMatchObject({ line: 2 });
});

describe("a structure alone", () => {
  const poscar = readFileSync(path.join(FORMS, "density.vasp"), "utf8");
  const lines = poscar.split("\n");
  const places = lines.slice(8, 11).map((line) => line.split(/\s+/).slice(0, 4).join(" "));
  const frames = [1, 2].flatMap((step) => [`Direct configuration=     ${step}`, ...places]);

  test.each([
    ["POSCAR.MgO", poscar, true],
    ["no-name-of-vasp", poscar, true],
    ["XDATCAR", [...lines.slice(0, 7), ...frames, ""].join("\n"), true],
    ["x.extxyz", '1\nLattice="4 0 0 0 4 0 0 0 4"\nO 0 0 0\n', true],
    ["POSCAR.CHGCAR", readFileSync(path.join(FORMS, "CHGCAR"), "utf8"), false],
    ["also-no-name", readFileSync(path.join(FORMS, "CHGCAR"), "utf8"), false],
  ])("is told from a density by its content: %s", async (name, text, isStructure) => {
    expect(await isStructureOnly(put(`alone/${name}`, text))).toBe(isStructure);
  });

  test("of a trajectory is its last frame", async () => {
    const { value, problems } = await readAtoms(path.join(root, "alone/XDATCAR"));
    expect(value?.counts).toEqual([1, 2]);
    expect(problems.map(({ message }) => message)).toContain("the file has 2 frames: the last one is used");
  });
});

test("an array beside a CIF says that a CIF does not turn the cell", async () => {
  cpSync(path.join(FORMS, "density.npy"), put("turned/x.npy", ""));
  cpSync(path.join(FORMS, "structure.cif"), path.join(root, "turned/x.cif"));
  expect(await problemsOf(path.join(root, "turned/x.npy"))).toEqual([
    expect.stringContaining("information: the structure is of a CIF, which does not tell how the cell is turned"),
  ]);
});

describe("a cube", () => {
  /** One oxygen in a cube of 2 Å with the same value everywhere. */
  function cube(name: string, value: number): string {
    const step = 2 / 0.529177210903 / 4;
    const axes = [0, 1, 2].map((axis) => `4 ${[0, 1, 2].map((i) => (i === axis ? step : 0)).join(" ")}`);
    const rows = Array.from({ length: 16 }, () => Array(4).fill(value.toExponential(10)).join(" "));
    return put(name, ["made", "here", "1 0 0 0", ...axes, "8 8 0 0 0", ...rows, ""].join("\n"));
  }
  const BOHR3 = 0.529177210903 ** 3;

  test.each([
    ["bohr.cube", (6 / 8) * BOHR3, undefined],
    ["angstrom.cube", 6 / 8, "in e/Å³ it would hold 6; convert its values"],
    ["vasp.cube", 6, "in e × Å³/Å³ it would hold 6; convert its values"],
    ["none.cube", 1e6, "its values are in another unit"],
  ])("with more electrons than its atoms says which unit would be possible: %s", async (name, value, told) => {
    const warnings = (await problemsOf(cube(name, value))).filter((line) => line.startsWith("warning"));
    expect(warnings).toEqual(told === undefined ? [] : [expect.stringContaining(told)]);
  });

  test("is known by its content where its name tells nothing", async () => {
    expect((await inspectFile(cube("density.dat", 0.01))).info.kind).toBe("cube");
  });
});

describe("what is not read is named by its first bytes", () => {
  const chgcar = readFileSync(path.join(FORMS, "CHGCAR"));
  const wavecar = (tag: number, isBig = false) => {
    const bytes = Buffer.alloc(200);
    for (const [i, x] of [4352, 1, tag].entries())
      isBig ? bytes.writeDoubleBE(x, 8 * i) : bytes.writeDoubleLE(x, 8 * i);
    return bytes;
  };
  const bytes = (text: string) => Buffer.from(text.padEnd(200, "\0"), "latin1");

  test.each<[string, Uint8Array, string]>([
    ["PNG", bytes("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "this is a PNG file"],
    ["JPEG", bytes("\xff\xd8\xff\xe0\0\x10JFIF"), "this is a JPEG file"],
    ["GIF", bytes("GIF89a"), "this is a GIF file"],
    ["HDF4", bytes("\x0e\x03\x13\x01"), "this is an HDF4 file"],
    ["NetCDF", bytes("CDF\x01"), "this is a NetCDF file"],
    ["Arrow", bytes("ARROW1\0\0"), "this is an Arrow (Feather) file"],
    ["ORC", bytes("ORC\x0e\x03"), "this is an ORC file"],
    ["Avro", bytes("Obj\x01\x04\x16avro.schema"), "this is an Avro file"],
    ["MATLAB", bytes("MATLAB 5.0 MAT-file, Platform: GLNXA64"), "this is a MATLAB file"],
    ["LMDB", bytes(`${"\0".repeat(16)}\xde\xc0\xef\xbe`), "this is an LMDB file"],
    ["GSD", bytes("\xdf\x65".repeat(4)), "this is a GSD file"],
    ["ELF", bytes("\x7fELF\x02\x01\x01"), "this is a program (ELF) file"],
    ["Windows", bytes("MZ\x90\0\x03\0"), "this is a program (Windows) file"],
    ["WAVECAR", wavecar(45200), "this is a VASP WAVECAR file"],
    ["WAVECAR of a big-endian machine", wavecar(53300, true), "this is a VASP WAVECAR file"],
    ["snappy", bytes("\xff\x06\0\0sNaPpY"), "this is a snappy file, which is not read: unpack it"],
    ["gzip in gzip", gzipSync(gzipSync(chgcar)), "this is a gzip (packed twice) file, which is not read: unpack it"],
    ["an array archive", zipSync({ "arr_0.npy": new Uint8Array(9) }), "this is a NumPy archive (.npz) file"],
    [
      "UTF-16",
      Buffer.from(`\ufeff${chgcar.toString("latin1", 0, 500)}`, "utf16le"),
      "this text is UTF-16: save it as UTF-8",
    ],
    ["a web page", Buffer.from('\n<html lang="en"><head>'), "this is a web page, not a VASP file"],
    ["an error page", Buffer.from("<head><title>502 Bad Gateway</title></head>\n"), "this is a web page"],
    ["a pointer of git-annex", Buffer.from("/annex/objects/SHA256E-s12--ab.gz\n"), "this is a git-annex pointer"],
  ])("%s", async (name, content, message) => {
    for (const kind of ["CHGCAR", "POSCAR", "OUTCAR", "vasprun.xml", "INCAR"]) {
      const found = await problemsOf(put(`named/${name.replaceAll(/\W/g, "_")}/${kind}`, content));
      expect(found).toEqual([expect.stringContaining(`error: ${message}`)]);
    }
  });

  test.each(["ORC phase", "PAR1 made here", "FEA1 cell", "GIF", "PK", "CDF", "MZ 1", "%PDF"])(
    "but a title may be anything: %s",
    async (title) => {
      const text = readFileSync(path.join(FORMS, "density.vasp"), "utf8").replace(/^[^\n]*/, title);
      expect(await problemsOf(put("titles/POSCAR", text))).toEqual([]);
    },
  );

  test("and a link to what is not there says where it leads", async () => {
    const link = path.join(root, "CHGCAR");
    symlinkSync("../.git/annex/objects/aa/SHA256E-s1--ab", link);
    expect(await problemsOf(link)).toEqual([
      "error: this is a git-annex link, and the file itself is not here: fetch it with `git annex get`",
    ]);
    rmSync(link);
    symlinkSync("nowhere/CHGCAR", link);
    expect(await problemsOf(link)).toEqual(["error: the link points to nowhere/CHGCAR, which cannot be found"]);
  });
});
