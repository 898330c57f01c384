import { eventsOf, firstOf, mcpTool, resolveAll, somePaths } from "../mcpTool.js";

const MAX_PROBLEMS = 100;

export const checkTool = mcpTool({
  name: "check",
  title: "Check VASP inputs",
  description:
    "Checks VASP inputs before a calculation: INCAR, POSCAR, KPOINTS and the titles of POTCAR, each and against each other. Tells every error, warning and hint with file, line, column and a code. Nothing is changed.",
  input: { paths: somePaths(100, "inputs, or folders that hold them") },
  call: async ({ paths }, context) => {
    const places = await resolveAll(paths, context);
    const outcome = await context.run(["check", "--", ...places]);
    // no problems, no events
    const problems = outcome.code === 1 && outcome.events.length > 0 ? outcome.events : eventsOf(outcome);
    const count = (severity: string) => problems.filter((problem) => problem.severity === severity).length;
    return {
      errors: count("error"),
      warnings: count("warning"),
      hints: count("information"),
      ...firstOf("problems", problems, MAX_PROBLEMS),
    };
  },
});
