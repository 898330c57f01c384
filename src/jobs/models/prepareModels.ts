import type { SoapSettings } from "../../core/descriptors/soapKernel.js";
import type { ProcessModel } from "../../core/learning/gaussianProcess/gaussianProcess.js";
import type { Cancellation } from "../../protocol/rpc.js";
import { prepareEnvironments, prepareSoap } from "../features/prepareSoap.js";
import { KEPT_MODEL_SOAPS, modelSoapScales } from "../features/processSoap.js";
import { readSoapCache, writeSoapCache } from "../features/soapCache.js";
import { type ModelSoap, shareModelSoapMethod } from "../features/threadMethods.js";
import type { ThreadPool } from "../threads/threadPool.js";
import { type FittedModel, modelVersion, readModel, readModelFacts } from "./modelFile.js";
import { hasFactor } from "./processFactor.js";

/**
 * Seconds of computing that all predictions of Gaussian processes with SOAP need first, done once, over all threads,
 * and kept for the next session.
 */
export class ModelPreparation {
  readonly #done = new Set<string>();
  /** By key: whether the kernel is among what is shared. */
  readonly #shared = new Map<string, boolean>();
  #last: Promise<void> = Promise.resolve();

  constructor(private readonly pool: ThreadPool) {}

  /**
   * Makes the threads ready for predictions of these models. Throws `UsageError` where no sound model stands; rejects
   * when cancelled.
   */
  prepare(models: readonly string[], cancellation?: Cancellation): Promise<void> {
    // together they would do it twice
    const made = this.#last.catch(() => {}).then(() => this.#prepareAll(models, cancellation));
    this.#last = made;
    return made;
  }

  async #prepareAll(models: readonly string[], cancellation: Cancellation | undefined): Promise<void> {
    for (const folder of models) {
      const name = `${folder} ${modelVersion(folder)}`;
      if (this.#done.has(name) || !readModelFacts(folder).model.includes("combined")) continue;
      await this.#prepareOne(readModel(folder).learned, cancellation);
      this.#done.add(name);
    }
  }

  async #prepareOne(learned: FittedModel, cancellation: Cancellation | undefined): Promise<void> {
    const stages = learned.kind === "twoSteps" ? [learned.first, learned.second] : [learned];
    for (const stage of stages) {
      if (stage.kind !== "process") continue;
      await this.#share(stage.process, cancellation);
    }
  }

  /**
   * Kernels among training materials are needed for the Cholesky factor alone, which models that stand for themselves
   * hold.
   */
  async #share(process: ProcessModel, cancellation: Cancellation | undefined): Promise<void> {
    const needsKernel = !hasFactor(process);
    for (const { key, settings } of modelSoapScales(process)) {
      const shared = this.#shared.get(key);
      if (shared === true || shared === needsKernel) continue;
      const kept = readSoapCache(key);
      const isEnough = kept !== undefined && (kept.kernel !== undefined || !needsKernel);
      const soap = isEnough ? kept : await this.#compute(key, settings, process, needsKernel, cancellation);
      this.pool.share(shareModelSoapMethod, [soap], { as: key, atMost: KEPT_MODEL_SOAPS });
      this.#remember(key, needsKernel);
    }
  }

  /** As the pool and its threads do, which forget the oldest: the models that need it are prepared again. */
  #remember(key: string, hasKernel: boolean): void {
    this.#shared.delete(key);
    this.#shared.set(key, hasKernel);
    for (const oldest of this.#shared.keys()) {
      if (this.#shared.size <= KEPT_MODEL_SOAPS) return;
      this.#shared.delete(oldest);
      this.#done.clear();
    }
  }

  async #compute(
    key: string,
    settings: SoapSettings,
    { atoms = [] }: ProcessModel,
    needsKernel: boolean,
    cancellation: Cancellation | undefined,
  ): Promise<ModelSoap> {
    const hooks = { pool: this.pool, ...(cancellation && { cancellation }) };
    const made = needsKernel
      ? await prepareSoap(atoms, settings, hooks)
      : { environments: await prepareEnvironments(atoms, settings, hooks) };
    const soap = { key, ...made };
    writeSoapCache(soap);
    return soap;
  }
}
