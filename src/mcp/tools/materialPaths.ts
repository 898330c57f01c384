import { resolvePaths, type Wanted } from "../../jobs/dataset/materialFiles.js";
import { UsageError } from "../../jobs/files/usageError.js";
import { resolveAll, type ToolContext } from "../mcpTool.js";

/** In one call: what takes longer is work for the command line. */
const MAX_MATERIALS = 2000;

/** Paths that may be read, and how many materials they hold. Throws `UsageError`. */
export async function materialPaths(
  paths: readonly string[],
  context: ToolContext,
  wanted: Wanted = "density",
): Promise<{ readonly places: readonly string[]; readonly total: number }> {
  const places = await resolveAll(paths, context);
  const { materials } = await resolvePaths(places, wanted);
  const total = materials.length;
  if (total > MAX_MATERIALS)
    throw new UsageError(`${total} materials are too many for one call; name at most ${MAX_MATERIALS}`);
  return { places, total };
}

/** A material that could not be used, with its first problems. */
export function failureOf({ id, file, problems }: Record<string, unknown>): object {
  return { id, file, problems: Array.isArray(problems) ? problems.slice(0, 5) : [] };
}
