import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const japanese = JSON.parse(readFileSync(path.join(root, "webview/ui/strings.ja.json"), "utf8")) as Record<
  string,
  string
>;

/** Every text handed to `t` or, in plots, to `translate`. */
function usedTexts(): Set<string> {
  const used = new Set<string>();
  for (const file of [...sourcesBelow("webview"), ...sourcesBelow("src/core/plots")]) {
    const source = readFileSync(path.join(root, file), "utf8");
    for (const match of source.matchAll(/\b(?:t|translate)\(\s*"((?:[^"\\]|\\.)*)"/g)) used.add(match[1] ?? "");
    // A choice between two texts stands in one call each; anything else would escape this test.
    expect(source, file).not.toMatch(/(?<!function )\bt\(\s*[`(a-z]/);
  }
  return used;
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder)).flatMap((name) => {
    const file = `${folder}/${name}`;
    if (statSync(path.join(root, file)).isDirectory()) return sourcesBelow(file);
    return name.endsWith(".ts") ? [file] : [];
  });
}

test("every text of the views has a Japanese one, and none is left over", () => {
  expect(Object.keys(japanese).sort()).toEqual([...usedTexts()].sort());
});

test("translations keep every argument", () => {
  for (const [english, text] of Object.entries(japanese)) {
    const argumentsOf = (words: string) => [...new Set(words.match(/\{\d\}/g))].sort();
    expect(argumentsOf(text), english).toEqual(argumentsOf(english));
    expect(text.trim(), english).not.toBe("");
  }
});
