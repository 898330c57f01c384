import { execFileSync } from "node:child_process";
import { appendFile, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EventTail } from "../../src/host/process/eventTail.js";
import type { RunEvent } from "../../src/protocol/runEvents.js";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "r3dvs-tail-"));
  file = path.join(folder, "events.jsonl");
});
afterEach(() => rm(folder, { recursive: true }));

const line = (id: string) =>
  `${JSON.stringify({ event: "encoded", time: "2026-01-01T00:00:00Z", id, file: `${id}/CHGCAR` })}\n`;
const ids = (events: readonly RunEvent[]) =>
  events.map((event) => (event.event === "encoded" ? event.id : event.event));

describe("EventTail", () => {
  it("waits for a file that does not exist yet", async () => {
    const tail = new EventTail(file);
    expect(await tail.readNew()).toEqual([]);
    await writeFile(file, line("a"));
    expect(ids(await tail.readNew())).toEqual(["a"]);
  });

  it("gives each event once, and an unfinished line only when it is whole", async () => {
    const tail = new EventTail(file);
    const second = line("二酸化チタン");
    const bytes = Buffer.from(second);
    await writeFile(file, line("a"));
    await appendFile(file, bytes.subarray(0, bytes.indexOf(0xe9) + 1));
    expect(ids(await tail.readNew())).toEqual(["a"]);
    expect(await tail.readNew()).toEqual([]);
    await appendFile(file, bytes.subarray(bytes.indexOf(0xe9) + 1));
    expect(ids(await tail.readNew())).toEqual(["二酸化チタン"]);
    expect(await tail.readNew()).toEqual([]);
  });

  it("reads a long file in parts, without losing or repeating a line", async () => {
    const wanted = Array.from({ length: 9000 }, (_, index) => `m${index}`);
    await writeFile(file, wanted.map(line).join(""));
    const tail = new EventTail(file);
    const found: string[] = [];
    let reads = 0;
    for (let part = await tail.readNew(); part.length > 0; part = await tail.readNew()) {
      found.push(...ids(part));
      reads++;
    }
    expect(found).toEqual(wanted);
    expect(reads).toBeGreaterThan(2);
  });

  it("reads a line that is longer than a part", async () => {
    const long = "x".repeat(700_000);
    await writeFile(file, line(long) + line("after"));
    const tail = new EventTail(file);
    expect(ids(await tail.readNew())).toEqual([long, "after"]);
  });

  it("begins again when the file was replaced by a shorter one, and passes over damage", async () => {
    const tail = new EventTail(file);
    await writeFile(file, line("a") + line("b"));
    await tail.readNew();
    await writeFile(file, `not json\n${line("c")}`);
    expect(ids(await tail.readNew())).toEqual(["c"]);
  });

  it("passes over a line without an end piece by piece, and takes no pipe or device for a log", async () => {
    await writeFile(file, "x".repeat(40 * 2 ** 20));
    const tail = new EventTail(file);
    for (let i = 0; i < 5; i++) expect(await tail.readNew()).toEqual([]);
    await appendFile(file, `\n${line("a")}`);
    expect(ids(await tail.readNew())).toEqual(["a"]);
    if (process.platform === "win32") return;
    await symlink("/dev/zero", path.join(folder, "zero"));
    execFileSync("mkfifo", [path.join(folder, "pipe")]);
    for (const name of ["zero", "pipe"]) expect(await new EventTail(path.join(folder, name)).readNew()).toEqual([]);
  });
});
