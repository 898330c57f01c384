import path from "node:path";
import * as vscode from "vscode";
import { uncertainText } from "../../core/text/uncertainNumber.js";
import type { FilePrediction } from "../../protocol/workerMethods.js";
import type { DensityFinder } from "../files/densityFinder.js";
import type { LocalCopies } from "../files/localCopies.js";
import type { PredictionStore } from "../predictions/predictionStore.js";
import { modelLabel } from "../predictions/predictionText.js";
import type { JobProcess } from "../process/jobProcess.js";
import type { ModelRegistry } from "../registries/modelRegistry.js";
import { jsonResult } from "./toolResult.js";
import { nameOf, workspacePath } from "./workspacePath.js";

interface Input {
  readonly file: string;
  readonly targets?: readonly string[];
  /** Values of materials out of a model's domain, too. */
  readonly outOfDomainValues?: boolean;
}

export interface PredictServices {
  readonly jobs: JobProcess;
  readonly copies: LocalCopies;
  readonly densities: DensityFinder;
  readonly models: ModelRegistry;
  readonly predictions: PredictionStore;
}

/**
 * Predictions of a density, or of the one beside a structure, for a chat: those of the models that predict in the
 * editor.
 */
export class PredictTool implements vscode.LanguageModelTool<Input> {
  constructor(private readonly services: PredictServices) {}

  prepareInvocation({ input }: vscode.LanguageModelToolInvocationPrepareOptions<Input>): vscode.PreparedToolInvocation {
    return { invocationMessage: vscode.l10n.t("Predicting the properties of {0}", String(input.file)) };
  }

  async invoke({ input }: vscode.LanguageModelToolInvocationOptions<Input>, token: vscode.CancellationToken) {
    const { copies, densities, jobs } = this.services;
    const uri = await workspacePath(input.file, jobs);
    const models = await this.modelsFor(input.targets);
    const local = await copies.acquireWithDensity(uri);
    try {
      const density = await densities.input(local.file);
      if (density === undefined)
        throw new Error(vscode.l10n.t("R3DVS: no CHGCAR in the folder of {0}.", path.posix.basename(uri.path)));
      const { predictions, problems } = await jobs.call("predict", { models, file: density }, { token });
      return jsonResult({
        file: nameOf(uri),
        ...(density !== local.file && { density: nameOf(copies.uriOf(density)) }),
        predictions: predictions.map((prediction) => this.told(prediction, input.outOfDomainValues === true)),
        problems: problems.map(({ severity, line, column, message }) => ({ severity, line, column, message })),
      });
    } finally {
      local.release();
    }
  }

  /** Those that are chosen, of these targets. The chat may have woken the extension before it has looked for any. */
  private async modelsFor(targets: readonly string[] | undefined): Promise<readonly string[]> {
    const { models, predictions } = this.services;
    if (predictions.selectedModels.length === 0) await models.refresh();
    const chosen = models.models.filter((model) => predictions.selectedModels.includes(model.path));
    if (chosen.length === 0)
      throw new Error(vscode.l10n.t("No model is selected for predictions: select some in the Models view."));
    const fitting = chosen.filter(
      ({ target }) => targets === undefined || targets.length === 0 || targets.includes(target),
    );
    if (fitting.length > 0) return fitting.map((model) => model.path);
    const known = chosen.map(({ target }) => target).join(", ");
    throw new Error(vscode.l10n.t("The selected models predict only {0}.", known));
  }

  /** Out of domain a value is told on demand alone. */
  private told(prediction: FilePrediction, tellsAll: boolean): object {
    const {
      model,
      target,
      unit,
      value,
      sigma,
      lower,
      upper,
      inTraining,
      outOfDomain,
      reasons = [],
      nearest,
      approximation,
      domainMeasuredOn,
      known,
    } = prediction;
    const facts = this.services.models.models.find((candidate) => candidate.path === model);
    return {
      target,
      ...(value !== undefined &&
        (tellsAll || !outOfDomain) && {
          value,
          sigma,
          interval90: [lower, upper],
          unit,
          asText: `${uncertainText(value, sigma ?? 0)} ${unit}`,
        }),
      ...(known && { calculated: { value: known.value, unit, source: path.basename(known.file) } }),
      ...(inTraining && { isTrainingMaterial: true }),
      outOfDomain,
      ...(outOfDomain && { reasons: reasons.map(({ message }) => message) }),
      nearestTrainingMaterials: nearest,
      model: modelLabel(model, target),
      ...(facts && { trainedOnMaterials: facts.trainSize }),
      ...(approximation && { approximatedThroughMaterials: approximation.landmarks }),
      ...(domainMeasuredOn !== undefined && { domainLimitMeasuredOnMaterials: domainMeasuredOn }),
      ...(facts?.heldOutMae !== undefined && { meanAbsoluteErrorOnUnseenMaterials: facts.heldOutMae }),
    };
  }
}
