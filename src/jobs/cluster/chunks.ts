import type { StudySettings } from "../../protocol/runFiles.js";
import { planStudy, type StudyItem, type StudyTask, workOrder } from "../runs/studyPlan.js";
import { estimateSeconds } from "./taskCost.js";

/** A work item with the task it belongs to. */
export interface PlannedItem {
  readonly task: StudyTask;
  readonly item: StudyItem;
}

/** Every work item of a study, in the order of `results.csv`. */
export function planItems(settings: StudySettings): PlannedItem[] {
  return planStudy(settings).flatMap((task) => task.members.map((item) => ({ task, item })));
}

/**
 * A study's work items in `count` chunks of about the same cost: the longest first, each to the chunk with the least.
 * The same settings and count give the same chunks, whenever and wherever they are asked for. With more chunks than
 * items some are empty.
 */
export function chunkItems(settings: StudySettings, count: number): PlannedItem[][] {
  const chunks = Array.from({ length: count }, () => [] as PlannedItem[]);
  const load = new LeastLoad(count);
  const order = workOrder(planStudy(settings)).flatMap((task) => task.members.map((item) => ({ task, item })));
  const costs = order.map(({ task }) => estimateSeconds(settings, task));
  const longestFirst = [...order.keys()].sort((a, b) => (costs[b] as number) - (costs[a] as number) || a - b);
  const chunkOf = new Int32Array(order.length);
  for (const index of longestFirst) chunkOf[index] = load.add(costs[index] as number);
  // within a chunk the order of work stays
  order.forEach((planned, index) => {
    chunks[chunkOf[index] as number]?.push(planned);
  });
  return chunks;
}

/**
 * Adds to the least of some sums, the first of those that are equal. A binary heap: there may be thousands, asked for
 * 10⁵ times.
 */
class LeastLoad {
  private readonly sums: Float64Array;
  private readonly heap: Int32Array;

  constructor(count: number) {
    this.sums = new Float64Array(count);
    this.heap = Int32Array.from({ length: count }, (_, index) => index);
  }

  /** Which one it was added to. */
  add(cost: number): number {
    const least = this.heap[0] as number;
    this.sums[least] = (this.sums[least] as number) + cost;
    this.sink();
    return least;
  }

  private sink(): void {
    const { heap } = this;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let next = at;
      if (left < heap.length && this.isLess(left, next)) next = left;
      if (right < heap.length && this.isLess(right, next)) next = right;
      if (next === at) return;
      [heap[at], heap[next]] = [heap[next] as number, heap[at] as number];
      at = next;
    }
  }

  private isLess(a: number, b: number): boolean {
    const [first, second] = [this.heap[a] as number, this.heap[b] as number];
    const difference = (this.sums[first] as number) - (this.sums[second] as number);
    return difference < 0 || (difference === 0 && first < second);
  }
}
