import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { positionOf, splitLines, tokenize, withoutComment } from "../../../src/core/text/tokens.js";

describe("tokens", () => {
  it("carry the column where they start", () => {
    expect(tokenize("  ab\t c\r")).toEqual([
      { text: "ab", column: 3 },
      { text: "c", column: 7 },
    ]);
    fc.assert(
      fc.property(fc.string(), (line) =>
        tokenize(line).every(({ text, column }) => line.slice(column - 1).startsWith(text)),
      ),
    );
  });

  it("stop at a comment", () => {
    expect(withoutComment(" 1 2 ! three")).toBe(" 1 2 ");
    expect(withoutComment("Fe # or not")).toBe("Fe ");
    expect(withoutComment("none")).toBe("none");
  });

  it("missing ones stand behind the line's text", () => {
    expect(positionOf(4, undefined, "ab  ")).toEqual({ line: 4, column: 3 });
    expect(positionOf(4, { text: "b", column: 2 }, "ab")).toEqual({ line: 4, column: 2 });
  });
});

describe("lines", () => {
  it("are the same with both line ends, with and without a last one", () => {
    for (const text of ["a\n\nb", "a\n\nb\n", "a\r\n\r\nb\r\n"]) expect(splitLines(text)).toEqual(["a", "", "b"]);
    expect(splitLines("")).toEqual([]);
  });
});
