import path from "node:path";
import * as vscode from "vscode";
import { fileRole } from "../../core/formats/fileNames.js";
import { CRYSTAL_VIEW } from "../editors/crystalEditor.js";
import { VOXELS_VIEW } from "../editors/voxelEditor.js";
import type { DensityFinder } from "../files/densityFinder.js";
import type { LocalCopies } from "../files/localCopies.js";
import { chosenResources } from "./resources.js";

/** Opens a density, or the one beside a structure, as voxels. */
export async function showVoxels(services: DensityServices, first: unknown, selection: unknown): Promise<void> {
  const [uri] = chosenResources(first, selection);
  if (!uri) return;
  const density = (await zarrMark(uri)) ?? (await densityUri(services, uri));
  if (density === undefined) {
    await vscode.window.showWarningMessage(
      vscode.l10n.t("R3DVS: no CHGCAR in the folder of {0}.", path.basename(uri.path)),
    );
    return;
  }
  await vscode.commands.executeCommand("vscode.openWith", density, VOXELS_VIEW);
}

/** Editors open files, and a zarr group is a folder: the file in it that stands for it. */
async function zarrMark(uri: vscode.Uri): Promise<vscode.Uri | undefined> {
  if (!/\.zarr$/i.test(uri.path)) return undefined;
  for (const name of ["zarr.json", ".zgroup", ".zarray"]) {
    const mark = vscode.Uri.joinPath(uri, name);
    const isThere = await vscode.workspace.fs.stat(mark).then(
      () => true,
      () => false,
    );
    if (isThere) return mark;
  }
  return undefined;
}

/** Opens the crystal of a structure or trajectory; of a density, with its surfaces and voxels. */
export async function showCrystal(first: unknown, selection: unknown): Promise<void> {
  const [uri] = chosenResources(first, selection);
  if (!uri) return;
  const view = fileRole(uri.path) === "density" ? VOXELS_VIEW : CRYSTAL_VIEW;
  await vscode.commands.executeCommand("vscode.openWith", uri, view);
}

export interface DensityServices {
  readonly copies: LocalCopies;
  readonly densities: DensityFinder;
}

/** The density of a file, wherever both stand: the file itself or the one beside a structure. */
export async function densityUri(
  { copies, densities }: DensityServices,
  uri: vscode.Uri,
): Promise<vscode.Uri | undefined> {
  const local = await copies.acquireWithDensity(uri);
  try {
    const density = await densities.of(local.file);
    return density === undefined ? undefined : copies.uriOf(density);
  } finally {
    local.release();
  }
}
