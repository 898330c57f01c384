import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** Pages of another extension that do one thing each, to be opened and closed as often as ours. */
export const CONTROLS = ["empty", "message", "webgl", "script"] as const;
export type Control = (typeof CONTROLS)[number];

/** Bytes: of what a density's page is sent, and of the script that it loads. */
const MESSAGE = 6_000_000;
const SCRIPT = 1_900_000;

/** Says in its body when it has done it: `data-done`. */
const PAGE = `<body><canvas></canvas><canvas></canvas><script>
const done = () => { document.body.dataset.done = "1"; };
const kind = "KIND";
if (kind === "empty") done();
if (kind === "message") {
  addEventListener("message", (event) => { if (event.data.bytes.byteLength === ${MESSAGE}) done(); });
  acquireVsCodeApi().postMessage("ready");
}
if (kind === "webgl") {
  for (const canvas of document.querySelectorAll("canvas")) {
    const gl = canvas.getContext("webgl2");
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, ${MESSAGE}, gl.STATIC_DRAW);
    gl.clear(gl.COLOR_BUFFER_BIT);
  }
  requestAnimationFrame(() => requestAnimationFrame(done));
}
</script>`;

const MAIN = `const vscode = require("vscode");
const page = ${JSON.stringify(PAGE)};
exports.activate = (context) => {
  const open = (kind) => (document, panel) => {
    panel.webview.options = { enableScripts: true };
    panel.webview.onDidReceiveMessage(() =>
      panel.webview.postMessage({ bytes: new Uint8Array(${MESSAGE}).fill(7).buffer }));
    const script = panel.webview.asWebviewUri(vscode.Uri.joinPath(context.extensionUri, "long.js"));
    panel.webview.html = page.replace("KIND", kind) + (kind === "script" ? '<script src="' + script + '"></script>' : "");
  };
  for (const kind of ${JSON.stringify(CONTROLS)})
    context.subscriptions.push(vscode.window.registerCustomEditorProvider("control." + kind, {
      openCustomDocument: (uri) => ({ uri, dispose() {} }),
      resolveCustomEditor: open(kind),
    }));
};
`;

/** Writes the extension, whose editors open files named `file.KIND`; returns its folder. */
export function makeControlPages(): string {
  const folder = path.join(mkdtempSync(path.join(os.tmpdir(), "r3dvs-control-")), "r3dvs-test.control-pages-1.0.0");
  mkdirSync(folder);
  const manifest = {
    name: "control-pages",
    publisher: "r3dvs-test",
    version: "1.0.0",
    engines: { vscode: "^1.69.0" },
    main: "main.js",
    contributes: {
      customEditors: CONTROLS.map((kind) => ({
        viewType: `control.${kind}`,
        displayName: kind,
        selector: [{ filenamePattern: `*.${kind}` }],
        priority: "default",
      })),
    },
  };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(path.join(folder, "main.js"), MAIN);
  const comment = "a line of a comment that does nothing at all\n".repeat(Math.ceil(SCRIPT / 45)).slice(0, SCRIPT);
  writeFileSync(path.join(folder, "long.js"), `document.body.dataset.done = "1";\n/* ${comment} */\n`);
  return folder;
}
