import { createHash } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import type { StudyOptions } from "../../core/settings/studyOptions.js";
import type { Cancellation } from "../../protocol/rpc.js";
import type { RunEvent } from "../../protocol/runEvents.js";
import { openDataset } from "../dataset/dataset.js";
import { writeFileAtomically } from "../files/atomicFile.js";
import { LIMITS, readSmallFile } from "../files/readSmallFile.js";
import { UsageError } from "../files/usageError.js";
import { softwareVersion } from "../files/version.js";
import { createRun, readManifest, runFile } from "../runs/runFolder.js";
import { resolveStudy } from "../settings/studySettings.js";
import { runStudy } from "../study/runStudy.js";
import { type ArmSettings, changedTargets, type ReproductionDepth, readDepth, sameDepth } from "./reproductionDepth.js";
import { accuracySummary, darkFigure, lightFigure, REPRODUCED_TARGETS, reproductionPage } from "./reproductionPage.js";
import { PAPER_FORM, ReproductionResults, resultsOfRun } from "./reproductionResults.js";

export interface ReproductionRequest {
  readonly dataset: string;
  /** Where results, figures and page stand. */
  readonly output: string;
  /** Where the runs and their checkpoints stand. */
  readonly work: string;
  readonly targets?: readonly string[];
  readonly models?: readonly string[];
  readonly trainSizes?: readonly number[];
  readonly testSize: number;
  readonly ensemble: number;
  readonly epochs: number;
  readonly rotations: number;
  /** In all, earlier runs included. */
  readonly repeats: number;
  /** The network in the paper's form takes part in this many of them. */
  readonly paperRepeats: number;
  readonly threads?: number;
  /** Forget results of another depth. */
  readonly restart?: boolean;
}

export interface ReproductionHooks {
  /** Asks to keep what is there and stop. */
  readonly cancellation: Cancellation;
  readonly onEvent: (event: RunEvent) => void;
  /** Of a repeat that is done. */
  readonly onRepeat: (name: string, repeat: number) => void;
}

/** What is compared. */
const MODELS = ["r3dvs", "soap", "cm", "soap+r3dvs", "soap+cm", "composition", "shells"];

/** One study of one split. */
interface Arm {
  readonly name: string;
  readonly options: StudyOptions;
  readonly nameOf: (model: string) => string;
  readonly repeats: number;
}

/**
 * The paper's protocol (spec section 7) on one dataset, repeat by repeat, each a study of its own whose seed is its number, so that more can be
 * added at any time; after each the table, the figures and the page are written again. Ends when all repeats are done or when it is asked to stop;
 * a repeat that was begun goes on where it stopped. Where a target is learned in another way than before, its results are computed again. Throws `UsageError` and `WriteError`.
 */
export async function reproduce(request: ReproductionRequest, hooks: ReproductionHooks): Promise<ReproductionResults> {
  const table = path.join(request.output, "results.csv");
  const depthFile = path.join(request.output, "depth.json");
  const materials = (await openDataset(request.dataset)).entries.length;
  const arms = armsOf(request, materials);
  const wanted = depthOf(request, arms, materials);
  const known = readDepth(depthFile);
  const goesOn = known !== undefined && sameDepth(known, wanted);
  if (known !== undefined && !goesOn && !request.restart) {
    throw new UsageError(`${table} was computed with other settings or materials (${depthFile}); --restart starts over`);
  }
  let results = goesOn ? stillValid(ReproductionResults.read(table), arms, known, wanted) : new ReproductionResults([]);
  let depth = goesOn ? { ...wanted, hours: known.hours } : wanted;
  for (let repeat = 0; repeat < request.repeats; repeat++) {
    for (const arm of arms) {
      const targets = missingTargets(results, arm, repeat);
      if (hooks.cancellation.cancelled || repeat >= arm.repeats || targets.length === 0) continue;
      const began = Date.now();
      const done = await workOn({ ...arm, options: { ...arm.options, targets } }, repeat, request, hooks);
      depth = { ...depth, hours: depth.hours + (Date.now() - began) / 3_600_000 };
      if (done !== undefined) {
        results = results.with(resultsOfRun(done, repeat, arm.nameOf));
        hooks.onRepeat(arm.name, repeat);
      }
      writeReproduction(request.output, results, depth);
    }
  }
  return results;
}

/** Writes the table, both figures and the page. Throws `WriteError`. */
export function writeReproduction(output: string, results: ReproductionResults, depth: ReproductionDepth): void {
  const write = (name: string, text: string) => writeFileAtomically(path.join(output, name), text);
  write("results.csv", results.toCsv());
  write("depth.json", `${JSON.stringify(depth, null, 1)}\n`);
  if (results.rows.length > 0) {
    write("curves-light.svg", lightFigure(results));
    write("curves-dark.svg", darkFigure(results));
  }
  write("README.md", reproductionPage(results, depth));
}

/** What a folder holds. Throws `UsageError` where there is nothing. */
export function readReproduction(output: string): { results: ReproductionResults; depth: ReproductionDepth } {
  const depth = readDepth(path.join(output, "depth.json"));
  if (depth === undefined) throw new UsageError(`${output} contains no reproduction`);
  return { results: ReproductionResults.read(path.join(output, "results.csv")), depth };
}

/**
 * Puts the table of errors between the marks of a page that is otherwise written by hand. `comparison`: the path from that page to the
 * whole comparison. Throws `UsageError`.
 */
export function insertSummary(page: string, results: ReproductionResults, depth: ReproductionDepth, comparison: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new UsageError(`the page has no ${BEGIN} and ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n${accuracySummary(results, depth, comparison)}\n${page.slice(end)}`;
}

export const BEGIN = "<!-- reproduction: written by npm run reproduce -->";
export const END = "<!-- end of reproduction -->";

/** Runs one repeat of one arm to its end, or until it is asked to stop: then there is nothing yet. */
async function workOn(arm: Arm, repeat: number, request: ReproductionRequest, hooks: ReproductionHooks): Promise<string | undefined> {
  const folder = path.join(request.work, arm.name, String(repeat));
  const options = { ...arm.options, seed: repeat };
  if (existsSync(runFile(folder, "manifest")) && !fits(folder, options, (await openDataset(request.dataset)).entries.length))
    rmSync(folder, { recursive: true });
  if (!existsSync(runFile(folder, "manifest"))) createRun(folder, request.dataset, options);
  else if (readManifest(folder).state === "finished") return folder;
  const { threads } = request;
  const { onEvent, cancellation } = hooks;
  const { state, failed } = await runStudy(folder, { cancellation, onEvent, ...(threads !== undefined && { threads }) });
  if (state === "finished" && failed > 0) throw new UsageError(`${failed} inputs or results of ${folder} failed`);
  return state === "finished" ? folder : undefined;
}

/** A run that was begun by another version, with other options or at a time when they meant something else is of no use. */
function fits(folder: string, options: StudyOptions, materials: number): boolean {
  const { software, options: own, settings } = readManifest(folder);
  if (software.version !== softwareVersion || JSON.stringify(own) !== JSON.stringify(options)) return false;
  return settings === undefined || JSON.stringify(settings) === JSON.stringify(resolveStudy(options, options.targets ?? [], materials));
}

function armsOf(
  { targets, models, trainSizes, testSize, ensemble, epochs, rotations, repeats, paperRepeats }: ReproductionRequest,
  materials: number,
): Arm[] {
  const available = materials - testSize;
  const shared = {
    targets: targets ?? REPRODUCED_TARGETS,
    trainSizes: trainSizes ?? sizesBelow(available),
    testSize,
    ensemble,
    epochs,
    rotations,
    repeats: 1,
  };
  return [
    { name: "default", options: { ...shared, models: models ?? MODELS }, nameOf: (model) => model, repeats },
    {
      name: "paper",
      options: { ...shared, preset: "paper", models: ["r3dvs"] },
      nameOf: () => PAPER_FORM,
      repeats: Math.min(repeats, paperRepeats),
    },
  ];
}

/** 50, 100, 200 and so on, the last one all that is left. */
function sizesBelow(available: number): number[] {
  const sizes: number[] = [];
  for (let size = 50; size <= available * 0.7; size *= 2) sizes.push(size);
  return [...sizes, available];
}

function missingTargets(results: ReproductionResults, { options, nameOf }: Arm, repeat: number): string[] {
  const { targets = [], models = [] } = options;
  return targets.filter((target) => models.some((model) => !results.has(target, nameOf(model), repeat)));
}

/** What was learned in another way than now does not count any more. */
function stillValid(
  results: ReproductionResults,
  arms: readonly Arm[],
  before: ReproductionDepth,
  now: ReproductionDepth,
): ReproductionResults {
  return arms.reduce((left, { name, options, nameOf }) => {
    const models = (options.models ?? []).map(nameOf);
    return left.without(models, changedTargets(before, now, name));
  }, results);
}

function depthOf(request: ReproductionRequest, arms: readonly Arm[], materials: number): ReproductionDepth {
  const { dataset, testSize, ensemble, epochs, rotations } = request;
  const [first] = arms;
  const settings = arms.map(({ name, options }) => {
    const { repeats: _repeats, seed: _seed, ...decided } = resolveStudy(options, options.targets ?? [], materials);
    return { name, ...decided } satisfies ArmSettings;
  });
  return {
    format: 1,
    version: softwareVersion,
    dataset: hashOf(dataset),
    materials,
    testSize,
    trainSizes: first?.options.trainSizes ?? [],
    ensemble,
    epochs,
    rotations,
    // As it comes back from the file.
    settings: JSON.parse(JSON.stringify(settings)),
    hours: 0,
  };
}

/** Of the files that lie in the dataset's folder itself: its table and, of an encoded one, its spectra. */
function hashOf(dataset: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(dataset, { withFileTypes: true }).filter((entry) => entry.isFile() && /\.(csv|npz)$/.test(entry.name));
  for (const { name } of files.sort((a, b) => (a.name < b.name ? -1 : 1)))
    hash.update(name).update(readSmallFile(path.join(dataset, name), LIMITS.weights));
  return hash.digest("hex");
}
