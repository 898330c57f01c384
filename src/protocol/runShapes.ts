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
} from "../core/text/shape.js";

/**
 * The most results that a study may have, each member of an ensemble counted: beyond it lies a slip of the keyboard.
 */
export const MOST_RESULTS = 200_000;

const COMPONENT = oneOfShape("total", "magnetization", "mx", "my", "mz");
const NORMALIZATION = oneOfShape("volume", "atom", "cell");
const SIZES = listShape(wholeShape(1, 1e9), 1000);

export const TARGET_SHAPE = objectShape({
  name: textShape,
  kind: oneOfShape("perAtom", "perCell", "intensive"),
  unit: textShape,
  reportedUnit: textShape,
});

const MATERIAL = objectShape(
  {
    id: textShape,
    file: textShape,
    hash: textShape,
    natoms: wholeShape(1, 1e9),
    volume: rangeShape(0, Number.MAX_VALUE),
    values: mapShape(finiteShape),
    reported: mapShape(finiteShape),
  },
  { formula: textShape },
);

/** As `TrainingSettings`; a network's layers are checked where it is built. */
export const TRAINING_SHAPE = objectShape(
  {
    network: anyShape,
    channels: listShape(textShape, 8, 1),
    pooling: oneOfShape("max", "average"),
    epochs: wholeShape(1, 1e6),
    rotations: wholeShape(1, 1e5),
    batchSize: wholeShape(1, 1e6),
    learningRate: rangeShape(0, Number.MAX_VALUE),
    schedule: oneOfShape("cosine", "constant", "step", "plateau"),
    weightDecay: rangeShape(0, Number.MAX_VALUE),
    dropout: rangeShape(0, 0.9),
    maximumGradient: rangeShape(0, Number.MAX_VALUE),
    patience: wholeShape(0, 1e9),
    validationFraction: rangeShape(0, 0.5),
    testRotations: wholeShape(1, 10_000),
    voxels: objectShape({
      spacing: rangeShape(1e-3, 1e3),
      length: rangeShape(1e-3, 1e6),
      assignment: oneOfShape("nearest", "trilinear"),
    }),
    inputScaling: oneOfShape("mean", "rms", "log", "none"),
    linearPart: oneOfShape("sums", "none"),
  },
  { companions: listShape(textShape, 10_000) },
);

const SETTINGS = objectShape(
  {
    targets: listShape(textShape, 10_000),
    models: listShape(textShape, 100),
    trainSizes: SIZES,
    testSize: wholeShape(1, 1e9),
    repeats: wholeShape(1, MOST_RESULTS),
    ensemble: wholeShape(1, MOST_RESULTS),
    seed: wholeShape(0),
    component: COMPONENT,
    hyperparameters: oneOfShape("validated", "paper"),
    twoStepResiduals: oneOfShape("outOfFold", "inSample"),
    soap: mapShape(anyShape),
    perTarget: mapShape(objectShape({ normalize: NORMALIZATION, trainSizes: SIZES, training: TRAINING_SHAPE })),
  },
  { exactUpTo: wholeShape(1, 1e9) },
);

export const ENGINE_SHAPE = objectShape({ backend: textShape, instructionSet: textShape, build: textShape });

/** `run.json`. */
export const MANIFEST_SHAPE: Shape = objectShape(
  {
    format: oneOfShape(1),
    name: textShape,
    dataset: textShape,
    state: oneOfShape("queued", "running", "stopping", "stopped", "interrupted", "finished", "failed"),
    created: textShape,
    software: objectShape({ name: textShape, version: textShape }),
    options: mapShape(anyShape),
    targets: listShape(TARGET_SHAPE, 10_000),
    materials: listShape(MATERIAL),
    skipped: listShape(objectShape({ id: textShape, file: textShape, reason: textShape })),
    lacking: listShape(objectShape({ id: textShape, target: textShape, reason: textShape })),
    progress: objectShape({ done: wholeShape(0), failed: wholeShape(0), total: wholeShape(0) }),
  },
  { settings: SETTINGS, engine: ENGINE_SHAPE, message: textShape, inputs: textShape },
);

/** `splits.json`. */
export const SPLITS_SHAPE: Shape = objectShape({
  repeats: listShape(
    objectShape({ repeat: wholeShape(0), test: listShape(textShape), pool: listShape(textShape) }),
    MOST_RESULTS,
    1,
  ),
});

/** A network that has come to nothing predicts NaN, for which JSON has null. */
const PREDICTED = eitherShape(finiteShape, oneOfShape(null));

/** What is kept of one work item. */
export const OUTCOME_SHAPE: Shape = objectShape(
  {
    seconds: rangeShape(0, Number.MAX_VALUE),
    predictions: listShape(
      objectShape({ id: textShape, value: PREDICTED, sigma: PREDICTED, count: wholeShape(1, 1e9) }),
      1e6,
      1,
    ),
  },
  { task: textShape },
);
