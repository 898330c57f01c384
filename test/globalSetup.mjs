// Tests of the jobs start the real thread and process bundles, so these are built first (kernels only when their
// sources changed).
import { build } from "../src/build/build.mjs";

export async function setup() {
  await build();
}
