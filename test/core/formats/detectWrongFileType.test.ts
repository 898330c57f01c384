import { describe, expect, test } from "vitest";
import { detectWrongFileType } from "../../../src/core/formats/detectWrongFileType.js";
import { Random } from "../../../src/core/math/random.js";

/** Bytes, each taken for a character, as files of unknown kinds have them. */
function bytes(seed: number, length: number): string {
  const random = new Random(seed);
  return String.fromCharCode(...Array.from({ length }, () => Math.floor(256 * random.uniform())));
}

describe("the start of a file", () => {
  test("that is no text is never said to have other line ends", () => {
    for (let seed = 0; seed < 200; seed++) {
      const found = detectWrongFileType(bytes(seed, 400).replaceAll("\n", "\r"));
      expect(found?.message, `seed ${seed}`).not.toMatch(/line endings/);
      expect(found, `seed ${seed}`).toBeDefined();
    }
  });

  test("of a text with carriage returns alone is told so", () => {
    const found = detectWrongFileType("MgO\r1.0\r4.2 0 0\r");
    expect(found).toMatchObject({ line: 1, column: 4, message: "lines end with CR only: convert the line endings" });
    expect(detectWrongFileType("MgO\r\n1.0\r\n")).toBeUndefined();
  });
});
