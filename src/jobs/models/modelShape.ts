import { imageProblem } from "../../core/crystal/imageLimits.js";
import type { Atoms } from "../../core/descriptors/material.js";
import { voxelsPerSide } from "../../core/descriptors/r3dvs.js";
import { checkSoapOptions, neighbourReach } from "../../core/descriptors/soapOptions.js";
import { CHANNELS } from "../../core/descriptors/sparseVoxels.js";
import type { Valences } from "../../core/descriptors/valenceElectrons.js";
import type { ProcessModel } from "../../core/learning/gaussianProcess/gaussianProcess.js";
import { FEATURE_PARTS, type FeatureSource, SOURCES } from "../../core/learning/gaussianProcess/processFeatures.js";
import { PROCESS_NAMES, SOAP_SCALES } from "../../core/learning/gaussianProcess/processTerms.js";
import type { SparseFit } from "../../core/learning/kernelRidge/nystrom.js";
import type { TrainedNetwork } from "../../core/learning/networks/networkModel.js";
import { countParameters, networkShapes } from "../../core/learning/networks/networkSpec.js";
import { messageOf } from "../../core/text/messageOf.js";
import {
  anyShape,
  eitherShape,
  finiteShape,
  listShape,
  mapShape,
  objectShape,
  oneOfShape,
  rangeShape,
  type Shape,
  textShape,
  wholeShape,
} from "../../core/text/shape.js";
import { ENGINE_SHAPE, TARGET_SHAPE, TRAINING_SHAPE } from "../../protocol/runShapes.js";
import { checkModels } from "./modelNames.js";

/** A kernel of more materials fits into no memory: its matrix has a number for each pair. */
const MOST_MATERIALS = 20_000;
/** Voxels that one prediction makes: members times orientations. */
const MOST_ORIENTATIONS = 20_000;
const positive = rangeShape(Number.MIN_VALUE, Number.MAX_VALUE);
const atLeastZero = rangeShape(0, Number.MAX_VALUE);

type NumbersType = typeof Float64Array | typeof Float32Array;

/** Typed numbers, all finite; `length` where it is known. */
const numbers =
  (Type: NumbersType, length?: number, check: (value: number) => boolean = Number.isFinite): Shape =>
  (value, place) => {
    if (!(value instanceof Type)) return `${place} is no array of ${Type.name}`;
    if (length !== undefined && value.length !== length) return `${place} has ${value.length} numbers, not ${length}`;
    return (value as Float64Array).every(check) ? undefined : `${place} holds a number that cannot be`;
  };
const doubles = (length?: number) => numbers(Float64Array, length);

/** First the parts by themselves, then what they must be to each other. */
const then =
  (first: Shape, second: (value: never, place: string) => string | undefined): Shape =>
  (value, place) =>
    first(value, place) ?? second(value as never, place);

const SCALE = objectShape({ mean: finiteShape, deviation: positive });

const MATRIX = then(
  objectShape({ rows: wholeShape(0, 1e6), columns: wholeShape(0, 1e6), values: doubles() }),
  ({ rows, columns, values }: { rows: number; columns: number; values: Float64Array }, place) =>
    values.length === rows * columns
      ? undefined
      : `${place}.values has ${values.length} numbers, not ${rows} x ${columns}`,
);

const LINEAR = then(
  objectShape({
    centre: doubles(),
    deviation: numbers(Float64Array, undefined, (value) => value > 0 && Number.isFinite(value)),
    weights: doubles(),
    intercept: finiteShape,
    residual: SCALE,
  }),
  ({ centre, deviation, weights }: { centre: Float64Array; deviation: Float64Array; weights: Float64Array }, place) =>
    centre.length === deviation.length && centre.length === weights.length
      ? undefined
      : `${place}: its arrays differ in length`,
);

const LAYER = objectShape(
  { kind: oneOfShape("convolution", "pool", "dense", "dropout") },
  {
    filters: wholeShape(1, 4096),
    units: wholeShape(1, 4096),
    slope: rangeShape(0, 1),
    rate: rangeShape(0, 1),
    padding: oneOfShape("valid", "same"),
    mode: oneOfShape("max", "average"),
    normalization: oneOfShape("batch"),
  },
);

const NETWORK = then(
  objectShape(
    {
      spec: objectShape({
        input: objectShape({ size: wholeShape(1, 256), channels: wholeShape(1, 8) }),
        layers: listShape(LAYER, 200, 1),
      }),
      parameters: numbers(Float32Array),
      inputScale: numbers(Float32Array, undefined, (value) => value > 0 && Number.isFinite(value)),
      settings: TRAINING_SHAPE,
      history: listShape(anyShape),
    },
    { linear: LINEAR },
  ),
  networkProblem,
);

function networkProblem(
  { spec, parameters, inputScale, settings, linear }: TrainedNetwork,
  place: string,
): string | undefined {
  const shapes = networkShapes(spec);
  if ("error" in shapes) return `${place}.spec: ${shapes.error}`;
  const count = countParameters(shapes.value);
  if (parameters.length !== count) return `${place}.parameters has ${parameters.length} numbers, not ${count}`;
  const { size, channels } = spec.input;
  const side = voxelsPerSide(settings.voxels);
  if ("error" in side || side.value !== size)
    return `${place}.settings.voxels has not the ${size} voxels a side of its network`;
  const known = settings.channels.every((channel) => CHANNELS.includes(channel));
  if (!known || settings.channels.length !== channels || inputScale.length !== channels)
    return `${place}.settings.channels are not the ${channels} of its network`;
  // the sums of the channels and s_0
  return linear && linear.weights.length !== channels + 1
    ? `${place}.linear has ${linear.weights.length} weights`
    : undefined;
}

const NETWORKS = then(
  objectShape({ members: listShape(NETWORK, 1000, 1) }),
  ({ members }: { members: readonly TrainedNetwork[] }, place) => {
    const orientations = members.reduce((sum, { settings }) => sum + settings.testRotations, 0);
    return orientations > MOST_ORIENTATIONS
      ? `${place} asks for ${orientations} orientations of a material`
      : undefined;
  },
);

/** Of models that take in more materials than they hold. */
const SPARSE = objectShape(
  { trainedOn: wholeShape(1), jitter: atLeastZero, lower: doubles() },
  { calibration: positive },
);

/** Both triangles are of the landmarks. */
function sparseProblem(sparse: SparseFit | undefined, n: number, place: string): string | undefined {
  if (sparse === undefined || sparse.lower.length === (n * (n + 1)) / 2) return undefined;
  return `${place}.sparse.lower is no triangle of ${n} rows`;
}

const KERNEL = then(
  objectShape(
    {
      name: oneOfShape("composition", "shells", "cm"),
      coulombMatrix: oneOfShape("ewald", "sine"),
      scaling: objectShape({ centre: doubles(), factor: doubles() }, { logFloor: positive }),
      features: MATRIX,
      gamma: positive,
      alpha: positive,
      dual: doubles(),
      variance: atLeastZero,
    },
    { sparse: SPARSE },
  ),
  (
    kernel: {
      scaling: { centre: Float64Array; factor: Float64Array };
      features: { rows: number; columns: number };
      dual: Float64Array;
      sparse?: SparseFit;
    },
    place,
  ) => {
    const { scaling, features, dual, sparse } = kernel;
    if (features.rows < 1 || features.rows > MOST_MATERIALS || dual.length !== features.rows)
      return `${place}.dual has ${dual.length} numbers`;
    const { centre, factor } = scaling;
    return centre.length === factor.length && centre.length <= features.columns
      ? sparseProblem(sparse, dual.length, place)
      : `${place}.scaling has not its features' length`;
  },
);

const ENVIRONMENT = then(
  objectShape({
    blocks: listShape(wholeShape(0, 1e6), 1e4),
    starts: listShape(wholeShape(0, 1e9), 1e4 + 1, 1),
    weights: doubles(),
    values: doubles(),
    self: positive,
  }),
  (
    one: { blocks: readonly number[]; starts: readonly number[]; weights: Float64Array; values: Float64Array },
    place,
  ) => {
    const { blocks, starts, weights, values } = one;
    const rising = starts.every((start, i) => i === 0 || start >= (starts[i - 1] as number));
    const width = starts.at(-1) ?? 0;
    const isWhole = rising && starts.length === blocks.length + 1 && values.length === weights.length * width;
    return isWhole ? undefined : `${place}: its arrays do not fit each other`;
  },
);

const SOAP = then(
  objectShape(
    {
      settings: objectShape({
        basis: oneOfShape("gto", "polynomial"),
        rCut: positive,
        nMax: wholeShape(1, 64),
        lMax: wholeShape(0, 64),
        sigma: positive,
        kernel: oneOfShape("average", "rematch"),
        zeta: positive,
        alpha: positive,
      }),
      environments: listShape(ENVIRONMENT, MOST_MATERIALS, 1),
      kernel: doubles(),
      alpha: positive,
      dual: doubles(),
      variance: atLeastZero,
    },
    { sparse: SPARSE },
  ),
  (
    soap: {
      settings: Parameters<typeof checkSoapOptions>[0];
      environments: readonly unknown[];
      kernel: Float64Array;
      dual: Float64Array;
      sparse?: SparseFit;
    },
    place,
  ) => {
    const { settings, environments, kernel, dual, sparse } = soap;
    try {
      checkSoapOptions(settings);
    } catch (error) {
      return `${place}.settings: ${messageOf(error)}`;
    }
    const n = environments.length;
    return kernel.length === n * n && dual.length === n
      ? sparseProblem(sparse, n, place)
      : `${place} has not a number for each pair of ${n} materials`;
  },
);

/** Å: of the widest kernel of atoms. */
const REACH = Math.max(...SOAP_SCALES.map(neighbourReach));
const MATRIX_3 = listShape(listShape(finiteShape, 3, 3), 3, 3);

const ATOMS = then(
  objectShape({ lattice: MATRIX_3, fractional: doubles(), atomicNumbers: listShape(wholeShape(1, 200), 1e5) }),
  ({ lattice, fractional, atomicNumbers }: Atoms, place) => {
    if (fractional.length !== 3 * atomicNumbers.length) return `${place}.fractional has not three numbers an atom`;
    const problem = imageProblem(lattice, fractional, REACH);
    return problem && `${place}: ${problem.message}`;
  },
);

const TERM = objectShape({
  source: eitherShape(textShape, objectShape({ soap: wholeShape(0, SOAP_SCALES.length - 1) })),
  form: oneOfShape("linear", "gaussian"),
  reads: oneOfShape("atoms", "density"),
  unit: atLeastZero,
  variance: atLeastZero,
  gamma: atLeastZero,
});

const ELEMENTS = listShape(wholeShape(1, 200), 200);

const VALENCES = then(
  objectShape({
    elements: ELEMENTS,
    // of an element that the materials do not tell: NaN
    electrons: numbers(Float64Array, undefined, (value) => Math.abs(value) !== Infinity),
  }),
  ({ elements, electrons }: Valences, place) =>
    elements.length === electrons.length ? undefined : `${place}: its arrays are not of the same elements`,
);

const PROCESS = then(
  objectShape(
    {
      name: oneOfShape(...PROCESS_NAMES),
      normalize: oneOfShape("volume", "atom", "cell", "none"),
      terms: listShape(TERM, 100, 1),
      noise: positive,
      meanVolume: positive,
      parts: mapShape(MATRIX),
      scalings: mapShape(objectShape({ centre: doubles(), factor: doubles() }, { logFloor: positive })),
      weights: objectShape({ atoms: doubles(), density: doubles() }),
      dual: doubles(),
      negativeLogLikelihood: finiteShape,
      chosenOn: wholeShape(0, MOST_MATERIALS),
    },
    { atoms: listShape(ATOMS, MOST_MATERIALS), lower: doubles(), sparse: SPARSE, valences: VALENCES },
  ),
  (process: ProcessModel, place) => {
    const { parts, weights, atoms, dual, lower, sparse } = process;
    const n = dual.length;
    const counts = [
      ...Object.values(parts).map(({ rows }) => rows),
      weights.atoms.length,
      weights.density.length,
      atoms?.length ?? n,
    ];
    if (n < 1 || n > MOST_MATERIALS || counts.some((count) => count !== n))
      return `${place}: its arrays are not of the same materials`;
    const problem = termsProblem(process);
    if (problem !== undefined) return `${place}: ${problem}`;
    return lower === undefined || lower.length === (n * (n + 1)) / 2 || lower.length === n * n
      ? sparseProblem(sparse, n, place)
      : `${place}.lower is no triangle of ${n} rows`;
  },
);

/** Every kernel reads what the model has. */
function termsProblem({ parts, scalings, terms, atoms }: ProcessModel): string | undefined {
  const strange = Object.keys(parts).find((part) => !FEATURE_PARTS.some((one) => one === part));
  if (strange !== undefined) return `there are no features ${strange}`;
  for (const [source, scaling] of Object.entries(scalings)) {
    const rule = Object.hasOwn(SOURCES, source) ? SOURCES[source as FeatureSource] : undefined;
    const part = rule && parts[rule.part];
    if (rule === undefined || part === undefined) return `there are no features ${source}`;
    const width = rule.derive(part.values.slice(0, part.columns)).length;
    if (scaling.centre.length !== width || scaling.factor.length !== width)
      return `the scaling of ${source} has not ${width} numbers`;
  }
  for (const { source } of terms) {
    if (source === "constant") continue;
    const isKnown = typeof source === "object" ? atoms !== undefined : Object.hasOwn(scalings, source);
    if (!isKnown) return `a kernel reads ${typeof source === "object" ? "atoms" : source}, which the model has not`;
  }
  return undefined;
}

const IDS = listShape(textShape, MOST_MATERIALS, 1);

const stageShape: Shape = (value, place) => {
  const kind = typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
  if (kind === "networks") return NETWORKS(value, place);
  if (kind === "kernel") return objectShape({ kernel: KERNEL }, { ids: IDS })(value, place);
  if (kind === "soap") return objectShape({ soap: SOAP }, { ids: IDS })(value, place);
  if (kind === "process")
    return objectShape({ process: PROCESS, ids: listShape(textShape, MOST_MATERIALS, 1) })(value, place);
  return `${place}.kind is none of networks, kernel, soap, process`;
};

const TWO_STEPS = objectShape({
  first: stageShape,
  second: stageShape,
  residualScale: SCALE,
  residuals: oneOfShape("outOfFold", "inSample"),
});

const learnedShape: Shape = (value, place) =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "twoSteps"
    ? TWO_STEPS(value, place)
    : stageShape(value, place);

const DOMAIN = then(
  objectShape(
    {
      ids: listShape(textShape),
      elements: ELEMENTS,
      features: MATRIX,
      mean: doubles(),
      deviation: doubles(),
      width: positive,
      threshold: atLeastZero,
    },
    {
      valences: VALENCES,
      kinds: listShape(textShape, 1000),
      common: ELEMENTS,
      magnetization: atLeastZero,
      measuredOn: wholeShape(1),
    },
  ),
  (
    domain: {
      ids: readonly string[];
      features: { rows: number; columns: number };
      mean: Float64Array;
      deviation: Float64Array;
    },
    place,
  ) => {
    const { ids, features, mean, deviation } = domain;
    const { rows, columns } = features;
    const isWhole = rows === ids.length && mean.length === columns && deviation.length === columns;
    return isWhole ? undefined : `${place}: its arrays do not fit each other`;
  },
);

const modelName: Shape = (value, place) => {
  try {
    checkModels([String(value)]);
    return undefined;
  } catch {
    return `${place} is no model`;
  }
};

const SHARE = objectShape({ share: rangeShape(0, 1), standardError: atLeastZero });

const HELD_OUT = objectShape(
  { mae: finiteShape, guess: finiteShape, repeats: wholeShape(1), trainSize: wholeShape(1), testSize: wholeShape(1) },
  {
    standardError: finiteShape,
    ensemble: wholeShape(1),
    newSystems: objectShape({ mae: finiteShape, count: wholeShape(1) }),
    coverage: objectShape({ one: SHARE, two: SHARE, count: wholeShape(1) }),
  },
);

const FACTS = {
  format: oneOfShape(1),
  software: objectShape({ name: textShape, version: textShape }),
  model: modelName,
  target: TARGET_SHAPE,
};
const MATERIALS = { materials: listShape(objectShape({ id: textShape, hash: textShape }, { formula: textShape })) };
const OPTIONAL = { engine: ENGINE_SHAPE, heldOut: HELD_OUT, recommended: oneOfShape(true, false) };

/** What a list of models needs. */
export const MODEL_FACTS_SHAPE: Shape = objectShape({ ...FACTS, ...MATERIALS }, OPTIONAL);

/** A model with its arrays: whatever passes can be predicted with, in bounded time and memory. */
export const MODEL_SHAPE: Shape = objectShape(
  {
    ...FACTS,
    ...MATERIALS,
    normalize: oneOfShape("volume", "atom", "cell"),
    component: oneOfShape("total", "magnetization", "mx", "my", "mz"),
    training: TRAINING_SHAPE,
    scale: SCALE,
    domain: DOMAIN,
    learned: learnedShape,
  },
  OPTIONAL,
);
