/** A 3D convolutional network as data: serialised into models, checked before it is built. */
export interface NetworkSpec {
  /** Voxels a side (32) and channels of the input, NDHWC order [z][y][x][channel]. */
  readonly input: { readonly size: number; readonly channels: number };
  readonly layers: readonly LayerSpec[];
}

export type LayerSpec = ConvolutionSpec | PoolSpec | DenseSpec;

/** 3^3 convolution. `slope` is LeakyReLU's for negative values; 1 = linear. */
export interface ConvolutionSpec {
  readonly kind: "convolution";
  readonly filters: number;
  readonly padding: "valid" | "same";
  readonly slope: number;
}

/** 2^3 pooling with stride 2; an odd last plane is left out. */
export interface PoolSpec {
  readonly kind: "pool";
  readonly mode: Pooling;
}

export interface DenseSpec {
  readonly kind: "dense";
  readonly units: number;
  readonly slope: number;
}

export type Pooling = "max" | "average";
export type NetworkName = "light" | "deep";
