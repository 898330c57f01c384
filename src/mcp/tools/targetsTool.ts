import * as z from "zod";
import { eventsOf, firstOf, mcpTool, outputPlace, resolveAll, somePaths } from "../mcpTool.js";
import { failureOf } from "./materialPaths.js";

const MAX_ROWS = 300;

export const targetsTool = mcpTool({
  name: "targets",
  title: "Collect calculated properties",
  description:
    "Reads target properties of materials from their OUTCAR, vasprun.xml or EIGENVAL: energies in eV/atom, band gap in eV and others, one row per material. With output, where the server may write, the rows are written as targets.csv, which training takes.",
  input: {
    paths: somePaths(100, "datasets, folders of one material, or output files"),
    output: z.string().max(4096).optional().describe("a new .csv file"),
  },
  writes: true,
  call: async ({ paths, output }, context) => {
    const places = await resolveAll(paths, context);
    const place = await outputPlace(output, context, ".csv");
    const to = place === undefined ? [] : ["-o", place];
    const events = eventsOf(await context.run(["targets", ...to, "--", ...places]));
    const rows = events.filter(hasValues);
    const failed = events.filter((event) => !hasValues(event)).map(failureOf);
    return {
      ...firstOf("rows", rows, MAX_ROWS),
      ...firstOf("failed", failed, MAX_ROWS),
      ...(place !== undefined && { output: place }),
    };
  },
});

const hasValues = ({ id: _, problems: __, ...values }: Record<string, unknown>) => Object.keys(values).length > 0;
