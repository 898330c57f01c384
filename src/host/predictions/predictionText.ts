import { type Language, propertyLabel } from "../../core/text/labels.js";
import { uncertainText } from "../../core/text/uncertainNumber.js";
import type { PredictionRow } from "../../protocol/voxelView.js";

/** `Band gap: 4.45 ± 0.31 eV`: to the second digit of the uncertainty; the property alone where there is no value. */
export function predictionText(row: Pick<PredictionRow, "target" | "unit" | "value" | "sigma">, language: Language = "en"): string {
  const label = propertyLabel(row.target, language);
  if (row.value === undefined) return label;
  return `${label}: ${uncertainText(row.value, row.sigma ?? 0)}${row.unit === "" ? "" : ` ${row.unit}`}`;
}

/** A model's name from its path, without the target that stands before it: `runs/a/models/band_gap-cm` is `cm`. */
export function modelLabel(file: string, target: string): string {
  const name = file.split(/[\\/]/).filter(Boolean).at(-1) ?? file;
  return name.startsWith(`${target}-`) ? name.slice(target.length + 1) : name;
}

/** `mp-1778 97 %, mp-1265 91 %` */
export function nearestText(nearest: PredictionRow["nearest"]): string {
  return nearest.map(({ id, similarity }) => `${id} ${Math.round(similarity * 100)} %`).join(", ");
}
