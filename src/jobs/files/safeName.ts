import { createHash } from "node:crypto";

/** A file name of an id, whatever characters stand in it; two ids never share one. */
export function safeName(id: string): string {
  const plain = id.replace(/[^\w.-]/g, "_");
  const unchanged = plain === id && !plain.startsWith(".") && plain.length < 128;
  return unchanged ? plain : `${plain.slice(0, 64).replace(/^\.+/, "_")}-${createHash("sha256").update(id).digest("hex").slice(0, 12)}`;
}
