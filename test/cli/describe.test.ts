import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { numbersOf, textsOf } from "../../src/jobs/files/npy.js";
import { readNpz } from "../../src/jobs/files/npz.js";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const IDS = SAMPLE_IDS.slice(0, 6);
let data: string;

beforeAll(() => {
  data = sampleDataset(root, IDS);
});

async function describeAs(name: string, options: readonly string[]) {
  const file = path.join(root, `${name}.npz`);
  const { code, stderr } = await runCli(["describe", data, "-o", file, "--quiet", ...options]);
  expect([code, stderr]).toEqual([0, ""]);
  const { arrays } = readNpz(readFileSync(file));
  const numbers = (array: string) => {
    const found = arrays.get(array);
    if (found === undefined) throw new Error(`no ${array} among ${[...arrays.keys()].join(" ")}`);
    return { shape: found.shape, values: numbersOf(found) };
  };
  const ids = arrays.get("ids");
  expect(ids && textsOf(ids)).toEqual([...IDS].sort());
  return { arrays, numbers };
}

function expectKernel({
  shape,
  values,
}: {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}): void {
  expect(shape).toEqual([6, 6]);
  for (let i = 0; i < 6; i++) {
    expect(values[7 * i]).toBe(1);
    for (let j = 0; j < i; j++) {
      expect(values[6 * i + j]).toBe(values[6 * j + i]);
      expect(values[6 * i + j]).toBeGreaterThanOrEqual(0);
      expect(values[6 * i + j]).toBeLessThan(1);
    }
  }
}

describe("SOAP", () => {
  const SMALL = ["--n-max", "3", "--l-max", "2", "--r-cut", "4"];

  test("one row a material on the pairs of species there are, and the average kernel", async () => {
    const { numbers } = await describeAs("outer", SMALL);
    const pairs = numbers("pairs");
    const starts = [...numbers("starts").values];
    const features = numbers("features");
    expect(features.shape).toEqual([6, starts.at(-1)]);
    expect(pairs.shape).toEqual([starts.length - 1, 2]);
    const keys = starts.slice(1).map((end, p) => {
      const [first = Number.NaN, second = Number.NaN] = pairs.values.subarray(2 * p, 2 * p + 2);
      expect(end - (starts[p] ?? Number.NaN)).toBe(3 * (first === second ? 6 : 9));
      return 1000 * first + second;
    });
    expect(keys).toEqual([...keys].sort((a, b) => a - b));
    expect(keys).toContain(8008); // every one is an oxide
    expectKernel(numbers("kernel"));
  });

  test("one row an atom; their mean is the row of a material", async () => {
    const all = await describeAs("off", [...SMALL, "--average", "off"]);
    const outer = (await describeAs("outer", SMALL)).numbers("features");
    const features = all.numbers("features");
    const width = features.shape[1] ?? 0;
    let row = 0;
    all.numbers("centres").values.forEach((count, material) => {
      for (let column = 0; column < width; column += 7) {
        let sum = 0;
        for (let atom = 0; atom < count; atom++) sum += features.values[(row + atom) * width + column] ?? Number.NaN;
        expect(sum / count).toBeCloseTo(outer.values[material * width + column] ?? Number.NaN, 9);
      }
      row += count;
    });
    expect(features.shape[0]).toBe(row);
  });

  test("the REMatch kernel; any number of threads gives the same bytes", async () => {
    expectKernel((await describeAs("one", [...SMALL, "--kernel", "rematch", "--threads", "1"])).numbers("kernel"));
    await describeAs("two", [...SMALL, "--kernel", "rematch", "--threads", "2"]);
    expect(readFileSync(path.join(root, "two.npz")).equals(readFileSync(path.join(root, "one.npz")))).toBe(true);
  });
});

describe("Coulomb matrices", () => {
  test.each(["ewald", "sine", "coulomb"])(
    "%s: eigenvalues by falling magnitude and a Gaussian kernel",
    async (descriptor) => {
      const { numbers } = await describeAs(descriptor, ["--descriptor", descriptor]);
      const { shape, values } = numbers("features");
      expect(shape[0]).toBe(6);
      const width = shape[1] ?? 0;
      values.forEach((value, at) => {
        if (at % width > 0) expect(Math.abs(value)).toBeLessThanOrEqual(Math.abs(values[at - 1] ?? Number.NaN));
      });
      expectKernel(numbers("kernel"));
      const gamma = numbers("gamma").values[0] ?? Number.NaN;
      let distance = 0;
      for (let k = 0; k < width; k++) distance += ((values[k] ?? Number.NaN) - (values[width + k] ?? Number.NaN)) ** 2;
      expect(numbers("kernel").values[1]).toBeCloseTo(Math.exp(-gamma * distance), 12);
    },
  );

  test("rows by norm, as square matrices", async () => {
    const { numbers } = await describeAs("rows", [
      "--descriptor",
      "sine",
      "--permutation",
      "sorted_l2",
      "--gamma",
      "0.001",
    ]);
    const { shape, values } = numbers("features");
    const [, size = 0] = shape;
    expect(shape).toEqual([6, size, size]);
    const norms = Array.from({ length: size }, (_, row) =>
      Math.hypot(...values.subarray(row * size, (row + 1) * size)),
    );
    expect(norms).toEqual([...norms].sort((a, b) => b - a));
    expect([...numbers("gamma").values]).toEqual([0.001]);
  });
});

describe("structures without a density", () => {
  test("are described to the same bytes as the density that holds the same atoms; .vasp is what stands in it", async () => {
    const structures = path.join(root, "structures");
    for (const [i, id] of IDS.entries()) {
      const text = gunzipSync(readFileSync(path.join(data, id, "CHGCAR.gz"))).toString("latin1");
      const atoms = text.slice(0, text.search(/\n\s*\n/) + 1);
      const folder = path.join(structures, id);
      mkdirSync(folder, { recursive: true });
      if (i === 0) writeFileSync(path.join(folder, "CONTCAR.gz"), gzipSync(atoms));
      if (i === 0) writeFileSync(path.join(folder, "POSCAR"), "another structure, not the relaxed one\n");
      if (i === 1) cpSync(path.join(data, id, "CHGCAR.gz"), path.join(folder, "CHGCAR.gz"));
      if (i > 2) writeFileSync(path.join(folder, "POSCAR"), atoms);
      // Beside the folders, one as atoms alone and one with its density.
      if (i === 2) writeFileSync(path.join(structures, `${id}.vasp`), atoms);
    }
    for (const options of [
      ["--descriptor", "ewald"],
      ["--n-max", "3", "--l-max", "2", "--r-cut", "4"],
    ]) {
      const [ours, theirs] = [path.join(root, "atoms.npz"), path.join(root, "densities.npz")];
      expect(await runCli(["describe", structures, "-o", ours, "--quiet", ...options])).toMatchObject({
        code: 0,
        stderr: "",
      });
      expect(await runCli(["describe", data, "-o", theirs, "--quiet", ...options])).toMatchObject({
        code: 0,
        stderr: "",
      });
      expect(readFileSync(ours).equals(readFileSync(theirs))).toBe(true);
    }
  });

  test("a damaged one is named with its line and left out, a density of that name is still one", async () => {
    const [damaged, density] = [path.join(root, "POSCAR_damaged"), path.join(root, "dense.vasp")];
    writeFileSync(damaged, "title\n1.0\n4 0 0\n0 4 0\n0 0 4\nO\n1\nDirect\n0 0 zero\n");
    writeFileSync(density, gunzipSync(readFileSync(path.join(data, IDS[0] ?? "", "CHGCAR.gz"))));
    const args = ["describe", damaged, density, "-o", path.join(root, "some.npz"), "--descriptor", "sine", "--json"];
    const { code, stdout } = await runCli(args);
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(code).toBe(1);
    expect(events).toMatchObject([
      { event: "skipped", id: "damaged", problems: [{ severity: "error", line: 9, column: 5 }] },
      { event: "encoded", id: "dense", problems: [] },
      { event: "finished", done: 1, failed: 1 },
    ]);
  });
});

test("what does not go together is refused, what cannot be read is named and left out", async () => {
  const file = path.join(root, "wrong.npz");
  const wrong = async (...options: string[]) => {
    const { code, stderr } = await runCli(["describe", data, "-o", file, ...options]);
    expect(code).toBe(2);
    return stderr;
  };
  expect(await wrong("--descriptor", "sine", "--kernel", "rematch")).toContain("rematch cannot be used with sine");
  expect(await wrong("--kernel", "gaussian")).toContain("gaussian cannot be used with soap");
  expect(await wrong("--r-cut", "0.9")).toContain("r_cut must be more than 1 Å");
  const broken = path.join(root, "CHGCAR_broken");
  writeFileSync(broken, "title\n1.0\n1 0 0\n");
  const { code, stderr } = await runCli(["describe", data, broken, "-o", file, "--descriptor", "sine"]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("CHGCAR_broken")]);
  expect(existsSync(file)).toBe(true);
});
