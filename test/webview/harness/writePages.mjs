// Writes pages that show the built views outside VS Code: real voxels of sample oxides and a study made of spec-like
// numbers, in every theme.
// `npm run build && node test/webview/harness/writePages.mjs`, then open out/harness/voxels-dark.html (`?force2d` for
// the plain canvas, `?ja` for Japanese).
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "../../..");
const output = path.join(root, "out/harness");
const themes = JSON.parse(readFileSync(path.join(import.meta.dirname, "themes.json"), "utf8"));
const materials = process.argv.length > 2 ? process.argv.slice(2) : ["mp-10064", "mp-1215", "mp-10728"];

mkdirSync(output, { recursive: true });
for (const name of ["voxels", "study"].filter((view) => existsSync(path.join(root, `dist/webview/${view}.js`)))) {
  for (const type of ["js", "css"])
    cpSync(path.join(root, `dist/webview/${name}.${type}`), path.join(output, `${name}.${type}`));
}
cpSync(path.join(import.meta.dirname, "fakeHost.js"), path.join(output, "fakeHost.js"));
const strings = readFileSync(path.join(root, "webview/ui/strings.ja.json"), "utf8");
const { pictures, study } = await makeMessages();
writeFileSync(
  path.join(output, "data.js"),
  `window.harness = ${JSON.stringify({ pictures, study, strings: JSON.parse(strings) })};`,
);
for (const [name, theme] of Object.entries(themes)) {
  writeFileSync(
    path.join(output, `${name}.css`),
    `:root {\n${Object.entries(theme.variables)
      .map(([key, value]) => `  --vscode-${key}: ${value};`)
      .join("\n")}\n}\n`,
  );
  for (const view of ["voxels", "study"])
    writeFileSync(path.join(output, `${view}-${name}.html`), page(view, name, theme.class));
}

async function makeMessages() {
  const folder = mkdtempSync(path.join(root, "out/harness-"));
  const outfile = path.join(folder, "messages.cjs");
  const options = { bundle: true, platform: "node", format: "cjs", target: "node20", logLevel: "warning" };
  await build({
    ...options,
    absWorkingDir: root,
    entryPoints: ["test/webview/harness/messages.ts"],
    outfile,
    define: { __VERSION__: '"0"' },
  });
  try {
    const { makePictures, makeStudy } = createRequire(import.meta.url)(outfile);
    return {
      pictures: await makePictures(materials.map((id) => path.join(root, `media/sample/oxides/${id}/CHGCAR.gz`))),
      study: makeStudy(),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// The host's policy; the toolkit sets styles of its own.
function page(view, theme, bodyClass) {
  return `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data: blob:; style-src file: 'unsafe-inline'; script-src file:">
<link rel="stylesheet" href="${theme}.css">
<link rel="stylesheet" href="${view}.css">
<title>${view}</title>
<body class="${bodyClass}">
<main id="app"></main>
<script src="data.js"></script>
<script src="fakeHost.js"></script>
<script src="${view}.js"></script>
`;
}
