import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const bundle = JSON.parse(readFileSync(path.join(root, "media/l10n/bundle.l10n.ja.json"), "utf8")) as Record<
  string,
  string
>;

const sourcesIn = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(path.join(root, folder, name), "utf8"));

const unquote = (literal: string): string => literal.replace(/\\(["'\\])/g, "$1");

/** What the host says. */
const said = new Set(
  sourcesIn("src/host").flatMap((text) =>
    [...text.matchAll(/l10n\.t\(\s*"((?:[^"\\]|\\.)*)"/g)].map((match) => unquote(match[1] ?? "")),
  ),
);

const LITERAL = /"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`(?:[^`\\]|\\.)*`/g;
const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;
/** A marker of a file format that stands in a statement which makes a problem. */
const NOT_SAID = new Set(["version https://git-lfs.github.com/spec/"]);

interface Phrase {
  readonly text: string;
  /** Whether its statement makes a problem. Words that a problem takes as an argument may stand elsewhere. */
  readonly isProblem: boolean;
}

const reasons = readFileSync(path.join(root, "src/core/learning/domain/applicabilityDomain.ts"), "utf8");
const speaking = [...sourcesIn("src/jobs"), ...sourcesIn("src/core/crystal")].filter((text) =>
  /text\/problem/.test(text),
);
const phrases: readonly Phrase[] = [...sourcesIn("src/core/formats"), ...speaking, reasons]
  .map((text) => text.replace(COMMENT, ""))
  .flatMap((source) => [...source.matchAll(LITERAL)].map((match) => phraseOf(source, match)))
  .filter(({ text }) => / /.test(text.trim()) && /[a-z]{2}/.test(text) && !NOT_SAID.has(text));

function phraseOf(source: string, match: RegExpExecArray): Phrase {
  const before = source.slice(0, match.index);
  const statement = before.slice(Math.max(before.lastIndexOf(";"), before.lastIndexOf("\n\n")));
  return {
    text: unquote(match[1] ?? match[2] ?? ""),
    isProblem: /[pP]roblem|[rR]eport\(|reason\(|[tT]emplate/.test(statement),
  };
}

const slots = (text: string): string[] => [...text.matchAll(/\{\d+\}/g)].map(([slot]) => slot).sort();

describe("the Japanese bundle", () => {
  it("has every text of the host", () => {
    expect(said.size).toBeGreaterThan(60);
    expect([...said].filter((text) => !(text in bundle))).toEqual([]);
  });

  it("has every text of a problem", () => {
    const problems = phrases.filter((phrase) => phrase.isProblem).map((phrase) => phrase.text);
    expect(problems.length).toBeGreaterThan(40);
    expect(problems.filter((text) => !(text in bundle))).toEqual([]);
  });

  it("holds nothing that is said no more", () => {
    const known = new Set([...said, ...phrases.map((phrase) => phrase.text)]);
    expect(Object.keys(bundle).filter((text) => !known.has(text))).toEqual([]);
  });

  it("keeps every slot and is Japanese", () => {
    for (const [english, japanese] of Object.entries(bundle)) {
      expect(slots(japanese), english).toEqual(slots(english));
      expect(japanese, english).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
    }
  });
});
