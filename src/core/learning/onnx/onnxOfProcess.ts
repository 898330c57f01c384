import type { TargetScale } from "../evaluation/targetScaling.js";
import type { ProcessModel } from "../gaussianProcess/gaussianProcess.js";
import {
  ENTROPY,
  type FeaturePart,
  type FeatureSource,
  HISTOGRAMS,
  POWER_FLOOR,
  SHELL_FLOOR,
  SHELLS_PER_CHANNEL,
  SOURCES,
} from "../gaussianProcess/processFeatures.js";
import { biasOf, type FittedTerm, type ScaledSources, scaleSources } from "../gaussianProcess/processMatrices.js";
import type { FeatureMatrix } from "../kernelRidge/featureMatrix.js";
import { OnnxGraph } from "./onnxGraph.js";
import { addSquaredDistances } from "./onnxOfKernel.js";

/**
 * The mean of a Gaussian process over descriptors of the density as a graph in float64: the descriptors `shells`,
 * `angular` and `functionals` [batch, columns], those that it reads, and `volume` (Å³) and `atoms` [batch, 1] in; the
 * target in its learned unit out, [batch, 1]. Undefined for a process that compares atoms: their surroundings (SOAP)
 * have no operators.
 */
export function onnxOfProcess(
  model: ProcessModel,
  { mean, deviation }: TargetScale,
): { readonly graph: OnnxGraph; readonly output: string } | undefined {
  if (model.atoms !== undefined || model.parts.composition !== undefined) return undefined;
  const writer = new ProcessGraph(model);
  const { graph } = writer;
  const sum = model.terms
    .map((term, t) => writer.share(term, t))
    .reduce((a, b, t) => graph.add("Add", `total_${t}`, [a, b]));
  const widened = graph.add("Mul", "widened", [sum, graph.weight("target_deviation", [1], [deviation])]);
  return { graph, output: graph.add("Add", "target", [widened, graph.weight("target_mean", [1], [mean])]) };
}

class ProcessGraph {
  readonly graph = new OnnxGraph("double");
  readonly #training: ScaledSources;
  readonly #vectors = new Map<FeatureSource, string>();
  readonly #weights = new Map<FittedTerm["reads"], string | undefined>();

  constructor(private readonly model: ProcessModel) {
    this.#training = scaleSources(model.parts, model.scalings);
  }

  /** What one kernel of the sum adds to the standardised value, [batch, 1]. */
  share(term: FittedTerm, t: number): string {
    const { graph, model } = this;
    const coefficients = model.dual.map((c, i) => c * (model.weights[term.reads][i] as number));
    const named = (what: string) => `${what}_${t}`;
    const share =
      term.form === "linear" ? this.#linear(term, coefficients, named) : this.#gaussian(term, coefficients, named);
    const weight = this.#weight(term.reads);
    return weight === undefined ? share : graph.add("Mul", named("weighted"), [share, weight]);
  }

  /** The products with all training vectors are one product with their sum. */
  #linear(
    { source, reads, unit, variance }: FittedTerm,
    coefficients: Float64Array,
    named: (what: string) => string,
  ): string {
    const { graph } = this;
    const factor = variance / unit;
    const total = coefficients.reduce((sum, c) => sum + c, 0);
    if (typeof source !== "string") throw new RangeError("kernels of surroundings have no operators");
    if (source === "constant") {
      const constant = graph.weight(named("constant"), [1], [factor * total]);
      // as many rows as the batch has
      const zero = graph.add("Mul", named("none"), [this.#sizes().atoms, graph.weight(named("zero"), [1], [0])]);
      return graph.add("Add", named("share"), [zero, constant]);
    }
    const { rows, columns, values } = this.#trained(source);
    const slope = new Float64Array(columns);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        slope[column] =
          (slope[column] as number) +
          factor * (coefficients[row] as number) * (values[row * columns + column] as number);
    const products = graph.add("MatMul", named("products"), [
      this.#vector(source),
      graph.weight(named("slope"), [columns, 1], slope),
    ]);
    const bias = factor * total * biasOf(reads, { columns });
    return graph.add("Add", named("share"), [products, graph.weight(named("bias"), [1], [bias])]);
  }

  #gaussian(
    { source, unit, variance, gamma }: FittedTerm,
    coefficients: Float64Array,
    named: (what: string) => string,
  ): string {
    const { graph } = this;
    if (typeof source !== "string" || source === "constant") throw new RangeError("this kernel has no operators");
    const training = this.#trained(source);
    const distances = addSquaredDistances(graph, this.#vector(source), training, named);
    const exponent = graph.weight(named("minus_gamma"), [1], [-gamma / unit]);
    const kernel = graph.add("Exp", named("kernel"), [graph.add("Mul", named("exponent"), [distances, exponent])]);
    const dual = graph.weight(
      named("dual"),
      [training.rows, 1],
      coefficients.map((c) => variance * c),
    );
    return graph.add("MatMul", named("share"), [kernel, dual]);
  }

  #trained(source: FeatureSource): FeatureMatrix {
    const matrix = this.#training[source];
    if (matrix === undefined) throw new RangeError(`the features ${source} are missing`);
    return matrix;
  }

  /** A source's vectors on the training materials' scaling, [batch, columns]. */
  #vector(source: FeatureSource): string {
    const known = this.#vectors.get(source);
    if (known !== undefined) return known;
    const { graph, model } = this;
    const scaling = model.scalings[source];
    if (scaling === undefined) throw new RangeError(`the scaling of ${source} is missing`);
    const columns = scaling.centre.length;
    const centre = graph.weight(`centre_${source}`, [columns], scaling.centre);
    const factor = graph.weight(`factor_${source}`, [columns], scaling.factor);
    const centred = graph.add("Sub", `centred_${source}`, [this.#derived(source), centre]);
    const scaled = graph.add("Mul", `scaled_${source}`, [centred, factor]);
    this.#vectors.set(source, scaled);
    return scaled;
  }

  /** As `SOURCES` derives them. */
  #derived(source: FeatureSource): string {
    const { graph } = this;
    const { part } = SOURCES[source];
    const raw = this.#part(part);
    switch (source) {
      case "shells":
        return raw;
      case "shellSums":
        return graph.add("MatMul", "shell_sums", [raw, this.#shellSums()]);
      case "logShells":
        return this.#logarithm(source, raw, SHELL_FLOOR);
      case "angular":
        return this.#logarithm(source, raw, POWER_FLOOR);
      case "functionals":
        return this.#columns(source, raw, HISTOGRAMS.means);
      case "logFunctionals":
        return this.#logFunctionals(this.#columns(source, raw, HISTOGRAMS.means));
      case "densityHistograms":
      case "gradientHistogram": {
        const shares = graph.add("Relu", `shares_${source}`, [this.#columns(source, raw, HISTOGRAMS[source])]);
        return graph.add("Sqrt", `roots_${source}`, [shares]);
      }
      default:
        throw new RangeError(`${source} has no operators`);
    }
  }

  #part(part: FeaturePart): string {
    const columns = this.model.parts[part]?.columns ?? 0;
    return this.graph.input(part, ["batch", columns], DESCRIPTIONS[part]);
  }

  #logarithm(source: FeatureSource, raw: string, floor: number): string {
    const { graph } = this;
    return graph.add("Log", `log_${source}`, [
      graph.add("Add", `floored_${source}`, [raw, graph.weight(`floor_${source}`, [1], [floor])]),
    ]);
  }

  #columns(source: FeatureSource, raw: string, [from, to]: readonly [number, number]): string {
    const { graph } = this;
    const bounds = [
      graph.whole(`from_${source}`, [from]),
      graph.whole(`to_${source}`, [to]),
      graph.whole(`axis_${source}`, [1]),
    ];
    return graph.add("Slice", `columns_${source}`, [raw, ...bounds]);
  }

  /** The entropy may be negative and stays as it is: 1 stands in its place under the logarithm, which is 0. */
  #logFunctionals(means: string): string {
    const { graph } = this;
    const columns = HISTOGRAMS.means[1];
    const isEntropy = Array.from({ length: columns }, (_, i) => (i === ENTROPY ? 1 : 0));
    const entropy = graph.weight("is_entropy", [columns], isEntropy);
    const others = graph.weight(
      "is_positive",
      [columns],
      isEntropy.map((x) => 1 - x),
    );
    const floor = graph.weight(
      "entropy_or_floor",
      [columns],
      isEntropy.map((x) => (x === 1 ? 1 : Number.MIN_VALUE)),
    );
    const positive = graph.add("Add", "positive", [graph.add("Mul", "without_entropy", [means, others]), floor]);
    const logarithm = graph.add("Log", "log_functionals", [positive]);
    return graph.add("Add", "functionals_and_entropy", [logarithm, graph.add("Mul", "entropy", [means, entropy])]);
  }

  /** [columns, 3]: the sums over all shells of |s|² and |s|²/g², and s_0. */
  #shellSums(): string {
    const columns = this.model.parts.shells?.columns ?? 0;
    const matrix = new Float64Array(3 * columns);
    for (let column = 0; column < columns; column++) {
      const sum = column < SHELLS_PER_CHANNEL ? 0 : column === SHELLS_PER_CHANNEL ? 2 : 1;
      if (column <= 2 * SHELLS_PER_CHANNEL) matrix[3 * column + sum] = 1;
    }
    return this.graph.weight("sums_of_shells", [columns, 3], matrix);
  }

  #sizes(): { readonly volume: string; readonly atoms: string } {
    return {
      volume: this.graph.input("volume", ["batch", 1], "volume of the cell in Å^3"),
      atoms: this.graph.input("atoms", ["batch", 1], "number of atoms in the cell"),
    };
  }

  /** What multiplies a kernel on the side of the material, [batch, 1]; undefined where it is 1 (`weightsOf`). */
  #weight(reads: FittedTerm["reads"]): string | undefined {
    if (!this.#weights.has(reads)) this.#weights.set(reads, this.#weightOf(reads));
    return this.#weights.get(reads);
  }

  #weightOf(reads: FittedTerm["reads"]): string | undefined {
    const { graph, model } = this;
    const { normalize, meanVolume } = model;
    if (
      normalize === "none" ||
      (normalize === "atom" && reads === "atoms") ||
      (normalize === "volume" && reads === "density")
    )
      return undefined;
    const { volume, atoms } = this.#sizes();
    const relative = () =>
      graph.add("Div", `volumes_${reads}`, [volume, graph.weight(`mean_volume_${reads}`, [1], [meanVolume])]);
    if (normalize === "atom") return graph.add("Div", "weight_density", [relative(), atoms]);
    if (normalize === "volume") return graph.add("Div", "weight_atoms", [atoms, relative()]);
    return reads === "atoms" ? atoms : relative();
  }
}

const DESCRIPTIONS: Readonly<Record<FeaturePart, string>> = {
  composition: "share of each element, and the volume per atom",
  shells: "sums of |s|² over shells of |g|, s_0, sums of |s|²/g²",
  angular: "powers of |s_g| per shell and degree",
  functionals: "means of functionals of the density, and histograms of it and of its gradient",
  electrostatics: "ion-ion and Hartree energy, eV/atom, and the mean density times the share of each element",
};
