/** What the engine uses of WebGPU, as the package `webgpu` (Dawn) and browsers have it. */
export interface GpuDevice {
  readonly queue: {
    writeBuffer(buffer: GpuBuffer, offset: number, data: Float32Array | Uint32Array): void;
    submit(commands: readonly object[]): void;
  };
  createBuffer(options: { size: number; usage: number }): GpuBuffer;
  createShaderModule(options: { code: string }): object;
  createComputePipeline(options: { layout: "auto"; compute: { module: object; entryPoint: string } }): GpuPipeline;
  createBindGroup(options: { layout: object; entries: { binding: number; resource: { buffer: GpuBuffer } }[] }): object;
  createCommandEncoder(): GpuEncoder;
  destroy(): void;
}

export interface GpuBuffer {
  readonly size: number;
  mapAsync(mode: number, offset: number, size: number): Promise<unknown>;
  getMappedRange(offset: number, size: number): ArrayBuffer;
  unmap(): void;
  destroy(): void;
}

export interface GpuPipeline {
  getBindGroupLayout(index: number): object;
}

interface GpuEncoder {
  beginComputePass(): {
    setPipeline(pipeline: GpuPipeline): void;
    setBindGroup(index: number, group: object): void;
    dispatchWorkgroups(x: number, y: number): void;
    end(): void;
  };
  copyBufferToBuffer(from: GpuBuffer, fromOffset: number, to: GpuBuffer, toOffset: number, size: number): void;
  finish(): object;
}

/** WebGPU's flags. */
export const USAGE = { mapRead: 1, copySource: 4, copyTarget: 8, uniform: 64, storage: 128 } as const;
export const MAP_READ = 1;
/** Workgroups along one axis. */
export const MAX_GROUPS = 65535;
