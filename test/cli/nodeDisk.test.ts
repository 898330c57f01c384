// A scheduler's job reads the run's materials from the disk of its node, where there is one that takes a copy.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { copyToNode, nodeFolder } from "../../src/jobs/cluster/nodeCopy.js";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const at = (...names: string[]) => path.join(root, ...names);
const read = (...names: string[]) => readFileSync(at(...names));
const JOB = { SLURM_JOB_ID: "4711" };

beforeAll(async () => {
  const data = sampleDataset(root, SAMPLE_IDS.slice(0, 12));
  const sizes = ["--train-sizes", "8", "--test-size", "4", "--repeats", "2"];
  const study = ["study", data, "--targets", "band_gap", "--models", "composition,shells", ...sizes, "--quiet"];
  expect((await runCli([...study, "-o", at("whole")])).code).toBe(0);
  expect((await runCli([...study, "-o", at("prepared"), "--prepare"])).code).toBe(0);
});

/** A fresh run and an empty folder for a node's disk. */
function fresh(name: string) {
  cpSync(at("prepared"), at(name), { recursive: true });
  mkdirSync(at(`${name}-disk`));
  return at(`${name}-disk`);
}
const chunk = (run: string, env: Record<string, string>, which = "1/1") =>
  runCli(["run", at(run), "--chunk", which, "--threads", "1"], { env });
const expectTheSame = (run: string) => {
  for (const file of ["results.csv", "predictions.csv"])
    expect(read(run, file).equals(read("whole", file)), file).toBe(true);
};
const sentence = (run: string, disk: string, why: string) =>
  `${at(run, "inputs.bin")}:1:1: warning: it is not copied to ${disk}, the disk of this node (${why}), but read where it lies\n`;

test("the first element copies them, the next ones read that copy", async () => {
  const disk = fresh("copied");
  expect(await chunk("copied", { ...JOB, SLURM_TMPDIR: disk }, "1/2")).toMatchObject({
    code: 0,
    stderr: expect.not.stringContaining("warning"),
  });
  const names = readdirSync(disk);
  expect([names.length, statSync(path.join(disk, names[0] ?? "")).mode & 0o777]).toEqual([1, 0o600]);
  expect(readFileSync(path.join(disk, names[0] ?? "")).equals(read("copied", "inputs.bin"))).toBe(true);
  // whoever read the shared file now would say that it is damaged
  writeFileSync(at("copied", "inputs.bin"), Buffer.alloc(read("copied", "inputs.bin").length));
  expect(await chunk("copied", { ...JOB, SLURM_TMPDIR: disk }, "2/2")).toMatchObject({
    code: 0,
    stderr: expect.not.stringContaining("warning"),
  });
  expectTheSame("copied");
});

test("a copy that somebody damaged or planted is made anew, not believed", async () => {
  const disk = fresh("planted");
  const name = `r3dvs-${JSON.parse(read("planted", "run.json").toString()).inputs.slice(0, 24)}.bin`;
  writeFileSync(path.join(disk, name), Buffer.alloc(read("planted", "inputs.bin").length, 1));
  expect(await chunk("planted", { ...JOB, SLURM_TMPDIR: disk })).toMatchObject({
    code: 0,
    stderr: expect.not.stringContaining("warning"),
  });
  expect(readFileSync(path.join(disk, name)).equals(read("planted", "inputs.bin"))).toBe(true);
  expectTheSame("planted");
});

test("a disk that is not there costs a sentence, not the results", async () => {
  fresh("missing");
  const { code, stderr } = await chunk("missing", { ...JOB, SLURM_TMPDIR: at("nowhere") });
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining(sentence("missing", at("nowhere"), "there is no such folder")),
  ]);
  expectTheSame("missing");
});

const isRoot = process.platform === "linux" && process.getuid?.() === 0;
test.skipIf(!isRoot)("so does one that is full", async () => {
  const disk = fresh("full");
  const size = `size=${Math.ceil(read("full", "inputs.bin").length / 2048)}k`;
  if (spawnSync("mount", ["-t", "tmpfs", "-o", size, "tmpfs", disk]).status !== 0) return;
  try {
    const { code, stderr } = await chunk("full", { ...JOB, SLURM_TMPDIR: disk });
    expect([code, stderr, readdirSync(disk)]).toEqual([
      0,
      expect.stringContaining(sentence("full", disk, "the disk is full")),
      [],
    ]);
  } finally {
    spawnSync("umount", [disk]);
  }
  expectTheSame("full");
});

test("nothing is copied outside of a job, nor to a TMPDIR that is the same disk", async () => {
  const disk = fresh("none");
  expect(await chunk("none", { SLURM_TMPDIR: disk }, "1/2")).toMatchObject({
    code: 0,
    stderr: expect.not.stringContaining("warning"),
  });
  expect(await chunk("none", { ...JOB, TMPDIR: disk }, "2/2")).toMatchObject({
    code: 0,
    stderr: expect.not.stringContaining("warning"),
  });
  expect(readdirSync(disk)).toEqual([]);
  expectTheSame("none");
});

test("a copy in TMPDIR, which nobody empties, goes with the process that made it", () => {
  const source = at("prepared", "inputs.bin");
  if (existsSync("/dev/shm")) expect(nodeFolder(source, { TMPDIR: "/dev/shm" })).toBeUndefined();
  expect(nodeFolder(source, { TMPDIR: "/proc" })).toEqual({ folder: "/proc", isOfJob: false });
  mkdirSync(at("tmp"));
  const copies = [1, 2].map(() =>
    copyToNode(source, "x.bin", { folder: at("tmp"), isOfJob: false }, expect.unreachable),
  );
  expect(readdirSync(at("tmp")).length).toBe(2);
  for (const copy of copies) copy?.release();
  expect(readdirSync(at("tmp"))).toEqual([]);
});
