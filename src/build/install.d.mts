/** Declared for the tests: see install.mjs. */
export function nodeProgram(version: "22" | "24"): string | undefined;
