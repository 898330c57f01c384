import { expect, test } from "vitest";
import { readMaterial } from "../../../src/jobs/spectra/readMaterial.js";
import { copiesAmong, densityKey } from "../../../src/jobs/study/copiesAmong.js";
import { someValues, temporaryFile, volumetricText } from "../densities/volumetricText.js";

test("a density that is there twice is left out but for the first; another is not, however near", async () => {
  const values = someValues(120, 3).map((value) => 6 + Math.abs(value));
  const text = volumetricText({ grid: [4, 5, 6], blocks: [values] });
  const near = volumetricText({
    grid: [4, 5, 6],
    blocks: [values.map((value, index) => (index === 7 ? value * 1.000001 : value))],
  });
  const read = async (id: string, content: string) => {
    const { value } = await readMaterial(
      { id, file: temporaryFile("CHGCAR", content) },
      { spacing: 0.4, component: "total" },
    );
    if (!value) throw new Error("no material");
    return { id, key: densityKey(value) };
  };
  const titled = text.replace(/^[^\n]*/, "another title");
  const materials = [await read("a", text), await read("b", near), await read("c", titled), await read("d", text)];
  const copies = copiesAmong(materials);
  expect(copies.map(({ material, problem: { severity, args } }) => [material.id, severity, ...args])).toEqual([
    ["c", "error", "a"],
    ["d", "error", "a"],
  ]);
});
