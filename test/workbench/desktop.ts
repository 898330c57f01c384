// Runs out/extension (the bundled tests of extension/) in VS Code's extension host; started by `npm run test:desktop
// [-- --server]`.
import path from "node:path";
import { downloadAndUnzipVSCode, runTests } from "@vscode/test-electron";
import { root } from "./harness/paths.ts";
import { makeSampleWorkspace } from "./harness/workspace.ts";

const shim = path.join(import.meta.dirname, "codeShim.ts");

/**
 * A VS Code of its own, if this machine has a screen and the network; else the server behind the shim, which takes the
 * same arguments.
 */
async function findVsCode(): Promise<string> {
  if (process.argv.includes("--server") || hasNoScreen() || !(await canDownload())) return shim;
  return downloadAndUnzipVSCode({ cachePath: path.join(root, "out/vscode") });
}

const hasNoScreen = () => process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;

const canDownload = () =>
  fetch("https://update.code.visualstudio.com/api/releases/stable", { signal: AbortSignal.timeout(10_000) }).then(
    (response) => response.ok,
    () => false,
  );

const workspace = makeSampleWorkspace({ count: 8 });
// The shim's own `#!/usr/bin/env node` must find this Node.
process.env.PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH ?? ""}`;
try {
  const vscodeExecutablePath = await findVsCode();
  console.log(
    vscodeExecutablePath === shim ? "On the VS Code server from npm packages." : `On ${vscodeExecutablePath}.`,
  );
  await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(import.meta.dirname, "out/extension/index.cjs"),
    launchArgs: [workspace.folder, "--disable-extensions"],
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  workspace.dispose();
}
