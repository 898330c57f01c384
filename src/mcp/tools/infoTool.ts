import { eventsOf, firstOf, mcpTool, resolveAll, somePaths } from "../mcpTool.js";

const MAX_PROBLEMS = 20;

export const infoTool = mcpTool({
  name: "info",
  title: "Contents of VASP files",
  description:
    "Tells the contents of VASP files (CHGCAR, POSCAR, OUTCAR, vasprun.xml, INCAR, KPOINTS, EIGENVAL, XDATCAR and others): kind, formula, atoms, lattice in Å, volume in Å^3, grid, electrons, magnetic moments, energies, and problems with line and column.",
  input: { paths: somePaths(20, "files to read") },
  call: async ({ paths }, context) => {
    const places = await resolveAll(paths, context);
    const events = eventsOf(await context.run(["info", "--", ...places], { total: places.length }));
    return { files: events.map(withFewProblems) };
  },
});

function withFewProblems({ problems, ...facts }: Record<string, unknown>): object {
  return { ...facts, ...firstOf("problems", Array.isArray(problems) ? problems : [], MAX_PROBLEMS) };
}
