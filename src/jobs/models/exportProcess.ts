import type { FittedTerm } from "../../core/learning/gaussianProcess/processMatrices.js";
import { scaleSources } from "../../core/learning/gaussianProcess/processMatrices.js";
import { SOAP_SCALES } from "../../core/learning/gaussianProcess/processTerms.js";
import { NpzWriter } from "../files/npz.js";
import { UsageError } from "../files/usageError.js";
import { readModel } from "./modelFile.js";

/** What a term's vectors are called in the file. */
const nameOf = ({ source }: FittedTerm) => (typeof source === "object" ? `soap${source.soap}` : source);

/**
 * Writes a Gaussian process for numpy. For each kernel of the sum `term_source`, `term_form` (linear, gaussian),
 * `term_reads` (atoms, density), `term_unit`, `term_variance`, `term_gamma`: variance m/unit, or variance exp(-gamma
 * m/unit), m the product (of the density with `columns` added) or the squared distance of two vectors, 2 - 2 K for
 * SOAP. `x_<source>`: the training materials' vectors, (f - centre) factor, with `centre_` and `factor_` beside.
 * `weight_atoms`
 * and `weight_density` multiply kernels on both sides. Then `ids`, `noise` (variance), `dual` ((K + noise)^-1 y; of an
 * approximated model, all is of its landmarks, and `trained_on` says of how many materials they tell), `mean` and
 * `deviation` of the targets in the learned unit, `valence_electrons` of `valence_elements` (atomic numbers), by which
 * ions have their charges, and `meta.json`. Throws `UsageError` and `WriteError`.
 */
export function exportProcess(modelFolder: string, file: string): string {
  const model = readModel(modelFolder);
  const { learned } = model;
  if (learned.kind !== "process") {
    throw new UsageError(
      `${modelFolder} is a ${model.model} model: only combined, density, functionals and angular can become an .npz file`,
    );
  }
  const { process, ids } = learned;
  const { terms, scalings } = process;
  const features = scaleSources(process.parts, scalings);
  const writer = new NpzWriter(file);
  try {
    writer.add("ids", ids);
    writer.add("term_source", terms.map(nameOf));
    for (const key of ["form", "reads"] as const)
      writer.add(
        `term_${key}`,
        terms.map((term) => term[key]),
      );
    for (const key of ["unit", "variance", "gamma"] as const)
      writer.add(
        `term_${key}`,
        Float64Array.from(terms, (term) => term[key]),
      );
    for (const [source, { rows, columns, values }] of Object.entries(features))
      writer.add(`x_${source}`, values, [rows, columns]);
    for (const [source, { centre, factor }] of Object.entries(scalings)) {
      writer.add(`centre_${source}`, centre);
      writer.add(`factor_${source}`, factor);
    }
    writer.add("weight_atoms", process.weights.atoms);
    writer.add("weight_density", process.weights.density);
    writer.add("noise", process.noise);
    writer.add("dual", process.dual);
    if (process.valences !== undefined) {
      writer.add("valence_elements", Float64Array.from(process.valences.elements));
      writer.add("valence_electrons", process.valences.electrons);
    }
    if (process.sparse !== undefined) writer.add("trained_on", process.sparse.trainedOn);
    writer.add("mean", model.scale.mean);
    writer.add("deviation", model.scale.deviation);
    const { software, target, normalize } = model;
    const { name, meanVolume } = process;
    writer.addText(
      "meta.json",
      JSON.stringify({ software, model: name, target, normalize, meanVolume, soapScales: SOAP_SCALES }),
    );
    writer.close();
  } catch (error) {
    writer.discard();
    throw error;
  }
  return file;
}
