import { expect, test } from "vitest";
import { parsePymatgenStructure } from "../../../src/core/formats/pymatgenStructure.js";

const matrix = [
  [4, 0, 0],
  [0, 5, 0],
  [0, 0, 6],
];
const site = (element: string, abc: readonly number[]) => ({
  species: [{ element, occu: 1 }],
  abc,
  xyz: abc.map((x, axis) => x * (matrix[axis]?.[axis] ?? 0)),
  label: element,
});
const sites = [site("Zn", [0, 0, 0]), site("O", [0.25, 0.5, 0.75])];
const without = (key: string) => sites.map((one) => ({ ...one, [key]: undefined }));
const whole = { lattice: { matrix }, sites };

test.each<[string, unknown]>([
  ["as `as_dict` writes it", whole],
  ["in a list of one", [whole]],
  ["in a document", { structure: whole, task_id: "mp-1" }],
  ["in a Poscar in a document", { data: 1, structure: { structure: whole } }],
  ["as a text in a text", JSON.stringify(whole)],
  ["with rows for a lattice", { lattice: matrix, sites }],
  ["with lengths and angles", { lattice: { a: 4, b: 5, c: 6, alpha: 90, beta: 90, gamma: 90 }, sites }],
  ["with Cartesian coordinates alone", { lattice: { matrix }, sites: without("abc") }],
  ["with labels alone", { lattice: { matrix }, sites: without("species") }],
])("a structure of pymatgen is read %s", (_, given) => {
  const { value, problems } = parsePymatgenStructure(JSON.stringify(given));
  expect(problems).toEqual([]);
  expect([value?.lattice, value?.species, value?.counts]).toEqual([matrix, ["Zn", "O"], [1, 1]]);
  expect([...(value?.fractional ?? [])].map((x) => Number(x.toFixed(12)))).toEqual([0, 0, 0, 0.25, 0.5, 0.75]);
});

test.each<[string, unknown]>([
  ["no lattice", { sites }],
  ["a flat lattice", { lattice: { matrix: [matrix[0], matrix[0], matrix[2]] }, sites }],
  ["angles that span nothing", { lattice: { a: 4, b: 5, c: 6, alpha: 10, beta: 20, gamma: 170 }, sites }],
  ["no sites", { lattice: { matrix }, sites: [] }],
  ["a site without a place", { lattice: { matrix }, sites: [{ species: [{ element: "O", occu: 1 }] }] }],
  ["a text that is no JSON", "POSCAR"],
])("%s is refused", (_, given) => {
  const { value, problems } = parsePymatgenStructure(JSON.stringify(given));
  expect([value, problems[0]?.severity]).toEqual([undefined, "error"]);
});
