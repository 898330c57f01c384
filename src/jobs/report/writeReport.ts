import path from "node:path";
import type { LearningCurveData } from "../../core/plots/learningCurve.js";
import type { LossData } from "../../core/plots/lossCurve.js";
import { compareModels } from "../../core/plots/modelStyle.js";
import type { ParityData } from "../../core/plots/parity.js";
import { eitherShape, finiteShape, objectShape, oneOfShape, textShape, wholeShape } from "../../core/text/shape.js";
import type { RunEvent } from "../../protocol/runEvents.js";
import { RUN_FILES, type RunManifest } from "../../protocol/runFiles.js";
import { writeFileAtomically } from "../files/atomicFile.js";
import { readRunEvents } from "../runs/eventLog.js";
import { newSystemErrors } from "../runs/newSystems.js";
import { baselineOf } from "../runs/runDetails.js";
import { readManifest, runFile } from "../runs/runFolder.js";
import { coverageCsv, coverageOf } from "../runs/studyCoverage.js";
import { largestSize, targetSettings } from "../runs/studyPlan.js";
import { averageRepeats, compareAtLargestSize, type MeanError, meansCsv } from "../runs/studyResults.js";
import { doneTasks, readSplits, type TaskOutcome } from "../runs/studyStore.js";
import { type ReportData, reportPage } from "./reportPage.js";

/**
 * Writes `report.html` and, beside it, `mae.csv` and `coverage.csv` from what a run has so far; returns the page's
 * path. Throws `UsageError` and `WriteError`.
 */
export function writeReport(folder: string, file = runFile(folder, "report")): string {
  const manifest = readManifest(folder);
  const outcomes = doneTasks(folder, manifest);
  const results = outcomes.map(({ result }) => result);
  const means = averageRepeats(results, manifest.settings?.testSize);
  const coverage = coverageOf(manifest, outcomes);
  const data: ReportData = {
    manifest,
    means,
    curves: learningCurves(folder, manifest, means),
    comparisons: manifest.settings === undefined ? [] : compareAtLargestSize(results, manifest.settings),
    coverage,
    newSystems: newSystemErrors(manifest, readSplits(folder) ?? [], outcomes),
    parity: parityPlots(manifest, outcomes),
    losses: lossPlots(manifest, readRunEvents(folder)),
    written: new Date().toISOString().slice(0, 10),
  };
  writeFileAtomically(file, reportPage(data));
  const unitOf = (target: string) => manifest.targets.find(({ name }) => name === target)?.reportedUnit ?? "";
  writeFileAtomically(path.join(path.dirname(file), RUN_FILES.errors), meansCsv(means, unitOf));
  writeFileAtomically(path.join(path.dirname(file), RUN_FILES.coverage), coverageCsv(coverage));
  return file;
}

function learningCurves(folder: string, manifest: RunManifest, means: readonly MeanError[]): LearningCurveData {
  return {
    targets: manifest.targets.map(({ name, reportedUnit }) => {
      const own = means.filter(({ target }) => target === name);
      const series = [...new Set(own.map(({ model }) => model))].map((model) => ({
        model,
        points: own.filter((mean) => mean.model === model),
      }));
      return { name, unit: reportedUnit, baselineMae: baselineOf(folder, manifest, name), series };
    }),
  };
}

function parityPlots({ targets, settings, materials }: RunManifest, outcomes: readonly TaskOutcome[]): ParityData[] {
  const formulas = new Map(materials.map(({ id, formula }) => [id, formula]));
  const isShown = ({ target, trainSize, repeat }: TaskOutcome["result"]) =>
    settings !== undefined && repeat === 0 && trainSize === largestSize(settings, target);
  const shown = outcomes.filter(({ result }) => isShown(result));
  return targets.flatMap(({ name, reportedUnit }) => {
    const series = shown
      .filter(({ result }) => result.target === name)
      .map(({ result, points }) => ({
        model: result.model,
        mae: result.mae,
        points: points.map((point) => withoutCertainty(point, formulas.get(point.id))),
      }));
    return series.length === 0 ? [] : [{ target: name, unit: reportedUnit, series }];
  });
}

/** A model that gives no uncertainty gets no bars. */
function withoutCertainty(
  { id, actual, predicted, sigma }: TaskOutcome["points"][number],
  formula: string | undefined,
) {
  return {
    id,
    ...(formula !== undefined && { formula }),
    actual,
    predicted,
    ...(sigma !== undefined && sigma > 0 && { sigma }),
  };
}

/** A log is written line by line and read by anyone's report. */
const EPOCH_SHAPE = objectShape(
  {
    target: textShape,
    model: textShape,
    trainSize: wholeShape(1),
    repeat: wholeShape(0),
    member: wholeShape(0),
    epoch: wholeShape(1),
    loss: finiteShape,
  },
  { validationMae: eitherShape(finiteShape, oneOfShape(null)) },
);

/** One plot for each target and each model that has networks in it. */
function lossPlots({ targets, settings }: RunManifest, events: readonly RunEvent[]): LossData[] {
  if (settings === undefined) return [];
  const isLargest = (target: string, size: number) =>
    settings.targets.includes(target) && size === largestSize(settings, target);
  const epochs = events.flatMap((event) =>
    event.event === "epoch" &&
    EPOCH_SHAPE(event, "") === undefined &&
    event.repeat === 0 &&
    isLargest(event.target, event.trainSize)
      ? [event]
      : [],
  );
  return targets.flatMap(({ name, reportedUnit }) => {
    const ofTarget = epochs.filter(({ target }) => target === name);
    const models = [...new Set(ofTarget.map(({ model }) => model))].sort(compareModels);
    return models.map((model) => ({
      target: name,
      unit: reportedUnit,
      model,
      epochs: targetSettings(settings, name).training.epochs,
      members: memberCurves(ofTarget.filter((event) => event.model === model)),
    }));
  });
}

function memberCurves(epochs: readonly Extract<RunEvent, { event: "epoch" }>[]): LossData["members"] {
  const members = [...new Set(epochs.map(({ member }) => member))].sort((a, b) => a - b);
  return members.map((member) => {
    // Without validation materials the log has null: JSON knows no NaN.
    const told = epochs
      .filter((event) => event.member === member)
      .map((event) => ({ ...event, validationMae: event.validationMae ?? Number.NaN }));
    const points = new Map(told.map((event) => [event.epoch, event]));
    return { name: String(member + 1), points: [...points.values()].sort((a, b) => a.epoch - b.epoch) };
  });
}
