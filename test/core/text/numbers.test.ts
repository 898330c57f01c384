import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseInteger, parseReal } from "../../../src/core/text/numbers.js";

describe("parseReal", () => {
  it("reads what JavaScript writes, bit for bit", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
        Object.is(parseReal(String(value)), value + 0),
      ),
    );
  });

  it("reads Fortran's exponents", () => {
    expect(parseReal("2.5D-3")).toBe(2.5e-3);
    expect(parseReal("-.12d+02")).toBe(-12);
    expect(parseReal("0.12345678901-100")).toBe(0.12345678901e-100);
    expect(parseReal("-.98+101")).toBe(-0.98e101);
    expect(parseReal("5.")).toBe(5);
  });

  it("takes nothing else for a number, least of all for 0", () => {
    const words = [
      "",
      ".",
      "-",
      "+",
      "e5",
      "1e",
      "1e+",
      "1.2.3",
      "0x10",
      "1_000",
      "1,5",
      "NaN",
      "Infinity",
      "***",
      "1e999",
      "12abc",
      "--1",
      "3.1*^-3",
      " 1",
    ];
    for (const word of words) expect(parseReal(word), word).toBeUndefined();
  });
});

describe("parseInteger", () => {
  it("reads whole numbers alone", () => {
    expect(["12", "-3", "+4", "007"].map(parseInteger)).toEqual([12, -3, 4, 7]);
    for (const word of ["", "1.0", "1e3", "x", "99999999999999999999"])
      expect(parseInteger(word), word).toBeUndefined();
  });
});
