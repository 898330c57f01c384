import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RunTail } from "../../src/host/process/runTail.js";

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "r3dvs-run-tail-"));
});
afterEach(() => rm(folder, { recursive: true }));

const line = (id: string, second = 0) =>
  `${JSON.stringify({ event: "encoded", time: new Date(1000 * second).toISOString(), id, file: id })}\n`;
const idsOf = async (tail: RunTail) =>
  (await tail.readNew()).map((event) => (event.event === "encoded" ? event.id : event.event));

describe("RunTail", () => {
  it("gives what each worker writes once, also of workers that come later, in the order of time", async () => {
    const tail = new RunTail(folder);
    expect(await idsOf(tail)).toEqual([]);
    await writeFile(at("events.jsonl"), line("owner", 2));
    await mkdir(at("workers"));
    await writeFile(at("workers", "17_1-0-node1-5.jsonl"), line("first", 1) + line("third", 3));
    expect(await idsOf(tail)).toEqual(["first", "owner", "third"]);
    await writeFile(at("workers", "17_2-0-node2-5.jsonl"), line("late", 4));
    await appendFile(at("workers", "17_1-0-node1-5.jsonl"), line("more", 5).slice(0, 20));
    expect(await idsOf(tail)).toEqual(["late"]);
    await appendFile(at("workers", "17_1-0-node1-5.jsonl"), line("more", 5).slice(20));
    expect(await idsOf(tail)).toEqual(["more"]);
    expect(await idsOf(tail)).toEqual([]);
  });

  it("reads hundreds of logs to their ends, each larger than one reading", async () => {
    await mkdir(at("workers"));
    const many = Array.from({ length: 3000 }, (_, index) => line(`a material with quite a long name ${index}`)).join(
      "",
    );
    for (let worker = 0; worker < 40; worker++) await writeFile(at("workers", `local-0-host-${worker}.jsonl`), many);
    const tail = new RunTail(folder);
    let count = 0;
    for (let read = -1; read !== 0; count += read) read = (await tail.readNew()).length;
    expect(count).toBe(40 * 3000);
  });
});
