import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { outcarText } from "../core/formats/outcarText.js";
import { vasprunText } from "../core/formats/vasprunText.js";
import { runCli, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const DATA = path.join(root, "data");

function put(name: string, content: string): string {
  const file = path.join(DATA, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

put("zno/OUTCAR", outcarText());
put("zno/vasprun.xml", vasprunText());
const broken = put("broken/OUTCAR", outcarText({ ionicSteps: 0, finished: false }));
put("late/OUTCAR", outcarText({ finished: false }));

const ROW = "zno,Zn1O1,2,41.59375,7.5625,-9.03125,-113.125,2.53125,-2.3828125,2,2";

test("a table of all materials; those that fail are named, the rest is told, and the exit code is 1", async () => {
  const out = path.join(root, "targets.csv");
  const { code, stdout, stderr } = await runCli(["targets", DATA, "-o", out]);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(`${broken}:`);
  expect(stderr).toMatch(/broken\/OUTCAR:\d+:\d+: error: the calculation ended before its first ionic step/);
  expect(stderr).toMatch(/late\/OUTCAR:\d+:\d+: warning: the calculation is unfinished/);
  const [head, ...rows] = readFileSync(out, "utf8").trim().split("\n");
  expect(head).toBe(
    "id,formula,n_atoms,volume,E_hartree_per_atom,Exc_minus_Vxc_per_atom,E_ewald_per_atom,E_band_per_atom,E0_per_atom,band_gap,band_gap_direct",
  );
  expect(rows).toEqual([ROW.replace("zno", "late").replace(/,2,2$/, ",,"), ROW]);
  expect((await runCli(["targets", path.join(DATA, "zno")])).stdout).toBe(`${head}\n${ROW}\n`);
});

test("--json tells rows as objects, and problems with them", async () => {
  const { code, stderr, events } = await runCli([
    "targets",
    "--json",
    "--per-cell",
    path.join(DATA, "zno"),
    path.join(DATA, "broken"),
    path.join(root, "none"),
  ]);
  expect([code, stderr, events.length]).toEqual([1, "", 3]);
  expect(events[1]).toMatchObject({
    id: "zno",
    n_atoms: 2,
    E_hartree: 15.125,
    E_hartree_per_atom: 7.5625,
    E0: -4.765625,
    band_gap: 2,
  });
  expect(events[2]).toEqual({ id: "broken", problems: [expect.objectContaining({ file: broken, severity: "error" })] });
  expect(events[0]).toMatchObject({ id: path.join(root, "none"), problems: [{ severity: "error" }] });
});

test("a missing atomic reference energy is an error that names the element; a bad file is wrong usage", async () => {
  const partial = put("../partial.json", '{"O": -1.5}');
  const { code, stdout, stderr } = await runCli(["targets", path.join(DATA, "zno"), "--references", partial]);
  expect([code, stderr]).toEqual([1, `${DATA}/zno/OUTCAR:1:1: error: Zn has no atomic reference energy\n`]);
  expect(stdout).toContain("-2.3828125,,2,2");
  const whole = put("../whole.csv", "element,energy\nO,-1.5\nZn,-0.25\n");
  const good = await runCli(["targets", path.join(DATA, "zno"), "--references", whole]);
  expect([good.code, good.stdout.includes("-2.3828125,1.5078125,2,2")]).toEqual([0, true]);
  expect((await runCli(["targets", DATA, "--references", path.join(root, "nowhere")])).code).toBe(2);
  expect((await runCli(["targets"])).code).toBe(2);
});

test("nothing is written where nothing could be read, nor into the materials", async () => {
  const out = path.join(root, "empty.csv");
  expect((await runCli(["targets", path.join(DATA, "broken"), "-o", out])).code).toBe(1);
  expect(existsSync(out)).toBe(false);
});
