// Writes what follows from the table of settings (src/core/settings): the schema of r3dvs.json, the properties of tasks
// in the manifest and their English texts. `npm run settings`, after a change of the table; test/core/settings holds
// the files to it.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./install.mjs";
import { loadJob } from "./jobBundle.mjs";

const { studySchema } = await loadJob("src/core/settings/studySchema.ts");
const { taskProperties, taskTexts } = await loadJob("src/core/settings/taskProperties.ts");
const { MODELS } = await loadJob("src/jobs/models/modelNames.ts");
const place = (file) => path.join(root, file);
const write = (file, value) => writeFileSync(place(file), `${JSON.stringify(value, null, 2)}\n`);

write("media/schemas/r3dvs.schema.json", studySchema(MODELS));

const manifest = JSON.parse(readFileSync(place("package.json"), "utf8"));
const [task] = manifest.contributes.taskDefinitions;
const settings = taskProperties();
const others = Object.entries(task.properties).filter(([key]) => !(key in settings) && key !== "arguments");
task.properties = { ...Object.fromEntries(others), ...settings, arguments: task.properties.arguments };
write("package.json", manifest);

const texts = JSON.parse(readFileSync(place("package.nls.json"), "utf8"));
write("package.nls.json", { ...texts, ...taskTexts() });

const biome = path.join(root, "node_modules/@biomejs/biome/bin/biome");
const files = ["media/schemas/r3dvs.schema.json", "package.json", "package.nls.json"].map(place);
execFileSync(
  process.execPath,
  [biome, "format", "--write", `--config-path=${place("src/build/lint.json")}`, ...files],
  { cwd: root },
);
