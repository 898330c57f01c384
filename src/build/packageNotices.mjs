// The licences of the packages inside the bundles: each asks that its notice goes with every copy.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** One text from the bundler's lists of inputs. Throws for a package whose licence cannot be told. */
export function noticesOf(metafiles, root) {
  const folders = new Set(
    metafiles.flatMap(({ inputs }) => Object.keys(inputs).map(packageFolder)).filter((folder) => folder !== undefined),
  );
  const notices = [...folders].sort().map((folder) => notice(path.join(root, folder), root));
  return `R3DVS contains the following packages.\n\n${notices.join(`\n${"-".repeat(80)}\n\n`)}`;
}

/** The folder of the innermost package that a source file belongs to; undefined for our own. */
function packageFolder(file) {
  const parts = file.replace(/^[\w-]+:/, "").split("/");
  const at = parts.lastIndexOf("node_modules");
  if (at < 0) return undefined;
  return parts.slice(0, at + (parts[at + 1].startsWith("@") ? 3 : 2)).join("/");
}

function notice(folder, root) {
  const { name, version, license, author, repository } = JSON.parse(
    readFileSync(path.join(folder, "package.json"), "utf8"),
  );
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notices?)([.-]\w+)*$/i.test(file));
  const texts = files.map((file) => readFileSync(path.join(folder, file), "utf8").trim());
  const holder = author?.name ?? author ?? `the authors of ${name}, ${repository?.url ?? repository}`;
  if (texts.length === 0 && offersMit(license)) texts.push(mitOf(holder, root));
  if (texts.length === 0) throw new Error(`${name} has no licence file to pack`);
  return `${name} ${version} (${license})\n\n${texts.join("\n\n")}\n`;
}

/** Whether it may be used under the MIT licence, in words of SPDX: `MIT`, `(MIT OR Apache-2.0)`. */
const offersMit = (license = "") =>
  license
    .replace(/[()]/g, "")
    .split(" OR ")
    .some((one) => one.trim() === "MIT");

/** The licence's own text for a package that only names it. */
function mitOf(author, root) {
  return readFileSync(path.join(root, "LICENSE"), "utf8")
    .trim()
    .replace(/^Copyright .*$/m, `Copyright (c) ${author}`);
}
