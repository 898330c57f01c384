// How the packed extension and the command line reach people: `npm run package -- --publish [--dry-run]
// [--pre-release]`. The tokens stand in the environment: VSCE_PAT (Marketplace), OVSX_PAT (Open VSX); npm asks its own
// configuration. Imports nothing that would have to be installed first.

/** The publisher of Open VSX, fetched from npm only to publish. */
const OVSX = "ovsx@1.4.0";

/** What a marketplace would refuse, or its visitors miss, in words; none where all is well. */
export function publishProblems({ manifest, changelog }) {
  const url = manifest.repository?.url?.replace(/^git\+/, "").replace(/\.git$/, "");
  const problems = [];
  if (manifest.private) problems.push("package.json is private");
  for (const key of ["name", "publisher", "version", "license", "icon", "homepage", "qna", "engines", "description"])
    if (!manifest[key]) problems.push(`package.json has no ${key}`);
  if (!/^https:\/\//.test(url ?? "")) problems.push("package.json has no repository with an https address");
  for (const [key, place] of [
    ["homepage", manifest.homepage],
    ["bugs", manifest.bugs?.url],
    ["qna", manifest.qna],
  ])
    if (url && !place?.startsWith(url)) problems.push(`${key} is not below the repository ${url}`);
  if (!changelog.split("\n").some((line) => line.trim() === `## ${manifest.version}`))
    problems.push(`CHANGELOG.md has no ${manifest.version}`);
  // the Marketplace knows no versions such as 1.2.0-beta
  if (!/^\d+\.\d+\.\d+$/.test(manifest.version ?? ""))
    problems.push(`${manifest.version} is no version of three numbers`);
  return problems;
}

/** Every command in its order: which program, with which words, and the variable that must hold a token. */
export function publishSteps({ files, archive, preRelease }) {
  const early = preRelease ? ["--pre-release"] : [];
  return [
    ...files.map((file) => ({
      program: "vsce",
      args: ["publish", "--packagePath", file, ...early],
      token: "VSCE_PAT",
    })),
    ...files.map((file) => ({ program: "npx", args: ["--yes", OVSX, "publish", file, ...early], token: "OVSX_PAT" })),
    { program: "npm", args: ["publish", archive, ...(preRelease ? ["--tag", "next"] : [])], token: undefined },
  ];
}
