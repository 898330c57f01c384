import assert from "node:assert/strict";
import { makeHostileWorkspace, openPipes, peakMemory, snapshot } from "../harness/hostileWorkspace.ts";
import { workbenchTest } from "../harness/scenario.ts";

/** An extension host with nothing to do holds some 200 MB; each of the bombs would be 2 GB or endless. */
const FLAT_MB = 700;

workbenchTest(
  "In Restricted Mode a hostile folder is known by its names alone, and nothing of it is written",
  { workspace: makeHostileWorkspace, trust: false },
  async ({ workbench, workspace, page, screenshot, server }) => {
    const before = snapshot(workspace.folder);
    const opened = new Set<string>();
    const note = (pipes: readonly string[]) => {
      for (const pipe of pipes) opened.add(pipe);
    };
    const watch = setInterval(() => note(openPipes(workspace)), 20);
    try {
      await workbench.openFile("hugePlanes", "vaspwave.h5");
      const frame = page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
      await frame
        .getByText(/too short for its/)
        .first()
        .waitFor();

      const rows = await workbench.openViewContainer("R3DVS");
      await rows
        .filter({ hasText: /oxides/ })
        .first()
        .waitFor();
      await screenshot("restricted-mode");
      for (const command of ["Open Report", "Stop Run", "Resume Run", "Delete Run…"]) {
        await workbench.runCommand(`R3DVS: ${command}`);
        const reason = workbench.notification("writes files and starts processes only in a trusted workspace");
        await reason.waitFor();
        await reason.press("Delete");
        await reason.waitFor({ state: "detached" });
      }
    } finally {
      clearInterval(watch);
    }
    assert.deepEqual([...opened], []);
    assert.deepEqual(snapshot(workspace.folder), before);
    const peak = peakMemory(server.processes());
    assert.ok(peak > 50 && peak < FLAT_MB, `${peak} MB`);
  },
);
