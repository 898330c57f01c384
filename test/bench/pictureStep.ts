// One contender of `npm run bench -- picture`: the isosurface of a gyroid on 200³ points, with normals. Answers each
// line with milliseconds.
import { createInterface } from "node:readline";
import { loadKernel } from "../../src/jobs/files/wasmModule.js";
import { surfaceCode } from "../../src/jobs/surfaces/surfaceCode.js";
import { SurfaceKernel } from "../../src/kernels/surfaces/surfaceKernel.js";

const POINTS = 200;
const values = new Float32Array(POINTS ** 3);
const wave = Float64Array.from({ length: POINTS }, (_, i) => (2 * Math.PI * i) / POINTS);
for (let z = 0, i = 0; z < POINTS; z++)
  for (let y = 0; y < POINTS; y++)
    for (let x = 0; x < POINTS; x++, i++) {
      const [a = 0, b = 0, c = 0] = [wave[x], wave[y], wave[z]];
      values[i] = Math.cos(a) * Math.sin(b) + Math.cos(b) * Math.sin(c) + Math.cos(c) * Math.sin(a);
    }

const kernel = new SurfaceKernel(process.argv[2] === "wasm" ? loadKernel("surfaces") : surfaceCode(values.length));
const lattice = [
  [10, 0, 0],
  [0, 10, 0],
  [0, 0, 10],
] as const;
kernel.load({ size: [POINTS, POINTS, POINTS], values, lattice });
const tell = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
const { indices } = kernel.surface(0.3);
tell({ triangles: indices.length / 3, ...kernel.measures() });
createInterface({ input: process.stdin }).on("line", () => {
  const began = performance.now();
  const cpu = process.cpuUsage();
  kernel.surface(0.3);
  const { user, system } = process.cpuUsage(cpu);
  tell({ wall: performance.now() - began, cpu: (user + system) / 1000 });
});
