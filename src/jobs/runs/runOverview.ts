import { statSync } from "node:fs";
import type { RunEvent, RunSummary } from "../../protocol/runEvents.js";
import { readEvents } from "./eventLog.js";
import { listRuns, runFile } from "./runFolder.js";
import { averageRepeats } from "./studyResults.js";

/**
 * What a list of runs tells of one: errors at the largest training size, best first within a target, and how long it
 * worked.
 */
export type RunOverview = Pick<RunSummary, "errors" | "seconds">;

/** Overviews by the events they are of: a list is drawn again whenever another run goes on. */
const known = new Map<string, { readonly stamp: string; readonly overview: RunOverview }>();

export function runOverview(folder: string): RunOverview {
  const file = runFile(folder, "events");
  const facts = statSync(file, { throwIfNoEntry: false });
  const stamp = `${facts?.size} ${facts?.mtimeMs}`;
  const before = known.get(folder);
  if (before?.stamp === stamp) return before.overview;
  const events = readEvents(file);
  const seconds = workedSeconds(events);
  const overview = { errors: largestErrors(events), ...(seconds !== undefined && { seconds }) };
  known.set(folder, { stamp, overview });
  return overview;
}

/**
 * The events' times, without the pauses between the sessions of a run that was resumed; undefined where it never
 * started.
 */
function workedSeconds(events: readonly RunEvent[]): number | undefined {
  let [total, start, last] = [0, Number.NaN, Number.NaN];
  for (const { event, time } of events) {
    if (event === "started") {
      if (Number.isFinite(start)) total += last - start;
      start = Date.parse(time);
    }
    last = Date.parse(time);
  }
  return Number.isFinite(start) && Number.isFinite(last) ? (total + last - start) / 1000 : undefined;
}

function largestErrors(events: readonly RunEvent[]): NonNullable<RunSummary["errors"]> {
  const results = new Map(
    events.flatMap((event) =>
      event.event === "result"
        ? [[JSON.stringify([event.target, event.model, event.trainSize, event.repeat]), event] as const]
        : [],
    ),
  );
  const means = averageRepeats([...results.values()], undefined);
  const largest = new Map<string, number>();
  for (const { target, trainSize } of means) largest.set(target, Math.max(trainSize, largest.get(target) ?? 0));
  return means
    .filter(({ target, trainSize }) => trainSize === largest.get(target))
    .map(({ target, model, trainSize, mae }) => ({ target, model, trainSize, mae }))
    .sort((a, b) => a.mae - b.mae);
}

/** The runs of a dataset, newest first, with what is known of those that are not under way. */
export function listRunsWithErrors(dataset: string): RunSummary[] {
  return listRuns(dataset).map((run) => (isUnderWay(run) ? run : { ...run, ...runOverview(run.folder) }));
}

const isUnderWay = ({ state }: RunSummary) => state === "running" || state === "stopping" || state === "queued";
