// fast-check as the tests import it (see vitest.config.mjs): with one seed for all, so that a test fails always or
// never.
// `npm run fuzz` sets other seeds and prints them; a seed that fails there becomes a test of its own.
import fc from "../node_modules/fast-check/lib/fast-check.js";

const seed = Number(process.env.R3DVS_PROPERTY_SEED ?? 20_260_000);
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });

export * from "../node_modules/fast-check/lib/fast-check.js";
// biome-ignore lint/style/noDefaultExport: the tests import fast-check's default
export default fc;
