import * as vscode from "vscode";
import { meshFor, replaceMesh } from "../../core/language/kpoints/kpointsLanguage.js";
import { type ActionRequest, isStandardCell, runAction } from "../../core/language/poscar/poscarActions.js";
import type { Vector3 } from "../../core/math/matrix3.js";
import { toWorkspaceEdit } from "../language/editorTypes.js";
import type { RunContexts } from "../language/runContexts.js";
import type { CrystalJobs } from "../process/crystalJobs.js";

/** Changes the structure of an open POSCAR as one step that can be undone. */
export async function changeStructure(jobs: CrystalJobs, target: unknown, id: unknown): Promise<void> {
  const document = await documentAt(target);
  if (!document) return;
  const action = id as ActionRequest["id"];
  const request = isStandardCell(action) ? await standardCell(jobs, document, action) : await completeRequest(action);
  if (!request) return;
  await vscode.workspace.applyEdit(toWorkspaceEdit(document, runAction(document.getText(), request)));
}

/** What the symmetry search of the job process says of the text as it stands. */
async function standardCell(
  jobs: CrystalJobs,
  document: vscode.TextDocument,
  id: "primitive" | "conventional",
): Promise<ActionRequest | undefined> {
  const { version } = document;
  const { symmetry } = await jobs.call("symmetryOfText", { text: document.getText() });
  if (symmetry && document.version === version) return { id, cell: symmetry[id] };
  if (!symmetry)
    void vscode.window.showWarningMessage(vscode.l10n.t("R3DVS: no symmetry was found for this structure."));
  return undefined;
}

/** Asks for what an action needs; undefined where the user cancels. */
async function completeRequest(id: ActionRequest["id"]): Promise<ActionRequest | undefined> {
  if (id === "supercell") {
    const prompt = vscode.l10n.t("Copies along a, b and c");
    const entered = await vscode.window.showInputBox({
      prompt,
      value: "2 2 2",
      validateInput: (text) => (copiesOf(text) ? undefined : prompt),
    });
    const copies = entered === undefined ? undefined : copiesOf(entered);
    return copies && { id, copies };
  }
  if (id === "perturb") {
    const prompt = vscode.l10n.t("Length of the displacements in Å");
    const entered = await vscode.window.showInputBox({
      prompt,
      value: "0.05",
      validateInput: (text) => (Number(text) > 0 ? undefined : prompt),
    });
    return entered === undefined ? undefined : { id, length: Number(entered), seed: Date.now() };
  }
  return { id };
}

/** Three whole numbers from 1, of at most a million cells. */
function copiesOf(text: string): Vector3 | undefined {
  const numbers = text
    .trim()
    .split(/[\s,x×]+/)
    .map(Number);
  const [a = 0, b = 0, c = 0] = numbers;
  const whole = numbers.length === 3 && numbers.every((n) => Number.isInteger(n) && n >= 1);
  return whole && a * b * c <= 1e6 ? [a, b, c] : undefined;
}

/** Writes a Γ-centred mesh of a wanted spacing into a KPOINTS, for the cell of the POSCAR beside it. */
export async function generateMesh(contexts: RunContexts, target: unknown): Promise<void> {
  const document = await documentAt(target);
  if (!document) return;
  const { poscar } = await contexts.of(document);
  if (!poscar) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t("A mesh needs the lattice: there is no readable POSCAR beside this file."),
    );
    return;
  }
  const describe = (text: string) => (Number(text) > 0 ? meshFor(poscar.lattice, Number(text)).join(" × ") : undefined);
  const prompt = vscode.l10n.t("Largest spacing of the k-points in Å⁻¹ (2π included)");
  const entered = await vscode.window.showInputBox({
    prompt,
    value: "0.25",
    validateInput: (text) => {
      const mesh = describe(text);
      return mesh === undefined ? prompt : { message: mesh, severity: vscode.InputBoxValidationSeverity.Info };
    },
  });
  if (entered === undefined || describe(entered) === undefined) return;
  await vscode.workspace.applyEdit(
    toWorkspaceEdit(document, replaceMesh(document.getText(), poscar.lattice, Number(entered))),
  );
}

async function documentAt(target: unknown): Promise<vscode.TextDocument | undefined> {
  const uri = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
  return uri && vscode.workspace.openTextDocument(uri);
}
