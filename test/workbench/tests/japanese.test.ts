import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../harness/paths.ts";
import { workbenchTest } from "../harness/scenario.ts";
import { VoxelView } from "../harness/voxelView.ts";
import { makeSampleWorkspace } from "../harness/workspace.ts";

const readJson = (file: string): Record<string, string> => JSON.parse(readFileSync(path.join(root, file), "utf8"));

workbenchTest(
  "A Japanese window speaks Japanese: menus, side bar and views",
  { workspace: () => makeSampleWorkspace({ count: 3 }), language: "ja" },
  async ({ workbench, screenshot }) => {
    const manifest = readJson("package.nls.ja.json");
    const texts = readJson("webview/ui/strings.ja.json");
    const entries = await workbench.openContextMenu(await workbench.explorerRow("mp-1778", "CHGCAR.gz"));
    assert.ok(entries.includes(manifest["command.generate"] ?? ""), entries.join(", "));
    await workbench.chooseMenuEntry(manifest["command.generate"] ?? "");
    const view = new VoxelView(workbench);
    await view.waitUntilDrawn();
    const headings = await view.sections.allTextContents();
    for (const heading of ["Predictions", "Surface", "Symmetry", "Picture", "Crystal"])
      assert.ok(headings.includes(texts[heading] ?? ""), heading);
    const chosen = await workbench.webview
      .getByRole("radiogroup")
      .evaluateAll((rows) => rows.map((row) => row.querySelectorAll("input:checked").length));
    assert.deepEqual(chosen, [1, 1, 1], "one chosen of each row of buttons");
    await screenshot("japanese");
  },
);
