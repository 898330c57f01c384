import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/**
 * The names and ids that published extensions for VASP's files claim, each in one of the two ways in which a manifest
 * can.
 */
const CLAIMED = [
  { id: "incar", filenamePatterns: ["INCAR", "INCAR{-,_,.,[0-9]}*"] },
  {
    id: "poscar",
    filenamePatterns: ["{POSCAR,CONTCAR}", "{POSCAR,CONTCAR}{-,_,.,[0-9]}*"],
    extensions: [".poscar", ".vasp"],
  },
  { id: "kpoints", filenames: ["KPOINTS", "KPOINTS.orig"], extensions: [".kpoints"] },
  { id: "outcar", filenames: ["OUTCAR"], extensions: [".outcar"] },
  { id: "oszicar", filenames: ["OSZICAR"] },
  { id: "eigenval", filenames: ["EIGENVAL"] },
  { id: "doscar", filenames: ["DOSCAR"] },
  { id: "xdatcar", filenames: ["XDATCAR"] },
];

const MAIN = `const vscode = require("vscode");
exports.activate = (context) => {
  const provideHover = () => new vscode.Hover("Said by another extension");
  context.subscriptions.push(vscode.languages.registerHoverProvider(${JSON.stringify(CLAIMED.map(({ id }) => id))}, { provideHover }));
};
`;

/**
 * Writes an extension which claims VASP's files as published ones do, and has a hover of its own. `publisher` decides
 * its place in the order of extensions. Returns its folder.
 */
export function makeForeignExtension(publisher: string): string {
  const folder = path.join(mkdtempSync(path.join(os.tmpdir(), "r3dvs-foreign-")), `${publisher}.vasp-files-1.0.0`);
  mkdirSync(folder);
  const manifest = {
    name: "vasp-files",
    publisher,
    version: "1.0.0",
    engines: { vscode: "^1.69.0" },
    main: "main.js",
    activationEvents: CLAIMED.map(({ id }) => `onLanguage:${id}`),
    contributes: { languages: CLAIMED },
  };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(path.join(folder, "main.js"), MAIN);
  return folder;
}
