import assert from "node:assert/strict";
import { CrystalView } from "../harness/crystalView.ts";
import { look, luminance } from "../harness/pixels.ts";
import { type Scenario, workbenchTest } from "../harness/scenario.ts";
import { StudyView } from "../harness/studyView.ts";
import { makeTrainedWorkspace, TRAINED_RUN } from "../harness/trainedWorkspace.ts";

const THEMES = [
  { name: "dark", theme: "Dark Modern", kind: "vs-dark", isDark: true },
  { name: "high-contrast", theme: "Dark High Contrast", kind: "hc-black", isDark: true },
  { name: "high-contrast-light", theme: "Light High Contrast", kind: "hc-light", isDark: false },
  { name: "light", theme: "Light Modern", kind: "vs", isDark: false },
] as const;

const SIZES = [
  { size: "wide", viewport: { width: 1700, height: 1000 } },
  { size: "narrow", viewport: { width: 700, height: 900 } },
];

for (const { size, viewport } of SIZES) {
  workbenchTest(
    `Both views keep to the theme and fit a ${size} window`,
    { workspace: makeTrainedWorkspace, viewport },
    async (scenario) => {
      const { workbench } = scenario;
      const rows = await workbench.openViewContainer("R3DVS");
      await rows.filter({ hasText: TRAINED_RUN }).click();
      await new StudyView(workbench).waitForState(["finished"]);
      await workbench.hideSideBar();
      await checkThemes(scenario, "study", size);

      await workbench.openQuickly("mp-1778/CHGCAR.gz");
      // A narrow window shows the crystal alone, a wide one the voxels beside it.
      await new CrystalView(workbench).waitUntilDrawn({ surface: true });
      await checkThemes(scenario, "voxels", size);
    },
  );
}

/** The ground must be the theme's, something must stand out from it, and nothing may run out of the window. */
async function checkThemes({ workbench, screenshot }: Scenario, view: string, size: string): Promise<void> {
  for (const { name, theme, kind, isDark } of THEMES) {
    await workbench.chooseTheme(theme, kind);
    await screenshot(`${view}-${name}-${size}`);
    const { colors } = await look(workbench.webviewArea);
    const shades = colors.filter(({ pixels }) => pixels > 20).map(({ color }) => luminance(color));
    const ground = shades[0] ?? 0;
    assert.equal(ground < 0.4, isDark, `the ground of ${view} has luminance ${ground} in ${theme}`);
    assert.ok(Math.max(...shades) - Math.min(...shades) > 0.5, `${view} has no contrast in ${theme}`);
  }
  const overflow = await workbench.webview.locator("html").evaluate((page) => page.scrollWidth - page.clientWidth);
  assert.ok(overflow <= 1, `${view} is ${overflow} px wider than a ${size} window`);
}
