import { correctedError } from "../../src/core/learning/evaluation/metrics.js";
import { mean } from "../../src/core/math/statistics.js";
import type { LearningCurveData } from "../../src/core/plots/learningCurve.js";
import type { LossData, LossPoint } from "../../src/core/plots/lossCurve.js";
import { compareModels } from "../../src/core/plots/modelStyle.js";
import { modelLabel, propertyLabel } from "../../src/core/text/labels.js";
import type { RunComparison, RunEvent, RunStage, RunSummary } from "../../src/protocol/runEvents.js";
import { t } from "../ui/text.js";
import type { Preparation } from "./runStages.js";

type Result = Extract<RunEvent, { event: "result" }>;
type Epoch = Extract<RunEvent, { event: "epoch" }>;

/** One network ensemble in training. */
export interface NetworkKey {
  readonly target: string;
  readonly model: string;
  readonly trainSize: number;
  readonly repeat: number;
}

interface Network extends NetworkKey {
  epochs: number;
  readonly members: Map<number, LossPoint[]>;
}

/** What the events of a run add up to. Later events win, so that a resumed run counts nothing twice. */
export class RunModel {
  private readonly results = new Map<string, Result>();
  private readonly networks = new Map<string, Network>();
  private readonly troubles = new Map<string, string>();
  private startedAt: number | undefined;
  private resultsSinceStart = 0;
  private lastTime: number | undefined;
  private stage: RunStage | undefined;
  private materials: number | undefined;
  private readonly read = new Set<string>();
  /** Key of the network and member that reported last. */
  latest: { readonly network: string; readonly member: number } | undefined;

  append(events: readonly RunEvent[]): void {
    for (const event of events) {
      this.lastTime = Date.parse(event.time);
      this.take(event);
    }
  }

  /** What was left out or went wrong, one line each. */
  get problems(): readonly string[] {
    return [...this.troubles.values()];
  }

  /** How far the run has come on its way to the first result. */
  get preparation(): Preparation {
    const { stage, materials, read } = this;
    return { ...(stage !== undefined && { stage }), ...(materials !== undefined && { materials }), read: read.size };
  }

  get networkKeys(): readonly NetworkKey[] {
    return [...this.networks.values()];
  }

  /**
   * Means and corrected standard errors over the repeats so far, one panel per target; with the training mean's error,
   * and another run's means.
   */
  learningCurves(
    run: RunSummary,
    baselines: Readonly<Record<string, number>> = {},
    comparison?: RunComparison,
  ): LearningCurveData {
    const targets = run.targets.map(({ name, unit }) => {
      const own = [...this.results.values()].filter((result) => result.target === name);
      const series = [...groupBy(own, (result) => result.model)]
        .sort(([a], [b]) => compareModels(a, b))
        .map(([model, ofModel]) => ({
          model,
          points: [...groupBy(ofModel, (result) => result.trainSize)]
            .sort(([a], [b]) => a - b)
            .map(([trainSize, results]) => makePoint(trainSize, results, run.testSize)),
        }));
      const baselineMae = baselines[name];
      const compared = comparison?.means.filter(({ target }) => target === name) ?? [];
      return {
        name,
        unit: own[0]?.unit ?? unit,
        series,
        ...(baselineMae !== undefined && { baselineMae }),
        ...(compared.length > 0 && {
          compared: [...groupBy(compared, (mean) => mean.model)].map(([model, points]) => ({ model, points })),
        }),
      };
    });
    return { targets };
  }

  /** The epochs of one network, every member; undefined where it has not begun. */
  lossOf(
    key: string,
    unit: string,
    highlighted: number | undefined,
    memberName: (index: number) => string,
  ): LossData | undefined {
    const network = this.networks.get(key);
    if (network === undefined) return undefined;
    const members = [...network.members].sort(([a], [b]) => a - b);
    const chosen = members.findIndex(([member]) => member === highlighted);
    return {
      target: network.target,
      unit,
      model: network.model,
      epochs: network.epochs,
      members: members.map(([member, points]) => ({ name: memberName(member), points })),
      ...(chosen >= 0 && { highlighted: chosen }),
    };
  }

  membersOf(key: string): readonly number[] {
    return [...(this.networks.get(key)?.members.keys() ?? [])].sort((a, b) => a - b);
  }

  /** Seconds until the run ends at the pace since it was last started; undefined before the first result. */
  secondsLeft(progress: RunSummary["progress"]): number | undefined {
    if (this.startedAt === undefined || this.lastTime === undefined || this.resultsSinceStart === 0) return undefined;
    const pace = (this.lastTime - this.startedAt) / 1000 / this.resultsSinceStart;
    return Math.max(0, progress.total - progress.done) * pace;
  }

  private take(event: RunEvent): void {
    switch (event.event) {
      case "started":
        this.startedAt = Date.parse(event.time);
        this.resultsSinceStart = 0;
        break;
      case "stage":
        this.stage = event.stage;
        if (event.stage === "reading") this.takeReading(event.count);
        break;
      case "encoded":
        this.read.add(event.id);
        break;
      case "result":
        this.results.set(`${networkKey(event)}`, event);
        this.troubles.delete(networkKey(event));
        this.resultsSinceStart += 1;
        break;
      case "epoch":
        this.takeEpoch(event);
        break;
      case "skipped":
        this.read.add(event.id);
        this.troubles.set(event.id, `${event.id}: ${event.problems.map((problem) => problem.message).join("; ")}`);
        break;
      case "lacking":
        this.troubles.set(`${event.id} ${event.target}`, `${event.id}: ${event.problem.message}`);
        break;
      case "failed":
        this.troubles.set(
          networkKey(event),
          `${modelLabel(event.model, t.language)}, ${propertyLabel(event.target, t.language)}, n = ${event.trainSize}: ${event.message}`,
        );
    }
  }

  /** Each session reads again, most of it from the cache. */
  private takeReading(count: number | undefined): void {
    if (count === undefined) this.read.clear();
    this.materials = count;
  }

  private takeEpoch(event: Epoch): void {
    const key = networkKey(event);
    const { target, model, trainSize, repeat, epochs } = event;
    const network = this.networks.get(key) ?? {
      target,
      model,
      trainSize,
      repeat,
      epochs,
      members: new Map<number, LossPoint[]>(),
    };
    network.epochs = epochs;
    const points = network.members.get(event.member) ?? [];
    // A resumed network begins again at its last checkpoint: what came after it is written again.
    const kept = points.filter((point) => point.epoch < event.epoch);
    kept.push({ epoch: event.epoch, loss: event.loss, validationMae: event.validationMae });
    network.members.set(event.member, kept);
    this.networks.set(key, network);
    this.latest = { network: key, member: event.member };
  }
}

export function networkKey({ target, model, trainSize, repeat }: NetworkKey): string {
  return JSON.stringify([target, model, trainSize, repeat]);
}

function makePoint(trainSize: number, results: readonly Result[], testSize: number | undefined) {
  const errors = results.map((result) => result.mae);
  const isSpread = errors.length > 1 && testSize !== undefined;
  const spread = isSpread ? { standardError: correctedError(errors, { trainSize, testSize }) } : {};
  return { trainSize, mae: mean(errors), repeats: errors.length, ...spread };
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
