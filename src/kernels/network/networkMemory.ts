/** A field of channels (NDHWC) in a module's memory, perhaps with a zero halo: byte address of position (0, 0, 0), strides in floats. */
export interface Field {
  readonly address: number;
  readonly row: number;
  readonly plane: number;
}

/** A field without halo. */
export function compact(address: number, extent: number, channels: number): Field {
  return { address, row: extent * channels, plane: extent * extent * channels };
}

const PAGE = 65536;

/** Hands out a module instance's memory once; it is never given back but with the instance. New memory is zero. */
export class NetworkMemory {
  readonly #memory: WebAssembly.Memory;
  #top: number;

  constructor(memory: WebAssembly.Memory, heapBase: number) {
    this.#memory = memory;
    this.#top = heapBase;
  }

  /** The address of `bytes` zero bytes, at a multiple of 64. Views of the memory made before are void. */
  allocate(bytes: number): number {
    const address = Math.ceil(this.#top / 64) * 64;
    this.#top = address + bytes;
    const missing = this.#top - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
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

  /** All of the memory as numbers; valid until the next allocation. */
  floats(): Float32Array {
    return new Float32Array(this.#memory.buffer);
  }

  integers(): Int32Array {
    return new Int32Array(this.#memory.buffer);
  }
}
