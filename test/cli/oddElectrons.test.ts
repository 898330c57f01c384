import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { runCli, SAMPLE, temporaryFolder } from "./harness.js";

/** The parts of a CHGCAR with positions in fractions. */
function partsOf(text: string) {
  const lines = text.split("\n");
  const counts = (lines[6] ?? "").trim().split(/\s+/).map(Number);
  const atoms = counts.reduce((sum, count) => sum + count, 0);
  const places = lines.slice(8, 8 + atoms).map((line) => line.trim().split(/\s+/).slice(0, 3).map(Number));
  const [a = 0, b = 0, c = 0] = (lines[9 + atoms] ?? "").trim().split(/\s+/).map(Number);
  const values = lines
    .slice(10 + atoms)
    .join(" ")
    .trim()
    .split(/\s+/)
    .slice(0, a * b * c)
    .map(Number);
  return { head: lines.slice(0, 6), vectors: lines.slice(2, 5), counts, places, grid: [a, b, c] as const, values };
}

/** Twice the cell along a, with or without a density. */
function doubled(text: string, withDensity: boolean): string {
  const { head, vectors, counts, places, grid, values } = partsOf(text);
  const [a, b, c] = grid;
  const first = (vectors[0] ?? "")
    .trim()
    .split(/\s+/)
    .map((value) => 2 * Number(value));
  const twice = places.flatMap(([u = 0, v, w]) => [0, 1].map((k) => `${(u + k) / 2} ${v} ${w}`));
  const atoms = [
    ...head.slice(0, 2),
    first.join(" "),
    ...vectors.slice(1),
    head[5],
    counts.map((n) => 2 * n).join(" "),
    "Direct",
    ...twice,
    "",
  ];
  if (!withDensity) return atoms.join("\n");
  const rows = Array.from({ length: b * c }, (_, row) =>
    values
      .slice(row * a, (row + 1) * a)
      .map((value) => 2 * value)
      .join(" "),
  );
  return [...atoms, `${2 * a} ${b} ${c}`, ...rows.flatMap((row) => [row, row]), ""].join("\n");
}

test("an odd number of electrons in the primitive cell means no gap: of cell, supercell and structure alone", async () => {
  const root = temporaryFolder();
  const table = readFileSync(path.join(SAMPLE, "targets.csv"), "utf8")
    .trim()
    .split("\n")
    .map((row) => row.split(","));
  const place = table[0]?.indexOf("n_valence_electrons") ?? -1;
  const of = (isOdd: boolean) =>
    table
      .slice(1)
      .find(
        (row) => Number(row[3]) < 6 && (Number(row[place]) % 2 === 1) === isOdd && (isOdd || Number(row.at(-1)) > 3),
      )?.[0] ?? "";
  const files = (
    [
      ["odd", of(true)],
      ["even", of(false)],
    ] as const
  ).flatMap(([name, id]) => {
    const text = gunzipSync(readFileSync(path.join(SAMPLE, id, "CHGCAR.gz"))).toString("utf8");
    const forms = { CHGCAR: text, "CHGCAR.super": doubled(text, true), POSCAR: doubled(text, false) };
    return Object.entries(forms).map(([form, content]) => {
      const folder = path.join(root, `${name} ${form}`);
      mkdirSync(folder);
      writeFileSync(path.join(folder, form), content);
      return path.join(folder, form);
    });
  });
  const { events } = await runCli(["predict", "oxides", ...files, "--json"]);
  const gaps = files.map((file) => events.find((event) => event.file === file && event.target === "band_gap"));
  for (const gap of gaps.slice(0, 3))
    expect(gap).toMatchObject({ value: 0, sigma: 0, lower: 0, upper: 0, outOfDomain: false });
  for (const gap of gaps.slice(3)) {
    expect(gap?.value).toBeGreaterThan(1);
    expect(gap?.sigma).toBeGreaterThan(0);
  }
});
