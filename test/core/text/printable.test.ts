import { expect, test } from "vitest";
import { csvText, textOfCell } from "../../../src/core/text/csvText.js";
import { printable, printableJson } from "../../../src/core/text/printable.js";
import { problem } from "../../../src/core/text/problem.js";

test("what a terminal obeys is written out, all else stays", () => {
  expect(printable("\u001b]0;title\u0007 \u009b31m \u202eabc α\t日本\n")).toBe(
    "\\x1b]0;title\\x07 \\x9b31m \\u202eabc α\t日本\n",
  );
  expect(printable("over\rwritten")).toBe("over\\x0dwritten");
});

test("JSON stays the same value", () => {
  const value = { id: "\u009b31m\u202e\u007f\u2028 α\n" };
  const text = printableJson(JSON.stringify(value));
  expect(text).toMatch(/^[\x20-\x7eα]*$/);
  expect(JSON.parse(text)).toEqual(value);
});

test.each(["=1+1", '=HYPERLINK("http://x", "y")', "+cmd", "-cmd|x", "@SUM(A1)", "\t=1", "\r=1"])(
  "no spreadsheet computes %j",
  (text) => {
    const cell = csvText(text);
    expect(cell.replace(/^"/, "")).toMatch(/^'/);
    const bare = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
    expect(textOfCell(bare)).toBe(text);
  },
);

test.each(["mp-1", "-1.5", "+2e-3", "a=b", "'quoted'", ""])("%j is written as it is", (text) => {
  expect(csvText(text)).toBe(text);
  expect(textOfCell(text)).toBe(text);
});

test("a message quotes no more of a file than people read", () => {
  const { message, args } = problem("error", { line: 1, column: 1 }, '"{0}" is no number', "9".repeat(1e6));
  expect(message.length).toBeLessThan(600);
  expect(String(args[0]).length).toBeLessThan(600);
});
