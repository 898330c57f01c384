import * as z from "zod";
import { aPath, eventsOf, mcpTool } from "../mcpTool.js";

/** Of a profile: more tell an agent nothing. */
const MAX_POINTS = 200;

export const profileTool = mcpTool({
  name: "profile",
  title: "Planar average",
  description:
    "Averages a density or potential over the planes along an axis of the cell: z in Å and the mean over each grid plane, with window also the macroscopic average. Of a LOCPOT it also gives the vacuum level, and with the Fermi energy of an output beside it the work function in eV.",
  input: {
    path: aPath.describe("a CHGCAR, LOCPOT or other volumetric file"),
    axis: z.enum(["a", "b", "c"]).describe("axis of the cell"),
    block: z
      .enum(["total", "magnetization", "up", "down", "mean", "mx", "my", "mz", "|m|"])
      .optional()
      .describe("default: the first"),
    window: z.number().positive().max(1000).optional().describe("length of the macroscopic average in Å"),
  },
  call: async ({ path: given, axis, block, window }, context) => {
    const place = await context.folders.resolve(given);
    const options = [
      ...(block === undefined ? [] : ["--block", block]),
      ...(window === undefined ? [] : ["--window", String(window)]),
    ];
    const [profile = {}] = eventsOf(await context.run(["profile", "--axis", axis, ...options, "--", place]));
    const points = Array.isArray(profile.points) ? profile.points : [];
    const every = Math.ceil(points.length / MAX_POINTS);
    if (every <= 1) return profile;
    return { ...profile, points: points.filter((_, i) => i % every === 0), planes: points.length, shownEvery: every };
  },
});
