import { describe, expect, it } from "vitest";
import { XdatcarReader } from "../../../src/core/formats/xdatcar.js";

const head = (edge: number) => `made up
   1
 ${edge}.0 0.0 0.0
 0.0 4.0 0.0
 0.0 0.0 4.0
 Zn O
 1 1
`;
const frame = (x: number) => `  0.${x}0000000  0.00000000  0.00000000
  0.50000000  0.50000000  0.50000000
`;
const configuration = (number: number) => `Direct configuration=${String(number).padStart(6)}\n`;

function read(text: string, chunk = 50) {
  const reader = new XdatcarReader();
  for (let at = 0; at < text.length; at += chunk)
    reader.push(Uint8Array.from(text.slice(at, at + chunk), (c) => c.charCodeAt(0)));
  return reader.finish();
}

const first = ({ value }: ReturnType<typeof read>) => [
  value?.structure.lattice[0][0],
  value?.structure.fractional[0],
  value?.frames,
];

describe("XDATCAR", () => {
  it("of a fixed cell, a variable cell and VASP 4 tells its frames and the last one", () => {
    const fixed = head(4) + configuration(1) + frame(1) + configuration(2) + frame(2) + configuration(3) + frame(3);
    expect(read(fixed).problems).toEqual([]);
    expect(first(read(fixed))).toEqual([4, 0.3, 3]);
    expect(read(fixed).value?.structure).toMatchObject({ species: ["Zn", "O"], counts: [1, 1] });
    const variable = head(4) + configuration(1) + frame(1) + head(5) + configuration(2) + frame(2);
    expect(read(variable).problems).toEqual([]);
    expect(first(read(variable))).toEqual([5, 0.2, 2]);
    const old = `${head(4)} \n${frame(1)} \n${frame(2)}`;
    expect(read(old).problems).toEqual([]);
    expect(first(read(old))).toEqual([4, 0.2, 2]);
    for (const chunk of [1, 7, 1000]) expect(read(variable, chunk)).toEqual(read(variable));
  });

  it("cut within a frame tells the frames before it", () => {
    const text = `${head(4) + configuration(1) + frame(1) + configuration(2)}  0.2 0.0 0.0\n`;
    const { value, problems } = read(text);
    expect(value).toMatchObject({ frames: 1, truncated: true });
    expect(problems).toEqual([
      expect.objectContaining({ severity: "error", line: 12, message: "the file ends at atom 1 of 2 of frame 2" }),
    ]);
  });

  it("cut at any line never throws, and every problem has its place", () => {
    const lines = (head(4) + configuration(1) + frame(1) + head(5) + configuration(2) + frame(2)).split("\n");
    for (let count = 0; count < lines.length; count++) {
      const { value, problems } = read(lines.slice(0, count).join("\n"));
      expect(value !== undefined).toBe(count >= 10);
      if (value === undefined) expect(problems.length).toBeGreaterThan(0);
      for (const { line, column } of problems)
        expect([line >= 1, line <= Math.max(1, count), column >= 1]).toEqual([true, true, true]);
    }
  });

  it("locates a position that is none", () => {
    const text = head(4) + configuration(1) + frame(1).replace("0.50000000", "**********");
    expect(read(text).problems).toEqual([expect.objectContaining({ severity: "error", line: 10, column: 3 })]);
  });

  it("takes no memory for atoms that the file only claims", () => {
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    const { value, problems } = read(
      "a\n1\n4 0 0\n0 4 0\n0 0 4\nSi O\n4999999 5000000\nDirect configuration=     1\n0.1 0.2 0.3\n",
    );
    expect(value).toBeUndefined();
    expect(problems[0]?.message).toContain("1 of 9999999 ");
    expect(process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before).toBeLessThan(50e6);
  });
});
