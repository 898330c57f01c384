// How long the README's five minutes take: each step of "Five minutes" as a newcomer would do it, in the real
// workbench. Node 24, after ensureWorkbench(). Prints one object a line, for `npm run bench -- tour`; waiting for the
// machine alone counts, not reading.
import { launchBrowser } from "./harness/browser.ts";
import { CrystalView } from "./harness/crystalView.ts";
import { startServer } from "./harness/server.ts";
import { StudyView } from "./harness/studyView.ts";
import { answerTrust } from "./harness/trust.ts";
import { VoxelView } from "./harness/voxelView.ts";
import { Workbench } from "./harness/workbench.ts";
import { makeWorkspace } from "./harness/workspace.ts";

const PATIENCE_MS = 600_000;

const workspace = makeWorkspace("project");
workspace.write("notes.txt", "nothing yet\n");
const server = await startServer({ settings: { "r3dvs.builtInModels": true } });
const browser = await launchBrowser();
let total = 0;
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const first = new Workbench(page);
  await first.open(server, workspace.folder);
  const sample = await timed("open the sample: its density with atoms and cell", async () => {
    const opened = page.waitForEvent("popup");
    await first.runCommand("R3DVS: Open the Sample");
    await first.quickPickRow("Extension storage").click();
    const window = new Workbench(await opened);
    await answerTrust(window.page, true);
    await window.tab("CHGCAR.gz").waitFor();
    await window.webview.locator("body[data-atoms]").waitFor();
    return window;
  });
  const crystal = new CrystalView(sample);
  await timed("see the crystal with its surface and the voxels, and turn them", async () => {
    await crystal.waitUntilDrawn({ surface: true });
    await new VoxelView(sample).waitUntilDrawn();
    for (let i = 0; i < 6; i++) await crystal.overlay.press("ArrowLeft");
  });
  await timed("read the predictions", () => new VoxelView(sample).predictions.first().waitFor());
  const study = new StudyView(sample);
  await timed("train: questions answered, first result", async () => {
    const next = await sample.keptNotification("Next: train models of your own");
    await next.getByText("Train on this folder…").last().click();
    await sample.tickQuickPick("Band gap");
    await sample.acceptQuickInput(/Models to compare/);
    await sample.tickQuickPick("composition");
    await sample.tickQuickPickAlso("network on the voxels");
    await sample.acceptQuickInput(/Preset/);
    await sample.quickPickRow("Quick").click();
    await study.waitForState(["queued", "running", "finished"]);
  });
  await timed("train: finished", () => study.waitForState(["finished"], PATIENCE_MS));
  await timed("open the report", async () => {
    await study.action("report").click();
    await sample.tab(/^Report of/).waitFor();
    await sample.webview.locator("svg").first().waitFor();
  });
  console.log(JSON.stringify({ step: "all", seconds: Math.round(total) }));
} finally {
  await browser.close();
  await server.stop();
  workspace.dispose();
}

async function timed<T>(step: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  const seconds = (performance.now() - began) / 1000;
  total += seconds;
  console.log(JSON.stringify({ step, seconds: Number(seconds.toFixed(1)) }));
  return result;
}
