import path from "node:path";
import { type Command, Option } from "commander";
import { INTERVAL_LEVEL } from "../core/learning/evaluation/calibration.js";
import type { StudyOptions } from "../core/settings/studyOptions.js";
import { propertyLabel } from "../core/text/labels.js";
import { FILE_START, problem } from "../core/text/problem.js";
import { decimalsFor, fixed, uncertainText } from "../core/text/uncertainNumber.js";
import { resolvePaths } from "../jobs/dataset/materialFiles.js";
import { chooseEngine } from "../jobs/engines/engineChoice.js";
import { shareEngineMethod } from "../jobs/engines/threadMethods.js";
import { BUILT_IN, modelsNamed } from "../jobs/models/builtInModels.js";
import { readModelFacts } from "../jobs/models/modelFile.js";
import { inputsOf } from "../jobs/models/modelNames.js";
import { ModelPreparation } from "../jobs/models/prepareModels.js";
import { structureModelFor } from "../jobs/models/structureModel.js";
import { predictFileMethod } from "../jobs/models/threadMethods.js";
import { ThreadPool } from "../jobs/threads/threadPool.js";
import type { FilePrediction, KnownValue } from "../protocol/workerMethods.js";
import { type CommonOptions, type FrameOptions, frameOf, withFrame, withOutput, withThreads } from "./commonOptions.js";
import { EXIT } from "./exitCodes.js";
import { onInterruption } from "./interruption.js";
import { Output } from "./output.js";

export function addPredictCommand(program: Command): void {
  const command = program
    .command("predict")
    .description(
      "predict volumetric files, or structures alone where a model needs no density: value, uncertainty, applicability domain, nearest training materials",
    )
    .argument(
      "<model>",
      `model folder (from train, or models/ of a run), or ${BUILT_IN} for the best bundled model of each target`,
    )
    .argument("<path...>", "volumetric files, structures (POSCAR, CIF, XYZ, XDATCAR, vasprun.xml), folders or globs");
  command.addOption(
    new Option("--backend <engine>", "compute engine for networks (default: auto)").choices([
      "auto",
      "native",
      "wasm",
      "tfjs-node",
      "webgpu",
    ]),
  );
  command.option(
    "--out-of-domain",
    "print values of materials out of a model's domain, too: they are not to be trusted",
  );
  withOutput(withThreads(withFrame(command))).action(runPredict);
}

async function runPredict(
  model: string,
  paths: string[],
  options: CommonOptions & FrameOptions & Pick<StudyOptions, "backend"> & { readonly outOfDomain?: boolean },
): Promise<void> {
  const output = new Output(options);
  const models = modelsNamed(model);
  for (const folder of models) readModelFacts(folder);
  const cancellation = onInterruption();
  const { materials, missing, remarks } = await resolvePaths(paths, models.some(readsNoDensity) ? "atoms" : "density");
  output.remarks(remarks);
  const { engine, problems: warnings } = chooseEngine(options.backend);
  output.problems(model, warnings);
  const pool = new ThreadPool(options.threads);
  pool.share(shareEngineMethod, engine);
  try {
    if (materials.length > 0) await new ModelPreparation(pool).prepare(models, cancellation);
    const running = materials.map((entry) =>
      pool.run(predictFileMethod, { models, entry, ...frameOf(options) }, { cancellation }),
    );
    for (const promise of running) promise.catch(() => {});
    for (const [index, promise] of running.entries()) {
      const { value, problems } = await promise;
      const file = materials[index]?.file ?? "";
      output.problems(file, problems);
      if (value === undefined) {
        output.failed();
        output.event({ id: materials[index]?.id, file, problems });
      }
      for (const prediction of value ?? []) show(output, prediction, options.outOfDomain === true);
    }
  } finally {
    await pool.dispose();
  }
  for (const file of missing) {
    const problems = [problem("error", FILE_START, "no volumetric file found")];
    output.failed();
    output.problems(file, problems);
    output.event({ file, problems });
  }
  process.exitCode = output.failures > 0 ? EXIT.failed : EXIT.done;
}

/** Itself, or what the library has in its place for a structure alone. */
const readsNoDensity = (folder: string) =>
  !inputsOf(readModelFacts(folder).model).density || structureModelFor(folder) !== undefined;

function show(output: Output, prediction: FilePrediction, printsAll: boolean): void {
  const {
    id,
    file,
    target,
    unit,
    value,
    sigma = 0,
    lower,
    upper,
    inTraining,
    outOfDomain,
    known,
    nearest,
    approximation,
    domainMeasuredOn,
  } = prediction;
  const calculated = known === undefined ? {} : { known };
  const reasons = (prediction.reasons ?? []).map(({ code, message }) => ({ code, message }));
  const why = reasons.map(({ message }) => message).join("; ");
  if (value === undefined) {
    output.event({ id, file, target, ...calculated, reasons });
    output.print(`${id}  ${propertyLabel(target)}: no prediction. ${why}${known ? `  ${knownText(known, unit)}` : ""}`);
    return;
  }
  const interval = { lower, upper, level: INTERVAL_LEVEL };
  output.event({
    id,
    file,
    target,
    unit,
    value,
    sigma,
    ...interval,
    ...calculated,
    inTraining,
    outOfDomain,
    reasons,
    nearest,
    ...(approximation && { approximation }),
    ...(domainMeasuredOn !== undefined && { domainMeasuredOn }),
  });
  const like = nearest.map((one) => `${one.id} (${one.similarity.toFixed(2)})`).join(", ");
  const shown = `= ${uncertainText(value, sigma)} ${unit}`;
  // what is no number to be trusted is printed on demand alone
  const isHidden = outOfDomain && !printsAll;
  const remarks = [
    isHidden ? "" : shown,
    isHidden ? `out of domain (--out-of-domain prints the value): ${why}` : "",
    `nearest: ${like}`,
    known ? knownText(known, unit, isHidden ? 0 : sigma) : "",
    inTraining ? "training material" : "",
    outOfDomain && !isHidden ? `out of domain: ${why}` : "",
    approximation
      ? `approximated: ${approximation.trainedOn} training materials through ${approximation.landmarks} of them`
      : "",
    domainMeasuredOn === undefined
      ? ""
      : `limit of the domain: from the distances of ${domainMeasuredOn} training materials to all`,
  ].filter(Boolean);
  output.print(`${id}  ${propertyLabel(target)}${isHidden ? ":" : ""} ${remarks.join("  ")}`);
}

/** With the digits of the prediction beside it. */
function knownText({ value, file }: KnownValue, unit: string, sigma = 0): string {
  return `calculated: ${fixed(value, decimalsFor(sigma, value))} ${unit} (${path.basename(file)})`;
}
