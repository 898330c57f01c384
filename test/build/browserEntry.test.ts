import path from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

/** What a bundle for a browser leaves to its loader, and the sources it is made of. */
async function bundled(entry: string) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: "browser",
    format: "cjs",
    target: "es2022",
    external: ["vscode", "node:*"],
    logLevel: "silent",
  });
  const [output] = Object.values(metafile.outputs);
  return { left: output?.imports.map((one) => one.path) ?? [], sources: Object.keys(metafile.inputs) };
}

describe("the entry for VS Code for the Web", () => {
  it("needs nothing but VS Code, and has the languages in it", async () => {
    const { left, sources } = await bundled("src/host/browserExtension.ts");
    expect([...new Set(left)]).toEqual(["vscode"]);
    expect(sources).toContain("src/core/language/languages.ts");
    expect(sources.filter((file) => /node_modules|src\/(jobs|kernels)/.test(file))).toEqual([]);
  });

  it("has a web worker that needs nothing", async () => {
    const { left, sources } = await bundled("src/worker/browserWorker.ts");
    expect(left).toEqual([]);
    expect(sources).toContain("src/jobs/surfaces/bytesService.ts");
  });

  it("would be found out if it needed Node", async () => {
    expect((await bundled("src/host/extension.ts")).left).toContain("node:child_process");
  });
});
