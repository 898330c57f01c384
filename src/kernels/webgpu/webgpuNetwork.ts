import type { SparseVoxels } from "../../core/descriptors/sparseVoxels.js";
import type { LossAndGradient } from "../../core/learning/networks/networkEngine.js";
import {
  countParameters,
  isNormalized,
  type LayerShape,
  type NetworkSpec,
  requireNetworkShapes,
} from "../../core/learning/networks/networkSpec.js";
import { countKnown, differentiateSquares } from "../../core/learning/networks/squaredError.js";
import { dropoutMask } from "../tfjs/dropoutMask.js";
import { type GpuBuffer, type GpuDevice, type GpuPipeline, MAP_READ, MAX_GROUPS, USAGE } from "./gpuDevice.js";
import * as shaders from "./shaders.js";

/** Samples whose fields stand in the device's memory at a time. */
const MAX_SAMPLES = 8;

/**
 * A network on a GPU, all in float32. A GPU answers later, so this is no `NetworkEngine`: `jobs/webgpuBackend` waits
 * for it. Batch normalisation is left to other engines: throws RangeError for such a network.
 */
export class WebgpuNetwork {
  readonly #device: GpuDevice;
  readonly #spec: NetworkSpec;
  readonly #shapes: readonly LayerShape[];
  readonly #count: number;
  readonly #outputs: number;
  readonly #pipelines = new Map<string, GpuPipeline>();
  readonly #plans = new Map<number, Plan>();
  readonly #buffers: GpuBuffer[] = [];
  readonly #parameters: GpuBuffer;
  readonly #gradient: GpuBuffer;
  readonly #readback: GpuBuffer;
  /** Of the input, then of each layer's output. */
  readonly #fields: readonly GpuBuffer[];
  readonly #gradients: readonly GpuBuffer[];
  readonly #masks: readonly (GpuBuffer | undefined)[];

  constructor(device: GpuDevice, spec: NetworkSpec) {
    if (isNormalized(spec)) throw new RangeError("The engine webgpu learns no networks with batch normalisation");
    const shapes = requireNetworkShapes(spec);
    this.#device = device;
    this.#spec = spec;
    this.#shapes = shapes;
    this.#count = countParameters(shapes);
    this.#outputs = shapes.at(-1)?.outputChannels ?? 0;
    const { storage, copySource, copyTarget, mapRead } = USAGE;
    const floats = (count: number) => this.#buffer(4 * count, storage | copySource | copyTarget);
    this.#parameters = floats(this.#count);
    this.#gradient = floats(this.#count);
    this.#readback = this.#buffer(4 * Math.max(this.#count, MAX_SAMPLES * this.#outputs), mapRead | copyTarget);
    const lengths = [spec.input.size ** 3 * spec.input.channels, ...shapes.map(lengthOf)];
    this.#fields = lengths.map((length) => floats(MAX_SAMPLES * length));
    this.#gradients = lengths.map((length) => floats(MAX_SAMPLES * length));
    this.#masks = shapes.map((shape) =>
      shape.layer.kind === "dropout" ? floats(MAX_SAMPLES * lengthOf(shape)) : undefined,
    );
  }

  writeParameters(parameters: Float32Array): void {
    this.#device.queue.writeBuffer(this.#parameters, 0, parameters);
  }

  async predict(samples: readonly SparseVoxels[]): Promise<Float32Array> {
    const outputs = new Float32Array(samples.length * this.#outputs);
    for (let from = 0; from < samples.length; from += MAX_SAMPLES) {
      const part = samples.slice(from, from + MAX_SAMPLES);
      outputs.set(await this.#forward(part, undefined), from * this.#outputs);
    }
    return outputs;
  }

  async lossAndGradient(
    samples: readonly SparseVoxels[],
    targets: Float32Array,
    seeds?: readonly number[],
  ): Promise<LossAndGradient> {
    const gradient = new Float32Array(this.#count);
    const known = countKnown(targets);
    let squares = 0;
    for (let from = 0; from < samples.length; from += MAX_SAMPLES) {
      const part = samples.slice(from, from + MAX_SAMPLES);
      const wanted = targets.subarray(from * this.#outputs, (from + part.length) * this.#outputs);
      const outputs = await this.#forward(part, seeds?.slice(from, from + MAX_SAMPLES));
      const errors = new Float32Array(outputs.length);
      squares += differentiateSquares(outputs, wanted, known, errors);
      const own = await this.#backward(part.length, errors);
      for (let i = 0; i < gradient.length; i++) gradient[i]! += own[i]!;
    }
    return { loss: squares / known, gradient };
  }

  dispose(): void {
    for (const buffer of this.#buffers) buffer.destroy();
  }

  async #forward(samples: readonly SparseVoxels[], seeds: readonly number[] | undefined): Promise<Float32Array> {
    const { queue } = this.#device;
    queue.writeBuffer(this.#fields[0]!, 0, densify(samples, this.#spec));
    for (const [i, shape] of this.#shapes.entries()) {
      const mask = this.#masks[i];
      if (!mask || shape.layer.kind !== "dropout") continue;
      const length = lengthOf(shape);
      const factors = seeds
        ? dropoutMask(seeds, i, shape.layer.rate, length)
        : new Float32Array(samples.length * length).fill(1);
      queue.writeBuffer(mask, 0, factors);
    }
    return this.#run(this.#plan(samples.length).forward, this.#fields.at(-1)!, samples.length * this.#outputs);
  }

  #backward(samples: number, errors: Float32Array): Promise<Float32Array> {
    this.#device.queue.writeBuffer(this.#gradients.at(-1)!, 0, errors);
    return this.#run(this.#plan(samples).backward, this.#gradient, this.#count);
  }

  /** Runs the steps, then reads the first `count` floats of `result`. */
  async #run(steps: readonly Step[], result: GpuBuffer, count: number): Promise<Float32Array> {
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const { pipeline, group, groups } of steps) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(Math.min(groups, MAX_GROUPS), Math.ceil(groups / MAX_GROUPS));
    }
    pass.end();
    encoder.copyBufferToBuffer(result, 0, this.#readback, 0, 4 * count);
    this.#device.queue.submit([encoder.finish()]);
    await this.#readback.mapAsync(MAP_READ, 0, 4 * count);
    const values = new Float32Array(this.#readback.getMappedRange(0, 4 * count)).slice();
    this.#readback.unmap();
    return values;
  }

  #plan(samples: number): Plan {
    const known = this.#plans.get(samples);
    if (known) return known;
    const forward = this.#shapes.map((_, i) => this.#forwardStep(i, samples));
    const backward = this.#shapes.flatMap((_, i) => this.#backwardSteps(this.#shapes.length - 1 - i, samples));
    const plan = { forward, backward };
    this.#plans.set(samples, plan);
    return plan;
  }

  #forwardStep(i: number, samples: number): Step {
    const shape = this.#shapes[i]!;
    const { layer } = shape;
    const [field, output] = [this.#fields[i]!, this.#fields[i + 1]!];
    const step = (code: string, buffers: GpuBuffer[]) =>
      this.#step(code, shape, samples, samples * lengthOf(shape), buffers);
    if (layer.kind === "pool")
      return step(layer.mode === "max" ? shaders.maxPool : shaders.averagePool, [field, output]);
    if (layer.kind === "dropout") return step(shaders.multiply, [this.#masks[i]!, field, output]);
    return step(layer.kind === "dense" ? shaders.dense : shaders.convolve, [this.#parameters, field, output]);
  }

  #backwardSteps(i: number, samples: number): Step[] {
    const shape = this.#shapes[i]!;
    const { layer, inputSize, inputChannels, outputSize, outputChannels } = shape;
    const [field, output] = [this.#fields[i]!, this.#fields[i + 1]!];
    const [fieldGradient, gradient] = [this.#gradients[i]!, this.#gradients[i + 1]!];
    const inputs = samples * inputSize ** 3 * inputChannels;
    const step = (code: string, count: number, buffers: GpuBuffer[], groups?: number) =>
      this.#step(code, shape, samples, count, buffers, groups);
    if (layer.kind === "dropout") return [step(shaders.multiply, inputs, [this.#masks[i]!, gradient, fieldGradient])];
    if (layer.kind === "pool") {
      if (layer.mode === "max") return [step(shaders.maxPoolBack, inputs, [gradient, fieldGradient, field])];
      return [step(shaders.averagePoolBack, inputs, [gradient, fieldGradient])];
    }
    const isDense = layer.kind === "dense";
    const rows = samples * outputSize ** 3;
    const steps = layer.slope === 1 ? [] : [step(shaders.leakyBack, rows * outputChannels, [output, gradient])];
    if (isDense) steps.push(step(shaders.denseWeights, shape.weights, [field, gradient, this.#gradient]));
    else {
      const groups = 27 * inputChannels * Math.ceil(outputChannels / 16);
      steps.push(step(shaders.convolveWeights, shape.weights, [field, gradient, this.#gradient], groups));
    }
    steps.push(step(shaders.sumRows, rows, [gradient, this.#gradient], outputChannels));
    // Nothing asks for the gradient of the voxels.
    if (i > 0)
      steps.push(
        step(isDense ? shaders.denseBack : shaders.convolveBack, inputs, [this.#parameters, gradient, fieldGradient]),
      );
    return steps;
  }

  /**
   * `count`: threads that have something to do; `groups`: workgroups, where one thread of 64 is not enough for each.
   */
  #step(
    code: string,
    shape: LayerShape,
    samples: number,
    count: number,
    buffers: readonly GpuBuffer[],
    groups?: number,
  ): Step {
    const pipeline = this.#pipelines.get(code) ?? this.#compile(code);
    this.#pipelines.set(code, pipeline);
    const uniform = this.#buffer(48, USAGE.uniform | USAGE.copyTarget);
    this.#device.queue.writeBuffer(uniform, 0, shapeWords(shape, samples, count));
    const entries = [uniform, ...buffers].map((buffer, binding) => ({ binding, resource: { buffer } }));
    const group = this.#device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    return { pipeline, group, groups: groups ?? Math.ceil(count / 64) };
  }

  #compile(code: string): GpuPipeline {
    const module = this.#device.createShaderModule({ code });
    return this.#device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
  }

  #buffer(size: number, usage: number): GpuBuffer {
    const buffer = this.#device.createBuffer({ size: Math.max(4, size), usage });
    this.#buffers.push(buffer);
    return buffer;
  }
}

interface Step {
  readonly pipeline: GpuPipeline;
  readonly group: object;
  readonly groups: number;
}

interface Plan {
  readonly forward: readonly Step[];
  readonly backward: readonly Step[];
}

/** Numbers a sample in a layer's output. */
const lengthOf = ({ outputSize, outputChannels }: LayerShape) => outputSize ** 3 * outputChannels;

/** The shaders' `Shape`. A dense layer sees its whole input as channels of one position. */
function shapeWords(shape: LayerShape, samples: number, count: number): Uint32Array {
  const { layer, inputSize, inputChannels, outputSize, outputChannels, offset, weights } = shape;
  const isDense = layer.kind === "dense";
  const padding = layer.kind === "convolution" && layer.padding === "same" ? 1 : 0;
  const slope = new Uint32Array(Float32Array.of("slope" in layer ? layer.slope : 1).buffer)[0]!;
  const input = isDense ? [1, inputSize ** 3 * inputChannels] : [inputSize, inputChannels];
  return Uint32Array.of(
    samples,
    input[0]!,
    input[1]!,
    outputSize,
    outputChannels,
    padding,
    offset,
    offset + weights,
    slope,
    count,
    0,
    0,
  );
}

function densify(samples: readonly SparseVoxels[], { input: { size, channels } }: NetworkSpec): Float32Array {
  const length = size ** 3 * channels;
  const values = new Float32Array(samples.length * length);
  for (const [s, { index, value }] of samples.entries())
    for (let i = 0; i < index.length; i++)
      for (let c = 0; c < channels; c++) values[s * length + index[i]! * channels + c] = value[i * channels + c]!;
  return values;
}
