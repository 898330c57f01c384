import type { StudySettings } from "../../protocol/runFiles.js";
import type { RunListing } from "../runs/runListing.js";
import { readSeconds } from "../runs/studyStore.js";
import { planItems } from "./chunks.js";
import { type MeasuredItem, TaskTimes } from "./taskCost.js";

/** More would not make the medians better. */
const MOST_READ = 300;

/** What a run's tasks take, from an even choice of its results. */
export function measuredTimes(run: string, settings: StudySettings, listing: RunListing): TaskTimes {
  const done = planItems(settings).filter(({ item }) => listing.of(item).hasResult);
  const step = Math.max(1, Math.floor(done.length / MOST_READ));
  const measured = done.flatMap(({ task, item }, index): MeasuredItem[] => {
    const seconds = index % step === 0 ? readSeconds(run, item) : undefined;
    return seconds === undefined ? [] : [{ task, seconds }];
  });
  return new TaskTimes(settings, measured);
}
