import { growingSizes } from "../../core/settings/growingSizes.js";
import type { DatasetSummary, RunRequest } from "../../protocol/workerMethods.js";

/** What the Train command offers and checks, without the editor. */
export type CustomKey = "trainSizes" | "testSize" | "repeats" | "ensemble" | "rotations" | "epochs";

/** Test set and growing training sizes that a dataset of this many materials allows. */
export function customDefaults(materials: number): Record<CustomKey, string> {
  const testSize = Math.max(1, Math.min(80, Math.round(materials / 4)));
  const available = Math.max(1, materials - testSize);
  return {
    trainSizes: growingSizes(available).join(", "),
    testSize: String(testSize),
    repeats: "5",
    ensemble: "3",
    rotations: "10",
    epochs: "20",
  };
}

/** The whole numbers of a list such as `25, 50, 90`; undefined unless all are such and at least 1. */
export function parseNumbers(text: string): readonly number[] | undefined {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  const numbers = parts.map(Number);
  return parts.length > 0 && numbers.every((value) => Number.isSafeInteger(value) && value >= 1) ? numbers : undefined;
}

/** The overrides of a custom study from its texts, each checked before. */
export function customOptions(texts: Record<CustomKey, string>): Partial<RunRequest> {
  const one = (key: CustomKey) => parseNumbers(texts[key])?.[0] ?? 1;
  return {
    trainSizes: parseNumbers(texts.trainSizes) ?? [],
    testSize: one("testSize"),
    repeats: one("repeats"),
    ensemble: one("ensemble"),
    rotations: one("rotations"),
    epochs: one("epochs"),
  };
}

/** Targets with a value for enough materials to learn from, the fullest first. */
export function learnableTargets(summary: DatasetSummary): DatasetSummary["targets"] {
  return summary.targets.filter((target) => target.available >= 5).sort((a, b) => b.available - a.available);
}

/**
 * `2026-11-22 17.30 quick`, in the user's time: short enough for the tree, fit for a folder. With `seconds` each is
 * another one.
 */
export function runName(now: Date, preset: string, { seconds = false } = {}): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = [now.getHours(), now.getMinutes(), ...(seconds ? [now.getSeconds()] : [])].map(two).join(".");
  return `${day} ${time} ${preset}`;
}
