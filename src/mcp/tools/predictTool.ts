import * as z from "zod";
import { UsageError } from "../../jobs/files/usageError.js";
import { BUILT_IN } from "../../jobs/models/builtInModels.js";
import { eventsOf, firstOf, mcpTool, somePaths } from "../mcpTool.js";
import { failureOf, materialPaths } from "./materialPaths.js";

const MAX_PREDICTIONS = 300;

export const predictTool = mcpTool({
  name: "predict",
  title: "Predict properties",
  description: `Predicts properties of materials from their charge densities (CHGCAR) with a trained model: value, unit, standard uncertainty, 90 % interval, whether the material is out of the model's domain and why, and the nearest training materials. The default model, ${BUILT_IN}, stands for the bundled models of oxides: band gap, cohesive energy, Hartree energy and others.`,
  input: {
    paths: somePaths(100, "densities, folders of one material, or datasets"),
    model: z
      .string()
      .min(1)
      .max(4096)
      .default(BUILT_IN)
      .describe(`folder of a model that r3dvs train or a study wrote, or ${BUILT_IN}`),
    targets: z.array(z.string().max(200)).max(50).optional().describe("only these targets, for instance band_gap"),
  },
  call: async ({ paths, model, targets }, context) => {
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
    return { ...firstOf("predictions", wanted, MAX_PREDICTIONS), ...firstOf("failed", failed, MAX_PREDICTIONS) };
  },
});
