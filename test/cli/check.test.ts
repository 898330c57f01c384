import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { runCli, temporaryFolder } from "./harness.js";

const root = temporaryFolder();
const POSCAR = "NaCl\n5.64\n0.0 0.5 0.5\n0.5 0.0 0.5\n0.5 0.5 0.0\nNa Cl\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n";
const dataset = (title: string, enmax: number) =>
  `  ${title}\n   7.00000000000000\n parameters from PSCTR are:\n   ENMAX  =  ${enmax}; ENMIN  =  196.0 eV\n End of Dataset\n`;
const POTCAR = dataset("PAW_PBE Na 08Apr2002", 101.968) + dataset("PAW_PBE Cl 06Sep2000", 262.472);

function folder(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  const place = path.join(root, name);
  mkdirSync(place, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(path.join(place, file), content);
  return place;
}

const GOOD = { INCAR: "ENCUT = 400\nISMEAR = 0\n", POSCAR, KPOINTS: "mesh\n0\nGamma\n4 4 4\n0 0 0\n", POTCAR };

describe("r3dvs check", () => {
  test("finds nothing wrong in good inputs", async () => {
    const outcome = await runCli(["check", folder("good", GOOD)]);
    expect(outcome).toMatchObject({ code: 0, stdout: "" });
    expect(outcome.stderr).toBe("4 files: 0 errors, 0 warnings, 0 hints\n");
  });

  test("holds inputs against each other", async () => {
    const place = folder("wrong", {
      ...GOOD,
      INCAR: "ENCUT = 200\nISPIN = 2\nMAGMOM = 3*1\nISMEAR = -5\n",
      KPOINTS: "Gamma only\n0\nGamma\n1 1 1\n",
      POTCAR: dataset("PAW_PBE Cl 06Sep2000", 262.472) + dataset("PAW_PBE Na 08Apr2002", 101.968),
    });
    const outcome = await runCli(["check", place, "--json"]);
    expect(outcome.code).toBe(1);
    const found = outcome.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(found.map(({ file, line, code }) => `${path.basename(String(file))}:${line} ${code}`)).toEqual([
      "INCAR:1 incar/cutoff",
      "INCAR:3 incar/magmom-count",
      "INCAR:4 incar/tetrahedron-points",
      "POSCAR:6 poscar/potcar-order",
      "POSCAR:6 poscar/potcar-order",
      "POTCAR:1 potcar/order",
      "POTCAR:6 potcar/order",
    ]);
    expect(Object.keys(found[0] ?? {})).toEqual(["file", "severity", "line", "column", "message", "code", "fixable"]);
  });

  test("prints problems in the compilers' form and ends with 1 for errors alone", async () => {
    const warned = folder("warned", { INCAR: "ENCUTT = 500\n" });
    const outcome = await runCli(["check", path.join(warned, "INCAR")]);
    expect(outcome.code).toBe(0);
    expect(outcome.stderr).toContain(
      `${path.join(warned, "INCAR")}:1:1: warning: ENCUTT is not a tag of VASP and is ignored. Did you mean ENCUT?`,
    );
  });

  test("--fix applies only what keeps the file's meaning", async () => {
    const place = folder("fixed", { INCAR: "ENCUT = 500 eV\nENCUTT = 3\nSIGMA = 0.1\nENCUT = 400\n" });
    const outcome = await runCli(["check", place, "--fix"]);
    expect(outcome.stderr).toContain("2 fixed");
    expect(readFileSync(path.join(place, "INCAR"), "utf8")).toBe("ENCUT = 500 # eV\nENCUTT = 3\nSIGMA = 0.1\n");
  });

  test("reads packed inputs, searches folders below, and names what cannot be read", async () => {
    const parent = folder("many", {});
    folder("many/a", { INCAR: "NSW = x\n" });
    folder("many/b/c", { KPOINTS: "mesh\n0\nGamma\n4 4\n" });
    const packed = folder("packed", { "POSCAR.gz": gzipSync(POSCAR.replace("0.5 0.5 0.5", "0.1 0.1 0.1")) });
    const below = await runCli(["check", parent]);
    expect(below.stderr).toContain("INCAR:1:7: error: NSW must be an integer");
    expect(below.stderr).toContain("KPOINTS:4:");
    expect((await runCli(["check", path.join(packed, "POSCAR.gz")])).stderr).toContain("are only 0.98 Å apart");
    expect((await runCli(["check", packed])).stderr).toContain("are only 0.98 Å apart");
    expect((await runCli(["check", path.join(root, "nowhere")])).code).toBe(2);
    expect((await runCli(["check", folder("empty", {})])).code).toBe(2);
  });

  test("finds the images of a band, and inputs of stages where there are no plain ones", async () => {
    const close = POSCAR.replace("0.5 0.5 0.5", "0.1 0.1 0.1");
    const band = folder("band", { INCAR: "IMAGES = 1\n", KPOINTS: "mesh\n0\nGamma\n4 4\n", "INCAR.old": "NSW = x\n" });
    folder("band/00", { POSCAR: close });
    folder("band/.hidden", { POSCAR: close });
    const found = await runCli(["check", band]);
    expect(found.stderr).toContain(path.join("00", "POSCAR"));
    expect(found.stderr).toContain("KPOINTS:4:");
    expect(found.stderr).not.toMatch(/INCAR\.old|hidden/);
    const stages = folder("stages", {
      "INCAR.relax": "NSW = x\n",
      "INCAR_static.png": "",
      POSCAR: close,
      CONTCAR: close,
      POSCAR_2: close,
    });
    const staged = (await runCli(["check", stages])).stderr;
    expect(staged).toContain("INCAR.relax:1:7: error: NSW must be an integer");
    expect(staged).toContain("2 files:");
  });
});
