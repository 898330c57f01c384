import { rmSync } from "node:fs";
import path from "node:path";
import { after } from "node:test";
import { makeForeignExtension } from "../harness/foreignExtension.ts";
import { type Scenario, workbenchTest } from "../harness/scenario.ts";
import { makeWorkspace, type Workspace } from "../harness/workspace.ts";

const POSCAR = "NaCl\n1.0\n0 2.82 2.82\n2.82 0 2.82\n2.82 2.82 0\nNA Cl\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n";

function inputs(): Workspace {
  const workspace = makeWorkspace("salt");
  workspace.write("INCAR-2", "ENCUTT = 500\nISMEAR = -5\n");
  workspace.write("POSCAR", POSCAR);
  workspace.write("KPOINTS", "mesh\n0\nGamma\n0 4 4\n");
  return workspace;
}

/** INCAR-2 comes first: nothing but the other extension's id tells that it is an INCAR, and R3DVS is not active yet. */
async function tryEach({ workbench, page }: Scenario): Promise<void> {
  await workbench.openFile("INCAR-2");
  await workbench.goToLine(2);
  const problems = await workbench.openProblems();
  await problems.filter({ hasText: "ENCUTT" }).first().waitFor();
  await workbench.editorLines.getByText("ISMEAR").first().hover();
  const hover = page.locator(".monaco-hover:visible", { hasText: "Method of partial occupations" });
  await hover.filter({ hasText: "Said by another extension" }).waitFor();
  await workbench.editorLines.getByText("ISMEAR").first().click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("ALG");
  await page.locator(".suggest-widget .monaco-list-row", { hasText: "ALGO" }).first().waitFor();
  await page.keyboard.press("Escape");
  await workbench.openFile("POSCAR");
  await problems.filter({ hasText: "NA" }).first().waitFor();
  await workbench.openFile("KPOINTS");
  await problems.filter({ hasText: "KPOINTS" }).first().waitFor();
  await workbench.runCommand("R3DVS: Generate a k-Point Mesh…");
  await workbench.quickInput.getByText("Largest spacing").waitFor();
}

for (const publisher of ["aaa", "zzz"]) {
  const folder = makeForeignExtension(publisher);
  after(() => rmSync(path.dirname(folder), { recursive: true, force: true }));
  workbenchTest(
    `Languages are alive beside another VASP extension that comes ${publisher === "aaa" ? "before" : "after"} in the list`,
    { workspace: inputs, beside: [folder] },
    tryEach,
  );
}
