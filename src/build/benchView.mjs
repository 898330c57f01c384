// `npm run bench -- view`: frames a second while a crystal with its surface turns, and memory over many openings, in
// the real workbench with WebGL in software.
import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { printTable } from "./benchTools.mjs";
import { ensureWorkbench, root } from "./install.mjs";

/** `rounds`: how often a view is opened and closed. */
export async function benchView({ rounds }) {
  const { node } = await ensureWorkbench();
  const child = spawn(node, [path.join(root, "test/workbench/measureView.ts"), String(rounds)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const [frames, memory] = [[], []];
  for await (const line of createInterface({ input: child.stdout })) {
    const result = JSON.parse(line);
    if (result.points !== undefined) frames.push(result);
    else memory.push(result);
  }
  const code = await ended;
  if (code !== 0) throw new Error(`the measurement ended with ${code}`);
  const rows = frames.map(({ points, half, triangles, moving, perSecond, processor }) => {
    const drawing = processor["--type=gpu-process"];
    const page = processor["--type=renderer"];
    return [`${points}³`, half, triangles, moving, perSecond.join(", "), drawing, page];
  });
  const titles = ["grid", "shown", "triangles", "while turning", "frames/s of each half"];
  printTable([...titles, "CPU ms a frame, drawing", "page"], rows);
  const names = [
    ...new Set(
      memory.flatMap(({ extensionMB, browserMB }) => [...Object.keys(extensionMB), ...Object.keys(browserMB)]),
    ),
  ];
  const counts = ["documents", "nodes", "listeners", "heapMB", "arrayBuffers", "texts", "malloc"];
  const row = ({ what, round, frames: pages, extensionMB, browserMB, ...counted }) => [
    what,
    round,
    pages,
    ...counts.map((count) => counted[count]),
    ...names.map((name) => extensionMB[name] ?? browserMB[name] ?? 0),
  ];
  printTable(["opened", "rounds", "pages", ...counts, ...names.map((name) => `${name} MB`)], memory.map(row));
}
