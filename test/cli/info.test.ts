import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { runCli, SAMPLE, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const QUARTZ = path.join(SAMPLE, "mp-10064/CHGCAR.gz");

describe("r3dvs info", () => {
  test("prints one JSON object a file in the order asked for", async () => {
    const { code, stderr, events } = await runCli(["info", "--json", QUARTZ, path.join(SAMPLE, "mp-1778/CHGCAR.gz")]);
    expect([code, stderr, events.length]).toEqual([0, "", 2]);
    expect(events[0]).toMatchObject({
      file: QUARTZ,
      kind: "CHGCAR",
      natoms: 3,
      species: ["Si", "O"],
      counts: [1, 2],
      lattice: [
        [0, 2.291416, 2.291416],
        [2.291416, 0, 2.291416],
        [2.291416, 2.291416, 0],
      ],
      grid: [24, 24, 24],
      truncated: false,
      problems: [],
    });
    expect(events[0]?.electrons).toBeCloseTo(16, 4);
    expect(events[0]?.volume).toBeCloseTo(24.06256, 4);
    expect(events[0]?.blocks).toEqual([{ name: "total", mean: expect.closeTo(16, 4), min: 0.596767, max: 148.192 }]);
    expect(events[1]).toMatchObject({ counts: [1, 1] });
  });

  test("shortens for people what is very long, and tells programs all of it", async () => {
    const file = path.join(root, "INCAR");
    writeFileSync(file, `SYSTEM = ${"x".repeat(100_000)}\nENCUT = 400\n`);
    const { stdout } = await runCli(["info", file]);
    expect(stdout.length).toBeLessThan(2000);
    expect(stdout).toMatch(/xxx … \(\d+ characters; --json tells all\)/);
    const { events } = await runCli(["info", "--json", file]);
    expect((events[0] as unknown as { readonly tags: { readonly SYSTEM: string } }).tags.SYSTEM).toHaveLength(100_000);
  });

  test("says the same to people", async () => {
    const { code, stdout } = await runCli(["info", QUARTZ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^.*CHGCAR\.gz\n {2}kind +CHGCAR\n {2}formula +Si1O2\n/);
    expect(stdout).toMatch(/volume +24\.0626 Å³\n {2}grid +24 × 24 × 24\n/);
  });

  test("an unreadable file is named with its place, the rest is told, and the exit code is 1", async () => {
    const broken = path.join(root, "CHGCAR");
    writeFileSync(broken, "broken\n1.0\n1 0 0\n0 1 x\n0 0 1\nO\n1\nDirect\n0 0 0\n\n2 2 2\n1 1 1 1 1 1 1 1\n");
    const { code, stderr, events } = await runCli(["info", "--json", broken, QUARTZ, path.join(root, "missing")]);
    expect([code, stderr]).toEqual([1, ""]);
    expect(events.map((event) => Object.keys(event).length > 2)).toEqual([false, true, false]);
    expect(events[0]).toMatchObject({ file: broken, problems: [{ severity: "error", line: 4 }] });
    const text = await runCli(["info", broken]);
    expect(text.stderr).toMatch(new RegExp(`^${broken}:4:\\d+: error: `));
  });

  test("without a file the exit code is 2; help and version are 0", async () => {
    expect((await runCli(["info"])).code).toBe(2);
    expect((await runCli([])).code).toBe(2);
    expect((await runCli(["nonsense"])).code).toBe(2);
    expect((await runCli(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const help = await runCli(["--help"]);
    expect(help.code).toBe(0);
    for (const name of [
      "info",
      "encode",
      "describe",
      "targets",
      "study",
      "train",
      "predict",
      "report",
      "run",
      "submit",
      "status",
    ])
      expect(help.stdout).toMatch(new RegExp(`^  ${name} `, "m"));
    expect((await runCli(["submit", "x", "--any"])).code).toBe(2);
  });
});
