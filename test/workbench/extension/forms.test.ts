// Densities in other forms, and structures without one, in the real extension host.
import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { until } from "./until.js";

const FORMS = path.resolve(__dirname, "../../../fixtures/forms");

function folder(): vscode.Uri {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(first, "no folder is open");
  return first.uri;
}

/** Copies a fixture into the workspace. */
function given(name: string, as = name): vscode.Uri {
  const uri = vscode.Uri.joinPath(folder(), "forms", as);
  cpSync(path.join(FORMS, name), uri.fsPath, { recursive: true });
  return uri;
}

const activeView = () => {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom ? `${input.viewType} ${path.basename(input.uri.path)}` : undefined;
};

suite("other forms", () => {
  test("a zarr group opens as voxels from its folder", async () => {
    await vscode.commands.executeCommand("r3dvs.showVoxels", given("mp-v3.zarr"));
    await until(() => activeView() === "r3dvs.voxels zarr.json" || undefined, "the voxels of the group");
    await vscode.commands.executeCommand("r3dvs.showVoxels", given("mp-v2.zarr"));
    await until(() => activeView() === "r3dvs.voxels .zgroup" || undefined, "the voxels of the older group");
  });

  test("packed JSON of a material is opened only where it holds a density", async () => {
    await vscode.commands.executeCommand("vscode.open", given("mp-aaabx.json.gz"));
    await until(() => activeView() === "r3dvs.voxels mp-aaabx.json.gz" || undefined, "the voxels of a density");
    const other = vscode.Uri.joinPath(folder(), "forms", "mp-149.json.gz");
    await vscode.workspace.fs.writeFile(other, gzipSync('{"task_id": "mp-149", "band_gap": 1.1}'));
    await vscode.commands.executeCommand("vscode.open", other);
    await until(() => {
      const { activeTab } = vscode.window.tabGroups.activeTabGroup;
      return (activeTab?.label === "mp-149.json.gz" && activeView() === undefined) || undefined;
    }, "VS Code's own way with a packed file");
    assert.equal(gunzipSync(readFileSync(other.fsPath)).length, 38);
  });

  test("a structure without any density is predicted above its text", async () => {
    const uri = vscode.Uri.joinPath(folder(), "alone", "POSCAR");
    const lines = ["GeO2", "1.0", "4.4 0 0", "0 4.4 0", "0 0 2.9", "Ge O", "2 4", "Direct", "0 0 0", "0.5 0.5 0.5"];
    lines.push("0.306 0.306 0", "0.694 0.694 0", "0.194 0.806 0.5", "0.806 0.194 0.5", "");
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(lines.join("\n")));
    // which tests switch off, since they would answer everywhere
    const settings = vscode.workspace.getConfiguration("r3dvs");
    const before = settings.inspect<boolean>("builtInModels")?.globalValue;
    await settings.update("builtInModels", true, vscode.ConfigurationTarget.Global);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    const titles = async () =>
      (await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 10)).map(
        ({ command }) => command?.title ?? "",
      );
    const found = await until(
      async () => (await titles()).find((title) => /gap|E_coh/.test(title)),
      "a prediction above the structure",
    );
    await settings.update("builtInModels", before, vscode.ConfigurationTarget.Global);
    assert.match(found, /gap [\d.]+ ± [\d.]+ eV|E_coh -?[\d.]+ ± [\d.]+ eV/);
  });
});
