// The bundle dist/hdf5.js: the HDF5 library in WebAssembly, apart from the others because of its size.
import h5wasm, { Dataset, File } from "h5wasm/node";

export interface Hdf5File {
  /** A dataset's numbers, 64-bit and other integers among them; undefined where there is none. */
  numbers(name: string): number[] | undefined;
  strings(name: string): string[] | undefined;
  shape(name: string): readonly number[] | undefined;
  /** One plane of a dataset of four dimensions: [block][z] of [block][z][y][x]. */
  plane(name: string, block: number, z: number): Float64Array;
  close(): void;
}

/** Opens a file that is there. Throws what the library throws where it is no HDF5. */
export async function openHdf5(path: string): Promise<Hdf5File> {
  const library = await h5wasm.ready;
  library.activate_throwing_error_handler(); // else it prints every trouble
  const file = new File(path, "r");
  const dataset = (name: string) => {
    try {
      const found = file.get(name);
      return found instanceof Dataset ? found : undefined;
    } catch {
      return undefined;
    }
  };
  const flat = (value: unknown): unknown[] => (ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : [value].flat());
  return {
    numbers: (name) => {
      const found = dataset(name);
      return found && flat(found.value).map(Number);
    },
    strings: (name) => {
      const found = dataset(name);
      return found && flat(found.value).map((text) => String(text).trim());
    },
    shape: (name) => dataset(name)?.shape ?? undefined,
    plane: (name, block, z) => Float64Array.from(dataset(name)?.slice([[block, block + 1], [z, z + 1], [], []]) as Float64Array),
    close: () => void file.close(),
  };
}
