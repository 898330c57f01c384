import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { ByteSource } from "./byteSource.js";
import { DamagedPackingError, packingOf } from "./packing.js";
import { ownTemporaryFolder } from "./privateFolder.js";

/** More is not unpacked into the temporary folder. */
const LARGEST = 64 * 2 ** 30;

/**
 * A path at which the file's unpacked bytes stand while `use` runs: its own, or that of a temporary file for what is
 * packed. Throws what `ByteSource` and `use` throw.
 */
export async function withPlainFile<T>(file: string, use: (plain: string) => Promise<T>): Promise<T> {
  const whole = path.resolve(file);
  const start = new Uint8Array(6);
  const handle = await open(whole, "r");
  try {
    await handle.read(start, 0, start.length, 0);
  } finally {
    await handle.close();
  }
  if (packingOf(start) === "plain") return use(whole);
  const folder = mkdtempSync(path.join(ownTemporaryFolder(), "unpacked-"));
  const plain = path.join(folder, "unpacked.h5");
  try {
    await unpackTo(whole, plain);
    return await use(plain);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function unpackTo(file: string, target: string): Promise<void> {
  const output = await open(target, "wx", 0o600);
  let written = 0;
  try {
    for await (const chunk of new ByteSource(file, { hash: false }).chunks()) {
      written += chunk.length;
      if (written > LARGEST) throw new DamagedPackingError("the packed file is too large to be unpacked");
      await output.write(chunk);
    }
  } finally {
    await output.close();
  }
}
