import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const bundle = JSON.parse(readFileSync(path.join(root, "media/l10n/bundle.l10n.ja.json"), "utf8")) as Record<string, string>;

const sourcesIn = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(path.join(root, folder, name), "utf8"));

const unquote = (literal: string): string => literal.replace(/\\(["'\\])/g, "$1");

/** What the host says. */
const said = new Set(
  sourcesIn("src/host").flatMap((text) => [...text.matchAll(/l10n\.t\(\s*"((?:[^"\\]|\\.)*)"/g)].map((match) => unquote(match[1] ?? ""))),
);

const LITERAL = /"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`(?:[^`\\]|\\.)*`/g;
const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;
/** Said by these files, but not in a problem. */
const NOT_PROBLEMS = new Set(["Selective dynamics", "version https://git-lfs.github.com/spec/"]);

/** Templates reach `problem` through helpers too, so every sentence in a file that makes problems counts. */
const problems = new Set(
  [...sourcesIn("src/core/formats"), ...sourcesIn("src/jobs").filter((text) => /\bproblem\(/.test(text))]
    .flatMap((text) => [...text.replace(COMMENT, "").matchAll(LITERAL)])
    .map((match) => unquote(match[1] ?? match[2] ?? ""))
    .filter((text) => / /.test(text.trim()) && /[a-z]{2}/.test(text) && !NOT_PROBLEMS.has(text) && !/=>|\$\{|=== /.test(text)),
);

const slots = (text: string): string[] => [...text.matchAll(/\{\d+\}/g)].map(([slot]) => slot).sort();

describe("the Japanese bundle", () => {
  it("has every text of the host", () => {
    expect(said.size).toBeGreaterThan(60);
    expect([...said].filter((text) => !(text in bundle))).toEqual([]);
  });

  it("has every text of a problem", () => {
    expect(problems.size).toBeGreaterThan(40);
    expect([...problems].filter((text) => !(text in bundle))).toEqual([]);
  });

  it("holds nothing that is said no more", () => {
    expect(Object.keys(bundle).filter((text) => !said.has(text) && !problems.has(text))).toEqual([]);
  });

  it("keeps every slot and is Japanese", () => {
    for (const [english, japanese] of Object.entries(bundle)) {
      expect(slots(japanese), english).toEqual(slots(english));
      expect(japanese, english).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
    }
  });
});
