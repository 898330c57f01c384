import { readdirSync } from "node:fs";
import path from "node:path";
import type { StudyItem, StudyTask } from "./studyPlan.js";

/** What stands in a run's folder of one work item. */
export interface ItemFiles {
  readonly hasResult: boolean;
  readonly hasFailed: boolean;
  /** Names, in the folder of the item's place, of notes of those who began and have not ended. */
  readonly attempts: readonly string[];
  /** The same of those who stopped and left the rest for later. */
  readonly stops: readonly string[];
}

const NOTHING: ItemFiles = { hasResult: false, hasFailed: false, attempts: [], stops: [] };

/**
 * What stands in a run's folder of all its work items, from one listing of each model's folder: on shared storage a
 * question for a single file costs a round trip, and its answer "there is none" may be an old one.
 */
export class RunListing {
  private readonly folders = new Map<string, ReadonlyMap<string, ItemFiles>>();

  constructor(private readonly run: string) {}

  of({ place }: StudyItem): ItemFiles {
    const folder = path.dirname(place);
    const known = this.folders.get(folder) ?? listItems(path.join(this.run, folder));
    this.folders.set(folder, known);
    return known.get(path.basename(place)) ?? NOTHING;
  }

  /** Whether the item needs no more work. */
  isSettled(item: StudyItem): boolean {
    const { hasResult, hasFailed } = this.of(item);
    return hasResult || hasFailed;
  }
}

/** Of each task how it stands: one failed member fails it. */
export function countTasks(
  listing: RunListing,
  tasks: readonly StudyTask[],
): { readonly done: number; readonly failed: number } {
  const states = tasks.map(({ members }) => {
    const files = members.map((item) => listing.of(item));
    if (files.every(({ hasResult }) => hasResult)) return "done";
    return files.some(({ hasFailed, hasResult }) => hasFailed && !hasResult) ? "failed" : "open";
  });
  return {
    done: states.filter((state) => state === "done").length,
    failed: states.filter((state) => state === "failed").length,
  };
}

/** `100-0-0.json`, `100-0-0.failed.json`, `100-0-0.attempt.host-17.json` */
const NAME = /^(\d+-\d+-\d+)\.(json|failed\.json|attempt\..+\.json|stopped\..+\.json)$/;

function listItems(folder: string): ReadonlyMap<string, ItemFiles> {
  const found = new Map<string, { hasResult: boolean; hasFailed: boolean; attempts: string[]; stops: string[] }>();
  for (const name of namesIn(folder)) {
    const [, base = "", rest = ""] = NAME.exec(name) ?? [];
    if (base === "") continue;
    const files = found.get(base) ?? { hasResult: false, hasFailed: false, attempts: [], stops: [] };
    found.set(base, files);
    if (rest === "json") files.hasResult = true;
    else if (rest === "failed.json") files.hasFailed = true;
    else if (rest.startsWith("attempt.")) files.attempts.push(name);
    else files.stops.push(name);
  }
  return found;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
