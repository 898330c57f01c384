import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { PAPER_TARGETS } from "../../core/settings/paperTargets.js";
import type { StudyOptions } from "../../core/settings/studyOptions.js";
import type { Cancellation } from "../../protocol/rpc.js";
import type { RunEvent } from "../../protocol/runEvents.js";
import { type Dataset, openDataset } from "../dataset/dataset.js";
import { writeFileAtomically } from "../files/atomicFile.js";
import { UsageError } from "../files/usageError.js";
import { softwareVersion } from "../files/version.js";
import { createRun, readManifest, runFile } from "../runs/runFolder.js";
import { resolveStudy } from "../settings/studySettings.js";
import { runStudy } from "../study/runStudy.js";
import {
  type ArmSettings,
  changedTargets,
  hashOfDataset,
  type ReproductionDepth,
  readDepth,
  sameDepth,
} from "./reproductionDepth.js";
import { accuracySummary, darkFigure, lightFigure, reproductionPage } from "./reproductionPage.js";
import { paperForm, ReproductionResults, resultsOfRun } from "./reproductionResults.js";

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
  /** Networks take part in this many of them. */
  readonly networkRepeats: number;
  /** Only these of the studies that make up a repeat; all where left out. */
  readonly arms?: readonly string[];
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
  /**
   * Hands a run's folder to a scheduler in place of working on it here; its results are taken up by a later call, once
   * it is finished.
   */
  readonly submit?: (folder: string) => Promise<void>;
}

/** What is compared: kernel models, which take seconds, and networks, which take minutes and so have fewer repeats. */
const KERNELS = ["combined", "soap", "cm", "composition", "shells", "density", "functionals", "angular"];
/** Learned from fewer materials too. */
const CURVES = ["combined", "soap", "cm", "composition", "shells", "density"];
const NETWORKS = ["r3dvs"];
/** As the paper has them. */
const PAPER_KERNELS = ["soap", "cm", "soap+cm", "soap+shells"];
const PAPER_NETWORKS = ["r3dvs"];
/** Second steps where the first one knows much of the target, in our form and in the paper's. */
const STEPS = ["soap+shells", "soap+cm"];
const NETWORK_STEPS = ["density+r3dvs", "soap+r3dvs"];
const PAPER_STEPS = ["soap+r3dvs"];
const STEP_TARGETS = ["cohesive_energy_per_atom", "band_gap"];

/** One study of one split. */
interface Arm {
  readonly name: string;
  readonly options: StudyOptions;
  readonly nameOf: (model: string) => string;
  readonly repeats: number;
}

/**
 * The paper's protocol (spec section 7) on one dataset, repeat by repeat, each a study of its own whose seed is its
 * number, so that more can be added at any time; after each the table, the figures and the page are written again. Ends
 * when all repeats are done or when it is asked to stop;
 * a repeat that was begun goes on where it stopped. Where a target is learned in another way than before, its results
 * are computed again. Throws `UsageError` and `WriteError`.
 */
export async function reproduce(request: ReproductionRequest, hooks: ReproductionHooks): Promise<ReproductionResults> {
  const table = path.join(request.output, "results.csv");
  const depthFile = path.join(request.output, "depth.json");
  const dataset = await openDataset(request.dataset);
  const materials = dataset.entries.length;
  const systems = chemicalSystems(dataset);
  const arms = armsOf(request, materials);
  const wanted = depthOf(request, arms, materials);
  const known = readDepth(depthFile);
  const goesOn = known !== undefined && sameDepth(known, wanted);
  if (known !== undefined && !goesOn && !request.restart) {
    throw new UsageError(
      `${table} was computed with other settings or materials (${depthFile}); --restart starts over`,
    );
  }
  let results = goesOn ? stillValid(ReproductionResults.read(table), arms, known, wanted) : new ReproductionResults([]);
  const others = goesOn ? known.settings.filter(({ name }) => !arms.some((arm) => arm.name === name)) : [];
  const own = goesOn ? wanted.settings.map((arm) => withModelsOf(known, arm)) : wanted.settings;
  let depth = goesOn ? { ...wanted, settings: [...own, ...others], hours: known.hours } : wanted;
  if (known?.earlier !== undefined) depth = { ...depth, earlier: known.earlier };
  for (let repeat = 0; repeat < request.repeats; repeat++) {
    for (const arm of arms) {
      const targets = missingTargets(results, arm, repeat);
      if (hooks.cancellation.cancelled || repeat >= arm.repeats || targets.length === 0) continue;
      const began = Date.now();
      const done = await workOn({ ...arm, options: { ...arm.options, targets } }, repeat, request, hooks);
      depth = { ...depth, hours: depth.hours + (Date.now() - began) / 3_600_000 };
      if (done !== undefined) {
        results = results.with(resultsOfRun(done, repeat, arm.nameOf, systems));
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
    write("curves-light.svg", lightFigure({ results, testSize: depth.testSize }));
    write("curves-dark.svg", darkFigure({ results, testSize: depth.testSize }));
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
 * Puts the table of errors between the marks of a page that is otherwise written by hand. `comparison`: the path from
 * that page to the whole comparison. Throws `UsageError`.
 */
export function insertSummary(
  page: string,
  results: ReproductionResults,
  depth: ReproductionDepth,
  comparison: string,
): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new UsageError(`the page has no ${BEGIN} and ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n${accuracySummary(results, depth, comparison)}\n${page.slice(end)}`;
}

export const BEGIN = "<!-- reproduction: written by npm run reproduce -->";
export const END = "<!-- end of reproduction -->";

/** Some models of a study may have been computed at another time. */
function withModelsOf({ settings }: ReproductionDepth, arm: ArmSettings): ArmSettings {
  const before = settings.find(({ name }) => name === arm.name);
  return before === undefined ? arm : { ...arm, models: [...new Set([...before.models, ...arm.models])] };
}

/** The set of elements of each material whose table has a formula. */
function chemicalSystems({ table }: Dataset): ReadonlyMap<string, string> {
  const column = table?.columns.findIndex(({ name }) => name === "formula") ?? -1;
  const rows = column < 0 ? [] : (table?.rows ?? []);
  return new Map(
    rows.flatMap(({ id, cells }) => {
      const elements = new Set(cells()[column]?.text.match(/[A-Z][a-z]?/g));
      return elements.size === 0 ? [] : [[id, [...elements].sort().join("-")] as const];
    }),
  );
}

/** Runs one repeat of one arm to its end, or until it is asked to stop: then there is nothing yet. */
async function workOn(
  arm: Arm,
  repeat: number,
  request: ReproductionRequest,
  hooks: ReproductionHooks,
): Promise<string | undefined> {
  const folder = path.join(request.work, arm.name, String(repeat));
  const options = { ...arm.options, seed: repeat };
  if (
    existsSync(runFile(folder, "manifest")) &&
    !fits(folder, options, (await openDataset(request.dataset)).entries.length)
  )
    rmSync(folder, { recursive: true });
  if (!existsSync(runFile(folder, "manifest"))) createRun(folder, request.dataset, options);
  else if (readManifest(folder).state === "finished") return folder;
  const { threads } = request;
  const { onEvent, cancellation, submit } = hooks;
  if (submit !== undefined) {
    await submit(folder);
    return readManifest(folder).state === "finished" ? folder : undefined;
  }
  const { state, failed } = await runStudy(folder, {
    cancellation,
    onEvent,
    ...(threads !== undefined && { threads }),
  });
  if (state === "finished" && failed > 0) throw new UsageError(`${failed} inputs or results of ${folder} failed`);
  return state === "finished" ? folder : undefined;
}

/**
 * A run that was begun by another version, with other options or at a time when they meant something else is of no use.
 */
function fits(folder: string, options: StudyOptions, materials: number): boolean {
  const { software, options: own, settings } = readManifest(folder);
  if (software.version !== softwareVersion || JSON.stringify(own) !== JSON.stringify(options)) return false;
  return (
    settings === undefined ||
    JSON.stringify(settings) === JSON.stringify(resolveStudy(options, options.targets ?? [], materials))
  );
}

function armsOf(request: ReproductionRequest, materials: number): Arm[] {
  const {
    targets = PAPER_TARGETS,
    models,
    trainSizes,
    testSize,
    ensemble,
    epochs,
    rotations,
    repeats,
    networkRepeats,
  } = request;
  const largest = materials - testSize;
  const sizes = trainSizes ?? sizesBelow(largest);
  const shared = { targets, testSize, repeats: 1 };
  const depth = { ensemble, epochs, rotations };
  const asked = (names: readonly string[]) =>
    models === undefined ? names : names.filter((name) => models.includes(name));
  const few = Math.min(repeats, networkRepeats);
  const paper = { ...shared, preset: "paper", trainSizes: sizes.slice(-1) } as const;
  const steps = targets.filter((target) => STEP_TARGETS.includes(target));
  const own = (model: string) => model;
  const last = { trainSizes: sizes.slice(-1) };
  const arms: Arm[] = [
    { name: "kernels", options: { ...shared, ...last, models: asked(KERNELS) }, nameOf: own, repeats },
    { name: "paper-kernels", options: { ...paper, models: asked(PAPER_KERNELS) }, nameOf: paperForm, repeats },
    { name: "steps", options: { ...shared, ...last, targets: steps, models: asked(STEPS) }, nameOf: own, repeats },
    {
      name: "curves",
      options: { ...shared, trainSizes: sizes.slice(0, -1), models: asked(CURVES) },
      nameOf: own,
      repeats: few,
    },
    { name: "networks", options: { ...shared, ...depth, ...last, models: asked(NETWORKS) }, nameOf: own, repeats: few },
    {
      name: "paper-networks",
      options: { ...paper, ...depth, models: asked(PAPER_NETWORKS) },
      nameOf: paperForm,
      repeats: few,
    },
    {
      name: "paper-steps",
      options: { ...paper, ...depth, targets: steps, models: asked(PAPER_STEPS) },
      nameOf: paperForm,
      repeats: few,
    },
    {
      name: "network-steps",
      options: { ...shared, ...depth, ...last, targets: steps, models: asked(NETWORK_STEPS) },
      nameOf: own,
      repeats: few,
    },
  ];
  return arms
    .filter(
      ({ name, options }) =>
        (request.arms?.includes(name) ?? true) &&
        [options.targets, options.models, options.trainSizes].every((list) => list?.length),
    )
    .sort((a, b) => order(request, a) - order(request, b));
}

/** In the order in which they are asked for. */
const order = ({ arms }: ReproductionRequest, { name }: Arm) => arms?.indexOf(name) ?? 0;

/** 50, 100, 200 and so on, the last one all that is left. */
function sizesBelow(available: number): number[] {
  const sizes: number[] = [];
  for (let size = 50; size <= available * 0.7; size *= 2) sizes.push(size);
  return [...sizes, available];
}

function missingTargets(results: ReproductionResults, { options, nameOf }: Arm, repeat: number): string[] {
  const { targets = [], models = [], trainSizes = [] } = options;
  const isThere = (target: string, model: string) =>
    trainSizes.every((size) => results.has(target, nameOf(model), repeat, size));
  return targets.filter((target) => models.some((model) => !isThere(target, model)));
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
  const settings = arms.map(({ name, options }) => {
    const { repeats: _repeats, seed: _seed, ...decided } = resolveStudy(options, options.targets ?? [], materials);
    return { name, ...decided } satisfies ArmSettings;
  });
  return {
    format: 1,
    version: softwareVersion,
    dataset: hashOfDataset(dataset),
    materials,
    testSize,
    trainSizes: request.trainSizes ?? sizesBelow(materials - testSize),
    ensemble,
    epochs,
    rotations,
    // As it comes back from the file.
    settings: JSON.parse(JSON.stringify(settings)),
    hours: 0,
  };
}
