// `npm run package [-- --target linux-x64 ...]`: VSIX files in out/package, one for each platform that has native
// kernels, and `universal` for the rest.
// Each is built in a folder of its own, minified and without source maps; dist/ of the checkout is left alone.
// `--unscanned` leaves out vsce's search for secrets (ten seconds), which tests need not repeat. `--pre-release` marks
// the VSIX files so. `--publish` also packs the command line for npm and hands all of it to the Marketplace, Open VSX
// and npm; with `--dry-run` it only checks and prints what would be called.
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ensureInstalled, ensurePackaging, root } from "./install.mjs";
import { crossCompile } from "./native.mjs";
import { noticesOf } from "./packageNotices.mjs";
import { run, runNode } from "./processes.mjs";
import { publishProblems, publishSteps } from "./publish.mjs";

/** VS Code's names of platforms; `universal` carries WebAssembly alone and installs on every one of them. */
const PLATFORMS = ["universal", "linux-x64", "linux-arm64", "win32-x64", "win32-arm64", "darwin-x64", "darwin-arm64"];
const CARRIED = [
  "LICENSE",
  "CHANGELOG.md",
  "package.nls.json",
  "package.nls.ja.json",
  "webview/ui/strings.ja.json",
  ".vscodeignore",
];
/** Of one VSIX; most of it are the sample and the models (packaged.test.ts holds code and texts to 5 MB). */
const LARGEST_BYTES = 13e6;
const output = path.join(root, "out/package");
const vsce = path.join(import.meta.dirname, "package/node_modules/@vscode/vsce/vsce");

async function main() {
  const flag = { type: "boolean", default: false };
  const options = {
    target: { type: "string", multiple: true },
    unscanned: flag,
    "pre-release": flag,
    publish: flag,
    "dry-run": flag,
  };
  const { values } = parseArgs({ options });
  if (values["dry-run"] && !values.publish) throw new Error("--dry-run belongs to --publish");
  if (values.publish) checkPublishing(values);
  const targets = values.target?.flatMap((names) => names.split(",")) ?? PLATFORMS;
  const unknown = targets.find((target) => !PLATFORMS.includes(target));
  if (unknown !== undefined) throw new Error(`--target takes ${PLATFORMS.join(", ")}, not ${unknown}`);
  await ensureInstalled();
  await ensurePackaging();
  mkdirSync(output, { recursive: true });
  const bundles = await bundle();
  // What one platform has more than another is compiled kernels: the first search for secrets stands for all.
  const files = [];
  for (const [i, target] of targets.entries())
    files.push(await pack(target, bundles, { ...values, scan: i === 0 && !values.unscanned }));
  if (values.publish) await publish(files, values);
}

/** Before minutes are spent on packing. */
function checkPublishing({ "pre-release": preRelease, "dry-run": isDry }) {
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const problems = publishProblems({ manifest, changelog: readFileSync(path.join(root, "CHANGELOG.md"), "utf8") });
  const steps = publishSteps({ files: [""], archive: "", preRelease });
  const missing = isDry
    ? []
    : [...new Set(steps.map(({ token }) => token))].filter((name) => name && !process.env[name]);
  problems.push(...missing.map((name) => `the environment has no ${name}`));
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

async function publish(files, { "pre-release": preRelease, "dry-run": isDry }) {
  const { name, version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const archive = path.join(output, `${name}-${version}.tgz`);
  if ((await run("npm", ["pack", "--silent", "--pack-destination", output])) !== 0)
    throw new Error("npm could not pack the command line");
  console.log(`${path.relative(process.cwd(), archive)}  ${(statSync(archive).size / 1e6).toFixed(1)} MB`);
  for (const { program, args, token } of publishSteps({ files, archive, preRelease })) {
    console.log(
      `${isDry ? "would call" : "calling"}: ${[program, ...args].join(" ")}${token ? `  (token in ${token})` : ""}`,
    );
    if (isDry) continue;
    const code = program === "vsce" ? await runNode([vsce, ...args]) : await run(program, args);
    if (code !== 0) throw new Error(`${program} ${args[0]} ended with exit code ${code}`);
  }
}

/** The bundles and kernels that every platform shares. */
async function bundle() {
  const folder = path.join(output, "dist");
  rmSync(folder, { recursive: true, force: true });
  const code = await runNode(["src/build/build.mjs", "--production", "--outdir", path.relative(root, folder)]);
  if (code !== 0) throw new Error("the build failed");
  return folder;
}

async function pack(target, bundles, { scan, publish: isPublic, "pre-release": preRelease }) {
  const stage = path.join(output, target);
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  for (const file of CARRIED) cpSync(path.join(root, file), path.join(stage, file), { recursive: true });
  cpSync(path.join(root, "media"), path.join(stage, "media"), {
    recursive: true,
    filter: (file) => path.basename(file) !== ".r3dvs",
  });
  cpSync(bundles, path.join(stage, "dist"), { recursive: true });
  if (target !== "universal") await addNative(target, path.join(stage, "dist/native"));
  writeFileSync(path.join(stage, "package.json"), JSON.stringify(shipped(manifest), undefined, 2));
  const inputs = JSON.parse(readFileSync(path.join(bundles, "inputs.json"), "utf8"));
  writeFileSync(path.join(stage, "THIRD-PARTY.txt"), noticesOf(inputs, root));
  writeFileSync(
    path.join(stage, "README.md"),
    selfContained(readFileSync(path.join(root, "README.md"), "utf8"), isPublic ? addressOf(manifest) : undefined),
  );
  const file = path.join(
    output,
    `${manifest.name}-${manifest.version}${target === "universal" ? "" : `-${target}`}.vsix`,
  );
  rmSync(file, { force: true });
  const platform = target === "universal" ? [] : ["--target", target];
  if (preRelease) platform.push("--pre-release");
  if (!scan) platform.push("--allow-package-all-secrets", "--allow-package-env-file");
  const options = [
    "--no-dependencies",
    "--no-rewrite-relative-links",
    "--allow-missing-repository",
    "--out",
    file,
    ...platform,
  ];
  const code = await runNode([vsce, "package", ...options], { cwd: stage, stdio: ["ignore", "ignore", "inherit"] });
  if (code !== 0) throw new Error(`vsce could not pack ${target}`);
  rmSync(stage, { recursive: true });
  const { size } = statSync(file);
  console.log(`${path.relative(process.cwd(), file)}  ${(size / 1e6).toFixed(1)} MB`);
  if (size > LARGEST_BYTES) throw new Error(`${path.basename(file)} is larger than ${LARGEST_BYTES / 1e6} MB`);
  return file;
}

/** The kernels compiled for a platform; kept in out/native, since a compilation takes up to minutes. */
async function addNative(target, folder) {
  const kept = path.join(root, "out/native");
  await crossCompile(target, kept);
  cpSync(path.join(kept, target), path.join(folder, target), {
    recursive: true,
    filter: (file) => !file.endsWith(".hash"),
  });
}

/**
 * The manifest without what only a checkout or npm needs: scripts would call files that are not packed. Its description
 * is translated.
 */
function shipped({ scripts: _scripts, devDependencies: _devDependencies, files: _files, ...manifest }) {
  return { ...manifest, description: "%description%" };
}

/** Bytes of a picture within the README. */
const MAX_PICTURE = 400_000;

const addressOf = ({ repository }) => repository.url.replace(/^git\+/, "").replace(/\.git$/, "");

/**
 * VS Code shows a README's pictures from https or from the text itself; links into the checkout lead nowhere from
 * there. `address`: of the published repository, where the pictures are then; without one they stand in the text, but
 * for the moving one, which is as large as all others.
 */
function selfContained(text, address) {
  // VS Code shows no SVG of a README: the figure of the comparison stays behind, its words do not.
  const pictures = text
    .replace(/<picture>.*?<\/picture>\s*/gs, "")
    .replace(/!\[([^\]]*)\]\((media\/[^)]+\.png)\)/g, (_, alt, file) => {
      if (address !== undefined) return `![${alt}](${address}/raw/HEAD/${file})`;
      const bytes = readFileSync(path.join(root, file));
      if (bytes.length > MAX_PICTURE) return `*${alt}*`;
      return `![${alt}](data:image/png;base64,${bytes.toString("base64")})`;
    });
  // VS Code's gallery refuses drawings in SVG: what they say stands in their alternative text.
  const drawings = pictures.replace(/!\[([^\]]*)\]\((?!https?:|data:)[^)]+\.svg\)/g, "*$1*");
  return drawings.replace(/(?<!!)\[([^\]]+)\]\((?!https?:|#|data:)[^)]+\)/g, "$1");
}

main().catch((error) => {
  console.error(`npm run package: ${error.message}`);
  process.exitCode = 1;
});
