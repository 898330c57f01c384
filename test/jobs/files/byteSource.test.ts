import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdtempSync, renameSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import { ByteSource } from "../../../src/jobs/files/byteSource.js";
import { inspectFile } from "../../../src/jobs/inspect/inspect.js";
import { someValues, temporaryFile, volumetricText } from "../densities/volumetricText.js";

const messages = (problems: readonly { severity: string; message: string }[]) =>
  problems.filter(({ severity }) => severity === "error").map(({ message }) => message);

/** Several chunks long. */
const LARGE = volumetricText({ grid: [64, 60, 20], blocks: [someValues(76800, 1).map(Math.abs)] });

describe("what is no readable file", () => {
  it("a folder", async () => {
    const { value, problems } = await readVolumetric(tmpdir());
    expect(value).toBeUndefined();
    expect(messages(problems)).toEqual(["this is a folder, not a file"]);
    expect(messages((await inspectFile(tmpdir())).problems)).toEqual(["this is a folder, not a file"]);
  });

  it.skipIf(process.platform === "win32")("a pipe that nobody writes to, without waiting for it", async () => {
    const pipe = path.join(mkdtempSync(path.join(tmpdir(), "r3dvs-pipe-")), "CHGCAR");
    execFileSync("mkfifo", [pipe]);
    const { value, problems } = await readVolumetric(pipe);
    expect(value).toBeUndefined();
    expect(messages(problems)).toEqual(["this is no regular file"]);
    unlinkSync(pipe);
  });

  it.skipIf(process.getuid?.() === 0)("a file that may not be read", async () => {
    const file = temporaryFile("CHGCAR", LARGE);
    chmodSync(file, 0o000);
    expect(messages((await readVolumetric(file)).problems)).toEqual(["the file cannot be read: permission denied"]);
  });

  it("a missing one, whatever is in its name", async () => {
    for (const name of ["/nowhere/CHGCAR", "/nowhere/電荷密度\n"]) {
      expect(messages((await readVolumetric(name)).problems)).toEqual([expect.stringContaining("cannot be read")]);
    }
    const undecodable = messages((await readVolumetric("/nowhere/\ud800")).problems);
    expect(undecodable).toEqual([expect.stringContaining("is not UTF-8")]);
    expect(messages((await readVolumetric("CHG\0CAR")).problems)).toEqual([expect.stringContaining("cannot be read")]);
  });

  it("lines that end with carriage returns alone, in a small and a large file", async () => {
    for (const text of [volumetricText({ grid: [4, 5, 3], blocks: [someValues(60, 6)] }), LARGE]) {
      const { value, problems } = await readVolumetric(temporaryFile("CHGCAR", text.replaceAll("\n", "\r")));
      expect(value).toBeUndefined();
      expect(problems).toEqual([expect.objectContaining({ severity: "error", line: 1, column: 13 })]);
      expect(messages(problems)).toEqual(["lines end with CR only: convert the line endings"]);
    }
  });
});

describe("a file that changes while it is read", () => {
  for (const [name, change] of [
    ["grows", (file: string) => appendFileSync(file, "  more\n")],
    ["shrinks", (file: string) => truncateSync(file, LARGE.length - 5000)],
    ["is written anew", (file: string) => writeFileSync(file, LARGE.replace("made in code", "made in haste"))],
  ] as const) {
    it(`${name}: an error, whatever else was found`, async () => {
      const file = temporaryFile("CHGCAR", LARGE);
      let changes = 0;
      const { problems } = await readVolumetric(file, {
        onProgress: () => {
          if (changes++ === 0) change(file);
        },
      });
      expect(messages(problems)).toContain("the file changed while it was being read: read it again");
    });
  }

  it("vanishes, or is replaced: what was opened is read to its end", async () => {
    for (const change of [unlinkSync, (file: string) => renameSync(temporaryFile("other", "text"), file)]) {
      const file = temporaryFile("CHGCAR", LARGE);
      let changes = 0;
      const { value, problems } = await readVolumetric(file, { onProgress: () => changes++ === 0 && change(file) });
      expect(messages(problems)).toEqual([]);
      expect(value?.truncated).toBe(false);
    }
  });
});

describe("names", () => {
  it("of any language are read, and their kinds known", async () => {
    for (const name of [
      "電荷密度_CHGCAR",
      "CHGCAR_鉄.酸化物",
      "плотность.CHGCAR",
      "CHGCAR (копия)",
      "emoji 🧊 CHGCAR",
    ]) {
      const { value } = await readVolumetric(temporaryFile(name, LARGE));
      expect(value, name).toMatchObject({ kind: "CHGCAR", truncated: false });
    }
  });
});

describe("chunks", () => {
  it("go where they are wanted, and give the same bytes", async () => {
    const file = temporaryFile("CHGCAR", LARGE);
    const target = new Uint8Array(1000);
    const pieces: Buffer[] = [];
    const source = new ByteSource(file, { target: () => target, hash: false });
    for await (const chunk of source.chunks()) {
      expect(chunk.buffer).toBe(target.buffer);
      pieces.push(Buffer.from(chunk));
    }
    expect(Buffer.concat(pieces).toString()).toBe(LARGE);
    expect(source).toMatchObject({ bytes: LARGE.length });
    expect(source.hash()).toBe("");
  });
});
