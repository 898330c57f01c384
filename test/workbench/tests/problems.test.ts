import assert from "node:assert/strict";
import { workbenchTest } from "../harness/scenario.ts";
import { VoxelView } from "../harness/voxelView.ts";
import { makeSampleWorkspace, readSampleDensity, type Workspace } from "../harness/workspace.ts";

/** A density that ends early, as after a full disk, and one with a number that is none. */
function brokenFiles(): Workspace {
  const workspace = makeSampleWorkspace({ count: 2 });
  const whole = readSampleDensity("mp-1778");
  workspace.write("truncated/CHGCAR", `${whole.split("\n").slice(0, 300).join("\n")}\n`);
  const lines = whole.split("\n");
  lines[99] = (lines[99] ?? "").replace(/\S+(?=\s*$)/, "0.12.5E+01");
  workspace.write("misprint/CHGCAR", lines.join("\n"));
  return workspace;
}

workbenchTest(
  "A broken density is told with its line: in the view, in Problems, and as a squiggle",
  { workspace: brokenFiles },
  async ({ workbench, screenshot }) => {
    await workbench.openFile("truncated", "CHGCAR");
    const view = new VoxelView(workbench);
    await view.failures.filter({ hasText: /^301:1: / }).waitFor();
    assert.equal(await view.progress.count(), 0, "the file is read no longer");
    assert.equal(await view.heading.textContent(), "BeO", "the structure of a cut density is shown");
    await screenshot("truncated");
    await workbench.closeAllEditors();

    await workbench.openFile("misprint", "CHGCAR");
    await view.failures.filter({ hasText: /^100:\d+: .*0\.12\.5E\+01/ }).waitFor();

    const problems = await workbench.openProblems();
    const problem = problems.filter({ hasText: "0.12.5E+01" });
    await problem.waitFor();
    assert.match((await problem.textContent()) ?? "", /\[Ln 100, Col \d+\]/);
    assert.equal(
      await problems.filter({ hasText: "301" }).count(),
      0,
      "the problems of the file that was closed are gone",
    );
    assert.equal(await problem.count(), 1, "one cause in one line");
    await workbench.webview.getByRole("alert").locator("a", { hasText: /^100:/ }).click();
    await workbench.editorLines.waitFor();
    await workbench.statusBarItem(/Ln 100,/).waitFor();
    await workbench.squiggles.first().waitFor();
    await screenshot("problems");
    await workbench.closeAllEditors();
    await problem.waitFor({ state: "detached" });
  },
);

workbenchTest(
  "What computes networks is shown as a text that is no unsaved file",
  { workspace: brokenFiles },
  async ({ workbench, screenshot }) => {
    await workbench.runCommand("R3DVS: Show Compute Engines");
    const tab = workbench.tab("Compute engines on this machine.md");
    await tab.waitFor();
    await workbench.editorLines.filter({ hasText: /wasm/ }).waitFor();
    assert.doesNotMatch((await tab.getAttribute("class")) ?? "", /dirty/);
    await screenshot("engines");
    await workbench.closeEditor();
    assert.equal(await workbench.page.locator(".monaco-dialog-box").count(), 0, "nobody asks whether to save it");
  },
);
