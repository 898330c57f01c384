import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { suite, suiteSetup, suiteTeardown, test } from "mocha";
import * as vscode from "vscode";

function folder(): string {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(first, "no folder is open");
  return first.uri.fsPath;
}

const at = (...names: string[]) => path.join(folder(), ...names);

/** What a chat's model is told: the answer of a tool, called as a chat calls it. */
async function ask(tool: string, input: object): Promise<Record<string, unknown>> {
  const { content } = await vscode.lm.invokeTool(tool, { input, toolInvocationToken: undefined });
  const [part, ...more] = content;
  assert.ok(part instanceof vscode.LanguageModelTextPart);
  assert.equal(more.length, 0);
  return JSON.parse(part.value);
}

/** A row of the sample's table, by its columns' names. */
function factsOf(id: string): Record<string, string> {
  const [header = "", ...rows] = readFileSync(at("targets.csv"), "utf8").trim().split(/\r?\n/);
  const cells = rows.map((row) => row.split(",")).find(([name]) => name === id) ?? [];
  return Object.fromEntries(header.split(",").map((name, index) => [name, cells[index] ?? ""]));
}

const materials = () => readdirSync(folder()).filter((name) => name.startsWith("mp-"));
const builtIn = (value: boolean) =>
  vscode.workspace.getConfiguration("r3dvs").update("builtInModels", value, vscode.ConfigurationTarget.Global);

suite("tools for chats", () => {
  const elsewhere = mkdtempSync(path.join(os.tmpdir(), "r3dvs-elsewhere-"));
  suiteSetup(() => {
    writeFileSync(path.join(elsewhere, "CHGCAR"), "not yours\n");
    mkdirSync(at("chat"), { recursive: true });
    symlinkSync(path.join(elsewhere, "CHGCAR"), at("chat/CHGCAR_link"));
  });
  suiteTeardown(async () => {
    await builtIn(false);
    rmSync(elsewhere, { recursive: true });
    rmSync(at("chat"), { recursive: true });
  });

  test("are all there, each with what a model must know of it", () => {
    const declared: { name: string; toolReferenceName: string }[] =
      vscode.extensions.getExtension("r3dvs.r3dvs")?.packageJSON.contributes.languageModelTools;
    assert.ok(declared.length >= 3);
    const known = new Map(vscode.lm.tools.map((tool) => [tool.name, tool]));
    for (const { name } of declared) {
      const tool = known.get(name);
      assert.ok(tool, `${name} is not registered`);
      assert.ok(tool.description.length > 100);
      assert.ok(tool.inputSchema);
    }
  });

  test("tell what stands in a density", async () => {
    const [id = ""] = materials();
    const facts = factsOf(id);
    const info = await ask("r3dvs_info", { file: `${id}/CHGCAR.gz` });
    assert.equal(info.file, at(id, "CHGCAR.gz"));
    assert.equal(info.kind, "CHGCAR");
    assert.equal(info.natoms, Number(facts.n_atoms));
    assert.ok(Math.abs(Number(info.volume) - Number(facts.volume)) < 1e-4);
    assert.ok(Math.abs(Number(info.electrons) - Number(facts.n_valence_electrons)) < 1e-3);
    assert.equal((info.grid as number[]).length, 3);
    assert.deepEqual(info.problems, []);
    assert.deepEqual(await ask("r3dvs_info", { file: at(id, "CHGCAR.gz") }), info);
  });

  test("tell what is wrong with a file, and where", async () => {
    const [id = ""] = materials();
    const whole = gunzipSync(readFileSync(at(id, "CHGCAR.gz"))).toString();
    writeFileSync(at("chat/CHGCAR_cut"), whole.split("\n").slice(0, 100).join("\n"));
    const { problems } = (await ask("r3dvs_info", { file: "chat/CHGCAR_cut" })) as {
      problems: { severity: string; line: number }[];
    };
    assert.deepEqual(
      problems.map(({ severity, line }) => [severity, line]),
      [["error", 100]],
    );
  });

  test("predict with the chosen models, from a density and from the structure beside it", async () => {
    await builtIn(true);
    const [id = ""] = materials();
    const whole = gunzipSync(readFileSync(at(id, "CHGCAR.gz"))).toString();
    mkdirSync(at("chat/beside"), { recursive: true });
    writeFileSync(at("chat/beside/POSCAR"), whole.slice(0, whole.search(/\n\s*\n/) + 1));
    writeFileSync(at("chat/beside/CHGCAR"), whole);
    const { predictions } = (await ask("r3dvs_predict", { file: `${id}/CHGCAR.gz` })) as {
      predictions: {
        target: string;
        value: number;
        sigma: number;
        unit: string;
        outOfDomain: boolean;
        nearestTrainingMaterials: { id: string }[];
      }[];
    };
    assert.equal(predictions.length, 6);
    const gap = predictions.find(({ target }) => target === "band_gap");
    assert.equal(gap?.unit, "eV");
    const cohesion = predictions.find(({ target }) => target === "cohesive_energy_per_atom");
    // the model has learned from this very material
    assert.ok(
      cohesion && Math.abs(cohesion.value - Number(factsOf(id).cohesive_energy_per_atom)) < 0.5,
      JSON.stringify(cohesion),
    );
    assert.equal(cohesion.outOfDomain, false);
    assert.equal(cohesion.nearestTrainingMaterials[0]?.id, id);

    const beside = await ask("r3dvs_predict", { file: "chat/beside/POSCAR", targets: ["band_gap"] });
    assert.equal(beside.density, at("chat/beside/CHGCAR"));
    assert.deepEqual(
      (beside.predictions as { target: string; value: number }[]).map(({ target, value }) => [target, value]),
      [["band_gap", gap.value]],
    );
    await assert.rejects(ask("r3dvs_predict", { file: `${id}/CHGCAR.gz`, targets: ["hardness"] }), /band_gap/);
    writeFileSync(at("chat/POSCAR"), whole.slice(0, whole.search(/\n\s*\n/) + 1));
    // without a density: what models of the composition have a say on
    const alone = (await ask("r3dvs_predict", { file: "chat/POSCAR" })).predictions as {
      target: string;
      value?: number;
    }[];
    const told = alone.filter(({ value }) => value !== undefined).map(({ target }) => target);
    assert.deepEqual(told.sort(), ["band_gap", "cohesive_energy_per_atom"]);
  });

  test("encode what they are asked to, and say what failed", async () => {
    const [id = "", second = ""] = materials();
    for (const name of [id, second]) {
      mkdirSync(at("chat/data", name), { recursive: true });
      writeFileSync(at("chat/data", name, "CHGCAR.gz"), readFileSync(at(name, "CHGCAR.gz")));
    }
    writeFileSync(at("chat/data", second, "CHGCAR.gz"), "torn");
    const outcome = await ask("r3dvs_encode", { paths: ["chat/data"] });
    assert.deepEqual([outcome.encoded, outcome.failed], [1, 1]);
    const [spectrum] = outcome.spectra as { id: string; output: string }[];
    assert.equal(spectrum?.id, id);
    assert.equal(path.dirname(spectrum.output), at("chat/data/.r3dvs/spectra/total-0.4"));
    assert.ok(statSync(spectrum.output).size > 500);
    const [failure] = outcome.failures as { file: string; problems: { line: number }[] }[];
    assert.equal(failure?.file, at("chat/data", second, "CHGCAR.gz"));
    assert.ok((failure?.problems.length ?? 0) > 0);
    await assert.rejects(ask("r3dvs_encode", { paths: ["targets.csv"] }), /no density in targets\.csv/);
  });

  test("refuse what is missing, and what lies outside the workspace, also behind a link", async () => {
    await assert.rejects(ask("r3dvs_info", { file: "mp-0/CHGCAR" }), /There is no mp-0\/CHGCAR in the workspace/);
    const outside = [
      "../CHGCAR",
      path.join(elsewhere, "CHGCAR"),
      `${folder()}/../../etc/passwd`,
      "chat/CHGCAR_link",
      "/etc/hostname",
    ];
    for (const file of outside) {
      await assert.rejects(ask("r3dvs_info", { file }), /outside the workspace/, file);
      await assert.rejects(ask("r3dvs_predict", { file }), /outside the workspace/, file);
    }
    await assert.rejects(ask("r3dvs_encode", { paths: [elsewhere] }), /outside the workspace/);
    assert.equal(existsSync(path.join(elsewhere, ".r3dvs")), false);
    await assert.rejects(ask("r3dvs_info", { file: " " }), /A path is needed/);
  });

  test("refuse what would lead out by a link beside it, and write through none", async () => {
    const [id = ""] = materials();
    const whole = gunzipSync(readFileSync(at(id, "CHGCAR.gz"))).toString();
    const outside = path.join(elsewhere, id);
    mkdirSync(outside);
    for (const name of ["CHGCAR", "OUTCAR"]) writeFileSync(path.join(outside, name), whole);
    const make = (name: string, link: string) => {
      mkdirSync(at("chat", name), { recursive: true });
      for (const file of ["POSCAR", "CHGCAR"]) if (file !== link) writeFileSync(at("chat", name, file), whole);
      symlinkSync(path.join(outside, link), at("chat", name, link));
    };
    make("linkedDensity", "CHGCAR");
    make("linkedOutput", "OUTCAR");
    await assert.rejects(
      ask("r3dvs_predict", { file: "chat/linkedDensity/POSCAR" }),
      /linkedDensity\/CHGCAR is outside/,
    );
    await assert.rejects(ask("r3dvs_info", { file: "chat/linkedOutput/CHGCAR" }), /linkedOutput\/OUTCAR is outside/);
    mkdirSync(at("chat/set"));
    symlinkSync(outside, at("chat/set", id));
    await assert.rejects(ask("r3dvs_encode", { paths: ["chat/set"] }), /is outside/);

    mkdirSync(at("chat/through", id), { recursive: true });
    writeFileSync(at("chat/through", id, "CHGCAR"), whole);
    const target = path.join(elsewhere, "target");
    mkdirSync(target);
    symlinkSync(target, at("chat/through/.r3dvs"));
    const { encoded } = await ask("r3dvs_encode", { paths: [`chat/through/${id}`] });
    assert.equal(encoded, 1);
    assert.deepEqual(readdirSync(target), []);
  });
});
