import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { linkedOut } from "../../../src/jobs/dataset/linkedOut.js";
import { privateFolder } from "../../../src/jobs/files/privateFolder.js";
import { staysInside } from "../../../src/jobs/files/staysInside.js";

const root = realpathSync(mkdtempSync(path.join(tmpdir(), "r3dvs-links-")));
const [workspace, elsewhere] = [path.join(root, "workspace"), path.join(root, "elsewhere")];
const at = (...names: string[]) => path.join(workspace, ...names);
process.env.XDG_CACHE_HOME = path.join(root, "cache");
afterAll(() => rmSync(root, { recursive: true }));

beforeEach(() => {
  for (const folder of [workspace, elsewhere]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(path.join(folder, "MgO"), { recursive: true });
    for (const name of ["CHGCAR", "POSCAR", "OUTCAR"]) writeFileSync(path.join(folder, "MgO", name), "x\n");
  }
});

/** Puts a link in the place of what stands there. */
function link(place: string, target: string): void {
  rmSync(place, { recursive: true, force: true });
  symlinkSync(target, place);
}

describe("a chat's path", () => {
  const out = (...names: string[]) => linkedOut([at(...names)], [workspace]);

  it("is inside where nothing leads out", () => {
    expect(out("MgO", "CHGCAR")).toBeUndefined();
    expect(out("MgO")).toBeUndefined();
    expect(out()).toBeUndefined();
    link(at("again"), at("MgO"));
    expect(out("again", "CHGCAR")).toBeUndefined();
    link(at("MgO/POTCAR"), path.join(elsewhere, "MgO/POSCAR")); // not read
    expect(out("MgO")).toBeUndefined();
    expect(out("MgO", "CHGCAR")).toBeUndefined();
  });

  it("is outside where what is opened with it leads out", () => {
    link(at("MgO/CHGCAR"), path.join(elsewhere, "MgO/CHGCAR"));
    expect(out("MgO", "CHGCAR")).toBe(at("MgO/CHGCAR"));
    expect(out("MgO", "POSCAR")).toBe(at("MgO/CHGCAR"));
    expect(out("MgO")).toBe(at("MgO/CHGCAR"));
    expect(out()).toBe(at("MgO/CHGCAR"));
  });

  it.each([
    ["OUTCAR", "CHGCAR"],
    ["vasprun.xml", "CHGCAR"],
    ["vaspout.h5", "CHGCAR"],
    ["CHGCAR.gz", "POSCAR"],
  ])("is outside where %s beside it leads out", (beside, name) => {
    link(at("MgO", beside), path.join(elsewhere, "MgO/OUTCAR"));
    expect(out("MgO", name)).toBe(at("MgO", beside));
  });

  it("is outside where a dataset's material, table or spectra are a link, or a link to a link, or one to nothing", () => {
    link(at("TiO2"), path.join(elsewhere, "MgO"));
    expect(out()).toBe(at("TiO2"));
    rmSync(at("TiO2"));
    link(at("hop"), path.join(elsewhere, "MgO/CHGCAR"));
    link(at("CHGCAR_two"), at("hop"));
    expect(out()).toBe(at("CHGCAR_two"));
    rmSync(at("CHGCAR_two"));
    link(at("targets.csv"), path.join(root, "nothing"));
    expect(out()).toBe(at("targets.csv"));
    link(at("targets.csv"), at("nothing"));
    expect(out()).toBe(at("targets.csv"));
  });
});

describe("staysInside", () => {
  it("follows links of folders on the way to what is not there yet", () => {
    link(at("to"), elsewhere);
    expect(staysInside(at("to/new/file"), [workspace])).toBe(false);
    expect(staysInside(at("new/file"), [workspace])).toBe(true);
    expect(staysInside(at("..", "workspace2"), [workspace])).toBe(false);
    expect(staysInside(`${workspace}2`, [workspace])).toBe(false);
    expect(staysInside(at("..file"), [workspace])).toBe(true);
  });
});

describe("a dataset's .r3dvs", () => {
  it("is written where it is, and nowhere behind a link", () => {
    expect(privateFolder(workspace)).toBe(at(".r3dvs"));
    const cached = () =>
      expect(path.relative(path.join(root, "cache"), privateFolder(workspace))).toMatch(/^r3dvs[\\/][0-9a-f]{16}$/);
    link(at(".r3dvs"), elsewhere);
    cached();
    link(at(".r3dvs"), path.join(root, "nothing"));
    cached();
    for (const inner of ["runs", "spectra", "outputs.json", "runs/study", "spectra/total-0.4"]) {
      rmSync(at(".r3dvs"), { recursive: true, force: true });
      mkdirSync(path.dirname(at(".r3dvs", inner)), { recursive: true });
      link(at(".r3dvs", inner), elsewhere);
      cached();
    }
    rmSync(at(".r3dvs"), { recursive: true });
    mkdirSync(at("scratch"));
    link(at(".r3dvs"), at("scratch"));
    expect(privateFolder(workspace)).toBe(at(".r3dvs"));
    expect(readdirSync(elsewhere)).toEqual(["MgO"]);
    expect(existsSync(path.join(root, "nothing"))).toBe(false);
  });
});
