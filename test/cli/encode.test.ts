import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { numbersOf, textsOf } from "../../src/jobs/files/npy.js";
import { readNpz } from "../../src/jobs/files/npz.js";
import { runCli, SAMPLE, SAMPLE_IDS, sampleDataset, snapshot, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const IDS = SAMPLE_IDS.slice(0, 6);
const out = (name: string) => path.join(root, name);
let data: string;

beforeAll(() => {
  data = sampleDataset(root, IDS);
});

describe("r3dvs encode", () => {
  test("writes the arrays that the page names, a row a material, the same bytes on one thread and two", async () => {
    const before = snapshot(data);
    const two = await runCli(["encode", data, "-o", out("two.npz"), "--threads", "2", "--json"]);
    expect([two.code, two.stderr]).toEqual([0, ""]);
    expect(two.events.at(-1)).toEqual({ event: "finished", done: 6, failed: 0 });
    expect(
      two.events
        .filter(({ event }) => event === "encoded")
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...IDS].sort());
    await runCli(["encode", data, "-o", out("one.npz"), "--threads", "1"]);
    expect(readFileSync(out("one.npz")).equals(readFileSync(out("two.npz")))).toBe(true);
    expect(snapshot(data)).toEqual(before);
    const { ids, shapes, voxels } = load("two.npz");
    expect(ids).toEqual([...IDS].sort());
    expect(shapes).toEqual({ ids: [6], lattice: [6, 3, 3], dl: [], length: [], descriptor: [6, 32, 32, 32] });
    // g = 0 stands in the middle and is the number of electrons over the volume (targets.csv).
    const rows = new Map(
      readFileSync(path.join(SAMPLE, "targets.csv"), "utf8")
        .split("\n")
        .map((row) => [row.split(",")[0], row.split(",")]),
    );
    for (const [row, id] of ids.entries()) {
      const [, , , , volume, electrons] = rows.get(id) ?? [];
      expect(voxels[row * 32768 + 16 * 1024 + 16 * 32 + 16]).toBeCloseTo(Number(electrons) / Number(volume), 5);
    }
  });

  test("takes L, dL and the assignment, and makes rotated copies from a seed", async () => {
    const make = (name: string, ...more: string[]) =>
      runCli([
        "encode",
        path.join(data, IDS[0] ?? ""),
        "-o",
        out(name),
        "--dl",
        "0.5",
        "--length",
        "8",
        "--rotations",
        "3",
        ...more,
      ]);
    for (const [name, ...more] of [
      ["a.npz"],
      ["b.npz"],
      ["c.npz", "--seed", "1"],
      ["d.npz", "--assignment", "trilinear"],
    ] as const) {
      expect((await make(name, ...more)).code).toBe(0);
    }
    const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => load(`${name}.npz`));
    expect(a?.shapes).toMatchObject({ ids: [3], descriptor: [3, 16, 16, 16], rotation: [3, 3, 3] });
    expect(a?.voxels).toEqual(b?.voxels);
    expect(a?.voxels).not.toEqual(c?.voxels);
    expect(a?.voxels).not.toEqual(d?.voxels);
    expect(a?.voxels.slice(0, 4096)).not.toEqual(a?.voxels.slice(4096, 8192));
  });

  test("writes a sparse spectrum a material into a folder", async () => {
    expect((await runCli(["encode", `${data}/*/CHGCAR.gz`, "-o", out("spectra")])).code).toBe(0);
    expect(readdirSync(out("spectra")).sort()).toEqual(IDS.map((id) => `${id}.npz`).sort());
    const { arrays, texts } = readNpz(readFileSync(path.join(out("spectra"), `${IDS[0]}.npz`)));
    const count = arrays.get("amplitude")?.shape[0] ?? 0;
    expect(count).toBeGreaterThan(20);
    expect(arrays.get("hkl")?.shape).toEqual([count, 3]);
    expect(JSON.parse(texts.get("meta.json") ?? "").material).toMatchObject({
      id: IDS[0],
      kind: "CHGCAR",
      hash: expect.stringMatching(/^xxh3:[0-9a-f]{32}$/),
    });
    const spectrum = path.join(out("spectra"), `${IDS[0]}.npz`);
    expect((await runCli(["convert", spectrum, "-o", out("waves.csv")])).code).toBe(0);
    const [head, first] = readFileSync(out("waves.csv"), "utf8").split("\n");
    expect(head).toBe("h,k,l,gx (1/Å),gy (1/Å),gz (1/Å),g (1/Å),amplitude (e/Å³)");
    expect(first).toMatch(/^0,0,0,0,0,0,0,0\.\d+$/);
    await runCli(["convert", spectrum, "-o", out("converted.npz")]);
    await runCli(["encode", path.join(data, IDS[0] ?? ""), "-o", out("direct.npz")]);
    expect(readFileSync(out("converted.npz")).equals(readFileSync(out("direct.npz")))).toBe(true);
    expect((await runCli(["convert", out("waves.csv"), "-o", out("x.npz")])).code).toBe(2);
  });

  test("refuses a component that a file lacks with the file's name, and wrong options with 2", async () => {
    const spin = await runCli([
      "encode",
      path.join(data, IDS[0] ?? ""),
      "-o",
      out("spin.npz"),
      "--component",
      "magnetization",
    ]);
    expect([spin.code, spin.stderr]).toEqual([
      1,
      expect.stringMatching(/CHGCAR\.gz:1:1: error: the file has no magnetization block; available: total/),
    ]);
    expect((await runCli(["encode", data])).code).toBe(2);
    expect((await runCli(["encode", data, "-o", out("x.npz"), "--dl", "0.37"])).code).toBe(2);
    const nothing = await runCli(["encode", out("nowhere"), "-o", out("x.npz")]);
    expect([nothing.code, nothing.stderr]).toEqual([
      1,
      expect.stringContaining("nowhere:1:1: error: no volumetric file found"),
    ]);
  });

  test("takes of a folder what begins like a density, and no script, picture or notes named after one", async () => {
    const mixed = out("mixed");
    cpSync(path.join(data, IDS[0] ?? ""), path.join(mixed, "a"), { recursive: true });
    const density = gunzipSync(readFileSync(path.join(mixed, "a/CHGCAR.gz")));
    for (const name of ["LOCPOT2", "POSCAR.CHGCAR", "Ge.vasp", "CHGCAR_U3.eV"])
      writeFileSync(path.join(mixed, name), density);
    const others = {
      "chgcar_sum.py": "import numpy\n",
      "CHGCAR.json": "{}\n",
      "CHGCAR_plot.png": "\u0089PNG\n",
      "Si.vasp": "Si\n1.0\n",
    };
    for (const [name, text] of Object.entries(others))
      for (const folder of [mixed, path.join(mixed, "a")]) writeFileSync(path.join(folder, name), text);
    const { code, stderr, events } = await runCli(["encode", mixed, "-o", out("mixed.npz"), "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(events.at(-1)).toEqual({ event: "finished", done: 5, failed: 0 });
    expect(load("mixed.npz").ids).toEqual(["Ge", "LOCPOT2", "POSCAR", "U3.eV", "a"]);
    writeFileSync(path.join(mixed, "POSCAR.CHGCAR"), density.subarray(0, density.indexOf("\n \n") + 1));
    const { info } = {
      info: (await runCli(["info", "--json", path.join(mixed, "POSCAR.CHGCAR"), path.join(mixed, "LOCPOT2")])).events,
    };
    expect(info.map(({ kind }) => kind)).toEqual(["POSCAR", "LOCPOT"]);
  });

  test.skipIf(spawnSync("python3", ["-c", "import numpy"]).status !== 0)("is read by numpy", async () => {
    await runCli(["encode", data, "-o", out("numpy.npz")]);
    const script =
      "import numpy, sys; z = numpy.load(sys.argv[1]); print(z['descriptor'].dtype, z['ids'].dtype.kind, z['descriptor'].sum(), float(z['dl']))";
    const [type, kind, sum, dl] = execFileSync("python3", ["-c", script, out("numpy.npz")], { encoding: "utf8" })
      .trim()
      .split(" ");
    expect([type, kind, dl]).toEqual(["float32", "U", "0.4"]);
    expect(Number(sum)).toBeCloseTo(
      load("numpy.npz").voxels.reduce((total, value) => total + value, 0),
      2,
    );
  });
});

function load(name: string) {
  const { arrays } = readNpz(readFileSync(out(name)));
  const array = (key: string) => {
    const found = arrays.get(key);
    if (found === undefined) throw new Error(`no array ${key}`);
    return found;
  };
  const shapes = Object.fromEntries([...arrays].map(([key, { shape }]) => [key, shape]));
  return { ids: textsOf(array("ids")), shapes, voxels: numbersOf(array("descriptor")) as Float32Array };
}
