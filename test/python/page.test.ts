// The page for people who compute in Python: its commands and scripts, in their order.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "../cli/harness.js";
import { pythonWith, runPython } from "./python.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(path.join(root, "src/python.md"), "utf8");
const module = path.join(root, "media/python/r3dvs.py");
const CLI = path.join(root, "dist/cli.js");
const blocks = [...page.matchAll(/^```(sh|python)\n([\s\S]*?)^```$/gm)].map(([, kind = "", text = ""]) => ({
  kind,
  text,
}));

const python = pythonWith(["numpy", "pandas", "pyarrow", "sklearn", "onnxruntime"]);
const plain = pythonWith(["numpy"]);
const env = { R3DVS: `"${process.execPath}" "${CLI}"` };

describe("the page for Python", () => {
  it("has its commands understood by the command line", async () => {
    expect(blocks.length).toBeGreaterThan(9);
    expect(
      new Set(
        blocks
          .filter(({ kind }) => kind === "sh")
          .flatMap(({ text }) =>
            text
              .trim()
              .split("\n")
              .map((line) => line.split(" ")[0]),
          ),
      ),
    ).toEqual(new Set(["r3dvs"]));
    expect(readFileSync(module, "utf8").split("\n").length).toBeLessThan(75);
  });

  it.skipIf(python === undefined)(
    "runs from a folder of ids to a fitted model, into scikit-learn, pandas and ONNX Runtime",
    async () => {
      const folder = temporaryFolder();
      sampleDataset(folder, SAMPLE_IDS.slice(0, 24), "oxides");
      cpSync(module, path.join(folder, "r3dvs.py"));
      let script = "";
      for (const { kind, text } of blocks) {
        if (kind === "python") script += text;
        else for (const line of text.trim().split("\n")) await runLine(line, folder);
      }
      const told = runPython(python ?? "", script, folder, env);
      const [, error, guess] = /MAE in eV\/Å\^3: ([\d.]+) guessing the mean: ([\d.]+)/.exec(told) ?? [];
      expect(Number(error)).toBeLessThan(0.8 * Number(guess));
      expect(told).toMatch(/'dl': 0\.4, 'length': 12\.8/);
      expect(told).toMatch(/eV\/atom/);
    },
  );

  it.skipIf(plain === undefined)(
    "has a class in DScribe's form whose numbers are those of the command line",
    async () => {
      const folder = temporaryFolder();
      sampleDataset(folder, SAMPLE_IDS.slice(0, 3), "data");
      cpSync(module, path.join(folder, "r3dvs.py"));
      mkdirSync(path.join(folder, "broken"));
      writeFileSync(path.join(folder, "broken", "CHGCAR"), "nothing\n");
      await runLine("r3dvs encode data -o all.npz --dl 0.8 --component total", folder);
      const script = `
import numpy as np
from r3dvs import R3DVS
descriptor = R3DVS(dl=0.8)
known = np.load("all.npz")
paths = [f"data/{id}/CHGCAR.gz" for id in known["ids"]]
order = [paths[2], paths[0], paths[2]]
made = descriptor.create(order, n_jobs=1)
assert made.shape == (3, 4096) and made.dtype == np.float32 and descriptor.get_number_of_features() == 4096
assert np.array_equal(made, known["descriptor"].reshape(3, -1)[[2, 0, 2]])
assert np.array_equal(descriptor.fit_transform(order) if hasattr(descriptor, "fit_transform") else descriptor.transform(order), made)
assert descriptor.create([]).shape == (0, 4096)
for wrong in ["broken", "nowhere", "data"]:
    try:
        descriptor.create([paths[0], wrong])
    except ValueError as error:
        print(error)
    else:
        raise SystemExit(wrong)
`;
      const told = runPython(plain ?? "", script, folder, env)
        .trim()
        .split("\n");
      expect(told.join("\n")).toMatch(/broken.CHGCAR:\d+:\d+: error/);
      expect(told.at(-1)).toMatch(/each path must be one density/);
    },
  );
});

/** A line of a shell: a command, and where it prints to. */
async function runLine(line: string, cwd: string): Promise<void> {
  const [words = "", target] = line.split(" > ");
  const [, ...args] = words.trim().split(" ");
  const { code, stdout, stderr } = await runCli(args, { cwd });
  expect([line, code, code === 0 ? "" : stderr]).toEqual([line, 0, ""]);
  if (target !== undefined) writeFileSync(path.join(cwd, target), stdout);
}
