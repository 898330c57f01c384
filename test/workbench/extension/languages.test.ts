import assert from "node:assert/strict";
import { suite, test } from "mocha";
import * as vscode from "vscode";
import { until } from "./until.js";

const POSCAR = "NaCl\n1.0\n0 2.82 2.82\n2.82 0 2.82\n2.82 2.82 0\nNA Cl\n1 1\nDirect\n0 0 0\n0.5 0.5 1.5\n";

function folder(): vscode.Uri {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(first, "no folder is open");
  return first.uri;
}

/** Each in a folder of its own: an open document keeps its text when the file below it is written again. */
async function open(name: string, text: string): Promise<vscode.TextDocument> {
  const uri = vscode.Uri.joinPath(folder(), "inputs", name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

const codesOf = (document: vscode.TextDocument) =>
  vscode.languages.getDiagnostics(document.uri).map(({ code }) => code);

async function edit(document: vscode.TextDocument, line: number, text: string): Promise<void> {
  const change = new vscode.WorkspaceEdit();
  change.replace(document.uri, document.lineAt(line).range, text);
  assert.ok(await vscode.workspace.applyEdit(change));
}

const hoverText = async (document: vscode.TextDocument, line: number, character: number) => {
  const found = await vscode.commands.executeCommand<vscode.Hover[]>(
    "vscode.executeHoverProvider",
    document.uri,
    new vscode.Position(line, character),
  );
  return found
    .flatMap(({ contents }) =>
      contents.map((part) => (part instanceof vscode.MarkdownString ? part.value : String(part))),
    )
    .join("\n");
};

async function applyAction(document: vscode.TextDocument, line: number, title: RegExp): Promise<void> {
  const range = document.lineAt(line).range;
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider",
    document.uri,
    range,
  );
  const action = actions.find((one) => title.test(one.title));
  assert.ok(action, `no action ${title} among ${actions.map((one) => one.title).join(", ")}`);
  if (action.edit) assert.ok(await vscode.workspace.applyEdit(action.edit));
  if (action.command) await vscode.commands.executeCommand(action.command.command, ...(action.command.arguments ?? []));
}

suite("languages", () => {
  test("VASP's text files have a language by their names", async () => {
    const names = {
      INCAR: "vasp-incar",
      KPOINTS: "vasp-kpoints",
      OUTCAR: "vasp-outcar",
      OSZICAR: "vasp-oszicar",
      EIGENVAL: "vasp-eigenval",
    };
    for (const [name, language] of Object.entries(names))
      assert.equal((await open(`names/${name}`, "x\n")).languageId, language, name);
  });

  test("an INCAR is completed, explained, checked while it is edited, mended and formatted", async () => {
    const document = await open("mended/INCAR", "ENCUTT = 500\nISMEAR = -5\nAL\n");
    await until(() => codesOf(document).includes("incar/misspelt-tag") || undefined, "the misspelt tag");
    assert.match(await hoverText(document, 1, 2), /Blöchl/);
    const completed = await vscode.commands.executeCommand<vscode.CompletionList>(
      "vscode.executeCompletionItemProvider",
      document.uri,
      new vscode.Position(2, 2),
    );
    assert.ok(completed.items.some(({ label }) => (typeof label === "string" ? label : label.label) === "ALGO"));
    await applyAction(document, 0, /ENCUT$/);
    assert.equal(document.lineAt(0).text, "ENCUT = 500");
    await until(() => codesOf(document).length === 0 || undefined, "the diagnostics to go");
    const edits = await vscode.commands.executeCommand<vscode.TextEdit[]>(
      "vscode.executeFormatDocumentProvider",
      document.uri,
      {},
    );
    const formatted = new vscode.WorkspaceEdit();
    formatted.set(document.uri, edits);
    assert.ok(await vscode.workspace.applyEdit(formatted));
    assert.match(document.getText(), /^ENCUT {2}= 500$/m);
  });

  test("an INCAR is held against the POSCAR beside it, as that is edited", async () => {
    const poscar = await open("beside/POSCAR", POSCAR);
    const incar = await open("beside/INCAR", "ISPIN = 2\nMAGMOM = 3*1\n");
    await until(() => codesOf(incar).includes("incar/magmom-count") || undefined, "the count of moments");
    await edit(poscar, 6, "2 1");
    await until(() => !codesOf(incar).includes("incar/magmom-count") || undefined, "the count to be right");
  });

  test("a POSCAR is mended, wrapped, converted, renamed, and all of it can be undone", async () => {
    const document = await open("changed/POSCAR", POSCAR);
    await until(() => codesOf(document).includes("poscar/element-case") || undefined, "the element in capitals");
    await applyAction(document, 5, /Na$/);
    assert.equal(document.lineAt(5).text, "Na Cl");
    await applyAction(document, 8, /into the cell/);
    assert.match(document.lineAt(9).text, /0\.5\s+0\.5\s+0\.5$/);
    await applyAction(document, 8, /Cartesian coordinates/);
    assert.match(document.lineAt(9).text, /2\.8200000000000000/);
    const renamed = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      "vscode.executeDocumentRenameProvider",
      document.uri,
      new vscode.Position(5, 1),
      "K",
    );
    assert.ok(await vscode.workspace.applyEdit(renamed));
    assert.equal(document.lineAt(5).text, "K Cl");
    await vscode.window.showTextDocument(document);
    for (let step = 0; step < 4; step++) await vscode.commands.executeCommand("undo");
    assert.equal(document.getText(), POSCAR);
  });

  test("hover on a POSCAR tells cell and neighbours, its outline lists the species", async () => {
    const document = await open("explained/POSCAR", POSCAR.replace("NA", "Na").replace("1.5", "0.5"));
    assert.match(await hoverText(document, 2, 1), /44\.852 Å³/);
    assert.match(await hoverText(document, 9, 1), /Coordination number \| 6/);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      "vscode.executeDocumentSymbolProvider",
      document.uri,
    );
    assert.deepEqual(
      symbols.map(({ name }) => name),
      ["Lattice", "Na", "Cl"],
    );
  });

  test("a structure of 10,000 atoms is checked without a word of waiting, and folds", async () => {
    const side = 10;
    const sites: string[] = [];
    for (let i = 0; i < 10 * side ** 3; i++)
      sites.push(`${(i % 100) / 100} ${(Math.floor(i / 100) % 10) / 10} ${Math.floor(i / 1000) / 10}`);
    const large = await open(
      "large/POSCAR",
      `large\n1\n300 0 0\n0 30 0\n0 0 30\nAr\n${sites.length}\nDirect\n${sites.join("\n")}\n`,
    );
    await edit(large, 8, "0.00001 0 0");
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      "vscode.executeFoldingRangeProvider",
      large.uri,
    );
    assert.ok(folds.some(({ start, end }) => start === 8 && end === 8 + sites.length - 1));
    assert.deepEqual(codesOf(large), []);
  });
});
