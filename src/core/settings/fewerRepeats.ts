import { MOST_EXACT } from "../learning/kernelRidge/nystrom.js";
import { type Preset, presetOf } from "./presets.js";
import type { StudyOptions } from "./studyOptions.js";

/** Random splits of a study of many materials, where no number is asked for. */
export const FEWER_REPEATS = 3;

export interface Repeats {
  readonly repeats: number;
  /** Of test materials, where no number is asked for. */
  readonly testAtMost: number;
  /** Repeats and test materials of a split that fewer materials would have; absent where these are they. */
  readonly inPlaceOf?: { readonly repeats: number; readonly testAtMost: number };
}

/**
 * How often a study of `materials` materials repeats. Of so many that kernel models are approximated, fewer splits with
 * larger test sets test as many predictions for a seventh of the learning. The published protocol is left as it is.
 */
export function repeatsOf(options: StudyOptions, materials: number): Repeats {
  const { repeats, test }: Preset = presetOf(options);
  const usual = { repeats: options.repeats ?? repeats, testAtMost: test.atMost };
  const isMany = materials > MOST_EXACT && options.preset !== "paper";
  if (!isMany || options.repeats !== undefined || repeats <= FEWER_REPEATS) return usual;
  const testAtMost = Math.round((test.atMost * repeats) / FEWER_REPEATS);
  return { repeats: FEWER_REPEATS, testAtMost, inPlaceOf: usual };
}
