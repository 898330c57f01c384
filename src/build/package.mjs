// `npm run package [-- --target linux-x64 ...]`: VSIX files in out/package, one for each platform that has native kernels, and `universal` for the rest.
// Each is built in a folder of its own, minified and without source maps; dist/ of the checkout is left alone. `--unscanned` leaves out
// vsce's search for secrets (ten seconds), which tests need not repeat.
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ensureInstalled, ensurePackaging, root } from "./install.mjs";
import { crossCompile } from "./native.mjs";
import { noticesOf } from "./packageNotices.mjs";
import { runNode } from "./processes.mjs";

/** VS Code's names of platforms; `universal` carries WebAssembly alone and installs on every one of them. */
const PLATFORMS = ["universal", "linux-x64", "linux-arm64", "win32-x64", "win32-arm64", "darwin-x64", "darwin-arm64"];
const CARRIED = ["LICENSE", "CHANGELOG.md", "package.nls.json", "package.nls.ja.json", "webview/ui/strings.ja.json", ".vscodeignore"];
const output = path.join(root, "out/package");

async function main() {
  const { values } = parseArgs({ options: { target: { type: "string", multiple: true }, unscanned: { type: "boolean", default: false } } });
  const targets = values.target?.flatMap((names) => names.split(",")) ?? PLATFORMS;
  const unknown = targets.find((target) => !PLATFORMS.includes(target));
  if (unknown !== undefined) throw new Error(`--target takes ${PLATFORMS.join(", ")}, not ${unknown}`);
  await ensureInstalled();
  await ensurePackaging();
  mkdirSync(output, { recursive: true });
  const bundles = await bundle();
  // What one platform has more than another is compiled kernels: the first search for secrets stands for all.
  for (const [i, target] of targets.entries()) await pack(target, bundles, i === 0 && !values.unscanned);
}

/** The bundles and kernels that every platform shares. */
async function bundle() {
  const folder = path.join(output, "dist");
  rmSync(folder, { recursive: true, force: true });
  const code = await runNode(["src/build/build.mjs", "--production", "--outdir", path.relative(root, folder)]);
  if (code !== 0) throw new Error("the build failed");
  return folder;
}

async function pack(target, bundles, scan) {
  const stage = path.join(output, target);
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  for (const file of CARRIED) cpSync(path.join(root, file), path.join(stage, file), { recursive: true });
  cpSync(path.join(root, "media"), path.join(stage, "media"), { recursive: true, filter: (file) => path.basename(file) !== ".r3dvs" });
  cpSync(bundles, path.join(stage, "dist"), { recursive: true });
  if (target !== "universal") await addNative(target, path.join(stage, "dist/native"));
  writeFileSync(path.join(stage, "package.json"), JSON.stringify(shipped(manifest), undefined, 2));
  const inputs = JSON.parse(readFileSync(path.join(bundles, "inputs.json"), "utf8"));
  writeFileSync(path.join(stage, "THIRD-PARTY.txt"), noticesOf(inputs, root));
  writeFileSync(path.join(stage, "README.md"), selfContained(readFileSync(path.join(root, "README.md"), "utf8")));
  const file = path.join(output, `${manifest.name}-${manifest.version}${target === "universal" ? "" : `-${target}`}.vsix`);
  rmSync(file, { force: true });
  const vsce = path.join(import.meta.dirname, "package/node_modules/@vscode/vsce/vsce");
  const platform = target === "universal" ? [] : ["--target", target];
  if (!scan) platform.push("--allow-package-all-secrets", "--allow-package-env-file");
  const options = ["--no-dependencies", "--no-rewrite-relative-links", "--allow-missing-repository", "--out", file, ...platform];
  const code = await runNode([vsce, "package", ...options], { cwd: stage, stdio: ["ignore", "ignore", "inherit"] });
  if (code !== 0) throw new Error(`vsce could not pack ${target}`);
  rmSync(stage, { recursive: true });
  console.log(`${path.relative(process.cwd(), file)}  ${(statSync(file).size / 1e6).toFixed(1)} MB`);
}

/** The kernels compiled for a platform; kept in out/native, since a compilation takes up to minutes. */
async function addNative(target, folder) {
  const kept = path.join(root, "out/native");
  await crossCompile(target, kept);
  cpSync(path.join(kept, target), path.join(folder, target), { recursive: true, filter: (file) => !file.endsWith(".hash") });
}

/** The manifest without what only a checkout needs: scripts would call files that are not packed. */
function shipped({ scripts: _scripts, devDependencies: _devDependencies, private: _private, ...manifest }) {
  return manifest;
}

/** VS Code shows a README's pictures from https or from the text itself; links into the checkout lead nowhere from there. */
function selfContained(text) {
  // VS Code shows no SVG of a README: the figure of the comparison stays behind, its words do not.
  const pictures = text.replace(/<picture>.*?<\/picture>\s*/gs, "").replace(/!\[([^\]]*)\]\((media\/[^)]+\.png)\)/g, (_, alt, file) => {
    return `![${alt}](data:image/png;base64,${readFileSync(path.join(root, file)).toString("base64")})`;
  });
  // VS Code's gallery refuses drawings in SVG: what they say stands in their alternative text.
  const drawings = pictures.replace(/!\[([^\]]*)\]\((?!https?:|data:)[^)]+\.svg\)/g, "*$1*");
  return drawings.replace(/(?<!!)\[([^\]]+)\]\((?!https?:|#|data:)[^)]+\)/g, "$1");
}

main().catch((error) => {
  console.error(`npm run package: ${error.message}`);
  process.exitCode = 1;
});
