// Frames a second while the crystal turns, and memory over many openings, in the real workbench with software WebGL.
// Node 24, after ensureWorkbench().
// `node measureView.ts ROUNDS [frames|memory|density]`; prints one object a line, for `npm run bench -- view`.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { CDPSession, Locator, Page } from "playwright-core";
import { dumpAllocators } from "./allocatorDump.ts";
import { CONTROLS, makeControlPages } from "./controlPages.ts";
import { launchBrowser } from "./harness/browser.ts";
import { CrystalView } from "./harness/crystalView.ts";
import { root } from "./harness/paths.ts";
import { startServer } from "./harness/server.ts";
import { VoxelView } from "./harness/voxelView.ts";
import { waitFor } from "./harness/waiting.ts";
import { Workbench } from "./harness/workbench.ts";
import { makeWorkspace } from "./harness/workspace.ts";

const TURNING_MS = 5000;
/** Points a side, and triangles of a gyroid's surface there, about. */
const SIZES = [72, 104, 150];
/** Rounds after which caches are full. */
const SETTLED = 5;

const rounds = Number(process.argv[2] ?? 50);
const part = process.argv[3];
const workspace = makeWorkspace("densities");
workspace.write("pictures/icon.png", readFileSync(path.join(root, "media/icon.png")));
for (const kind of CONTROLS) workspace.write(`control/file.${kind}`, "x");
for (const points of SIZES) workspace.write(`gyroid${points}/CHGCAR`, gyroid(points));
const server = await startServer({ beside: [makeControlPages()] });
const browser = await launchBrowser();
const whole = await browser.newBrowserCDPSession();
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const workbench = new Workbench(page);
  await workbench.open(server, workspace.folder);
  if (part !== "memory" && part !== "density") for (const points of SIZES) await measureFrames(workbench, points);
  if (part !== "frames") {
    if (part !== "density")
      for (const kind of CONTROLS)
        await measureMemory(workbench, page, `control: ${kind}`, async () => {
          await workbench.openFile("control", `file.${kind}`);
          await workbench.webview.locator("body[data-done]").waitFor();
        });
    if (part !== "density")
      await measureMemory(workbench, page, "picture of VS Code's own", async () => {
        await workbench.openFile("pictures", "icon.png");
        await workbench.webview.locator("img").waitFor();
      });
    const view = new CrystalView(workbench);
    await measureMemory(workbench, page, "density", async () => {
      await workbench.openFile(`gyroid${SIZES[0]}`, "CHGCAR");
      await waitFor(
        async () => (await view.text("density")) === "whole" && (await view.number("triangles")) > 1000,
        "the whole density",
      );
    });
  }
} finally {
  await browser.close();
  await server.stop();
  workspace.dispose();
}

/** Both halves of the page, and each alone, turned by the keyboard. */
async function measureFrames(workbench: Workbench, points: number): Promise<void> {
  await workbench.openFile(`gyroid${points}`, "CHGCAR");
  const view = new CrystalView(workbench);
  await waitFor(
    async () => (await view.text("density")) === "whole" && (await view.number("triangles")) > 1000,
    "the whole density",
  );
  for (const half of ["Both", "Crystal", "Descriptor"]) {
    await new VoxelView(workbench).show(half);
    await workbench.page.waitForTimeout(1000);
    const triangles = await view.number("triangles");
    const overlay = half === "Descriptor" ? new VoxelView(workbench).overlay : view.overlay;
    print({ points, half, triangles, ...(await turn(overlay)) });
  }
  await workbench.closeAllEditors();
}

/**
 * A step with each frame of the window, for some seconds. Frames that were there in each half of the page, in a second;
 * and ms of processors for one, which other work on the machine does not lengthen much.
 */
async function turn(overlay: Locator): Promise<object> {
  const before = processorTime();
  const { frames, seconds, moving } = await overlay.evaluate(async (element, milliseconds) => {
    element.focus();
    const page = element.ownerDocument;
    const drawn = () =>
      [...page.querySelectorAll<HTMLElement>(".viewport")].map((one) => Number(one.dataset.frames ?? 0));
    const [first, began] = [drawn(), performance.now()];
    while (performance.now() - began < milliseconds) {
      element.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
      await new Promise(requestAnimationFrame);
    }
    const seconds = (performance.now() - began) / 1000;
    const moving = Number(page.body.dataset.triangles);
    return { frames: drawn().map((count, i) => count - (first[i] ?? 0)), seconds, moving };
  }, TURNING_MS);
  const after = processorTime();
  const shown = Math.max(1, ...frames);
  const perFrame = (name: string, at: number) => Number(((at - (before[name] ?? 0)) / shown).toFixed(1));
  const processor = Object.fromEntries(Object.entries(after).map(([name, at]) => [name, perFrame(name, at)]));
  return { moving, perSecond: frames.map((count) => Number((count / seconds).toFixed(1))), processor };
}

/** ms of processors that the browser's processes have taken, by what they are for. */
function processorTime(): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const pid of childrenOf(process.pid).filter((pid) => !server.processes().includes(pid)))
    try {
      const name = /--type=[a-z-]+/.exec(readFileSync(`/proc/${pid}/cmdline`, "utf8"))?.[0] ?? "other";
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ");
      // clock ticks of 10 ms: 14th and 15th of the file's fields, two of which are cut off
      sums[name] = (sums[name] ?? 0) + 10 * (Number(fields[11]) + Number(fields[12]));
    } catch {
      // It ended between the look and the reading.
    }
  return sums;
}

/**
 * The same file is opened and closed again and again; memory is looked at while nothing is open, at the end without
 * what caches would give back.
 */
async function measureMemory(workbench: Workbench, page: Page, what: string, open: () => Promise<void>): Promise<void> {
  await keepNoResponses(page);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  for (let round = 1; round <= rounds; round++) {
    await open();
    await workbench.closeAllEditors();
    if (round % SETTLED === 0) await printMemory(session, page, { what, round });
  }
  await session.send("Memory.simulatePressureNotification", { level: "critical" });
  await page.waitForTimeout(2000);
  await printMemory(session, page, { what: `${what}, caches given back`, round: rounds });
  await session.detach();
}

/**
 * Playwright watches the network, and a watched renderer keeps what it loads, for the watcher to read: the script of
 * each page that was ever opened, 2 MB a time. That is the measurement's memory, not the page's, and is switched off by
 * the session that Playwright itself holds.
 */
async function keepNoResponses(page: Page): Promise<void> {
  interface Inner {
    readonly delegate?: Delegate;
    readonly _delegate?: Delegate;
  }
  interface Delegate {
    readonly _mainFrameSession: { readonly _client: { send(method: string): Promise<unknown> } };
  }
  const outer = page as unknown as { readonly _connection: { toImpl(object: unknown): Inner } };
  const inner = outer._connection.toImpl(page);
  const delegate = inner.delegate ?? inner._delegate;
  if (delegate === undefined) throw new Error("This Playwright hides its session: memory would count what it keeps.");
  await delegate._mainFrameSession._client.send("Network.disable");
}

async function printMemory(
  session: CDPSession,
  page: Page,
  of: { readonly what: string; readonly round: number },
): Promise<void> {
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const count = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  const browserPids = childrenOf(process.pid).filter((pid) => !server.processes().includes(pid));
  print({
    ...of,
    frames: page.frames().length,
    // of the renderer that holds the window: what a page of ours would keep alive stands here
    documents: count("Documents"),
    nodes: count("Nodes"),
    listeners: count("JSEventListeners"),
    heapMB: Number((count("JSHeapUsedSize") / 2 ** 20).toFixed(1)),
    ...(await dumpAllocators(whole)),
    extensionMB: megabytes(server.processes()),
    browserMB: megabytes(browserPids),
  });
}

/** Resident memory of each process, by the last part of what it was started with. */
function megabytes(pids: readonly number[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const pid of pids) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ");
      const name = /worker\.js|--type=[a-z-]+|server-main/.exec(command)?.[0] ?? "other";
      const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
      sums[name] = Math.round((sums[name] ?? 0) + kilobytes / 1024);
    } catch {
      // It ended between the look and the reading.
    }
  }
  return sums;
}

function childrenOf(root: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [
          [Number(name), Number(/PPid:\s+(\d+)/.exec(readFileSync(`/proc/${name}/status`, "utf8"))?.[1])] as const,
        ];
      } catch {
        return [];
      }
    });
  const found = new Set([root]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  found.delete(root);
  return [...found];
}

/**
 * A density whose surface has as many triangles as the grid allows: sin x cos y + sin y cos z + sin z cos x, twice per
 * axis.
 */
function gyroid(points: number): string {
  const axis = Array.from({ length: points }, (_, i) => (4 * Math.PI * i) / points);
  const [sine, cosine] = [axis.map(Math.sin), axis.map(Math.cos)];
  const lines: string[] = [];
  let line = "";
  for (let z = 0; z < points; z++)
    for (let y = 0; y < points; y++)
      for (let x = 0; x < points; x++) {
        const value =
          (sine[x] ?? 0) * (cosine[y] ?? 0) + (sine[y] ?? 0) * (cosine[z] ?? 0) + (sine[z] ?? 0) * (cosine[x] ?? 0);
        line += ` ${(512 * (2 + value)).toExponential(8)}`;
        if (line.length > 70) {
          lines.push(line);
          line = "";
        }
      }
  const head = "gyroid\n1.0\n 8.0 0.0 0.0\n 0.0 8.0 0.0\n 0.0 0.0 8.0\nSi O\n1 1\nDirect\n 0.0 0.0 0.0\n 0.5 0.5 0.5\n";
  return `${head}\n ${points} ${points} ${points}\n${[...lines, line].join("\n")}\n`;
}

function print(result: object): void {
  console.log(JSON.stringify(result));
}
