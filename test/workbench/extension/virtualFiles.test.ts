import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { suite, suiteSetup, suiteTeardown, test } from "mocha";
import * as vscode from "vscode";
import { MemoryFiles } from "./memoryFiles.js";
import { until } from "./until.js";

const writable = new MemoryFiles();
const readOnly = new MemoryFiles();
const registered: vscode.Disposable[] = [];

function sample(): {
  readonly folder: string;
  readonly ids: readonly string[];
  packed(id: string): Uint8Array;
  text(id: string): string;
} {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(first, "no folder is open");
  const folder = first.uri.fsPath;
  const packed = (id: string) => readFileSync(path.join(folder, id, "CHGCAR.gz"));
  const ids = readdirSync(folder).filter((name) => name.startsWith("mp-"));
  return { folder, ids, packed, text: (id) => gunzipSync(packed(id)).toString() };
}

const uri = (name: string, scheme = "memory") => vscode.Uri.from({ scheme, path: name });
const bytes = (text: string) => new TextEncoder().encode(text);
const activeInput = () => vscode.window.tabGroups.activeTabGroup.activeTab?.input;

/** Puts a material of the sample as POSCAR and CHGCAR.gz into a folder. */
function putStructureWithDensity(folder: string, id: string): void {
  const { packed, text } = sample();
  const whole = text(id);
  writable.put(`${folder}/POSCAR`, bytes(whole.slice(0, whole.search(/\n\s*\n/) + 1)));
  writable.put(`${folder}/CHGCAR.gz`, packed(id));
}

/** The titles above a text's lines. */
async function lensesOf(name: string): Promise<string> {
  const document = await vscode.workspace.openTextDocument(uri(name));
  await vscode.window.showTextDocument(document);
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    "vscode.executeCodeLensProvider",
    document.uri,
  );
  return lenses.map(({ command }) => command?.title ?? "").join("\n");
}

/** A view of voxels of this file. */
function shownAsVoxels(file: vscode.Uri, view = "r3dvs.voxels"): true | undefined {
  const input = activeInput();
  return input instanceof vscode.TabInputCustom && input.viewType === view && input.uri.toString() === file.toString()
    ? true
    : undefined;
}

/** This window's folder of copies, where the storage of the test's own server can be found. */
function copiesFolder(): string | undefined {
  const servers = readdirSync(os.tmpdir()).filter((name) => name.startsWith("r3dvs-server-"));
  const storages = servers.map((name) => path.join(os.tmpdir(), name, "data/User/globalStorage/r3dvs.r3dvs/tmp"));
  const own = storages.flatMap((storage) =>
    existsSync(storage) ? readdirSync(storage).map((name) => path.join(storage, name)) : [],
  );
  return own.find((folder) => path.basename(folder).startsWith(`${process.pid}-`));
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  );

suite("files of a virtual file system", () => {
  suiteSetup(() => {
    registered.push(
      vscode.workspace.registerFileSystemProvider("memory", writable, { isCaseSensitive: true }),
      vscode.workspace.registerFileSystemProvider("museum", readOnly, { isCaseSensitive: true, isReadonly: true }),
    );
  });
  suiteTeardown(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    vscode.Disposable.from(...registered).dispose();
  });

  test("a cut density is read as voxels, and its problem stands at its own address and line", async () => {
    const { ids, text } = sample();
    writable.put(
      "/日本語/CHGCAR",
      bytes(
        text(ids[0] ?? "")
          .split("\n")
          .slice(0, 100)
          .join("\n"),
      ),
    );
    const file = uri("/日本語/CHGCAR");
    await vscode.commands.executeCommand("r3dvs.generate", file);
    await until(() => shownAsVoxels(file), "the voxel view");
    const [problem] = await until(() => {
      const found = vscode.languages.getDiagnostics(file);
      return found.length > 0 ? found : undefined;
    }, "a diagnostic");
    assert.match(problem?.message ?? "", /the file ends after \d+ of the \d+ values of block 1/);
    assert.equal(problem?.range.start.line, 99);
  });

  test("a change is read anew", async () => {
    const { ids, text } = sample();
    const file = uri("/日本語/CHGCAR");
    await vscode.workspace.fs.writeFile(file, bytes(text(ids[0] ?? "")));
    await until(() => (vscode.languages.getDiagnostics(file).length === 0 ? true : undefined), "the diagnostic to go");
  });

  test("what stands in a .vasp decides: a density becomes voxels and has the language of densities, a structure has neither", async () => {
    const { ids, text } = sample();
    const whole = text(ids[1] ?? "");
    writable.put("/programs/density.vasp", bytes(whole));
    writable.put("/programs/structure.vasp", bytes(whole.slice(0, whole.indexOf("\n\n") + 1)));
    await vscode.commands.executeCommand("r3dvs.showVoxels", uri("/programs/density.vasp"));
    await until(() => shownAsVoxels(uri("/programs/density.vasp")), "the voxel view of the density");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    const density = await vscode.workspace.openTextDocument(uri("/programs/density.vasp"));
    await until(
      () =>
        vscode.workspace.textDocuments.find(({ uri: at, languageId }) => at === density.uri && languageId === "chgcar"),
      "its language",
    );
    const structure = await vscode.workspace.openTextDocument(uri("/programs/structure.vasp"));
    assert.equal(structure.languageId, "poscar");
    // not awaited: it ends with a warning that nobody answers here
    void vscode.commands.executeCommand("r3dvs.showVoxels", uri("/programs/structure.vasp"));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    assert.equal(activeInput() instanceof vscode.TabInputCustom, false);
    assert.equal(structure.languageId, "poscar");
  });

  test("a structure leads to the density beside it", async () => {
    putStructureWithDensity("/beside", "mp-1778");
    await vscode.commands.executeCommand("r3dvs.showVoxels", uri("/beside/POSCAR"));
    await until(() => shownAsVoxels(uri("/beside/CHGCAR.gz")), "the voxel view of the density");
    await vscode.commands.executeCommand("vscode.openWith", uri("/beside/POSCAR"), "r3dvs.structureVoxels");
    await until(() => shownAsVoxels(uri("/beside/POSCAR"), "r3dvs.structureVoxels"), "the voxel view of the structure");
  });

  test("a folder is encoded into .r3dvs of its own file system", async () => {
    const { ids, packed } = sample();
    for (const id of ids.slice(0, 3)) writable.put(`/oxides/${id}/CHGCAR.gz`, packed(id));
    // not awaited: the command ends with its notification, which nobody answers here
    void vscode.commands.executeCommand("r3dvs.generate", uri("/oxides"));
    const wanted = ids.slice(0, 3).map((id) => `/oxides/.r3dvs/spectra/total-0.4/${id}.npz`);
    await until(() => (wanted.every((name) => writable.bytesOf(name)) ? true : undefined), "the spectra");
    for (const name of wanted)
      assert.equal(
        Buffer.from(writable.bytesOf(name) ?? [])
          .subarray(0, 2)
          .toString(),
        "PK",
      );
    assert.equal(writable.files.filter((name) => name.startsWith("/oxides/")).length, 6);
  });

  test("a structure is predicted above its first line, from the density beside it", async () => {
    const { folder } = sample();
    const extension = vscode.extensions.getExtension("r3dvs.r3dvs");
    assert.ok(extension);
    const model = path.join(mkdtempSync(path.join(os.tmpdir(), "r3dvs-model-")), "band_gap-composition");
    const train = ["train", folder, "-o", model, "--target", "band_gap", "--model", "composition", "--quiet"];
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: "1" };
    // other tests leave densities there that have no row of targets: they are left out
    const { stderr } = spawnSync(process.execPath, [path.join(extension.extensionPath, "dist/cli.js"), ...train], {
      env,
    });
    assert.ok(existsSync(model), stderr.toString());
    await vscode.workspace.getConfiguration("r3dvs").update("models", [model], vscode.ConfigurationTarget.Global);
    await vscode.workspace.getConfiguration("r3dvs").update("builtInModels", false, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand("r3dvs.selectModels", [model]);
    await until(
      async () => /gap [\d.]+ ± [\d.]+ eV/.test(await lensesOf("/beside/POSCAR")) || undefined,
      "the gap of BeO",
    );
    // CuO: an odd number of electrons leaves no gap, which is no estimate
    putStructureWithDensity("/odd", "mp-14549");
    await until(async () => /gap 0 eV/.test(await lensesOf("/odd/POSCAR")) || undefined, "the gap of CuO");
    assert.equal(readOnly.files.length + writable.files.filter((name) => name.startsWith("/beside/")).length, 2);
  });

  test("a read-only file system shows voxels and is left as it is", async () => {
    const { ids, packed } = sample();
    readOnly.put("/hall/CHGCAR.gz", packed(ids[3] ?? ""));
    await vscode.commands.executeCommand("vscode.open", uri("/hall/CHGCAR.gz", "museum"));
    await until(() => shownAsVoxels(uri("/hall/CHGCAR.gz", "museum")), "the voxel view");
    void vscode.commands.executeCommand("r3dvs.generate", uri("/hall", "museum"));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    assert.deepEqual(readOnly.files, ["/hall/CHGCAR.gz"]);
  });

  test("its copies are gone from the disk soon after the last editor", async function () {
    const folder = copiesFolder();
    if (folder === undefined) return this.skip();
    assert.ok(filesBelow(folder).includes("CHGCAR.gz"), "no copy stands there while its editor is open");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await until(() => (filesBelow(folder).length === 0 ? true : undefined), "the copies to go");
  });
});
