import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as z from "zod";
import { numbersOf, textsOf } from "../../jobs/files/npy.js";
import { readNpz } from "../../jobs/files/npz.js";
import { LIMITS, readSmallFile } from "../../jobs/files/readSmallFile.js";
import { eventsOf, firstOf, mcpTool, outputPlace, somePaths } from "../mcpTool.js";
import { failureOf, materialPaths } from "./materialPaths.js";

const MAX_FAILED = 50;
/** Materials of which the whole matrix is told. */
const MAX_MATRIX = 25;
const NEAREST = 3;

export const describeTool = mcpTool({
  name: "describe",
  title: "Compare structures",
  description:
    "Computes descriptors of structures (POSCAR, CIF, CHGCAR) and how similar the materials are by them: SOAP with an average or REMatch kernel, or eigenvalues of Ewald, sine or Coulomb matrices with a Gaussian kernel. Tells the shape of the features, the most similar materials of each, and for up to 25 materials the kernel matrix. With output, where the server may write, the arrays ids, features and kernel are written for numpy (.npz).",
  input: {
    paths: somePaths(100, "structures, densities, folders of one material, or datasets"),
    descriptor: z.enum(["soap", "ewald", "sine", "coulomb"]).default("soap"),
    kernel: z
      .enum(["average", "rematch", "gaussian"])
      .optional()
      .describe("average or rematch for soap, gaussian for matrices"),
    output: z.string().max(4096).optional().describe("a new .npz file"),
  },
  writes: true,
  call: async ({ paths, descriptor, kernel, output }, context) => {
    const { places, total } = await materialPaths(paths, context, "atoms");
    const place = await outputPlace(output, context, ".npz");
    const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-mcp-"));
    try {
      const file = place ?? path.join(folder, "descriptors.npz");
      const options = ["--descriptor", descriptor, ...(kernel === undefined ? [] : ["--kernel", kernel])];
      const events = eventsOf(await context.run(["describe", "-o", file, ...options, "--", ...places], { total }));
      const failed = events.filter(({ event }) => event === "skipped").map(failureOf);
      const any = events.some(({ event }) => event === "encoded");
      return {
        ...(place !== undefined && { output: place }),
        ...(any && similarities(file)),
        ...firstOf("failed", failed, MAX_FAILED),
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

function similarities(file: string): object {
  const { arrays } = readNpz(readSmallFile(file, LIMITS.weights));
  const [ids, kernel, features] = ["ids", "kernel", "features"].map((name) => arrays.get(name));
  const names = ids === undefined ? [] : textsOf(ids);
  const values = kernel === undefined ? [] : Array.from(numbersOf(kernel) as Float64Array);
  const rows = names.map((_, i) => values.slice(i * names.length, (i + 1) * names.length));
  const materials = names.map((id, i) => {
    const others = names.flatMap((other, j) => (i === j ? [] : [{ id: other, similarity: rows[i]?.[j] ?? 0 }]));
    return { id, mostSimilar: others.sort((a, b) => b.similarity - a.similarity).slice(0, NEAREST) };
  });
  return {
    features: features?.shape,
    materials,
    ...(names.length <= MAX_MATRIX && { kernel: rows.map((row) => row.map((value) => Number(value.toPrecision(6)))) }),
  };
}
