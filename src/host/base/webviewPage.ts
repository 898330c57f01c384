import * as vscode from "vscode";

/** The bundle of a view: `dist/webview/<name>.js` and `.css`. */
export type ViewName = "voxels" | "study";

/** What a webview may load: its bundles, nothing of the workspace. */
export const webviewOptions = (extension: vscode.Uri): vscode.WebviewOptions => ({
  enableScripts: true,
  localResourceRoots: [vscode.Uri.joinPath(extension, "dist", "webview")],
});

/**
 * The page of a view. Its script finds the texts of the editor's language as JSON in `#strings`; `kept` is in its
 * state, whatever it writes there.
 */
export async function webviewPage(
  webview: vscode.Webview,
  extension: vscode.Uri,
  view: ViewName,
  kept: object = {},
): Promise<string> {
  const nonce = makeNonce();
  const asset = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(extension, "dist", "webview", name)).toString();
  const policy = [
    "default-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    `img-src ${webview.cspSource} data: blob:`,
    `font-src ${webview.cspSource}`,
    `style-src ${webview.cspSource} 'unsafe-inline'`,
    `script-src 'nonce-${nonce}'`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${asset(`${view}.css`)}">
<title>R3DVS</title>
</head>
<body>
<main id="app"></main>
<script nonce="${nonce}" type="application/json" id="strings">${scriptJson(await viewStrings(extension))}</script>
<script nonce="${nonce}">${keepInState(kept)}</script>
<script nonce="${nonce}" src="${asset(`${view}.js`)}"></script>
</body>
</html>`;
}

/** 128 random bits, by what Node and browsers both have. */
const makeNonce = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A reload hands a page's state back to the host, which must find there what the page is about. */
function keepInState(kept: object): string {
  return `{
  const api = acquireVsCodeApi();
  const complete = (state) => ({ ...state, ...${scriptJson(kept)} });
  const shared = {
    postMessage: (message) => api.postMessage(message),
    getState: () => api.getState(),
    setState: (state) => api.setState(complete(state)),
  };
  shared.setState(api.getState());
  globalThis.acquireVsCodeApi = () => shared;
}`;
}

/** Japanese texts of the views by their English ones; none for every other language. */
export async function viewStrings(extension: vscode.Uri): Promise<Record<string, string>> {
  if (!vscode.env.language.startsWith("ja")) return {};
  try {
    const bytes = await vscode.workspace.fs.readFile(
      vscode.Uri.joinPath(extension, "webview", "ui", "strings.ja.json"),
    );
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, string>;
  } catch {
    return {};
  }
}

/** JSON that cannot end the script element it stands in. */
const scriptJson = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c");
