import { workbenchTest } from "../harness/scenario.ts";
import { makeWorkspace } from "../harness/workspace.ts";

workbenchTest(
  "VS Code lists the MCP server of R3DVS, starts it and counts its tools",
  {
    workspace: () => {
      const workspace = makeWorkspace("salt");
      workspace.write(
        "POSCAR",
        "NaCl\n1.0\n0 2.82 2.82\n2.82 0 2.82\n2.82 2.82 0\nNa Cl\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n",
      );
      return workspace;
    },
    settings: { "chat.disableAIFeatures": false },
  },
  async ({ workbench, page, screenshot }) => {
    const listServers = () => workbench.runCommand("MCP: List Servers");
    await listServers();
    await workbench.quickPickRow("R3DVS").click();
    await workbench.quickPickRow("Start Server").click();
    await page.locator(".panel .view-line", { hasText: /Discovered\s[1-9]\d*\stools/ }).waitFor();
    await listServers();
    await workbench.quickPickRow("R3DVS").filter({ hasText: "Running" }).waitFor();
    await screenshot("mcp-server");
    await page.keyboard.press("Escape");
  },
);
