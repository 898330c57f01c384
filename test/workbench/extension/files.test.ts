import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { until } from "./until.js";

function folder(): vscode.Uri {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(first, "no folder is open");
  return first.uri;
}

async function write(name: string, text: string): Promise<vscode.Uri> {
  const uri = vscode.Uri.joinPath(folder(), name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

const STRUCTURE = ["MgO", "1.0", "4.2 0 0", "0 4.2 0", "0 0 4.2", "Mg O", "1 1", "Direct", "0 0 0", "0.5 0.5 0.5", ""];

suite("files", () => {
  test("are known by VASP's names, and scripts named after them are not", async () => {
    const expected = {
      POSCAR: "poscar",
      CONTCAR_relaxed: "poscar",
      "mgo.vasp": "poscar",
      AECCAR0: "chgcar",
      CHGCAR_sum: "chgcar",
      "chgcar_sum.py": "python",
    };
    for (const [name, language] of Object.entries(expected)) {
      const document = await vscode.workspace.openTextDocument(await write(`names/${name}`, STRUCTURE.join("\n")));
      assert.equal(document.languageId, language, name);
    }
  });

  test("a structure's misprint is a diagnostic at its line and column", async () => {
    const lines = [...STRUCTURE];
    lines[3] = "0 4,2 0";
    const uri = await write("misprint/POSCAR", lines.join("\n"));
    await vscode.workspace.openTextDocument(uri);
    const diagnostic = await until(() => vscode.languages.getDiagnostics(uri)[0], "a diagnostic");
    assert.equal(diagnostic.source, "R3DVS");
    assert.deepEqual([diagnostic.range.start.line, diagnostic.range.start.character], [3, 2]);
  });

  test("a saved correction takes the diagnostic away", async () => {
    const uri = vscode.Uri.joinPath(folder(), "misprint/POSCAR");
    const document = await vscode.workspace.openTextDocument(uri);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, document.lineAt(3).range, "0 4.2 0");
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.ok(await document.save());
    await until(() => (vscode.languages.getDiagnostics(uri).length === 0 ? true : undefined), "the diagnostic to go");
  });

  test("a density opens as voxels by default", async () => {
    const [material = ""] = readdirSync(folder().fsPath).filter((name) => name.startsWith("mp-"));
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.joinPath(folder(), material, "CHGCAR.gz"));
    const input = await until(() => vscode.window.tabGroups.activeTabGroup.activeTab?.input, "a tab");
    assert.ok(input instanceof vscode.TabInputCustom);
    assert.equal(input.viewType, "r3dvs.voxels");
  });

  test("a folder is encoded into .r3dvs and nothing else of it changes", async () => {
    const before = readFileSync(path.join(folder().fsPath, "targets.csv"));
    const materials = readdirSync(folder().fsPath).filter((name) => name.startsWith("mp-"));
    // Not awaited: the command ends with its notification, which nobody answers here.
    void vscode.commands.executeCommand("r3dvs.generate", folder());
    const spectra = path.join(folder().fsPath, ".r3dvs/spectra/total-0.4");
    const wanted = materials.map((name) => `${name}.npz`).sort();
    const isDone = () => existsSync(spectra) && readdirSync(spectra).sort().join() === wanted.join();
    await until(() => isDone() || undefined, "the spectra");
    assert.deepEqual(readFileSync(path.join(folder().fsPath, "targets.csv")), before);
  });
});
