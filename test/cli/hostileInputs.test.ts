import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { runCli, SAMPLE, SAMPLE_IDS, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const at = (...names: string[]) => path.join(root, ...names);
const oxides = fileURLToPath(new URL("../../media/oxides", import.meta.url));

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

test("escape sequences of files reach no terminal", async () => {
  const file = at("\u001b[2J INCAR");
  writeFileSync(file, "SYSTEM = a \u009b31m\nENCUT = \u009bx\u0085\nFOO = \u202e\u009bx\n");
  const { stdout, stderr } = await runCli(["info", file, at("\u001b]0;none\u0007")]);
  const json = await runCli(["info", "--json", file]);
  for (const text of [stdout, stderr, json.stdout]) expect(text).not.toMatch(CONTROL);
  expect(stderr).toContain("\\x1b[2J");
});

test("a table that is wrong in every line is not told line by line", async () => {
  const folder = at("table");
  mkdirSync(path.join(folder, "a"), { recursive: true });
  cpSync(path.join(SAMPLE, SAMPLE_IDS[0] ?? "", "CHGCAR.gz"), path.join(folder, "a", "CHGCAR.gz"));
  writeFileSync(
    path.join(folder, "targets.csv"),
    `id,gap\n${Array.from({ length: 5000 }, (_, i) => `no${i},1\n`).join("")}`,
  );
  const { stderr } = await runCli(["study", folder, "-o", at("run")]);
  expect(stderr.split("\n").length).toBeLessThan(130);
  expect(stderr).toContain("only the first 100 problems are shown");
});

test("damaged spectra are told with their file, and are not taken for others", async () => {
  const folder = at("packed");
  mkdirSync(folder);
  const bytes = readFileSync(path.join(oxides, "spectra.npz"));
  const place = Math.floor(bytes.length / 2);
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  writeFileSync(path.join(folder, "spectra.npz"), bytes);
  const { code, stderr, stdout } = await runCli(["encode", folder, "-o", at("voxels.npz")]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/spectra\.npz:1:1: error: the file is damaged: amplitude\.npy .*; encode the densities again/);
  expect(stdout + stderr).not.toMatch(/(\d+) of \1 encoded/);
});

describe.skipIf(process.platform !== "linux")("on a cluster", () => {
  test("a limit on addresses is told with what to do", () => {
    const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
    // the kernels of SOAP are WebAssembly on every machine
    const folder = path.join(SAMPLE, SAMPLE_IDS[0] ?? "");
    const limited = (...args: string[]) =>
      spawnSync("sh", ["-c", 'ulimit -v 4000000 && exec "$0" "$@"', process.execPath, cli, ...args], {
        encoding: "utf8",
      });
    const { status, stderr } = limited("describe", folder, "-o", at("x.npz"), "--descriptor", "soap");
    expect(status).not.toBe(0);
    expect(stderr).toContain('Set "ulimit -v unlimited"');
    // an addon reads without WebAssembly, and then nothing else may ask for it
    const density = path.join(folder, "CHGCAR.gz");
    const reads = limited("info", density).status === 0;
    const encoded = limited("encode", density, "-o", at("limited.npz"));
    expect(encoded.stderr).toContain(reads ? "1 of 1 encoded" : 'Set "ulimit -v unlimited"');
  });

  test("the end of the terminal stops a study as Ctrl-C does, to go on later", async () => {
    const folder = at("hangup");
    const args = [
      "study",
      oxides,
      "-o",
      folder,
      "--models",
      "r3dvs",
      "--targets",
      "band_gap",
      "--train-sizes",
      "40",
      "--repeats",
      "1",
      "--json",
    ];
    const stopped = await runCli(args, {
      onLine: (line, child) => {
        if (line.includes('"started"')) child.kill("SIGHUP");
      },
    });
    expect(stopped.signal).toBeNull();
    expect(stopped.code).toBe(130);
    expect((JSON.parse(readFileSync(path.join(folder, "run.json"), "utf8")) as { state: string }).state).toBe(
      "stopped",
    );
  });
});
