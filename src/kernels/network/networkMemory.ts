import type { KernelHost } from "./kernelHost.js";

/**
 * A field of channels (NDHWC) in a module's memory, perhaps with a zero halo: byte address of position (0, 0, 0),
 * strides in floats.
 */
export interface Field {
  readonly address: number;
  readonly row: number;
  readonly plane: number;
}

/** A field without halo. */
export function compact(address: number, extent: number, channels: number): Field {
  return { address, row: extent * channels, plane: extent * extent * channels };
}

/** The same field seen from `by` positions further on each axis. */
export function shifted(field: Field, by: number, channels: number): Field {
  return { ...field, address: field.address + 4 * by * (field.plane + field.row + channels) };
}

/**
 * Hands out addresses of a network's memory, once and for all; the memory itself is there when all of them are handed
 * out. It is zero at first.
 */
export class NetworkMemory {
  readonly #host: KernelHost;
  #top: number;
  #floats: Float32Array | undefined;
  #integers: Int32Array | undefined;

  constructor(host: KernelHost) {
    this.#host = host;
    this.#top = host.base;
  }

  /** The address of `bytes` zero bytes, at a multiple of 64. */
  allocate(bytes: number): number {
    if (this.#floats) throw new Error("All of the network's memory is handed out");
    const address = Math.ceil(this.#top / 64) * 64;
    this.#top = address + bytes;
    return address;
  }

  allocateFloats(count: number): number {
    return this.allocate(4 * count);
  }

  /** `extent`^3 positions of `channels`, with `low` and `high` zero planes before and behind on each axis. */
  allocateField(extent: number, channels: number, low = 0, high = 0): Field {
    const width = low + extent + high;
    const row = width * channels;
    const plane = width * row;
    const start = this.allocateFloats(width * plane);
    return { address: start + 4 * low * (plane + row + channels), row, plane };
  }

  /** All of the memory as numbers, the number of address a at a / 4. Nothing more can be allocated then. */
  floats(): Float32Array {
    this.#floats ??= this.#reserve();
    return this.#floats;
  }

  integers(): Int32Array {
    const { buffer, byteOffset, length } = this.floats();
    this.#integers ??= new Int32Array(buffer, byteOffset, length);
    return this.#integers;
  }

  #reserve(): Float32Array {
    const end = Math.ceil(this.#top / 64) * 64;
    const { buffer, start } = this.#host.reserve(end);
    return new Float32Array(buffer, start, end / 4);
  }
}
