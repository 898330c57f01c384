import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { convergenceSvg, describeConvergence } from "../../../src/core/plots/convergencePlot.js";
import { LIGHT_THEME } from "../../../src/core/plots/theme.js";
import { readConvergence } from "../../../src/jobs/inspect/readConvergence.js";

const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-convergence-"));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** `energies.length` ionic steps of two electronic steps each; the forces halve. */
function relaxation(energies: readonly number[]): string {
  const head = "   EDIFF  = 0.1E-04   stopping-criterion for ELM\n   EDIFFG = -.1E-01   stopping-criterion for IOM\n";
  const rule = "-".repeat(40);
  const steps = energies.map((energy, i) => {
    const force = (0.8 / 2 ** i).toFixed(6);
    const iteration = (n: number, change: string) =>
      `${rule} Iteration ${String(i + 1).padStart(6)}(${String(n).padStart(4)})  ${rule}\n total energy-change (2. order) : ${change}  (-0.1E+01)\n`;
    return `${iteration(1, "0.3E-01")}${iteration(2, "-0.5E-05")} POSITION                                       TOTAL-FORCE (eV/Angst)
 ${"-".repeat(83)}
      0.00000      0.00000      0.00000         0.000000      0.000000     -${force}
 ${"-".repeat(83)}
  external pressure =       ${(3 - i).toFixed(2)} kB  Pullay stress =        0.00 kB
  energy  without entropy=  ${energy}  energy(sigma->0) =  ${energy}
`;
  });
  return head + steps.join("");
}

it("an OUTCAR tells how a relaxation converged, also packed and under another name", async () => {
  const text = relaxation([-7, -7.5, -7.625]);
  for (const file of [written("OUTCAR", text), written("run.log.gz", gzipSync(text))]) {
    const { value, problems } = await readConvergence(file);
    expect(problems).toEqual([]);
    expect(value).toMatchObject({ kind: "OUTCAR", before: 0, electronicCriterion: 1e-5, ionicCriterion: -0.01 });
    expect(
      value?.steps.map(({ number, line, energy, force, pressure }) => [number, line, energy, force, pressure]),
    ).toEqual([
      [1, 2, -7, 0.8, 3],
      [2, 12, -7.5, 0.4, 2],
      [3, 22, -7.625, 0.2, 1],
    ]);
    expect(value?.electronic.map(({ change }) => change)).toEqual([0.03, -5e-6, 0.03, -5e-6, 0.03, -5e-6]);
  }
});

it("an OSZICAR has energies and electronic steps alone", async () => {
  const text = "       N       E\nDAV:   1    -0.7E+01    0.3E-01   1 2 3\n   1 F= -.71E+01 E0= -.705E+01  d E =0.0\n";
  const { value } = await readConvergence(written("OSZICAR", text));
  expect(value).toMatchObject({
    kind: "OSZICAR",
    steps: [{ number: 1, energy: -7.05 }],
    electronic: [{ line: 1, change: 0.03 }],
  });
});

it("a file of another kind is told, and one that is not there", async () => {
  const { value, problems } = await readConvergence(written("POSCAR", "a\n1\n"));
  expect(value).toBeUndefined();
  expect(problems.map(({ message }) => message)).toEqual([
    "the file holds no ionic or electronic steps: it is no OUTCAR or OSZICAR of a run",
  ]);
  expect((await readConvergence(path.join(folder, "none"))).problems[0]?.message).toMatch(/file not found/);
});

it("the last 2000 electronic steps of a long run are drawn", async () => {
  const long = relaxation(Array.from({ length: 1500 }, (_, i) => -7 - i / 1e4));
  const { value } = await readConvergence(written("OUTCAR_long", long));
  expect([value?.steps.length, value?.electronic.length, value?.before]).toEqual([1500, 2000, 1000]);
  if (!value) return;
  const svg = convergenceSvg(value, { width: 1000, theme: LIGHT_THEME });
  expect(svg.match(/<circle/g)?.length).toBeLessThanOrEqual(4 * 201);
});

it("the figure has a panel per quantity, the criteria, and a link at each point", async () => {
  const { value } = await readConvergence(written("OUTCAR", relaxation([-7, -7.5, -7.625])));
  if (!value) throw new Error("no steps");
  const svg = convergenceSvg(value, { width: 1000, theme: LIGHT_THEME, linkTo: (line) => `#L${line}` });
  for (const text of [
    "Energy against the last step",
    "Largest force on an ion",
    "External pressure",
    "EDIFF",
    "EDIFFG",
  ])
    expect(svg).toContain(`>${text}<`);
  expect(svg.match(/href="#L12"/g)?.length).toBe(4);
  expect(svg).toContain("Ionic step 2: 0.125 eV");
  expect(describeConvergence(value)).toBe(
    "Ionic steps: 3, electronic steps: 6. Energy of the last step: −7.625000 eV. Largest force on an ion: 0.200 eV/Å. External pressure: 1.00 kbar. Last change of the energy: −5×10⁻⁶ eV.",
  );
  const single = await readConvergence(written("OUTCAR_single", relaxation([-7])));
  if (!single.value) throw new Error("no steps");
  const alone = convergenceSvg(single.value, { width: 480, theme: LIGHT_THEME });
  expect(alone).not.toContain("Energy against the last step");
  expect(alone).toContain("Change of the energy in an electronic step");
});
