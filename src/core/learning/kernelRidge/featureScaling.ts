import { columnMoments, type FeatureMatrix, stackFeatures } from "./featureMatrix.js";

/**
 * How feature vectors are made comparable before a kernel: x -> (f(x) - centre) * factor, column by column, f the
 * identity or log(x + floor).
 * Measured on the training set; plain data, stored with the model.
 */
export interface FeatureScaling {
  /** Added before the logarithm; absent where there is none. */
  readonly logFloor?: number;
  readonly centre: Float64Array;
  readonly factor: Float64Array;
}

/** Leaves `columns` columns as they are. */
export function unscaled(columns: number): FeatureScaling {
  return { centre: new Float64Array(columns), factor: new Float64Array(columns).fill(1) };
}

/**
 * Each column centred and divided by its population deviation, of the logarithms where `logFloor` is given; a constant
 * column becomes 0.
 */
export function standardScaling(features: FeatureMatrix, logFloor?: number): FeatureScaling {
  const shape = logFloor === undefined ? {} : { logFloor };
  const { mean, deviation } = columnMoments(scaleFeatures(features, { ...shape, ...unscaled(features.columns) }));
  return { ...shape, centre: mean, factor: deviation.map((d) => (d > 0 ? 1 / d : 0)) };
}

/** Applies a scaling; columns beyond those it was measured on (eigenvalues of larger cells) stay as they are. */
export function scaleFeatures(features: FeatureMatrix, scaling: FeatureScaling): FeatureMatrix {
  const { columns } = features;
  const { logFloor, centre, factor } = scaling;
  const values = features.values.map((value, i) => {
    const column = i % columns;
    const x = logFloor === undefined ? value : Math.log(value + logFloor);
    return column < centre.length ? (x - (centre[column] as number)) * (factor[column] as number) : x;
  });
  return { ...features, values };
}

/** Vectors of any length as the scaled rows of one matrix, at least as wide as the scaling. */
export function scaleVectors(vectors: readonly Float64Array[], scaling: FeatureScaling): FeatureMatrix {
  return scaleFeatures(stackFeatures(vectors, scaling.centre.length), scaling);
}
