import { existsSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { exportForms, exportModel } from "../../../src/jobs/models/exportModel.js";
import { readModelFacts } from "../../../src/jobs/models/modelFile.js";
import { listModels } from "../../../src/jobs/models/modelList.js";
import { MODELS } from "../../../src/jobs/models/modelNames.js";
import type { ExportForm } from "../../../src/protocol/workerMethods.js";
import { temporaryFolder } from "../../cli/harness.js";

const OWN = path.resolve("media/models");
const OUTPUTS: Readonly<Record<ExportForm, string>> = {
  onnx: "model.onnx",
  layersModel: "model-tfjs",
  npz: "model.npz",
};

it("offers of each bundled model the forms that can be written, and no others", () => {
  const root = temporaryFolder();
  const models = listModels([OWN]).filter(({ target }) => target === "band_gap");
  expect(new Set(models.map(({ model }) => model))).toEqual(
    new Set(["r3dvs", "combined", "composition", "density", "shells"]),
  );
  for (const { path: folder, forms, model } of models) {
    expect(forms).toEqual(exportForms(readModelFacts(folder).model));
    for (const form of ["onnx", "layersModel", "npz"] as const) {
      const output = path.join(root, model, OUTPUTS[form]);
      const write = () => exportModel(folder, output);
      if (forms.includes(form)) expect(existsSync(write()), `${model} as ${form}`).toBe(true);
      else expect(write, `${model} as ${form}`).toThrow();
    }
  }
});

it("offers no form of SOAP and of two steps", () => {
  expect(MODELS.filter((model) => exportForms(model).length === 0)).toEqual(["soap"]);
  expect(exportForms("soap+r3dvs")).toEqual([]);
});
