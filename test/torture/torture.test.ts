// A run whose processes are killed and whose files are damaged comes to the bytes of one that nobody disturbed. `npm
// run torture` goes on for longer.
import { spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Random } from "../../src/core/math/random.js";
import { isRunAlive } from "../../src/jobs/runs/runLock.js";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "../cli/harness.js";
import { SlurmCluster, until, whyNoSlurm } from "../slurm/slurmCluster.mjs";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const DIST = path.dirname(CLI);
const HOST = fileURLToPath(new URL("editorHost.cjs", import.meta.url));
const START_RUN = fileURLToPath(new URL("../../src/host/process/startRun.ts", import.meta.url));
const CLOCK = fileURLToPath(new URL("../shiftClock.cjs", import.meta.url));
const KILLS = Number(process.env.R3DVS_TORTURE_KILLS ?? 6);
/** Of these are kills of a submitter, which needs a scheduler and most time. */
const SUBMITTERS = Math.ceil(KILLS / 4);
const WORKER_KILLS = KILLS - SUBMITTERS;
const tell = (text: string) => process.env.R3DVS_TORTURE_KILLS !== undefined && process.stderr.write(`${text}\n`);
const SEED = Number(process.env.R3DVS_TORTURE_SEED ?? 1);
const MODELS = [
  "--models",
  "r3dvs,composition,soap",
  "--targets",
  "band_gap",
  "--train-sizes",
  "8",
  "--test-size",
  "4",
];
const SETTINGS = [...MODELS, "--repeats", "4", "--ensemble", "2", "--epochs", "4", "--rotations", "2"];
const root = temporaryFolder();
const at = (...names: string[]) => path.join(root, ...names);
const read = (...names: string[]) => readFileSync(at(...names));

beforeAll(async () => {
  const data = sampleDataset(root, SAMPLE_IDS.slice(0, 12));
  expect((await runCli(["study", data, "-o", at("whole"), ...SETTINGS])).code).toBe(0);
  expect((await runCli(["study", data, "-o", at("prepared"), ...SETTINGS, "--prepare"])).code).toBe(0);
  await build({
    entryPoints: [START_RUN],
    outfile: at("startRun.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "error",
  });
});

const expectTheSame = (run: string) => {
  for (const file of [
    "results.csv",
    "predictions.csv",
    "splits.json",
    "models/band_gap-r3dvs/weights.bin",
    "models/band_gap-soap/model.json",
  ])
    expect(read(run, file).equals(read("whole", file)), file).toBe(true);
};

const worker = (...args: string[]) => ({
  name: args.join(" ") || "owner",
  program: (run: string) => [CLI, "run", at(run), "--threads", "1", ...args],
});
/**
 * The owner, two chunks, one of them twice, whoever brings all together, and an editor's host, whose run goes on
 * without it.
 */
const WORKERS = [
  ...[worker(), worker("--chunk", "1/2"), worker("--chunk", "2/2"), worker("--chunk", "1/2"), worker("--merge-only")],
  { name: "host", program: (run: string) => [HOST, at("startRun.cjs"), DIST, at(run)] },
];

/** Starts a process, and kills it `ms` later unless it has ended by then. */
function startAndKill(program: readonly string[], ms: number, env: Record<string, string> = {}): Promise<void> {
  const child = spawn(process.execPath, program, { stdio: "ignore", env: { ...process.env, ...env } });
  const timer = setTimeout(() => child.kill("SIGKILL"), ms);
  return new Promise((resolve) =>
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    }),
  );
}

const filesOf = (run: string, ending: string) =>
  readdirSync(at(run, "checkpoints"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => at(run, "checkpoints", name));

/** What disks and people do to files. */
const DAMAGES: readonly ((run: string, random: Random) => void)[] = [
  (run) => appendFileSync(at(run, "events.jsonl"), '{"event":"res'),
  (run, random) => change(filesOf(run, ".state.npz"), random, (file) => truncateSync(file, 100)),
  (run, random) => change(filesOf(run, ".state.npz"), random, (file) => writeFileSync(file, Buffer.alloc(4096))),
  (run, random) => change(filesOf(run, "-0.json"), random, (file) => writeFileSync(file, "")),
  (run, random) => {
    const states = filesOf(run, ".state.npz");
    change(states, random, (file) => writeFileSync(file, readFileSync(states[0] ?? file)));
  },
  (run, random) => {
    const results = filesOf(run, "-0.json");
    change(results, random, (file) => writeFileSync(file, readFileSync(results[0] ?? file)));
  },
];

function change(files: readonly string[], random: Random, damage: (file: string) => void): void {
  const file = files[Math.floor(random.uniform() * files.length)];
  if (file !== undefined) damage(file);
}

test(`survives ${WORKER_KILLS} kills at random instants of every process that works on it, and damage in between`, {
  timeout: 7_200_000,
}, async () => {
  const random = new Random(SEED);
  const killed: Record<string, number> = {};
  for (let kills = 0; kills < WORKER_KILLS; ) {
    const run = `tortured-${kills}`;
    cpSync(at("prepared"), at(run), { recursive: true });
    for (let round = 0; round < 4 && kills < WORKER_KILLS; round++) {
      const workers = WORKERS.filter(() => random.uniform() < 0.4).slice(0, 3);
      for (const { name } of workers) killed[name] = (killed[name] ?? 0) + 1;
      await Promise.all(workers.map(({ program }) => startAndKill(program(run), 200 + 4_000 * random.uniform())));
      kills += workers.length;
      if (existsSync(at(run, "checkpoints"))) DAMAGES[Math.floor(random.uniform() * DAMAGES.length)]?.(run, random);
    }
    // what a host began goes on, or was asked to stop: nobody takes the run away from it
    await until(() => !isRunAlive(at(run)), 120_000);
    const last = await runCli(["run", at(run), "--threads", "2", "--quiet"]);
    expect([last.code, last.stderr.replace(/.*: warning: .*\n/g, "")]).toEqual([0, ""]);
    expectTheSame(run);
    tell(`${kills} killed, all of this run well: ${JSON.stringify(killed)}`);
  }
});

const noSlurm = whyNoSlurm();
let cluster: SlurmCluster | undefined;
afterAll(() => cluster?.stop());

test.skipIf(noSlurm !== undefined)(
  `elements are submitted once, and the run ends in the same bytes, though the submitter is killed at random instants${noSlurm === undefined ? "" : ` (skipped: ${noSlurm})`}`,
  { timeout: 3_600_000 },
  async () => {
    cluster = await SlurmCluster.start({ nodes: 2, cpus: 2, maxArraySize: 4 });
    const { env } = cluster;
    const queue = () => (cluster?.ask("squeue", ["-h", "-r", "-o", "%j %i"]) ?? "").split("\n").filter(Boolean);
    const random = new Random(SEED);
    const submit = (run: string, ...more: string[]) => [
      "submit",
      at(run),
      "--chunks",
      "6",
      "--setup",
      "export R3DVS_WAIT=0",
      ...more,
    ];
    for (let kills = 0; kills < SUBMITTERS; ) {
      const run = `submitted-${kills}`;
      cpSync(at("prepared"), at(run), { recursive: true });
      // held, so that what one submitter left is there when the next one comes
      for (let round = 0; round < 4 && kills < SUBMITTERS; round++, kills++)
        await startAndKill([CLI, ...submit(run, "--line", "#SBATCH --hold")], 100 + 1_500 * random.uniform(), env);
      const submitted = await runCli(submit(run, "--line", "#SBATCH --hold", "--quiet"), { env });
      expect([submitted.code, submitted.stderr]).toEqual([0, ""]);
      const chunks = queue().flatMap((line) => {
        const [, offset, element] = /\.(\d+) \d+_(\d+)$/.exec(line) ?? [];
        return element === undefined ? [] : [Number(offset) + Number(element)];
      });
      expect(chunks.sort()).toEqual([1, 2, 3, 4, 5, 6]);
      cluster.ask("scontrol", [
        "release",
        queue()
          .map((line) => line.split(" ")[1])
          .join(","),
      ]);
      await until(() => queue().length === 0, 300_000);
      // whoever was killed where, the job that brings all together followed them
      expectTheSame(run);
      tell(`${kills} submitters killed`);
    }
  },
);

test("is finished to the same bytes by processes whose clocks go back by hours while they work", async () => {
  for (const [index, after] of [0, 1_500].entries()) {
    const run = `back-${index}`;
    cpSync(at("prepared"), at(run), { recursive: true });
    const env = { NODE_OPTIONS: `--require ${CLOCK}`, R3DVS_CLOCK_BACK: "7200", R3DVS_CLOCK_AFTER: String(after) };
    // of two at once only one's clock is wrong
    const [shifted, right] = await Promise.all([
      runCli(["run", at(run), "--chunk", "1/2", "--threads", "1", "--quiet"], { env }),
      runCli(["run", at(run), "--chunk", "2/2", "--threads", "1", "--quiet"]),
    ]);
    expect([shifted.code, shifted.stderr, right.code, right.stderr]).toEqual([0, "", 0, ""]);
    const owner = await runCli(["run", at(run), "--threads", "2", "--quiet"], { env });
    expect([owner.code, owner.stderr]).toEqual([0, ""]);
    expectTheSame(run);
  }
});

const canMount = process.getuid?.() === 0 && tryMount();

function tryMount(): boolean {
  mkdirSync(at("try"));
  const isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", at("try")]).status === 0;
  if (isMounted) spawnSync("umount", [at("try")]);
  return isMounted;
}

test.skipIf(!canMount)(
  `stops with one sentence on a full disk, wherever that is reached, and goes on when there is room${canMount ? "" : " (skipped: no small disk can be made)"}`,
  async () => {
    const size = spawnSync("du", ["-sk", "--apparent-size", at("prepared")], { encoding: "utf8" }).stdout;
    const begin = Number.parseInt(size, 10);
    for (const room of [40, 300]) {
      const disk = at(`disk-${room}`);
      mkdirSync(disk);
      spawnSync("mount", ["-t", "tmpfs", "-o", `size=${begin + 150 + room}k`, "tmpfs", disk]);
      try {
        cpSync(at("prepared"), path.join(disk, "run"), { recursive: true });
        for (const args of [["--chunk", "1/1"], []]) {
          const { code, stderr } = await runCli(["run", path.join(disk, "run"), "--threads", "1", "--quiet", ...args]);
          if (code === 0) continue;
          const sentences = stderr.split("\n").filter((line) => line !== "" && !line.includes(": warning: "));
          expect([code, sentences], String(room)).toEqual([
            1,
            [expect.stringMatching(/^r3dvs: error: cannot write .*: the disk is full$/)],
          ]);
        }
        spawnSync("mount", ["-o", "remount,size=60m", disk]);
        const last = await runCli(["run", path.join(disk, "run"), "--threads", "2", "--quiet"]);
        expect([last.code, last.stderr.replace(/.*: warning: .*\n/g, "")]).toEqual([0, ""]);
        cpSync(path.join(disk, "run"), at(`full-${room}`), { recursive: true });
        expectTheSame(`full-${room}`);
      } finally {
        spawnSync("umount", [disk]);
      }
    }
  },
);

test("stops with one sentence in a folder that cannot be written, and loses nothing", async () => {
  cpSync(at("prepared"), at("read-only"), { recursive: true });
  expect((await runCli(["run", at("read-only"), "--chunk", "1/2", "--threads", "1", "--quiet"])).code).toBe(0);
  // permissions do not bind root
  const isRoot = process.getuid?.() === 0;
  for (const name of ["read-only", "read-only/checkpoints", "read-only/workers"]) chmodSync(at(name), 0o555);
  if (isRoot) chmodSync(root, 0o755);
  const refused = await runCli(
    ["run", at("read-only"), "--chunk", "2/2", "--threads", "1", "--quiet"],
    isRoot ? { uid: 65534 } : {},
  );
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/^r3dvs: error: cannot write .*\n$/)]);
  for (const name of ["read-only", "read-only/checkpoints", "read-only/workers"]) chmodSync(at(name), 0o755);
  expect((await runCli(["run", at("read-only"), "--threads", "2", "--quiet"])).code).toBe(0);
  expectTheSame("read-only");
});
