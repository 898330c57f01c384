import { describe, expect, it } from "vitest";
import { parseKpoints } from "../../../src/core/formats/kpoints.js";

const read = (text: string) => parseKpoints(text).value;
const problemOf = (text: string) =>
  parseKpoints(text).problems.map(
    ({ severity, line, column, message }) => `${line}:${column}: ${severity}: ${message}`,
  );

describe("KPOINTS", () => {
  it("of every style", () => {
    expect(read("c\n0\nAuto\n 60\n")).toEqual({ comment: "c", style: "automatic", length: 60 });
    expect(read("c\n0 ! mesh\nGamma\n 8 8 4\n")).toEqual({ comment: "c", style: "gamma", divisions: [8, 8, 4] });
    expect(read("c\n0\nMonkhorst-Pack\n2 3 4 ! n\n0 0 .5")).toEqual({
      comment: "c",
      style: "monkhorst",
      divisions: [2, 3, 4],
      shift: [0, 0, 0.5],
    });
    expect(read("c\n0\nCartesian\n0.25 0 0\n0 0.25 0\n0 0 0.25\n.5 .5 .5")).toMatchObject({
      style: "generating vectors",
      cartesian: true,
      shift: [0.5, 0.5, 0.5],
      points: [{ coordinates: [0.25, 0, 0] }, { coordinates: [0, 0.25, 0] }, { coordinates: [0, 0, 0.25] }],
    });
    expect(read("c\n2\nReciprocal\n0 0 0 1 ! \\Gamma\n0.5 0 0 3\nTetrahedra\n1 1\n")).toEqual({
      comment: "c",
      style: "explicit",
      count: 2,
      cartesian: false,
      points: [
        { coordinates: [0, 0, 0], weight: 1, label: "\\Gamma" },
        { coordinates: [0.5, 0, 0], weight: 3 },
      ],
    });
    expect(read("path\n40\nLine-mode\nrec\n0 0 0 ! G\n0.5 0 0 ! X\n\n0.5 0 0 X\n0.5 0.5 0 M\n")).toEqual({
      comment: "path",
      style: "line",
      count: 40,
      cartesian: false,
      points: [
        { coordinates: [0, 0, 0], label: "G" },
        { coordinates: [0.5, 0, 0], label: "X" },
        { coordinates: [0.5, 0, 0], label: "X" },
        { coordinates: [0.5, 0.5, 0], label: "M" },
      ],
    });
  });

  it("locates what is missing or wrong", () => {
    expect(problemOf("")).toEqual(["1:1: error: the file is empty"]);
    expect(problemOf("c\nmany\n")).toEqual(["2:1: error: here the number of k-points is expected, 0 for a mesh"]);
    expect(problemOf("c\n0\nGamma\n 8 0 8\n")).toEqual([
      "4:4: error: here three whole numbers of at least 1 are expected",
    ]);
    expect(problemOf("c\n0\nGamma\n 8 8\n")).toEqual([
      "4:5: error: here three whole numbers of at least 1 are expected",
    ]);
    expect(problemOf("c\n2\nRec\n0 0 0 1\n")).toEqual(["4:8: error: here three numbers are expected"]);
    expect(problemOf("c\n1\nRec\n0 0 0\n")).toEqual(["4:6: warning: the weight of the k-point is missing"]);
    expect(problemOf("c\n9\nLine\nRec\n0 0 0\n0 0 1\n0 1 1\n")).toEqual([
      "7:1: error: a segment of the path needs two ends",
    ]);
  });

  it("takes commas between numbers for blanks, as Fortran does", () => {
    expect(parseKpoints("mesh\n0\nGamma\n4, 4,2\n0.5,0, 0\n").value).toMatchObject({
      divisions: [4, 4, 2],
      shift: [0.5, 0, 0],
    });
  });

  it("cut at any byte never throws", () => {
    const text = "path\n40\nLine-mode\nreciprocal\n0 0 0 ! G\n0.5 0 0 ! X\n";
    for (let end = 0; end < text.length; end++) {
      const { value, problems } = parseKpoints(text.slice(0, end));
      expect(value !== undefined || problems.length > 0, `cut at ${end}`).toBe(true);
      for (const { line, column } of problems)
        expect([line <= Math.max(1, text.slice(0, end).split("\n").length), column >= 1]).toEqual([true, true]);
    }
  });
});
