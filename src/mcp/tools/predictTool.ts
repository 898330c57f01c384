import * as z from "zod";
import { uncertainText } from "../../core/text/uncertainNumber.js";
import { UsageError } from "../../jobs/files/usageError.js";
import { BUILT_IN } from "../../jobs/models/builtInModels.js";
import { eventsOf, firstOf, mcpTool, somePaths } from "../mcpTool.js";
import { failureOf, materialPaths } from "./materialPaths.js";

const MAX_PREDICTIONS = 300;

export const predictTool = mcpTool({
  name: "predict",
  title: "Predict properties",
  description: `Predicts properties of materials from their charge densities (CHGCAR) with a trained model: value, unit, standard uncertainty, 90 % interval, whether the material is out of the model's domain and why (then without a value, unless it is asked for), a calculated value where one is known, and the nearest training materials. The default model, ${BUILT_IN}, stands for the bundled models of oxides: band gap, cohesive energy, Hartree energy and others.`,
  input: {
    paths: somePaths(100, "densities, folders of one material, or datasets"),
    model: z
      .string()
      .min(1)
      .max(4096)
      .default(BUILT_IN)
      .describe(`folder of a model that r3dvs train or a study wrote, or ${BUILT_IN}`),
    targets: z.array(z.string().max(200)).max(50).optional().describe("only these targets, for instance band_gap"),
    outOfDomainValues: z
      .boolean()
      .default(false)
      .describe("also values of materials out of the model's domain: they are not to be trusted"),
  },
  call: async ({ paths, model, targets, outOfDomainValues }, context) => {
    const { places, total } = await materialPaths(paths, context);
    const place = model === BUILT_IN ? model : await context.folders.resolve(model);
    const events = eventsOf(await context.run(["predict", "--", place, ...places], { total }));
    const predictions = events.filter(({ target }) => target !== undefined);
    const wanted = predictions.filter(({ target }) => !targets?.length || targets.includes(String(target)));
    if (wanted.length === 0 && predictions.length > 0)
      throw new UsageError(
        `the model predicts only ${[...new Set(predictions.map(({ target }) => target))].join(", ")}`,
      );
    const failed = events.filter(({ target }) => target === undefined).map(failureOf);
    return {
      ...firstOf(
        "predictions",
        wanted.map((one) => told(one, outOfDomainValues)),
        MAX_PREDICTIONS,
      ),
      ...firstOf("failed", failed, MAX_PREDICTIONS),
    };
  },
});

/** What belongs to a value that is not to be trusted. */
const DISTRUSTED = new Set(["value", "sigma", "lower", "upper", "level"]);

function told(prediction: Record<string, unknown>, tellsAll: boolean): Record<string, unknown> {
  const { value, sigma, unit, outOfDomain } = prediction;
  if (outOfDomain === true && !tellsAll)
    return Object.fromEntries(Object.entries(prediction).filter(([name]) => !DISTRUSTED.has(name)));
  if (typeof value !== "number" || typeof sigma !== "number") return prediction;
  return { ...prediction, asText: `${uncertainText(value, sigma)} ${unit}` };
}
