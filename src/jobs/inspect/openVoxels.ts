import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import type { Problem } from "../../core/text/problem.js";
import type { CallOptions } from "../../protocol/rpc.js";
import type { VoxelViewData } from "../../protocol/voxelView.js";
import { zarrFolder } from "../densities/readZarrDensity.js";
import { materialId } from "../spectra/materialFile.js";
import { readMaterialMethod } from "../spectra/threadMethods.js";
import type { ThreadPool } from "../threads/threadPool.js";
import { pictureOf } from "./voxelPicture.js";

/**
 * What the voxel view shows of a file; without a picture when the wanted block gives no whole spectrum. Errors in other
 * blocks are shown beside it.
 */
export async function openVoxels(
  pool: ThreadPool,
  { file, settings }: { readonly file: string; readonly settings: EncodeSettings },
  options: CallOptions,
): Promise<{ picture?: VoxelViewData; problems: readonly Problem[] }> {
  const request = { entry: { id: materialId(file), file }, settings, reading: { threads: 2, hash: false } };
  const { value, problems } = await pool.run(readMaterialMethod, request, options);
  if (value === undefined) return { problems };
  return { picture: pictureOf({ ...value, file: zarrFolder(value.file) }, settings, problems), problems };
}
