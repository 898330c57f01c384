// What imports what, read from the sources, and what the tables of the architecture page allow.
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "..");
export const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

/** Every file below a folder of the checkout, by its path from the root; not what was installed or built. */
export function filesBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder)).flatMap((name) => {
    const file = `${folder}/${name}`;
    if (name === "node_modules" || name === "out" || name === "dist") return [];
    return statSync(path.join(root, file)).isDirectory() ? filesBelow(file) : [file];
  });
}

/** The TypeScript of the product. */
export const sources: readonly string[] = [...filesBelow("src"), ...filesBelow("webview")].filter(
  (file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"),
);

/** Files as paths from the root, with their ending as written; packages by name. */
export function importsOf(file: string): string[] {
  const found = read(file).matchAll(
    /^\s*(?:import|export)\b[^"';]*?from\s*"([^"]+)"|^\s*import\s*"([^"]+)"|\bimport\("([^"]+)"\)/gm,
  );
  return [...found].map((match) => {
    const target = match[1] ?? match[2] ?? match[3] ?? "";
    return target.startsWith(".") ? path.posix.join(path.posix.dirname(file), target) : target;
  });
}

/** A folder of the page's tables and what it may import besides itself: folders by their path, packages by name. */
export interface Folder {
  readonly path: string;
  readonly allowed: readonly string[];
}

export const PAGE = "src/ARCHITECTURE.md";

/**
 * The folders as the page has them. The table headed `layer` says for each what it may import. A table headed by a
 * layer's path, or a list item that begins with one, has the layer's folders in order: each may import those before it,
 * what the layer may, and the packages of its third column.
 */
export function foldersOf(page: string): Folder[] {
  const tables = [...page.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => table.trim().split("\n").map(cellsOf));
  const [, , ...rows] = tables.find(([head]) => head?.[0] === "layer") ?? [];
  const layers = rows.map(([name = "", , allowed = ""]) => ({ path: quoted(name)[0] ?? "", allowed: quoted(allowed) }));
  return [...layers, ...layers.flatMap((layer) => inside(layer, tables, page))];
}

function inside(layer: Folder, tables: readonly string[][][], page: string): Folder[] {
  const [, , ...rows] = tables.find(([head]) => head?.[0] === `\`${layer.path}\``) ?? [];
  const listed = page.match(new RegExp(`^- \`${layer.path}\`: (.*)$`, "m"))?.[1] ?? "";
  const ordered =
    rows.length > 0
      ? rows.map(([name = "", , packages = ""]) => [quoted(name)[0], packages])
      : quoted(listed).map((n) => [n, ""]);
  const paths = ordered.map(([name]) => `${layer.path}/${name}`);
  return ordered.map(([, packages = ""], at) => ({
    path: paths[at] ?? "",
    allowed: [...layer.allowed, ...paths.slice(0, at), ...quoted(packages)],
  }));
}

const cellsOf = (line: string) =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

/** What stands in backticks; `a/{b,c}` stands for two. */
const quoted = (cell: string) =>
  [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, name = ""]) => {
    const [, before = "", choices, after = ""] = name.match(/^(.*)\{(.*)\}(.*)$/) ?? [];
    return choices === undefined ? [name] : choices.split(",").map((choice) => `${before}${choice}${after}`);
  });

/** The imports that the folders do not allow, and the files that stand in none. */
export function refusedImports(folders: readonly Folder[]): string[] {
  const byLength = [...folders].sort((a, b) => b.path.length - a.path.length);
  const layered = new Set(
    folders.map(({ path: place }) => place).filter((place) => folders.some((f) => f.path.startsWith(`${place}/`))),
  );
  return sources.flatMap((file) => {
    const folder = byLength.find(({ path: place }) => file.startsWith(`${place}/`));
    const isStray = folder === undefined || (layered.has(folder.path) && path.posix.dirname(file) !== folder.path);
    if (isStray) return [`${file} stands in no folder of the page`];
    const allowed = [folder.path, ...folder.allowed];
    return importsOf(file)
      .filter((target) => !allowed.some((entry) => isWithin(target, entry)))
      .map((target) => `${file} imports ${target}`);
  });
}

const isWithin = (target: string, entry: string) =>
  target === entry || target === `${entry}.js` || target.startsWith(entry.endsWith(":") ? entry : `${entry}/`);
