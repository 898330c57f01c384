import path from "node:path";

/** The checkout. */
export const root = path.resolve(import.meta.dirname, "../../..");

/** What tests leave behind for people: git ignores it. */
export const output = path.join(root, "out");

/** The packages of this folder's own lockfile. */
export const packages = path.join(root, "test/workbench/node_modules");
