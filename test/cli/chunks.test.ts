import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { runCli, SAMPLE_IDS, sampleDataset, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const TINY = [
  "--models",
  "r3dvs,composition,soap",
  "--targets",
  "E_hartree_per_atom",
  "--train-sizes",
  "4,8",
  "--test-size",
  "4",
];
const SETTINGS = [...TINY, "--repeats", "2", "--ensemble", "2", "--epochs", "2", "--rotations", "1", "--seed", "5"];
const at = (...names: string[]) => path.join(root, ...names);
const read = (...names: string[]) => readFileSync(at(...names));
let data: string;

beforeAll(async () => {
  data = sampleDataset(root, SAMPLE_IDS.slice(0, 12));
  await runCli(["study", data, "-o", at("whole"), ...SETTINGS]);
  const { code } = await runCli(["study", data, "-o", at("prepared"), ...SETTINGS, "--prepare"]);
  expect(code).toBe(0);
}, 120_000);

const copy = (name: string) => cpSync(at("prepared"), at(name), { recursive: true });
const expectTheSame = (name: string) => {
  for (const file of ["results.csv", "predictions.csv", "splits.json", "models/E_hartree_per_atom-r3dvs/weights.bin"])
    expect(read(name, file).equals(read("whole", file)), file).toBe(true);
};
const notes = (name: string) =>
  readdirSync(at(name), { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.attempt\.|\.stopped\.|\.tmp$/.test(file),
  );

describe("a run that is prepared", () => {
  test("has settings, splits and tasks with the hash of their inputs, and no result", () => {
    const manifest = JSON.parse(read("prepared", "run.json").toString());
    expect(manifest).toMatchObject({
      state: "queued",
      progress: { done: 0, failed: 0, total: 12 },
      settings: { seed: 5 },
    });
    const [head, ...tasks] = read("prepared", "tasks.csv").toString().trim().split("\n");
    expect(head).toBe("target,model,train_size,repeat,member,place,inputs_sha256");
    expect(tasks.length).toBe(16);
    expect(new Set(tasks.map((row) => row.split(",").at(-1))).size).toBe(16);
    expect(existsSync(at("prepared", "results.csv"))).toBe(false);
  });

  test.each([3, 5])("comes to the bytes of one process in %i chunks, whatever their order", async (count) => {
    const name = `chunks-${count}`;
    copy(name);
    const order = Array.from({ length: count }, (_, index) => count - index);
    for (const index of order) {
      const { code, stderr } = await runCli([
        "run",
        at(name),
        "--chunk",
        `${index}/${count}`,
        "--threads",
        "1",
        "--quiet",
      ]);
      expect([code, stderr]).toEqual([0, ""]);
    }
    expectTheSame(name);
    expect(JSON.parse(read(name, "run.json").toString())).toMatchObject({
      state: "finished",
      progress: { done: 12, failed: 0, total: 12 },
    });
    expect(notes(name)).toEqual([]);
  });

  test("comes to the same bytes when several work on it at once, two of them on the same chunk", async () => {
    copy("together");
    const codes = await Promise.all(
      ["1/2", "2/2", "1/2"].map(
        async (chunk) => (await runCli(["run", at("together"), "--chunk", chunk, "--threads", "1"])).code,
      ),
    );
    expect(codes).toEqual([0, 0, 0]);
    expectTheSame("together");
  });

  test("needs no dataset any more, and says when what it kept is damaged", async () => {
    copy("alone");
    const manifest = JSON.parse(read("alone", "run.json").toString());
    writeFileSync(at("alone", "run.json"), JSON.stringify({ ...manifest, dataset: at("nowhere") }));
    const first = await runCli(["run", at("alone"), "--chunk", "1/2"]);
    expect(first.code).toBe(0);
    writeFileSync(at("alone", "inputs.bin"), "of another kind");
    const second = await runCli(["run", at("alone"), "--chunk", "2/2"]);
    expect(second.stderr).toContain("inputs.bin:1:1: warning: the file is damaged");
    expect(second.code).toBe(2);
    writeFileSync(at("alone", "run.json"), JSON.stringify(manifest));
    expect((await runCli(["run", at("alone"), "--chunk", "2/2"])).code).toBe(0);
    expectTheSame("alone");
  });

  test("is gone on with here by one process, and there by a chunk", async () => {
    copy("mixed");
    await runCli(["run", at("mixed"), "--chunk", "2/3"]);
    const here = await runCli(["run", at("mixed"), "--json", "--threads", "1"], {
      hold: { line: '"event":"result"' },
      onLine: (line, child) => void (line.includes('"event":"result"') && child.kill("SIGKILL")),
    });
    expect(here.signal).toBe("SIGKILL");
    for (const chunk of ["1/3", "3/3"]) expect((await runCli(["run", at("mixed"), "--chunk", chunk])).code).toBe(0);
    expectTheSame("mixed");
    const again = await runCli(["run", at("mixed"), "--json"]);
    expect([again.code, again.events.filter(({ event }) => event === "epoch")]).toEqual([0, []]);
    expectTheSame("mixed");
  });

  test.each(["SIGTERM", "SIGUSR1"] as const)(
    "stops by %s with 75, everything kept, and goes on to the same bytes",
    async (signal) => {
      const name = `stopped-${signal}`;
      copy(name);
      const stopped = await runCli(["run", at(name), "--chunk", "1/1", "--threads", "1", "--json"], {
        hold: { epoch: 1 },
        onLine: (line, child) => void (line.includes('"event":"epoch"') && child.kill(signal)),
      });
      expect(stopped.code).toBe(75);
      expect(notes(name).filter((file) => file.includes(".attempt."))).toEqual([]);
      expect((await runCli(["run", at(name), "--chunk", "1/1"])).code).toBe(0);
      expectTheSame(name);
    },
  );

  test("computes again what holds the result of another task", async () => {
    copy("swapped");
    expect((await runCli(["run", at("swapped")])).code).toBe(0);
    const folder = at("swapped", "checkpoints", "E_hartree_per_atom", "composition");
    cpSync(path.join(folder, "8-0-0.json"), path.join(folder, "8-1-0.json"));
    const { stderr, code } = await runCli(["run", at("swapped"), "--merge-only"]);
    expect(stderr).toContain("it is the result of other inputs");
    expect(code).toBe(0);
    expect((await runCli(["run", at("swapped"), "--chunk", "1/1"])).code).toBe(0);
    expectTheSame("swapped");
  });

  test.each(["0/3", "4/3", "3", "a/b", "1/0"])("refuses the chunk %s", async (chunk) => {
    const { code, stderr } = await runCli(["run", at("prepared"), "--chunk", chunk]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("It must be K/N with K from 1 to N")]);
  });

  test("kept by an earlier version, without hashes and notes, is gone on with", async () => {
    copy("old");
    expect((await runCli(["run", at("old")])).code).toBe(0);
    for (const file of readdirSync(at("old", "checkpoints"), { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".json"),
    )) {
      const { sha256: _, task: __, ...outcome } = JSON.parse(read("old", "checkpoints", file).toString());
      writeFileSync(at("old", "checkpoints", file), JSON.stringify(outcome));
    }
    for (const file of ["inputs.bin", "tasks.csv", "results.csv"]) rmSync(at("old", file));
    const { code, events } = await runCli(["run", at("old"), "--chunk", "1/1", "--json"]);
    expect([code, events.filter(({ event }) => event === "epoch")]).toEqual([0, []]);
    expectTheSame("old");
  });
});
