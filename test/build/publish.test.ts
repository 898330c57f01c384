import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { publishProblems, publishSteps } from "../../src/build/publish.mjs";
import { SAMPLE, SAMPLE_IDS, temporaryFolder } from "../cli/harness.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const manifest = JSON.parse(read("package.json"));
const changelog = read("CHANGELOG.md");
const address = String(manifest.repository.url).replace(/^git\+|\.git$/g, "");

describe("publishing", () => {
  it("finds all that marketplaces want, and names what is missing", () => {
    expect(publishProblems({ manifest, changelog })).toEqual([]);
    const problems = (change: object) =>
      publishProblems({ manifest: { ...manifest, ...change }, changelog }).join("; ");
    expect(problems({ private: true })).toMatch(/private/);
    expect(problems({ qna: undefined })).toMatch(/no qna/);
    expect(problems({ repository: undefined })).toMatch(/no repository/);
    expect(problems({ bugs: { url: "https://example.org" } })).toMatch(/bugs is not below/);
    expect(problems({ version: "9.9.9" })).toMatch(/CHANGELOG\.md has no 9\.9\.9/);
    expect(problems({ version: "1.0.0-beta" })).toMatch(/three numbers/);
  });

  it("hands every file to both marketplaces and the command line to npm, early ones as such", () => {
    const steps = publishSteps({ files: ["a.vsix", "b.vsix"], archive: "r.tgz", preRelease: true });
    expect(steps.map(({ program, token }) => [program, token])).toEqual([
      ["vsce", "VSCE_PAT"],
      ["vsce", "VSCE_PAT"],
      ["npx", "OVSX_PAT"],
      ["npx", "OVSX_PAT"],
      ["npm", undefined],
    ]);
    expect(steps.slice(0, 4).every(({ args }) => args.includes("--pre-release"))).toBe(true);
    expect(steps[4]?.args).toEqual(["publish", "r.tgz", "--tag", "next"]);
    const late = publishSteps({ files: ["a.vsix"], archive: "r.tgz", preRelease: false }).flatMap(({ args }) => args);
    expect(late).not.toContain("--pre-release");
    expect(late).not.toContain("--tag");
  });

  it("has one address in all places", () => {
    for (const file of ["README.md", "CITATION.cff"]) {
      const found = read(file).match(/https:\/\/github\.com\/[\w-]+\/r3dvs[\w-]*/g) ?? [];
      expect([file, [...new Set(found)]]).toEqual([file, [address]]);
    }
    expect(manifest.homepage).toMatch(/#readme$/);
  });

  it("packs a command line that installs, runs and is removed, in an empty prefix", () => {
    const folder = temporaryFolder();
    const prefix = path.join(folder, "prefix");
    mkdirSync(prefix);
    const npm = (args: string[]) =>
      execFileSync("npm", args, {
        cwd: root,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        shell: process.platform === "win32",
      });
    // dist/ is there, and other tests use it: the bundles for people are made by `prepack`
    const [packed] = JSON.parse(npm(["pack", "--ignore-scripts", "--json", "--pack-destination", folder]));
    const names = (packed.files as { path: string }[]).map((file) => file.path);
    expect(names).toEqual(
      expect.arrayContaining(["dist/cli.js", "dist/mcpServer.js", "media/python/r3dvs.py", "README.md", "LICENSE"]),
    );
    expect(names.filter((name) => /\.map$|^src|^test|^webview|node_modules|\.node$/.test(name))).toEqual([]);
    npm(["install", "--global", "--prefix", prefix, "--offline", path.join(folder, packed.filename)]);
    const place = path.join(prefix, process.platform === "win32" ? "r3dvs.cmd" : "bin/r3dvs");
    const r3dvs = (...args: string[]) =>
      execFileSync(place, args, {
        cwd: folder,
        encoding: "utf8",
        shell: process.platform === "win32",
        stdio: ["ignore", "pipe", "pipe"],
      });
    expect(r3dvs("--version").trim()).toBe(manifest.version);
    const density = path.join(SAMPLE, SAMPLE_IDS[0] ?? "", "CHGCAR.gz");
    const told = r3dvs("predict", "oxides", density, "--json")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(told.length).toBeGreaterThan(3);
    expect(told.every(({ value }) => typeof value === "number")).toBe(true);
    r3dvs("encode", density, "-o", "one.npz", "--quiet");
    expect(existsSync(path.join(folder, "one.npz"))).toBe(true);
    npm(["uninstall", "--global", "--prefix", prefix, "r3dvs"]);
    expect(existsSync(place)).toBe(false);
  });
});
