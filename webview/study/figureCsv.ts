import type { LearningCurveData } from "../../src/core/plots/learningCurve.js";
import type { LossData } from "../../src/core/plots/lossCurve.js";
import { csvText } from "../../src/core/text/csvText.js";
import type { ParityPoint, RunCoverage } from "../../src/protocol/runEvents.js";

type Cell = string | number | undefined;

/** The numbers behind the learning curves. */
export function learningCurveCsv(data: LearningCurveData): string {
  const rows = data.targets.flatMap(({ name, unit, series }) =>
    series.flatMap(({ model, points }) =>
      points.map(({ trainSize, mae, standardError, repeats }): Cell[] => [
        name,
        unit,
        model,
        trainSize,
        repeats,
        mae,
        standardError,
      ]),
    ),
  );
  return writeCsv(["target", "unit", "model", "train_size", "repeats", "mae", "mae_corrected_standard_error"], rows);
}

/** The numbers behind the loss curves. */
export function lossCsv({ target, unit, model, members }: LossData): string {
  const rows = members.flatMap(({ name, points }) =>
    points.map(({ epoch, loss, validationMae }): Cell[] => [target, unit, model, name, epoch, loss, validationMae]),
  );
  return writeCsv(["target", "unit", "model", "member", "epoch", "loss", "validation_mae"], rows);
}

/** The numbers behind the parity plots. */
export function parityCsv(
  points: readonly ParityPoint[],
  unit: string,
  formulas: ReadonlyMap<string, string> = new Map(),
): string {
  const rows = points.map((p): Cell[] => [
    p.id,
    formulas.get(p.id),
    p.target,
    unit,
    p.model,
    p.trainSize,
    p.repeat,
    p.actual,
    p.predicted,
    p.sigma,
  ]);
  return writeCsv(
    ["id", "formula", "target", "unit", "model", "train_size", "repeat", "actual", "predicted", "sigma"],
    rows,
  );
}

/** The numbers behind the calibration plot. */
export function calibrationCsv(coverage: readonly RunCoverage[]): string {
  const rows = coverage.flatMap(({ target, model, trainSize, repeats, count, curve }) =>
    curve.map(({ level, share }): Cell[] => [target, model, trainSize, repeats, count, level, share]),
  );
  return writeCsv(["target", "model", "train_size", "repeats", "errors", "nominal_level", "share_inside"], rows);
}

function writeCsv(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [head, ...rows].map((row) => `${row.map(writeCell).join(",")}\n`).join("");
}

function writeCell(cell: Cell): string {
  return typeof cell === "string" ? csvText(cell) : String(cell ?? "");
}
