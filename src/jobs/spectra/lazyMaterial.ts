import type { EncodedMaterial } from "./material.js";

/**
 * A material that is loaded each time something but its id is asked for. Its fields are no own values: `{...material}`
 * is empty.
 */
export function lazyMaterial(id: string, load: () => EncodedMaterial): EncodedMaterial {
  return new LazyMaterial(id, load) as EncodedMaterial;
}

class LazyMaterial {
  readonly #load: () => EncodedMaterial;

  constructor(
    readonly id: string,
    load: () => EncodedMaterial,
  ) {
    this.#load = load;
  }

  get file() {
    return this.#load().file;
  }
  get hash() {
    return this.#load().hash;
  }
  get kind() {
    return this.#load().kind;
  }
  get structure() {
    return this.#load().structure;
  }
  get components() {
    return this.#load().components;
  }
  get grid() {
    return this.#load().grid;
  }
  get electrons() {
    return this.#load().electrons;
  }
  get frames() {
    return this.#load().frames;
  }
  get spectrum() {
    return this.#load().spectrum;
  }
}
