import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { readNpz } from "../../src/jobs/files/npz.js";
import { HEAD, someValues, volumetricText } from "../jobs/densities/volumetricText.js";
import { type Outcome, runCli, SAMPLE, SAMPLE_IDS, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const [ID = ""] = SAMPLE_IDS;
const density = gunzipSync(readFileSync(path.join(SAMPLE, ID, "CHGCAR.gz")));
const isWindows = process.platform === "win32";
const isRoot = process.getuid?.() === 0;
const errorsOf = ({ stderr }: Outcome) => stderr.split("\n").filter((line) => line.includes(": error: "));

function folder(name: string): string {
  const place = path.join(root, name);
  mkdirSync(place);
  chmodSync(place, 0o777);
  return place;
}

beforeAll(() => chmodSync(root, 0o777));

describe.skipIf(isWindows)("names that are no UTF-8", () => {
  test.skipIf(process.platform === "darwin")(
    "are shown as far as they can be, left out, and the rest is done",
    async () => {
      const data = folder("names");
      const raw = (...tail: (string | Buffer)[]) =>
        Buffer.concat([Buffer.from(`${data}/`), ...tail.map((part) => Buffer.from(part))]);
      const odd = Buffer.from([0xff, 0xfe]);
      writeFileSync(raw("CHGCAR_", odd), density);
      mkdirSync(raw("mat", odd));
      writeFileSync(raw("mat", odd, "/CHGCAR"), density);
      mkdirSync(path.join(data, "酸化物 №1"));
      writeFileSync(path.join(data, "酸化物 №1/CHGCAR"), density);
      const outcome = await runCli(["encode", data, "-o", path.join(root, "names.npz")]);
      expect(outcome.code).toBe(1);
      const reason = "the name of this file is not UTF-8 (\uFFFD marks what is not): rename it";
      expect(errorsOf(outcome).sort()).toEqual([
        `${data}/CHGCAR_\uFFFD\uFFFD:1:1: error: ${reason}`,
        `${data}/mat\uFFFD\uFFFD:1:1: error: ${reason}`,
      ]);
      expect(readNpz(readFileSync(path.join(root, "names.npz"))).arrays.get("descriptor")?.shape[0]).toBe(1);
      const targets = await runCli(["targets", data]);
      expect(errorsOf(targets)).toContain(`${data}/mat\uFFFD\uFFFD:1:1: error: ${reason}`);
    },
  );
});

describe.skipIf(isWindows)("what is no file of bytes", () => {
  test("is named and left out: nothing waits for a pipe or a device without an end", async () => {
    const data = folder("devices");
    spawnSync("mkfifo", [path.join(data, "CHGCAR_pipe")]);
    symlinkSync("/dev/zero", path.join(data, "CHGCAR_zero"));
    symlinkSync("CHGCAR_circle", path.join(data, "CHGCAR_circle"));
    symlinkSync("nowhere", path.join(data, "CHGCAR_nowhere"));
    mkdirSync(path.join(data, "CHGCAR_folder"));
    writeFileSync(path.join(data, "CHGCAR_empty"), "");
    writeFileSync(path.join(data, "CHGCAR_whole"), density);
    const expected = {
      pipe: "this is no regular file",
      zero: "this is no regular file",
      circle: "the file cannot be read: symbolic-link loop",
      nowhere: "the link points to nowhere, which cannot be found",
      empty: "the file is empty",
    };
    const lines = Object.entries(expected).map(([name, reason]) => `${data}/CHGCAR_${name}:1:1: error: ${reason}`);
    const encoded = await runCli(["encode", data, "-o", path.join(root, "devices.npz"), "--json"]);
    expect([encoded.code, encoded.events.at(-1)]).toEqual([1, { event: "finished", done: 1, failed: 5 }]);
    const folderItself = `${data}/CHGCAR_folder:1:1: error: this is a folder, not a file`;
    const told = await runCli([
      "info",
      `${data}/*`,
      ...Object.keys(expected).map((name) => `${data}/CHGCAR_${name}`),
      `${data}/CHGCAR_folder`,
    ]);
    expect([...new Set(errorsOf(told))].sort()).toEqual([...lines, folderItself].sort());
    const given = await runCli([
      "encode",
      path.join(data, "CHGCAR_pipe"),
      "/dev/zero",
      "-o",
      path.join(root, "none.npz"),
    ]);
    expect(errorsOf(given).sort()).toEqual(["/dev/zero:1:1: error: this is no regular file", lines[0]]);
  });

  test("a name longer than file systems take is said so", async () => {
    const long = path.join(root, "a".repeat(300));
    for (const command of [
      ["info", long],
      ["encode", long, "-o", path.join(root, "none.npz")],
      ["targets", long],
    ]) {
      const outcome = await runCli(command);
      expect([command[0], outcome.code]).toEqual([command[0], 1]);
      expect(outcome.stderr).toMatch(/: error: (the file cannot be read: the name is too long|no .* here)/);
    }
  });

  test("a path of many thousand characters is read like any other", async () => {
    const deep = path.join(root, ...Array.from({ length: 18 }, (_, i) => `${i}-${"長".repeat(60)}`));
    mkdirSync(deep, { recursive: true });
    writeFileSync(path.join(deep, "CHGCAR"), density);
    const { code, stderr } = await runCli(["encode", deep, "-o", path.join(root, "deep.npz"), "--quiet"]);
    expect([code, stderr]).toEqual([0, ""]);
  });
});

describe("permissions", () => {
  test.skipIf(isWindows || (isRoot && !canBecomeNobody()))(
    "that lack for a file or a folder are named, and the rest is done",
    async () => {
      const data = folder("closed");
      for (const name of ["open", "folder"]) {
        mkdirSync(path.join(data, name));
        writeFileSync(path.join(data, name, "CHGCAR"), density);
      }
      writeFileSync(path.join(data, "CHGCAR_file"), density);
      chmodSync(path.join(data, "CHGCAR_file"), 0);
      chmodSync(path.join(data, "folder"), 0);
      const output = path.join(folder("home"), "out.npz");
      const uid = isRoot ? { uid: 65534 } : {};
      const outcome = await runCli(["encode", data, "-o", output], uid);
      const targets = await runCli(["targets", data], uid);
      chmodSync(path.join(data, "folder"), 0o755);
      expect(outcome.code).toBe(1);
      expect(errorsOf(outcome).sort()).toEqual(
        ["CHGCAR_file", "folder"].map(
          (name) => `${data}/${name}:1:1: error: the file cannot be read: permission denied`,
        ),
      );
      expect(readNpz(readFileSync(output)).arrays.get("descriptor")?.shape[0]).toBe(1);
      expect(errorsOf(targets)).toContain(`${data}/folder:1:1: error: the file cannot be read: permission denied`);
    },
  );
});

describe("a disk that is full", () => {
  test.skipIf(!canMountSmallDisk())("is said in plain words, and nothing half written stays on it", async () => {
    const disk = folder("disk");
    spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]);
    try {
      for (const output of ["out.npz", "spectra"]) {
        const file = path.join(disk, output);
        const sources = SAMPLE_IDS.slice(0, 40).map((id) => path.join(SAMPLE, id));
        const { code, stderr } = await runCli(["encode", ...sources, "-o", file, "--rotations", "20", "--quiet"]);
        expect([code, stderr]).toEqual([
          1,
          expect.stringMatching(/^r3dvs: error: cannot write .*: the disk is full\n$/),
        ]);
        const left = readdirSync(disk, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".tmp"));
        expect([existsSync(path.join(disk, "out.npz")), left]).toEqual([false, []]);
        rmSync(file, { recursive: true, force: true });
      }
    } finally {
      spawnSync("umount", [disk]);
    }
  });
});

describe("frames", () => {
  const grid = [12, 14, 12] as const;
  const frame = (seed: number) =>
    volumetricText({ grid, blocks: [someValues(2016, seed).map(Math.abs)], head: HEAD, augmentation: false });
  const mean = (seed: number) => someValues(2016, seed).reduce((sum, value) => sum + Math.abs(value), 0) / 2016;
  const file = path.join(root, "CHG");

  beforeAll(() => writeFileSync(file, [1, 2, 3].map(frame).join("")));

  test("are told by info, the last by default or the one that is asked for", async () => {
    const last = await runCli(["info", file, "--json"]);
    expect(last.events).toEqual([
      expect.objectContaining({ frames: 3, frame: 3, electrons: expect.closeTo(mean(3), 6) }),
    ]);
    for (const wanted of [1, 2, 3]) {
      const { code, events } = await runCli(["info", file, "--json", "--frame", String(wanted)]);
      expect([code, events]).toEqual([
        0,
        [expect.objectContaining({ frame: wanted, electrons: expect.closeTo(mean(wanted), 6) })],
      ]);
    }
    const none = await runCli(["info", file, "--frame", "4"]);
    expect([none.code, none.stderr]).toEqual([1, `${file}:1:1: error: no frame 4: the file has 3\n`]);
    expect((await runCli(["info", file, "--frame", "0"])).code).toBe(2);
  });

  test("are encoded one by one as if each were a file of its own", async () => {
    const alone = path.join(folder("alone"), "CHG");
    for (const wanted of [1, 2]) {
      writeFileSync(alone, frame(wanted));
      const descriptor = async (from: string, ...more: string[]) => {
        const output = path.join(root, "frame.npz");
        expect((await runCli(["encode", from, "-o", output, "--quiet", ...more])).code).toBe(0);
        return readNpz(readFileSync(output)).arrays.get("descriptor");
      };
      expect(await descriptor(file, "--frame", String(wanted))).toEqual(await descriptor(alone));
    }
  });

  test("that are cut are no frames when they are asked for", async () => {
    const cut = path.join(folder("cut"), "CHG");
    cpSync(file, cut);
    writeFileSync(cut, readFileSync(file).subarray(0, -3000));
    expect((await runCli(["info", cut, "--quiet"])).code).toBe(0);
    const { code, stderr } = await runCli(["info", cut, "--frame", "3"]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/CHG:\d+:\d+: error: frame 3 is truncated\n/)]);
  });
});

function canMountSmallDisk(): boolean {
  if (!isRoot) return false;
  const place = path.join(root, "try-mount");
  mkdirSync(place);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", place]).status === 0;
  if (mounted) spawnSync("umount", [place]);
  return mounted;
}

function canBecomeNobody(): boolean {
  return spawnSync(process.execPath, ["-e", ""], { uid: 65534 }).status === 0;
}
