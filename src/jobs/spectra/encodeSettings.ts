import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import { voxelsPerSide } from "../../core/descriptors/r3dvs.js";
import { UsageError } from "../files/usageError.js";

/** N of the settings. Throws `UsageError` where L/dL is no even integer. */
export function checkEncoding(settings: Pick<EncodeSettings, "spacing" | "length">): number {
  const size = voxelsPerSide(settings);
  if ("error" in size) throw new UsageError(size.error);
  return size.value;
}
