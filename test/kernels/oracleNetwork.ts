// A network as TensorFlow.js computes it.
import * as tf from "@tensorflow/tfjs-core";
import type { SparseVoxels } from "../../src/core/descriptors/sparseVoxels.js";
import {
  type LayerShape,
  type NetworkSpec,
  requireNetworkShapes,
} from "../../src/core/learning/networks/networkSpec.js";
import { VARIANCE_OFFSET } from "../../src/core/learning/networks/normalization.js";
import { densify } from "./referenceNetwork.js";

/** Mean squared error of the network as tfjs computes it; gradients flow through `parameters`, a flat tensor. */
export function oracleLoss(
  spec: NetworkSpec,
  parameters: tf.Tensor1D,
  input: tf.Tensor5D,
  targets: tf.Tensor2D,
): tf.Scalar {
  let field: tf.Tensor = input;
  for (const shape of requireNetworkShapes(spec)) field = applyLayer(field, shape, parameters);
  return tf.mean(tf.square(tf.sub(field, targets)));
}

function applyLayer(field: tf.Tensor, shape: LayerShape, parameters: tf.Tensor1D): tf.Tensor {
  const { layer, offset, weights, biases, inputChannels, outputChannels, scales } = shape;
  if (layer.kind === "pool") {
    const pool = layer.mode === "max" ? tf.maxPool3d : tf.avgPool3d;
    return pool(field as tf.Tensor5D, 2, 2, "valid");
  }
  if (layer.kind === "dropout") return field;
  const weight = tf.slice(parameters, offset, weights);
  const bias = tf.slice(parameters, offset + weights, biases);
  const linear =
    layer.kind === "dense"
      ? tf.matMul(tf.reshape(field, [field.shape[0] ?? 0, -1]), tf.reshape(weight, [-1, layer.units]))
      : tf.conv3d(field as tf.Tensor5D, tf.reshape(weight, [3, 3, 3, inputChannels, outputChannels]), 1, layer.padding);
  if (layer.normalization === undefined) return tf.leakyRelu(tf.add(linear, bias), layer.slope);
  const scale = tf.slice(parameters, offset + weights + biases, scales);
  return tf.leakyRelu(normalise(linear, bias, scale), layer.slope);
}

/** As a table of positions and channels, since tfjs' gradient knows no five dimensions. */
function normalise(field: tf.Tensor, shift: tf.Tensor, scale: tf.Tensor): tf.Tensor {
  const table = tf.reshape(field, [-1, shift.size]) as tf.Tensor2D;
  const { mean, variance } = tf.moments(table, 0);
  const normalised = tf.batchNorm2d(
    table,
    mean as tf.Tensor1D,
    variance as tf.Tensor1D,
    shift as tf.Tensor1D,
    scale as tf.Tensor1D,
    VARIANCE_OFFSET,
  );
  return tf.reshape(normalised, field.shape);
}

/** All voxels of the samples, as tfjs wants them. */
export function toTensor(samples: readonly SparseVoxels[], { input: { size, channels } }: NetworkSpec): tf.Tensor5D {
  const values = samples.flatMap((sample) => [...densify(sample)]);
  return tf.tensor5d(values, [samples.length, size, size, size, channels]);
}
