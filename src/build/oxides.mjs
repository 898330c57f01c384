// `npm run oxides [-- FOLDER]`: makes media/oxides, the compact dataset of the reproduction, from a folder of densities
// (default: ../shared/data/oxides).
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ensureInstalled, root } from "./install.mjs";
import { build, runNode } from "./processes.mjs";

const COLUMNS = [
  "id",
  "formula",
  "space_group",
  "n_atoms",
  "volume",
  "n_valence_electrons",
  "E_hartree_per_atom",
  "Exc_minus_Vxc_per_atom",
  "E_ewald_per_atom",
  "E_band_per_atom",
  "cohesive_energy_per_atom",
  "band_gap",
];

const source = path.resolve(process.argv[2] ?? path.join(root, "../shared/data/oxides"));
const folder = path.join(root, "media/oxides");

function chooseColumns(text) {
  const rows = text.trim().split(/\r?\n/);
  if (rows.some((row) => row.includes('"')))
    throw new Error("targets.csv has quoted cells, which this script does not read");
  const cells = rows.map((row) => row.split(","));
  const wanted = COLUMNS.map((name) => cells[0].indexOf(name));
  const missing = COLUMNS.filter((_, index) => wanted[index] < 0);
  if (missing.length > 0) throw new Error(`targets.csv lacks ${missing.join(", ")}`);
  return `${cells.map((row) => wanted.map((column) => row[column]).join(",")).join("\n")}\n`;
}

if (!existsSync(path.join(source, "targets.csv"))) throw new Error(`${source} is no dataset with targets.csv`);
await ensureInstalled();
await build();
mkdirSync(folder, { recursive: true });
rmSync(path.join(folder, "targets.csv"), { force: true });
const code = await runNode([path.join(root, "dist/cli.js"), "encode", source, "-o", folder, "--packed"]);
writeFileSync(path.join(folder, "targets.csv"), chooseColumns(readFileSync(path.join(source, "targets.csv"), "utf8")));
process.exitCode = code;
