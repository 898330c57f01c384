/** A tensor of TensorFlow.js, whichever backend holds it. */
export interface Tensor {
  dataSync(): ArrayLike<number>;
  dispose(): void;
}

/**
 * What the engine uses of TensorFlow.js; the modules of `@tensorflow/tfjs-node` and `@tensorflow/tfjs-core` have it.
 * Fields are NDHWC.
 */
export interface TensorFlow {
  tensor(values: Float32Array, shape: number[]): Tensor;
  conv3d(field: Tensor, filter: Tensor, strides: number, pad: "valid" | "same"): Tensor;
  maxPool3d(field: Tensor, size: number, strides: number, pad: "valid"): Tensor;
  avgPool3d(field: Tensor, size: number, strides: number, pad: "valid"): Tensor;
  leakyRelu(field: Tensor, slope: number): Tensor;
  matMul(a: Tensor, b: Tensor): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor): Tensor;
  rsqrt(a: Tensor): Tensor;
  square(a: Tensor): Tensor;
  sum(a: Tensor): Tensor;
  mean(a: Tensor, axis: number): Tensor;
  reshape(a: Tensor, shape: number[]): Tensor;
  scalar(value: number): Tensor;
  /** The value of `f`, a scalar, and its gradient with respect to each argument. */
  valueAndGrads(f: (...args: Tensor[]) => Tensor): (args: Tensor[]) => { value: Tensor; grads: Tensor[] };
  /** Disposes of what `f` makes, but for what it returns. */
  tidy<T>(f: () => T): T;
  keep(a: Tensor): Tensor;
}
