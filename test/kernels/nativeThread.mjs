// A thread of nativeEngine.test.ts: calls kernels of an addon many times over random numbers and posts what comes out.
import { parentPort, workerData } from "node:worker_threads";

const module = { exports: {} };
process.dlopen(module, workerData.file);
const kernels = module.exports.create();
const buffer = new ArrayBuffer(1 << 22);
const start = kernels.attach(buffer);
const floats = new Float32Array(buffer, start, (buffer.byteLength - start) >> 2);
let state = workerData.seed;
for (let i = 0; i < floats.length; i++) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  floats[i] = state / 2 ** 32 - 0.5;
}

/** A 16 x 16 convolution of 8^3 positions; the output is the next one's input. */
const [input, filter, points, output, scratch] = [64, 1 << 18, 1 << 19, 1 << 20, 1 << 21];
kernels.transformFilter(filter, points, 256);
for (let round = 0; round < 200; round++) {
  kernels.winograd(input, 160, 1600, 16, points, 0, output, 160, 1600, 16, 8, 0.3, scratch);
  for (let i = 0; i < 14000; i++) floats[input / 4 + 2000 + i] = Math.fround(floats[output / 4 + i] * 0.25);
}
parentPort.postMessage(Array.from(floats.subarray(output / 4, output / 4 + 500)));
