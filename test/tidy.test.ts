// What the compiler cannot hold of the house's rules: which folder imports which, the manifest against the code, file lengths, names of dependencies.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

/** Room -> what it may import: rooms by prefix, packages by name. A room may always import itself. */
const ROOMS: Record<string, readonly string[]> = {
  "src/core/math": [],
  "src/core/text": [],
  "src/core/crystal": ["src/core/math", "src/core/text"],
  "src/core/formats": ["src/core/text", "src/core/math", "src/core/crystal", "src/core/descriptors/spectrum"],
  "src/core/descriptors": ["src/core/math", "src/core/crystal", "src/core/text"],
  "src/core/learning": ["src/core/math", "src/core/crystal", "src/core/text", "src/core/descriptors"],
  "src/core/plots": ["src/core/math", "src/core/text", "d3-scale"],
  "src/kernels": ["src/core"],
  "src/protocol": ["src/core"],
  "src/jobs": ["src/core", "src/kernels", "src/protocol", "node:", "csv-parse", "fflate", "fzstd", "h5wasm", "tinyglobby"],
  "src/worker": ["src/core", "src/kernels", "src/jobs", "src/protocol", "node:"],
  "src/cli": ["src/core", "src/jobs", "src/protocol", "node:", "commander", "cli-progress"],
  "src/host": ["src/core", "src/protocol", "node:", "vscode"],
  webview: ["src/core", "src/protocol", "three", "d3-scale-chromatic", "@vscode/webview-ui-toolkit"],
};

const sources = [...filesBelow("src"), ...filesBelow("webview")].filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"));
const rooms = Object.keys(ROOMS).sort((a, b) => b.length - a.length);

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder)).flatMap((name) => {
    const file = `${folder}/${name}`;
    if (name === "node_modules" || name === "out" || name === "dist") return [];
    return statSync(path.join(root, file)).isDirectory() ? filesBelow(file) : [file];
  });
}

function importsOf(file: string): string[] {
  const found = read(file).matchAll(/^\s*(?:import|export)\b[^"';]*?from\s*"([^"]+)"|^\s*import\s*"([^"]+)"|\bimport\("([^"]+)"\)/gm);
  return [...found].map((match) => {
    const target = match[1] ?? match[2] ?? match[3] ?? "";
    return target.startsWith(".") ? path.posix.join(path.posix.dirname(file), target) : target;
  });
}

const roomOf = (file: string) => rooms.find((room) => file === room || file.startsWith(`${room}/`));
const isAllowed = (target: string, allowed: readonly string[]) =>
  allowed.some(
    (entry) =>
      target === entry || target.startsWith(`${entry}/`) || (entry.endsWith(":") && target.startsWith(entry)) || target === `${entry}.js`,
  );

describe("the import graph", () => {
  it("lets each room import only what the architecture page allows", () => {
    const refused = sources.flatMap((file) => {
      const room = roomOf(file);
      if (room === undefined) return [`${file} stands in no room`];
      return importsOf(file)
        .filter((target) => !isAllowed(target, [room, ...(ROOMS[room] ?? [])]))
        .map((target) => `${file} imports ${target}`);
    });
    expect(refused).toEqual([]);
  });

  it("has no cycle", () => {
    const graph = new Map(sources.map((file) => [file, importsOf(file).map((target) => target.replace(/\.js$/, ".ts"))]));
    const state = new Map<string, "open" | "done">();
    const cycles: string[] = [];
    const visit = (file: string, trail: readonly string[]) => {
      if (state.get(file) === "done") return;
      if (state.get(file) === "open") {
        cycles.push([...trail.slice(trail.indexOf(file)), file].join(" -> "));
        return;
      }
      state.set(file, "open");
      for (const target of graph.get(file) ?? []) if (graph.has(target)) visit(target, [...trail, file]);
      state.set(file, "done");
    };
    for (const file of sources) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it("keeps the toolkit of the webviews' controls in one file", () => {
    expect(sources.filter((file) => importsOf(file).some((target) => target.startsWith("@vscode/webview-ui-toolkit")))).toEqual([
      "webview/ui/toolkit.ts",
    ]);
  });
});

describe("the files", () => {
  it("are at most 500 lines long", () => {
    const all = [...sources, ...filesBelow("test").filter((file) => /\.m?ts$/.test(file))];
    const long = all.map((file) => [file, read(file).split("\n").length] as const).filter(([, lines]) => lines > 500);
    expect(long).toEqual([]);
  });

  it("of the tests are all found by a runner", () => {
    const named = filesBelow("test").filter((file) => /\.test\.m?ts$/.test(file));
    const reached = named.filter((file) => /^test\/.*\.test\.ts$/.test(file));
    expect(named).toEqual(reached);
    expect(named.length).toBeGreaterThan(10);
  });

  it("of the documents stay short", () => {
    const lines = (file: string) => read(file).trimEnd().split("\n").length;
    expect(lines("README.md")).toBeLessThanOrEqual(100);
    expect(lines("src/ARCHITECTURE.md")).toBeLessThanOrEqual(150);
  });

  it("that documents link to exist", () => {
    const pages = [
      "README.md",
      "CONTRIBUTING.md",
      "CHANGELOG.md",
      ...["src", "media"].flatMap(filesBelow).filter((file) => file.endsWith(".md")),
    ];
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|command:|#)([^)#]+)/g)]
        .map((match) => path.join(path.dirname(page), match[1] ?? ""))
        .filter((target) => !existsSync(path.join(root, target)))
        .map((target) => `${page} links to ${target}`),
    );
    expect(dead).toEqual([]);
  });

  it("of core use neither console nor process nor the DOM", () => {
    const guilty = sources.filter((file) => file.startsWith("src/core") && /\b(console|process|document|window)\.\w/.test(read(file)));
    expect(guilty).toEqual([]);
  });
});

describe("the manifest", () => {
  const manifest = JSON.parse(read("package.json")) as Manifest;

  interface Manifest {
    dependencies?: Record<string, string>;
    devDependencies: Record<string, string>;
    contributes: { commands: { command: string; title: string }[]; menus: Record<string, { command?: string; when?: string }[]> };
  }

  it("declares exactly the commands that the host registers", () => {
    const host = sources.filter((file) => file.startsWith("src/host")).map(read);
    const declared = manifest.contributes.commands.map((entry) => entry.command);
    const unregistered = declared.filter((command) => !host.some((text) => text.includes(`"${command}"`)));
    expect(unregistered).toEqual([]);
    const registered = host.flatMap((text) =>
      [...text.matchAll(/(?:registerCommand|command)\(\s*"(r3dvs\.[\w.]+)"/g)].map((match) => match[1]),
    );
    expect(registered.filter((command) => command !== undefined && !declared.includes(command))).toEqual([]);
  });

  it("gives every menu entry a `when` and a declared command", () => {
    const declared = new Set(manifest.contributes.commands.map((entry) => entry.command));
    for (const [menu, entries] of Object.entries(manifest.contributes.menus)) {
      for (const entry of entries) {
        expect(entry.when, `${menu}: ${entry.command}`).toBeTruthy();
        if (entry.command !== undefined) expect(declared).toContain(entry.command);
      }
    }
  });

  it("has every string in English and Japanese", () => {
    const english = JSON.parse(read("package.nls.json")) as Record<string, string>;
    const japanese = JSON.parse(read("package.nls.ja.json")) as Record<string, string>;
    expect(Object.keys(japanese).sort()).toEqual(Object.keys(english).sort());
    const used = [...read("package.json").matchAll(/"%([\w.-]+)%"/g)].map((match) => match[1] ?? "");
    expect(used.filter((key) => !(key in english))).toEqual([]);
  });

  it("names every dependency with its reason on the architecture page", () => {
    const page = read("src/ARCHITECTURE.md");
    const packages = [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.devDependencies)].filter(
      (name) => !name.startsWith("@types/"),
    );
    expect(packages.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it("ships the files it names", () => {
    const named = [...read("package.json").matchAll(/"\.\/(media\/[^"]+\.(?:json|svg|png|md))"/g)].map((match) => match[1] ?? "");
    expect(named.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });
});
