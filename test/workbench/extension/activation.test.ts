import assert from "node:assert/strict";
import { suite, test } from "mocha";
import * as vscode from "vscode";

const ID = "r3dvs.r3dvs";

function theExtension(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension(ID);
  assert.ok(extension, `${ID} is not there`);
  return extension;
}

suite("the extension", () => {
  test("runs where the files are, on the Node of VS Code", () => {
    assert.equal(theExtension().extensionKind, vscode.ExtensionKind.Workspace);
    assert.ok(Number(process.versions.node.split(".")[0]) >= 20);
  });

  test("sleeps until a file or a command needs it", () => {
    assert.equal(theExtension().isActive, false);
  });

  test("answers every command that its manifest declares", async () => {
    await theExtension().activate();
    const known = new Set(await vscode.commands.getCommands(true));
    const declared: { command: string }[] = theExtension().packageJSON.contributes.commands;
    assert.ok(declared.length > 5);
    assert.deepEqual(
      declared.map(({ command }) => command).filter((command) => !known.has(command)),
      [],
    );
  });
});
