import { type Language, propertyLabel } from "../../core/text/labels.js";
import type { PredictionRow } from "../../protocol/voxelView.js";

/** `Band gap: 4.45 ± 0.31 eV`: value and uncertainty to the uncertainty's second digit. */
export function predictionText(row: Pick<PredictionRow, "target" | "unit" | "value" | "sigma">, language: Language = "en"): string {
  const { value, sigma } = rounded(row.value, row.sigma);
  return `${propertyLabel(row.target, language)}: ${value} ± ${sigma}${row.unit === "" ? "" : ` ${row.unit}`}`;
}

/** A model's name from its path, without the target that stands before it: `runs/a/models/band_gap-cm` is `cm`. */
export function modelLabel(file: string, target: string): string {
  const name = file.split(/[\\/]/).filter(Boolean).at(-1) ?? file;
  return name.startsWith(`${target}-`) ? name.slice(target.length + 1) : name;
}

function rounded(value: number, sigma: number): { readonly value: string; readonly sigma: string } {
  const leading = sigma > 0 && Number.isFinite(sigma) ? Math.floor(Math.log10(sigma)) : Math.floor(Math.log10(Math.abs(value) || 1)) - 3;
  const decimals = Math.min(12, Math.max(0, 1 - leading));
  return { value: value.toFixed(decimals), sigma: sigma.toFixed(decimals) };
}

/** `mp-1778 97 %, mp-1265 91 %` */
export function nearestText(nearest: PredictionRow["nearest"]): string {
  return nearest.map(({ id, similarity }) => `${id} ${Math.round(similarity * 100)} %`).join(", ");
}
