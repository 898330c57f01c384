/** The running means of Adam, one number a parameter each. */
export interface AdamState {
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** Steps made so far. */
  readonly step: number;
}

export interface AdamOptions {
  /** Decay of the gradient's running mean and of its square's. */
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decoupled: each step takes learning rate * weightDecay of every parameter away. */
  readonly weightDecay: number;
  /** A gradient whose 2-norm is larger is scaled down to it. */
  readonly maximumNorm: number;
}

export const defaultAdam: AdamOptions = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-7,
  weightDecay: 0,
  maximumNorm: Number.POSITIVE_INFINITY,
};

/**
 * The optimiser of Kingma and Ba (2015, algorithm 1), with the decoupled weight decay of Loshchilov and Hutter (2019).
 */
export class Adam {
  readonly #options: AdamOptions;
  readonly #first: Float32Array;
  readonly #second: Float32Array;
  #step: number;

  /** `state`: where an earlier optimiser of as many parameters left off. */
  constructor(parameterCount: number, options: Partial<AdamOptions> = {}, state?: AdamState) {
    this.#options = { ...defaultAdam, ...options };
    this.#first = state?.firstMoment.slice() ?? new Float32Array(parameterCount);
    this.#second = state?.secondMoment.slice() ?? new Float32Array(parameterCount);
    this.#step = state?.step ?? 0;
    if (this.#first.length !== parameterCount || this.#second.length !== parameterCount)
      throw new RangeError(`The state is of ${this.#first.length} parameters, not ${parameterCount}`);
  }

  /** Moves `parameters` one step against `gradient`, in place. */
  update(parameters: Float32Array, gradient: Float32Array, learningRate: number): void {
    const { beta1, beta2, epsilon, weightDecay } = this.#options;
    const first = this.#first;
    const second = this.#second;
    this.#step++;
    const factor = clippingFactor(gradient, this.#options.maximumNorm);
    const rate = learningRate / (1 - beta1 ** this.#step);
    const correction = 1 / Math.sqrt(1 - beta2 ** this.#step);
    const shrink = 1 - learningRate * weightDecay;
    for (let i = 0; i < parameters.length; i++) {
      const g = factor * (gradient[i] as number);
      const m = beta1 * (first[i] as number) + (1 - beta1) * g;
      const v = beta2 * (second[i] as number) + (1 - beta2) * g * g;
      first[i] = m;
      second[i] = v;
      parameters[i] = shrink * (parameters[i] as number) - (rate * m) / (correction * Math.sqrt(v) + epsilon);
    }
  }

  /** Copies, so that steps made later do not change them. */
  saveState(): AdamState {
    return { firstMoment: this.#first.slice(), secondMoment: this.#second.slice(), step: this.#step };
  }
}

function clippingFactor(gradient: Float32Array, maximumNorm: number): number {
  if (maximumNorm === Number.POSITIVE_INFINITY) return 1;
  let squares = 0;
  for (const g of gradient) squares += g * g;
  return squares > maximumNorm ** 2 ? maximumNorm / Math.sqrt(squares) : 1;
}
