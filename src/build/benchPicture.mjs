// `npm run bench -- picture`: an isosurface of 200³ points with normals here, by VTK and by scikit-image, on one core,
// in turns.
import path from "node:path";
import { bundleProgram, ensureVenv, Measured, median, printTable } from "./benchTools.mjs";
import { root } from "./install.mjs";

const script = path.join(root, "dist/benchPicture.js"); // beside the other bundles, where kernels are found

/** Medians and spreads of CPU and wall times in ms over `rounds` turns. */
export async function benchPicture({ rounds }) {
  await bundleProgram("test/bench/pictureStep.ts", script);
  const contenders = [
    ["r3dvs, native", process.execPath, [script]],
    ["r3dvs, WebAssembly", process.execPath, [script, "wasm"]],
  ];
  const python = ensureVenv("picture", ["vtk", "scikit-image"]);
  const peer = path.join(root, "test/bench/picture.py");
  if (python) contenders.push(["VTK flying edges", python, [peer, "vtk"]], ["scikit-image", python, [peer, "skimage"]]);
  const measured = [];
  for (const [name, command, args] of contenders)
    measured.push({ name, process: await Measured.start(command, args, 1), cpu: [], wall: [] });
  for (let round = 0; round < rounds; round++)
    for (const { process: asked, cpu, wall } of measured) {
      const times = await asked.ask("");
      cpu.push(times.cpu);
      wall.push(times.wall);
    }
  const spread = (values) =>
    `${median(values).toFixed(1)} (${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)})`;
  const rows = measured.map(({ name, process: { hello }, cpu, wall }) => [
    name,
    hello.triangles,
    hello.area.toFixed(3),
    spread(cpu),
    spread(wall),
  ]);
  printTable(["200³, level 0.3", "triangles", "area", "CPU ms", "wall ms"], rows);
  await Promise.all(measured.map(({ process: asked }) => asked.stop()));
}
