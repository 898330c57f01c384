import { workbenchTest } from "../harness/scenario.ts";
import { makeWorkspace, type Workspace } from "../harness/workspace.ts";

const POSCAR = "NaCl\n1.0\n0 2.82 2.82\n2.82 0 2.82\n2.82 2.82 0\nNa Cl\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n";

/** A calculation with mistakes that a person makes. */
function calculation(): Workspace {
  const workspace = makeWorkspace("run");
  workspace.write("INCAR", "SYSTEM = rock salt\nENCUTT = 400\nISPIN = 2\nMAGMOM = 3*0.6\nISMEAR = -5\nALGO = Fast\n");
  workspace.write("KPOINTS", "mesh\n0\nGamma\n1 1 2\n0 0 0\n");
  workspace.write("POSCAR", POSCAR);
  return workspace;
}

workbenchTest(
  "Mistakes in an INCAR are underlined, listed and mended from the keyboard",
  { workspace: calculation },
  async ({ workbench, screenshot }) => {
    await workbench.openFile("INCAR");
    await workbench.squiggles.first().waitFor();
    const problems = await workbench.openProblems();
    await problems.filter({ hasText: "Did you mean ENCUT?" }).waitFor();
    await problems.filter({ hasText: "MAGMOM has 3 values, but the POSCAR needs 2" }).waitFor();
    await problems.filter({ hasText: "needs at least 4 k-points; KPOINTS has 2" }).waitFor();
    await screenshot("incar");

    await workbench.goToLine(2);
    await workbench.page.keyboard.press("Control+.");
    const fix = workbench.page.locator(".action-widget .monaco-list-row", { hasText: "Change to ENCUT" });
    await fix.waitFor();
    await workbench.page.keyboard.press("Enter");
    await workbench.editorLines.filter({ hasText: /ENCUT\s=/ }).waitFor();
    await problems.filter({ hasText: "Did you mean ENCUT?" }).waitFor({ state: "hidden" });

    await workbench.goToLine(5);
    await workbench.page.keyboard.press("Control+K");
    await workbench.page.keyboard.press("Control+I");
    // The hover opens with the diagnostic and gets the tag's description when that comes.
    const hover = workbench.page.locator(".monaco-hover:visible", { hasText: "needs at least 4 k-points" });
    await hover.filter({ hasText: "Method of partial occupations" }).waitFor();
    await screenshot("hover");
  },
);

workbenchTest(
  "The hover of a lattice tells the space group, and the structure becomes its conventional cell",
  { workspace: calculation },
  async ({ workbench, screenshot }) => {
    await workbench.openFile("POSCAR");
    await workbench.goToLine(4);
    await workbench.page.keyboard.press("Control+K");
    await workbench.page.keyboard.press("Control+I");
    await workbench.page.locator(".monaco-hover:visible", { hasText: "Fm-3m (225)" }).waitFor();
    await screenshot("space-group");
    await workbench.page.keyboard.press("Escape");
    await workbench.runCommand("Refactor...");
    const action = workbench.page.locator(".action-widget .monaco-list-row", {
      hasText: "Convert to the conventional cell",
    });
    await action.click();
    await workbench.editorLines.filter({ hasText: /4\s+4/ }).waitFor();
    await workbench.page.keyboard.press("Control+Z");
    await workbench.editorLines.filter({ hasText: /2\.82\s0\s2\.82/ }).waitFor();
  },
);

/** Five ionic steps of one electronic step each. */
function relaxation(): Workspace {
  const workspace = makeWorkspace("relaxation");
  const rule = "-".repeat(40);
  const steps = [-7, -7.5, -7.625, -7.64, -7.645].map((energy, i) =>
    [
      `${rule} Iteration ${String(i + 1).padStart(6)}(   1)  ${rule}`,
      ` total energy-change (2. order) : ${(0.1 / 10 ** i).toExponential(6)}  (-0.1E+01)`,
      " POSITION                                       TOTAL-FORCE (eV/Angst)",
      ` ${"-".repeat(83)}`,
      `      0.00000      0.00000      0.00000         0.000000      0.000000     ${(0.8 / 3 ** i).toFixed(6)}`,
      ` ${"-".repeat(83)}`,
      `  external pressure =       ${(9 - 2 * i).toFixed(2)} kB  Pullay stress =        0.00 kB`,
      `  energy  without entropy=  ${energy}  energy(sigma->0) =  ${energy}`,
    ].join("\n"),
  );
  const head =
    " vasp.6.4.2\n   EDIFF  = 0.1E-04   stopping-criterion for ELM\n   EDIFFG = -.5E-01   stopping-criterion for IOM\n";
  workspace.write("OUTCAR", `${head}${steps.join("\n")}\n`);
  return workspace;
}

workbenchTest(
  "The convergence of an OUTCAR is drawn beside it, and a point leads to its line",
  { workspace: relaxation },
  async ({ workbench, screenshot }) => {
    await workbench.openFile("OUTCAR");
    await workbench.runCommand("R3DVS: Show Convergence");
    const page = workbench.webview;
    await page.locator("p", { hasText: "Ionic steps: 5, electronic steps: 5." }).waitFor();
    await screenshot("convergence");
    const point = page.locator('a[aria-label^="Ionic step 3"]:visible').first();
    await point.click();
    await workbench.page.locator(".editor-instance .active-line-number", { hasText: "20" }).first().waitFor();
    await workbench.runCommand("R3DVS: Go to Last Ionic Step");
    await workbench.page.locator(".editor-instance .active-line-number", { hasText: "36" }).first().waitFor();
    await workbench.runCommand("R3DVS: Go to Step or Warning…");
    await workbench.quickPickRow("Ionic step 4").waitFor();
    await screenshot("go-to-step");
    await workbench.quickPickRow("Ionic step 2").click();
    await workbench.page.locator(".editor-instance .active-line-number", { hasText: "12" }).first().waitFor();
  },
);

function japaneseInputs(): Workspace {
  const workspace = makeWorkspace("salt");
  workspace.write(
    "INCAR",
    "# relaxation\nENCUTT = 500\nISMEAR = -5 ; SIGMA = 0.05\nALGO = Normal\nMAGMOM = 3*1\nISPIN = 2\n",
  );
  workspace.write(
    "POSCAR",
    "NaCl\n1.0\n0 2.82 2.82\n2.82 0 2.82\n2.82 2.82 0\nNa Cl\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n",
  );
  workspace.write("KPOINTS", "mesh\n0\nGamma\n4 4 4\n0 0 0\n");
  return workspace;
}

workbenchTest(
  "INCAR, POSCAR and KPOINTS are explained in Japanese, in dark and light",
  { workspace: japaneseInputs, language: "ja" },
  async ({ workbench, page, screenshot }) => {
    const explain = async (line: number, text: string): Promise<void> => {
      await workbench.goToLine(line);
      await page.keyboard.press("Control+k");
      await page.keyboard.press("Control+i");
      await page.locator(".monaco-hover:visible", { hasText: text }).waitFor();
    };
    await workbench.openFile("INCAR");
    const problems = await workbench.openProblems();
    await problems.filter({ hasText: "MAGMOM" }).first().waitFor();
    await explain(4, "電子");
    await screenshot("incar-ja-light");
    await page.keyboard.press("Escape");
    await workbench.openFile("POSCAR");
    await explain(3, "体積");
    await screenshot("poscar-ja-light");
    await page.keyboard.press("Escape");
    await workbench.openFile("KPOINTS");
    await explain(4, "Å");
    await screenshot("kpoints-ja-light");
    await page.keyboard.press("Escape");
    await workbench.chooseTheme("Dark Modern", "vs-dark", { webview: false });
    await screenshot("kpoints-ja-dark");
    await workbench.openFile("INCAR");
    await explain(4, "電子");
    await screenshot("incar-ja-dark");
    await page.keyboard.press("Escape");
    await workbench.openFile("POSCAR");
    await explain(3, "体積");
    await screenshot("poscar-ja-dark");
  },
);
