import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { type Outcome, rowOf, runCli, SAMPLE_IDS, sampleDataset, snapshot, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const IDS = SAMPLE_IDS.slice(0, 16);
const GOOD = IDS.slice(0, 8);
const [
  TRUNCATED = "",
  EMPTY = "",
  POINTER = "",
  NOT_A_NUMBER = "",
  NO_TARGET = "",
  NO_ROW = "",
  NAN_TARGET = "",
  CUT_TEXT = "",
] = IDS.slice(8);
const STUDY = [
  "--models",
  "composition",
  "--targets",
  "band_gap",
  "--train-sizes",
  "4",
  "--test-size",
  "3",
  "--repeats",
  "1",
];
let data: string;

beforeAll(() => {
  data = sampleDataset(root, IDS, "damaged");
  const file = (id: string) => path.join(data, id, "CHGCAR.gz");
  const text = (id: string) => gunzipSync(readFileSync(file(id))).toString();
  writeFileSync(file(TRUNCATED), readFileSync(file(TRUNCATED)).subarray(0, 4000));
  writeFileSync(file(EMPTY), "");
  writeFileSync(file(POINTER), "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 123\n");
  writeFileSync(
    file(NOT_A_NUMBER),
    gzipSync(text(NOT_A_NUMBER).replace(/(\n\s+\S+\s+)\S+(\s+\S+\s+\S+\s+\S+\n)(?=[^\n]*\n$)/, "$1*******$2")),
  );
  writeFileSync(file(CUT_TEXT), gzipSync(text(CUT_TEXT).split("\n").slice(0, 60).join("\n")));
  const table = readFileSync(path.join(data, "targets.csv"), "utf8")
    .split("\n")
    .filter((row) => row !== "" && !row.startsWith(`${NO_ROW},`));
  const edited = table.map((row) => {
    if (row.startsWith(`${NO_TARGET},`)) return row.replace(/[^,]*$/, "");
    return row.startsWith(`${NAN_TARGET},`) ? row.replace(/[^,]*$/, "nan") : row;
  });
  writeFileSync(path.join(data, "targets.csv"), `${[...edited, rowOf(GOOD[0] ?? "")].join("\n")}\n`);
});

describe("damaged inputs", () => {
  test("of a study are each named with their place, left out, and the rest is done with exit code 1", async () => {
    const before = snapshot(data);
    const outcome = await runCli(["study", data, "-o", path.join(root, "run"), ...STUDY]);
    expect(outcome.code).toBe(1);
    const table = path.join(data, "targets.csv");
    const lineOf = (id: string) =>
      readFileSync(table, "utf8")
        .split("\n")
        .findIndex((row) => row.startsWith(`${id},`)) + 1;
    const lines = outcome.stderr.split("\n");
    const said = (place: string) => lines.filter((line) => line.startsWith(`${place}:`) && line.includes(": error: "));
    for (const id of [TRUNCATED, EMPTY, POINTER, NOT_A_NUMBER, CUT_TEXT]) {
      expect(said(path.join(data, id, "CHGCAR.gz")), id).not.toEqual([]);
      for (const line of said(path.join(data, id, "CHGCAR.gz"))) expect(line).toMatch(/CHGCAR\.gz:\d+:\d+: error: ./);
    }
    expect(said(`${table}:${lineOf(NO_TARGET)}`)).toEqual([
      expect.stringMatching(`error: ${NO_TARGET} has no value for band_gap$`),
    ]);
    expect(said(`${table}:${lineOf(NAN_TARGET)}`)).toEqual([
      expect.stringMatching(`error: "nan" is not a finite number`),
    ]);
    expect(said(`${table}:17`)).toEqual([expect.stringMatching(`error: ${GOOD[0]} is already on line 2`)]);
    expect(said(path.join(data, NO_ROW, "CHGCAR.gz"))).toEqual([
      expect.stringMatching(`error: ${NO_ROW} has no row in`),
    ]);
    const manifest = JSON.parse(readFileSync(path.join(root, "run/run.json"), "utf8")) as {
      materials: { id: string }[];
      skipped: { id: string }[];
    };
    expect(manifest.materials.map(({ id }) => id).sort()).toEqual([...GOOD].sort());
    expect(manifest.skipped.map(({ id }) => id).sort()).toEqual(IDS.slice(8).sort());
    const report = readFileSync(path.join(root, "run/report.html"), "utf8");
    expect(report).toContain("8 skipped materials");
    const after = snapshot(data, (file) => file.startsWith(".r3dvs"));
    expect(after).toEqual(before);
  });

  test("are skipped events with their problems in JSON", async () => {
    const { code, stderr, events } = await runCli(["encode", data, "-o", path.join(root, "good.npz"), "--json"]);
    expect([code, stderr]).toEqual([1, ""]);
    const skipped = events.filter(({ event }) => event === "skipped");
    expect(skipped.map(({ id }) => id).sort()).toEqual([TRUNCATED, EMPTY, POINTER, NOT_A_NUMBER, CUT_TEXT].sort());
    for (const { problems } of skipped)
      expect(problems).toContainEqual(
        expect.objectContaining({ severity: "error", line: expect.any(Number), message: expect.any(String) }),
      );
    const pointer = skipped.find(({ id }) => id === POINTER);
    expect(JSON.stringify(pointer)).toMatch(/LFS/);
    expect(events.at(-1)).toMatchObject({ event: "finished", done: 11, failed: 5 });
  });

  test("a table without an id column stops a study with its place", async () => {
    const other = sampleDataset(root, GOOD, "no-id");
    writeFileSync(path.join(other, "targets.csv"), `name,gap\n${GOOD[0]},1\n`);
    const { code, stderr } = await runCli(["study", other, "-o", path.join(root, "no-id-run"), ...STUDY]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/targets\.csv:1:1: error: the first column must be named "id"/),
    ]);
  });
});

const root0 = process.getuid?.() === 0;

describe("a place that cannot be written", () => {
  test.skipIf(root0 && !canBecomeNobody())(
    "a read-only dataset is studied all the same and stays as it is",
    async () => {
      const other = sampleDataset(root, GOOD, "read-only");
      const before = snapshot(other);
      chmodSync(other, 0o555);
      const home = path.join(root, "home");
      mkdirSync(home);
      chmodSync(home, 0o777);
      chmodSync(root, 0o777);
      const outcome = await asNobody(["study", other, "-o", path.join(home, "run"), ...STUDY, "--quiet"], home);
      expect([outcome.code, outcome.stderr]).toEqual([0, ""]);
      expect(existsSync(path.join(other, ".r3dvs"))).toBe(false);
      expect(existsSync(path.join(home, "cache/r3dvs"))).toBe(true);
      expect(snapshot(other)).toEqual(before);
    },
  );

  test.skipIf(!canMountSmallDisk())(
    "a full disk is said in plain words, and the run goes on when there is room again",
    async () => {
      const other = sampleDataset(root, GOOD, "full");
      const disk = path.join(root, "disk");
      mkdirSync(disk);
      spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]);
      try {
        const many = STUDY.map((word, index) => (STUDY[index - 1] === "--repeats" ? "200" : word));
        const { code, stderr } = await runCli(["study", other, "-o", path.join(disk, "run"), ...many]);
        expect([code, stderr]).toEqual([1, expect.stringMatching(/r3dvs: error: cannot write .*: the disk is full/)]);
        spawnSync("mount", ["-o", "remount,size=20m", disk]);
        const resumed = await runCli(["study", other, "-o", path.join(disk, "run"), "--resume", "--quiet"]);
        expect([resumed.code, resumed.stderr]).toEqual([0, ""]);
        expect(readFileSync(path.join(disk, "run/results.csv"), "utf8").trim().split("\n").length).toBe(1 + 200);
      } finally {
        spawnSync("umount", [disk]);
      }
    },
  );

  test.skipIf(!existsSync("/dev/full"))("an output that cannot be made names the path and the reason", async () => {
    const { code, stderr } = await runCli(["encode", path.join(data, GOOD[0] ?? ""), "-o", "/dev/full/out.npz"]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("cannot write /dev/full/out.npz: part of the path is not a folder"),
    ]);
  });
});

/** File permissions do not bind root: its tests run as the user nobody. */
function asNobody(args: readonly string[], home: string): Promise<Outcome> {
  const env = { HOME: home, XDG_CACHE_HOME: path.join(home, "cache") };
  return runCli(args, { env, ...(root0 && { uid: 65534 }) });
}

function canBecomeNobody(): boolean {
  return spawnSync(process.execPath, ["-e", ""], { uid: 65534 }).status === 0;
}

function canMountSmallDisk(): boolean {
  if (!root0) return false;
  const place = path.join(root, "try-mount");
  mkdirSync(place, { recursive: true });
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", place]).status === 0;
  if (mounted) spawnSync("umount", [place]);
  return mounted;
}
