// What the compiler cannot hold: which folder imports which, the manifest against the code, file lengths, names of
// dependencies.
import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { filesBelow, foldersOf, importsOf, PAGE, read, refusedImports, root, sources } from "./importGraph.js";

describe("the import graph", () => {
  it("lets each folder import only what the tables of the architecture page allow", () => {
    const folders = foldersOf(read(PAGE));
    expect(folders.map(({ path: place }) => place)).toEqual(
      expect.arrayContaining(["src/jobs", "src/jobs/study", "src/host/base", "webview"]),
    );
    expect(folders.filter(({ path: place }) => !existsSync(path.join(root, place)))).toEqual([]);
    expect(refusedImports(folders)).toEqual([]);
  });

  it("would refuse a folder that imports one below it, and a package that is not its own", () => {
    const page = read(PAGE).replace(/ `tinyglobby` /, " ");
    const rows = page.match(/^\| `spectra` .*\n/m)?.[0] ?? "";
    const refused = refusedImports(foldersOf(page.replace(rows, "").replace(/^\| `files` /m, `${rows}| \`files\` `)));
    expect(refused).toContain("src/jobs/files/paths.ts imports tinyglobby");
    expect(refused).toContain("src/jobs/spectra/spectrumCache.ts imports src/jobs/files/safeName.js");
  });

  it("has no cycle", () => {
    const graph = new Map(
      sources.map((file) => [file, importsOf(file).map((target) => target.replace(/\.js$/, ".ts"))]),
    );
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
    expect(
      sources.filter((file) => importsOf(file).some((target) => target.startsWith("@vscode/webview-ui-toolkit"))),
    ).toEqual(["webview/ui/toolkit.ts"]);
  });
});

describe("the files", () => {
  it("are at most 500 lines long", () => {
    const all = [...sources, ...filesBelow("test").filter((file) => /\.m?ts$/.test(file))];
    const long = all.map((file) => [file, read(file).split("\n").length] as const).filter(([, lines]) => lines > 500);
    expect(long).toEqual([]);
  });

  it("have lines of at most 120 characters, but for texts within quotes, tables and links", () => {
    const quoted = /"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|'(?:[^'\\]|\\.)*'|\/(?:[^/\\]|\\.)+\//g;
    const isLong = (line: string) => [...line].length > 120;
    // what VASP writes stands as VASP writes it
    const tests = filesBelow("test").filter(
      (file) => /\.m?ts$/.test(file) && !/(?:outcar|vasprun)Text\.ts$/.test(file),
    );
    const wide = [...sources, ...tests].flatMap((file) => {
      // of a text over several lines the lines between are text too
      const code = read(file).replace(/(?<=[=(,:?{+>]\s*)`(?:[^`\\]|\\.)*`/g, (text) => text.replace(/[^\n]/g, ""));
      return code.split("\n").flatMap((line, i) => (isLong(line.replace(quoted, "")) ? [`${file}:${i + 1}`] : []));
    });
    expect(wide).toEqual([]);
    const pages = ["README.md", "CONTRIBUTING.md", "SECURITY.md", PAGE, "src/measurements.md", "src/python.md"];
    const prose = pages.flatMap((file) =>
      read(file)
        .split("\n")
        .flatMap((line, i) => (isLong(line) && !/^\s*[|!<]|^- `src|\]\(/.test(line) ? [`${file}:${i + 1}`] : [])),
    );
    expect(prose).toEqual([]);
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

  it("that npm locks have a check sum each, from no named host, and every one that another may want", () => {
    interface Locked {
      readonly link?: boolean;
      readonly integrity?: string;
      readonly resolved?: string;
      readonly optionalDependencies?: Record<string, string>;
    }
    const locks = [
      "package-lock.json",
      ...["src", "test"].flatMap(filesBelow).filter((file) => file.endsWith("/package-lock.json")),
    ];
    const wrong = locks.flatMap((lock) => {
      const { packages } = JSON.parse(read(lock)) as { packages: Record<string, Locked> };
      const names = Object.keys(packages);
      // npm refuses to install from a lock without them, on whichever platform they are meant for
      const isLocked = (name: string) => names.some((one) => `/${one}`.endsWith(`/node_modules/${name}`));
      return Object.entries(packages).flatMap(([name, { link, integrity, resolved, optionalDependencies }]) => [
        ...(name === "" || link || integrity?.startsWith("sha512-") ? [] : [`${lock}: ${name} has no sum`]),
        ...(resolved === undefined || link ? [] : [`${lock}: ${name} names a host`]),
        ...Object.keys(optionalDependencies ?? {})
          .filter((wanted) => !isLocked(wanted))
          .map((wanted) => `${lock}: ${name} may want ${wanted}`),
      ]);
    });
    expect(locks.length).toBeGreaterThan(3);
    expect(wrong).toEqual([]);
  });

  it("that documents link to exist", () => {
    const pages = [
      "README.md",
      "SECURITY.md",
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
    const guilty = sources.filter(
      (file) => file.startsWith("src/core") && /\b(console|process|document|window)\.\w/.test(read(file)),
    );
    expect(guilty).toEqual([]);
  });
});

describe("the manifest", () => {
  const manifest = JSON.parse(read("package.json")) as Manifest;

  interface Manifest {
    dependencies?: Record<string, string>;
    devDependencies: Record<string, string>;
    contributes: {
      commands: { command: string; title: string }[];
      menus: Record<string, { command?: string; when?: string }[]>;
    };
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
    const page = read(PAGE);
    const packages = [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.devDependencies)].filter(
      (name) => !name.startsWith("@types/"),
    );
    expect(packages.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it("ships the files it names", () => {
    const named = [...read("package.json").matchAll(/"\.\/(media\/[^"]+\.(?:json|svg|png|md))"/g)].map(
      (match) => match[1] ?? "",
    );
    expect(named.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });
});
