import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MODEL_ORDER } from "../../../src/core/plots/modelStyle.js";
import { PAPER_TARGETS } from "../../../src/core/settings/paperTargets.js";
import { modelLabel } from "../../../src/core/text/labels.js";
import { findMaterials } from "../../../src/jobs/dataset/materialFiles.js";
import {
  BEGIN,
  END,
  insertSummary,
  type ReproductionRequest,
  readReproduction,
  reproduce,
} from "../../../src/jobs/reproduction/reproduce.js";
import { judgeClaim, type Relation } from "../../../src/jobs/reproduction/reproductionClaims.js";
import { changedTargets, type ReproductionDepth } from "../../../src/jobs/reproduction/reproductionDepth.js";
import { darkFigure, lightFigure, reproductionPage } from "../../../src/jobs/reproduction/reproductionPage.js";
import { GUESS, paperForm, ReproductionResults } from "../../../src/jobs/reproduction/reproductionResults.js";
import type { StudyResult } from "../../../src/jobs/runs/studyResults.js";
import { Cancellation } from "../../../src/protocol/rpc.js";
import { SAMPLE_IDS, sampleDataset } from "../../cli/harness.js";

const root = mkdtempSync(path.join(tmpdir(), "r3dvs-reproduce-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...names: string[]) => path.join(root, ...names);

describe("a reproduction", () => {
  let data: string;
  beforeAll(() => {
    data = sampleDataset(root, SAMPLE_IDS.slice(0, 20));
  });
  const requestOf = (name: string, more: Partial<ReproductionRequest> = {}): ReproductionRequest => ({
    dataset: data,
    output: at(name),
    work: at(`${name}-work`),
    targets: ["E_hartree_per_atom", "band_gap"],
    models: ["r3dvs", "composition", "shells"],
    trainSizes: [6, 12],
    testSize: 6,
    ensemble: 1,
    epochs: 1,
    rotations: 1,
    repeats: 2,
    networkRepeats: 1,
    threads: 2,
    ...more,
  });
  const never = { onEvent: () => {}, onRepeat: () => {} };
  const run = (request: ReproductionRequest) => reproduce(request, { ...never, cancellation: new Cancellation() });
  const table = (name: string) =>
    readFileSync(at(name, "results.csv"), "utf8").replace(/^((?:[^,\n]*,){6})[^,\n]*/gm, "$1"); // without seconds

  test("goes on where it was stopped, to the table of one that was not; more repeats are added to those there are", async () => {
    const whole = await run(requestOf("whole"));
    // of two targets: composition and shells in both repeats, in the first one at the smaller size too, where both
    // networks are; and the guesses
    expect(whole.rows.length).toBe(2 * (2 * 2 + 2 + 2) + 2 * 3);
    expect([whole.repeatsOf("shells"), whole.repeatsOf(paperForm("r3dvs")), whole.repeatsOf(GUESS)]).toEqual([2, 1, 2]);
    for (const { model, newSystems, inside } of whole.rows.filter(({ model }) => model !== GUESS)) {
      expect(newSystems?.count ?? 0, model).toBeLessThanOrEqual(6);
      if (model === "shells") expect(inside?.count).toBeGreaterThan(0);
    }
    expect(whole.newSystemsOf("band_gap", "shells")?.count).toBeGreaterThan(0);
    const covered = whole.coverageOf("band_gap", "shells", 6);
    expect(covered?.two.share).toBeGreaterThanOrEqual(covered?.one.share ?? 1);
    const cancellation = new Cancellation();
    const onEvent = ({ event }: { event: string }) => event === "result" && cancellation.cancel();
    const stopped = await reproduce(requestOf("parts", { repeats: 1 }), { ...never, onEvent, cancellation });
    expect(stopped.rows).toEqual([]);
    expect(existsSync(at("parts", "README.md"))).toBe(true);
    const told: string[] = [];
    const onRepeat = (name: string, repeat: number) => void told.push(`${name} ${repeat}`);
    await reproduce(requestOf("parts", { repeats: 1 }), { ...never, onRepeat, cancellation: new Cancellation() });
    // Another checkout: the results are there, the runs are not.
    rmSync(at("parts-work"), { recursive: true });
    await reproduce(requestOf("parts"), { ...never, onRepeat, cancellation: new Cancellation() });
    expect(told).toEqual(["kernels 0", "curves 0", "networks 0", "paper-networks 0", "kernels 1"]);
    expect(table("parts")).toBe(table("whole"));
    expect(ReproductionResults.read(at("whole", "results.csv")).toCsv()).toBe(
      readFileSync(at("whole", "results.csv"), "utf8"),
    );
  });

  test("at another depth begins anew only when it is asked to", async () => {
    const other = requestOf("whole", { epochs: 2, repeats: 1, models: ["shells"], networkRepeats: 0 });
    await expect(run(other)).rejects.toThrow("--restart starts over");
    expect((await run({ ...other, restart: true })).models).toEqual(["shells"]);
  });

  test("what its folder holds makes the same page again, and the summary between the marks of another", () => {
    const { results, depth } = readReproduction(at("parts"));
    expect(readFileSync(at("parts", "README.md"), "utf8")).toBe(reproductionPage(results, depth));
    const whole = reproductionPage(results, depth);
    expect(whole).toMatch(/<picture>.*srcset="curves-dark.svg"/);
    expect(whole).toContain("| Hartree energy: R3DVS better than SOAP | – | – |");
    const page = insertSummary(`before\n${BEGIN}\nold\n${END}\nafter\n`, results, depth, "media/README.md");
    expect(page).toMatch(
      /^before\n<!-- .* -->\n\| test MAE \|[\s\S]*\]\(media\/README.md\)[\s\S]*\n<!-- end of reproduction -->\nafter\n$/,
    );
    expect(page).not.toMatch(/old|NaN|undefined/);
    expect(insertSummary(page, results, depth, "media/README.md")).toBe(page);
    expect(() => insertSummary("no marks", results, depth, "")).toThrow("the page has no");
    for (const scheme of ["light", "dark"])
      expect(readFileSync(at("parts", `curves-${scheme}.svg`), "utf8")).toContain("Band gap");
  });

  test("only the targets that are learned in another way than before are learned anew", () => {
    const { depth } = readReproduction(at("parts"));
    const [first, ...rest] = depth.settings;
    if (first === undefined) throw new Error("no settings");
    const gap = first.perTarget.band_gap;
    if (gap === undefined) throw new Error("no gap");
    const perTarget = { ...first.perTarget, band_gap: { ...gap, training: { ...gap.training, learningRate: 1 } } };
    const other: ReproductionDepth = { ...depth, settings: [{ ...first, perTarget }, ...rest] };
    expect(changedTargets(depth, depth, "kernels")).toEqual([]);
    expect(changedTargets(depth, other, "kernels")).toEqual(["band_gap"]);
    expect(changedTargets(depth, other, "networks")).toEqual([]);
    const left = readReproduction(at("parts")).results.without(["shells"], ["band_gap"]);
    expect(["band_gap", "E_hartree_per_atom"].map((target) => left.has(target, "shells", 0, 12))).toEqual([
      false,
      true,
    ]);
  });
});

describe("a claim", () => {
  const row = (model: string, repeat: number, mae: number): StudyResult => ({
    target: "band_gap",
    model,
    trainSize: 392,
    repeat,
    mae,
    rmse: mae,
    seconds: 1,
  });
  const spread = [0.02, -0.01, 0.01, -0.02, 0.005];
  const judged = (says: Relation, difference: number, repeats = 5, noise = 1) => {
    const rows = spread
      .slice(0, repeats)
      .flatMap((d, i) => [row("soap", i, 1 + d), row("r3dvs", i, 1 + d + difference + noise * (d ** 2 - d / 4))]);
    return judgeClaim({ target: "band_gap", model: "r3dvs", baseline: "soap", says }, new ReproductionResults(rows), 80)
      .verdict;
  };

  test("of better or worse is confirmed, not confirmed, or left open where chance may have made the difference", () => {
    expect([judged("better", -0.1), judged("better", 0.1), judged("better", 0.001)]).toEqual([
      "confirmed",
      "not confirmed",
      "inconclusive",
    ]);
    expect([judged("worse", 0.1), judged("worse", -0.1), judged("worse", -0.001)]).toEqual([
      "confirmed",
      "not confirmed",
      "inconclusive",
    ]);
  });

  test("of equality needs more than that nothing was found: the difference must surely be small", () => {
    expect([judged("onPar", 0.05), judged("onPar", -0.05), judged("onPar", -0.4), judged("onPar", 0.4)]).toEqual([
      "confirmed",
      "confirmed",
      "not confirmed",
      "not confirmed",
    ]);
    expect(judged("onPar", 0.05, 5, 30)).toBe("inconclusive");
    // surely different, and by more than a fifth, though not surely by so much
    expect(judged("onPar", -0.25, 5, 10)).toBe("not confirmed");
    expect([judged("hardlyBetter", -0.02), judged("hardlyBetter", 0.3), judged("hardlyBetter", -0.3)]).toEqual([
      "confirmed",
      "confirmed",
      "not confirmed",
    ]);
  });

  test("rests on the splits that both models have, two at least", () => {
    expect(judged("better", -0.5, 1)).toBe("inconclusive");
    const rows = [row("soap", 0, 1), row("soap", 1, 1.1), row("r3dvs", 1, 0.9), row("r3dvs", 2, 0.8)];
    const results = new ReproductionResults(rows);
    expect(results.difference("band_gap", "r3dvs", "soap", 80)).toMatchObject({ count: 1, mean: expect.closeTo(-0.2) });
    const none = judgeClaim({ target: "band_gap", model: "cm", baseline: "soap", says: "better" }, results, 80);
    expect([none.verdict, none.difference]).toEqual(["inconclusive", undefined]);
  });
});

/** `1.3×10⁵` as `1.3e5`. */
const fromPower = (text: string) =>
  text
    .trim()
    .replace(/×10([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/, (_, power: string) => `e${[...power].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(d)).join("")}`);

describe("the reproduction in this repository", () => {
  const folder = fileURLToPath(new URL("../../../media/reproduction", import.meta.url));
  const present = existsSync(path.join(folder, "depth.json"));

  test.skipIf(!present)("is of the bundled oxides, and its pages say what its table says", async () => {
    const { results, depth } = readReproduction(folder);
    const oxides = fileURLToPath(new URL("../../../media/oxides", import.meta.url));
    expect(depth.materials).toBe((await findMaterials(oxides)).length);
    expect(readFileSync(path.join(folder, "README.md"), "utf8")).toBe(reproductionPage(results, depth));
    expect(readFileSync(path.join(folder, "curves-light.svg"), "utf8")).toBe(
      lightFigure({ results, testSize: depth.testSize }),
    );
    expect(readFileSync(path.join(folder, "curves-dark.svg"), "utf8")).toBe(
      darkFigure({ results, testSize: depth.testSize }),
    );
    const models = results.models
      .filter((model) => (MODEL_ORDER as readonly string[]).includes(model))
      .map((model) => modelLabel(model));
    for (const name of ["Hartree energy", "Exc − Vxc", "One-electron sum", "Band gap", "R3DVS", ...models])
      expect(lightFigure({ results, testSize: depth.testSize }).replace(/<\/?tspan[^>]*>/g, "")).toContain(`>${name}<`);
    const page = readFileSync(fileURLToPath(new URL("../../../README.md", import.meta.url)), "utf8");
    expect(insertSummary(page, results, depth, "media/reproduction/README.md")).toBe(page);
  });

  test.skipIf(!present)("covers what the measurements page says", () => {
    const { results, depth } = readReproduction(folder);
    const page = readFileSync(fileURLToPath(new URL("../../../src/measurements.md", import.meta.url)), "utf8");
    for (const model of ["r3dvs", "combined", "density", "soap", "shells", "composition", "cm"]) {
      const cells = PAPER_TARGETS.map((target) => {
        const found = results.coverageOf(target, model, depth.testSize);
        return [found?.one, found?.two].map((share) => share?.share.toFixed(2)).join(", ");
      });
      expect(page).toContain(`| \`${model}\` | ${cells.join(" | ")} |\n`);
    }
  });

  test.skipIf(!present)("says how far the network is from the best model, in steps that multiply to it", () => {
    const page = readFileSync(path.join(folder, "README.md"), "utf8");
    const table = page.slice(page.indexOf("## How far the network is"), page.indexOf("- Network : shells"));
    const rows = table.split("\n").filter((line) => / \(\d+\) \|$/.test(line));
    expect(rows).toHaveLength(PAPER_TARGETS.length);
    for (const row of rows) {
      const [, , whole = 0, ...steps] = row.split("|").map((cell) => Number(fromPower(cell)));
      const product = steps.slice(0, 3).reduce((all, step) => all * step, 1);
      expect(whole, row).toBeGreaterThan(1);
      expect(Math.abs(product / whole - 1), row).toBeLessThan(0.15);
    }
  });

  test.skipIf(!present)("compares each description of the density, with p and the number of splits", () => {
    const page = readFileSync(path.join(folder, "README.md"), "utf8");
    const finding = /^- \*\*What rotation-invariant descriptions.*$/m.exec(page)?.[0] ?? "";
    for (const name of ["Angular", "Functionals", "Density"])
      for (const property of ["Cohesive energy", "Band gap"])
        expect(finding).toMatch(new RegExp(`${property}: [^;]*${name}[^;]*, p [<=] [\\d.e-]+, [2-9]\\d* splits`));
    expect(page).toMatch(/\*\*Beyond rotation-invariant[^\n]*Density \+ R3DVS[^\n]*, p = [\d.]+, \d+ splits/);
  });

  test.skipIf(!present)("says once whose form a finding is in", () => {
    const smooth = /^- \*\*The second step repairs .*$/m.exec(
      readFileSync(path.join(folder, "README.md"), "utf8"),
    )?.[0];
    expect(smooth).toContain("Cohesive energy: SOAP + |g| shells better than SOAP by");
    expect(smooth).not.toContain("paper's form");
  });
});
