import { Random } from "../../core/math/random.js";

/** A cluster as an array of jobs meets it. Times in seconds. */
export interface SimulatedCluster {
  readonly cores: number;
  readonly threadsPerElement: number;
  /** An element should take so long. */
  readonly aim: number;
  /** At most so many elements are submitted at once. */
  readonly mostElements: number;
  /** Mean wait of an element for its first start, beyond what the run's own elements hold up; exponential. */
  readonly queueWait: number;
  /** From the end of an element to the start of the next on the same cores. */
  readonly refill: number;
  /** Of an element before its first task: the process, the inputs. */
  readonly startup: number;
  /** Node failures in an hour of one core. */
  readonly failuresPerCoreHour: number;
  /** Of failures that Slurm answers with a requeue; the others wait for the next submission. */
  readonly requeued: number;
  readonly requeueWait: number;
  /** From the end of all elements to the next submission, by hand. */
  readonly attention: number;
  /** Standard deviation of the logarithm of a task's time over its estimate. */
  readonly spread: number;
}

export interface SimulatedRun {
  readonly seconds: number;
  /** Of the cores' time until the last result that was spent on work which counts. */
  readonly efficiency: number;
  readonly submissions: number;
  /** Of elements, requeued ones too. */
  readonly starts: number;
  /** Work that failures took, in seconds of one thread. */
  readonly lost: number;
}

interface Task {
  readonly estimate: number;
  readonly seconds: number;
}

interface Element {
  readonly tasks: readonly Task[];
  readonly ready: number;
}

/**
 * Plays a run through: elements wait in the queue, take free cores in order, work on their tasks with one thread each,
 * and fail now and then; what a failure leaves is open for the requeued element or the next submission. `estimates`:
 * seconds of each task on one thread. The same seed gives the same run.
 */
export function simulateCluster(estimates: readonly number[], cluster: SimulatedCluster, seed = 1): SimulatedRun {
  const random = new Random(seed);
  const { threadsPerElement, spread, attention } = cluster;
  let open: readonly Task[] = estimates.map((estimate) => ({
    estimate,
    seconds: estimate * Math.exp(spread * random.normal()),
  }));
  const work = open.reduce((sum, task) => sum + task.seconds, 0);
  const counts = { starts: 0, lost: 0 };
  let [now, submissions] = [0, 0];
  while (open.length > 0) {
    if (submissions > 0) now += attention;
    submissions += 1;
    const round = playRound(dealOut(open, cluster), now, cluster, random, counts);
    now = round.end;
    open = round.left;
  }
  const efficiency = work / (now * Math.max(1, Math.floor(cluster.cores / threadsPerElement)) * threadsPerElement);
  return { seconds: now, efficiency, submissions, ...counts };
}

/** The longest first, each to the element with the least, as chunks are made. */
function dealOut(tasks: readonly Task[], { aim, threadsPerElement, mostElements }: SimulatedCluster): Task[][] {
  const total = tasks.reduce((sum, { estimate }) => sum + estimate, 0);
  const count = Math.max(1, Math.min(mostElements, tasks.length, Math.ceil(total / threadsPerElement / aim)));
  const chunks = Array.from({ length: count }, () => [] as Task[]);
  const loads = new TimeHeap(chunks.map((_, index) => [0, index]));
  for (const task of [...tasks].sort((a, b) => b.estimate - a.estimate)) {
    const [load, index] = loads.pop();
    chunks[index]?.push(task);
    loads.push(load + task.estimate, index);
  }
  return chunks;
}

/** One submission, to the end of its last element. */
function playRound(
  chunks: readonly (readonly Task[])[],
  start: number,
  cluster: SimulatedCluster,
  random: Random,
  counts: { starts: number; lost: number },
): { readonly end: number; readonly left: readonly Task[] } {
  const { cores, threadsPerElement, queueWait, refill, requeueWait, requeued, failuresPerCoreHour } = cluster;
  const wait = (mean: number) => (mean === 0 ? 0 : -mean * Math.log(1 - random.uniform()));
  const slots = new TimeHeap(
    Array.from({ length: Math.max(1, Math.floor(cores / threadsPerElement)) }, (_, index) => [start, index]),
  );
  const queue = new TimeHeap([]);
  const elements: Element[] = [];
  const enqueue = (element: Element) => queue.push(element.ready, elements.push(element) - 1);
  for (const tasks of chunks) enqueue({ tasks, ready: start + wait(queueWait) });
  const left: Task[] = [];
  let end = start;
  while (queue.size > 0) {
    const [ready, index] = queue.pop();
    const [free, slot] = slots.pop();
    const begin = Math.max(ready, free + (free > start ? refill : 0));
    counts.starts += 1;
    const failure =
      failuresPerCoreHour === 0 ? Number.POSITIVE_INFINITY : wait(3600 / (failuresPerCoreHour * threadsPerElement));
    const { seconds, rest, lost } = playElement(elements[index]?.tasks ?? [], failure, cluster);
    counts.lost += lost;
    if (rest.length > 0 && random.uniform() < requeued) enqueue({ tasks: rest, ready: begin + seconds + requeueWait });
    else left.push(...rest);
    slots.push(begin + seconds, slot);
    end = Math.max(end, begin + seconds);
  }
  return { end, left };
}

/**
 * Its tasks one after the other on whichever thread is free. A failure ends it: tasks under way begin again, which is
 * the worst case.
 */
function playElement(
  tasks: readonly Task[],
  failure: number,
  { threadsPerElement, startup }: SimulatedCluster,
): { readonly seconds: number; readonly rest: readonly Task[]; readonly lost: number } {
  const threads = new TimeHeap(Array.from({ length: threadsPerElement }, (_, index) => [startup, index]));
  const rest: Task[] = [];
  let [seconds, lost] = [startup, 0];
  for (const task of tasks) {
    const [begin, thread] = threads.pop();
    const end = begin + task.seconds;
    threads.push(end, thread);
    seconds = Math.max(seconds, end);
    if (end <= failure) continue;
    rest.push(task);
    lost += Math.max(0, Math.min(failure, end) - begin);
  }
  return rest.length === 0 ? { seconds, rest, lost } : { seconds: failure, rest, lost };
}

/** Pairs of a time and a number, the earliest first. */
class TimeHeap {
  private readonly heap: (readonly [number, number])[];

  /** The pairs must be in order. */
  constructor(pairs: readonly (readonly [number, number])[]) {
    this.heap = [...pairs];
  }

  get size(): number {
    return this.heap.length;
  }

  push(time: number, value: number): void {
    const { heap } = this;
    let at = heap.push([time, value]) - 1;
    for (let up = (at - 1) >> 1; at > 0 && isBefore(heap[at], heap[up]); at = up, up = (at - 1) >> 1) this.swap(at, up);
  }

  /** Throws where it is empty. */
  pop(): readonly [time: number, value: number] {
    const { heap } = this;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined) throw new RangeError("nothing is left");
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const [one, other] = [2 * at + 1, 2 * at + 2];
      const next = isBefore(heap[other], heap[one]) ? other : one;
      if (!isBefore(heap[next], heap[at])) return first;
      this.swap(at, next);
      at = next;
    }
  }

  private swap(a: number, b: number): void {
    const [one, other] = [this.heap[a], this.heap[b]];
    if (one === undefined || other === undefined) return;
    this.heap[a] = other;
    this.heap[b] = one;
  }
}

const isBefore = (a: readonly [number, number] | undefined, b: readonly [number, number] | undefined): boolean =>
  a !== undefined && (b === undefined || a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]));
