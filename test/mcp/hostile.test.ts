import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { SAMPLE_IDS, sampleDataset, temporaryFolder } from "../cli/harness.js";
import { connect } from "./client.js";

const HOLD = fileURLToPath(new URL("../hold.cjs", import.meta.url));
const place = temporaryFolder();
const [id = "", other = ""] = SAMPLE_IDS;
const inside = path.join(place, "inside");
const outside = path.join(place, "outside");
for (const folder of [inside, outside]) mkdirSync(folder);
sampleDataset(inside, [id, other]);
sampleDataset(outside, [id]);
const secret = path.join(outside, "data", id, "CHGCAR.gz");
const chgcar = path.join(inside, "data", id, "CHGCAR.gz");

describe("an agent", () => {
  it("reaches nothing outside of the folders, in whatever way it asks", async () => {
    mkdirSync(path.join(inside, "links"));
    symlinkSync(secret, path.join(inside, "links", "CHGCAR.gz"));
    symlinkSync(path.join(outside, "data"), path.join(inside, "dataset"));
    mkdirSync(path.join(inside, "tasks"));
    symlinkSync(secret, path.join(inside, "tasks", "INCAR"));
    const { refusal } = await connect([inside]);
    const ways = [
      secret,
      "../outside/data",
      `data/../../outside/data/${id}`,
      "links",
      "links/CHGCAR.gz",
      "dataset",
      `dataset/${id}`,
      "tasks",
    ];
    for (const way of [
      ...ways,
      "/etc/passwd",
      "/",
      "~",
      `file://${secret}`,
      "file://elsewhere/share/CHGCAR",
      `${inside}-not`,
    ]) {
      const told = await refusal("info", { paths: [way] });
      expect(told, way).toMatch(/outside|link out|there is no|no file on this machine/);
    }
    for (const [tool, args] of [
      ["predict", { paths: ["data"], model: outside }],
      ["predict", { paths: [secret] }],
      ["encode", { paths: ["dataset"] }],
      ["describe", { paths: ["links"] }],
      ["targets", { paths: ["../outside"] }],
      ["study_status", { path: outside }],
      ["check", { paths: ["tasks"] }],
      ["profile", { path: "links/CHGCAR.gz", axis: "a" }],
    ] as const) {
      expect(await refusal(tool, args), tool).toMatch(/outside|link out/);
    }
  });

  it("cannot pass options, globs or what is no path", async () => {
    for (const name of ["--help", "-o", "*"]) writeFileSync(path.join(inside, name), "no VASP file\n");
    const { refusal, ask, client } = await connect(["--allow-write", inside]);
    // real names, taken for what they are
    for (const name of ["--help", "-o", "*"]) {
      const { files } = (await ask("info", { paths: [name] })) as { files: { file: string }[] };
      expect(files.map(({ file }) => file)).toEqual([path.join(inside, name)]);
    }
    expect(readFileSync(path.join(inside, "--help"), "utf8")).toBe("no VASP file\n");
    for (const given of ["data/*", "{data,../outside}", "--version", "", "  ", "a\u0000b", "a\nb", "x".repeat(5000)])
      expect(await refusal("info", { paths: [given] })).not.toBe("");
    const wrong: [string, Record<string, unknown>][] = [
      ["info", {}],
      ["info", { paths: chgcar }],
      ["info", { paths: [] }],
      ["info", { paths: Array(21).fill(chgcar) }],
      ["info", { paths: [{ toString: "x" }] }],
      ["info", { paths: [chgcar], force: true }],
      ["encode", { paths: [chgcar], dl: "0.4; rm -rf /" }],
      ["encode", { paths: [chgcar], dl: Number.MIN_VALUE }],
      ["encode", { paths: [chgcar], dl: 0.1, length: 100 }],
      ["encode", { paths: [chgcar], component: "--packed" }],
      ["describe", { paths: [chgcar], descriptor: "soap", kernel: "gaussian" }],
      ["profile", { path: chgcar, axis: "a", block: "--output=/tmp/x" }],
      ["profile", { path: chgcar, axis: "a", window: -1 }],
      ["predict", { paths: [chgcar], model: "--help" }],
      ["study_status", { path: { $ne: 1 } }],
    ];
    for (const [tool, args] of wrong) expect(await refusal(tool, args), JSON.stringify(args)).not.toBe("");
    await expect(client.callTool({ name: "constructor", arguments: {} })).rejects.toThrow(/there is no tool/);
    await expect(client.callTool({ name: "../info", arguments: {} })).rejects.toThrow(/there is no tool/);
  });

  it("is held to the client's roots, also when they change, beside the given folders", async () => {
    const roots = [path.join(inside, "data")];
    const { ask, refusal, client } = await connect([], { roots });
    await ask("info", { paths: [chgcar] });
    await ask("info", { paths: [`${id}/CHGCAR.gz`] });
    expect(await refusal("info", { paths: [path.join(inside, "--help")] })).toMatch(/outside/);
    roots[0] = outside;
    await client.sendRootsListChanged();
    expect(await refusal("info", { paths: [chgcar] })).toMatch(/outside/);
    await ask("info", { paths: [secret] });
    const both = await connect([inside], { roots: [path.join(inside, "data", other), outside] });
    expect(await both.refusal("info", { paths: [chgcar] })).toMatch(/outside/);
    expect(await both.refusal("info", { paths: [secret] })).toMatch(/outside/);
    await both.ask("info", { paths: [path.join(inside, "data", other, "CHGCAR.gz")] });
    const none = await connect([], { roots: ["https://example.org/data"] });
    expect(await none.refusal("info", { paths: [chgcar] })).toMatch(/no folder is allowed/);
  });

  it("may read where the server was started, but not a whole home or disk", async () => {
    const here = await connect([], { cwd: inside });
    await here.ask("info", { paths: [`data/${id}/CHGCAR.gz`] });
    expect(await here.refusal("info", { paths: [secret] })).toMatch(/outside/);
    const wide = await connect([], { cwd: "/" });
    expect(await wide.refusal("info", { paths: [chgcar] })).toMatch(/no folder is allowed/);
  });
});

describe("long work", () => {
  it("tells its progress", async () => {
    const { client } = await connect([inside]);
    const told: { progress: number; total?: number | undefined; message?: string | undefined }[] = [];
    const options = { onprogress: (step: (typeof told)[number]) => void told.push(step) };
    await client.callTool({ name: "encode", arguments: { paths: ["data"] } }, undefined, options);
    expect(told.map(({ progress, total }) => [progress, total])).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(told.map(({ message }) => message).sort()).toEqual([id, other].sort());
  });

  it("ends when it is cancelled, with all that it started, and the server goes on", async () => {
    const env = { NODE_OPTIONS: `--require ${HOLD}`, R3DVS_HOLD_LINE: '{"event":"encoded"' };
    const { client, ask } = await connect([inside], { env });
    // each waits for ever after its first material; as many as may run at once
    for (let i = 0; i < 2; i++) {
      const stop = new AbortController();
      const options = { signal: stop.signal, onprogress: () => stop.abort("enough") };
      await expect(
        client.callTool({ name: "encode", arguments: { paths: ["data"] } }, undefined, options),
      ).rejects.toThrow(/enough/);
    }
    const { files } = await ask("info", { paths: [chgcar] });
    expect(files).toHaveLength(1);
  });

  it("ends with the client", async () => {
    const { client, pid } = await connect([inside]);
    const server = pid();
    expect(server).toBeGreaterThan(0);
    await client.close();
    await expect.poll(() => isAlive(server), { timeout: 60_000 }).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
