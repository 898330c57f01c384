import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { suite, suiteTeardown, test } from "mocha";
import * as vscode from "vscode";
import { until } from "./until.js";

function folder(): string {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(first, "no folder is open");
  return first.uri.fsPath;
}

const at = (...names: string[]) => path.join(folder(), ...names);

function write(name: string, text: string): string {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
  return at(name);
}

/** The text of a sample material's density. */
function density(index = 0): string {
  const ids = readdirSync(folder()).filter((name) => name.startsWith("mp-"));
  return gunzipSync(readFileSync(at(ids[index] ?? "", "CHGCAR.gz"))).toString();
}

/** Runs a task to its end; its exit code. */
async function run(task: vscode.Task): Promise<number | undefined> {
  const ended = Promise.withResolvers<number | undefined>();
  const listener = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
    if (execution.task.name === task.name) ended.resolve(exitCode);
  });
  await vscode.tasks.executeTask(task);
  return ended.promise.finally(() => listener.dispose());
}

/** A task by its name, once VS Code knows it. */
function taskNamed(name: string): Promise<vscode.Task> {
  const find = async () => (await vscode.tasks.fetchTasks({ type: "r3dvs" })).find((task) => task.name === name);
  return until(find, `the task ${name}`);
}

suite("tasks", () => {
  suiteTeardown(() => {
    for (const name of [".vscode", "broken", "encoded"]) rmSync(at(name), { recursive: true, force: true });
  });

  test("are offered for the workspace's dataset", async () => {
    const task = await taskNamed("encode oxides");
    assert.equal(task.source, "r3dvs");
    assert.deepEqual(task.definition, {
      type: "r3dvs",
      command: "encode",
      paths: ["."],
      output: "./.r3dvs/descriptors.npz",
    });
    const names = (await vscode.tasks.fetchTasks({ type: "r3dvs" })).map(({ name }) => name);
    assert.deepEqual(names.filter((name) => name.endsWith(" oxides")).sort(), [
      "encode oxides",
      "predict oxides",
      "study oxides",
    ]);
  });

  test("of tasks.json run the command line, and problems stand at their lines", async () => {
    const lines = density().split("\n");
    lines[99] = (lines[99] ?? "").replace(/\S+(?=\s*$)/, "0.12.5E+01");
    const broken = write("broken/misprint/CHGCAR", lines.join("\n"));
    write("broken/whole/CHGCAR", density(1));
    const encode = (label: string, paths: string[], output: string) => ({
      type: "r3dvs",
      label,
      command: "encode",
      paths,
      output,
      dl: 0.64,
    });
    const tasks = [
      encode("whole ones", ["mp-*"], "encoded"),
      encode("broken ones", ["broken"], "encoded/broken.npz"),
      { type: "r3dvs", label: "what is it", command: "info", paths: ["no such file"], problemMatcher: [] },
    ];
    write(".vscode/tasks.json", JSON.stringify({ version: "2.0.0", tasks }, undefined, 2));

    assert.equal(await run(await taskNamed("whole ones")), 0);
    const wanted = readdirSync(folder()).filter((name) => name.startsWith("mp-"));
    assert.deepEqual(readdirSync(at("encoded")).sort(), wanted.map((name) => `${name}.npz`).sort());

    assert.equal(await run(await taskNamed("broken ones")), 1);
    assert.ok(existsSync(at("encoded/broken.npz")), "the whole density is encoded");
    const marks = await until(() => {
      const found = vscode.languages.getDiagnostics(vscode.Uri.file(broken));
      return found.length > 0 ? found : undefined;
    }, "a problem of the task");
    assert.equal(marks.length, 1);
    const [mark] = marks;
    assert.equal(mark?.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(mark?.source, "R3DVS");
    assert.equal(mark?.range.start.line, 99);
    assert.match(mark?.message ?? "", /0\.12\.5E\+01/);

    assert.equal(await run(await taskNamed("what is it")), 1);
  });
});
