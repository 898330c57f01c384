import { createHash } from "node:crypto";

/** Windows keeps these names for devices, with any ending, and drops a dot at the end. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)|\.$/i;

/**
 * A file name of an id, whatever characters stand in it; two ids never share one. `others`: names beside it, of which
 * one may differ in its case alone, which is the same file on macOS and Windows.
 */
export function safeName(id: string, others: readonly string[] = []): string {
  const plain = id.replace(/[^\w.-]/g, "_");
  const isAlone = others.every((other) => other === id || other.toLowerCase() !== id.toLowerCase());
  const unchanged = plain === id && !plain.startsWith(".") && plain.length < 128 && !RESERVED.test(plain) && isAlone;
  const front = RESERVED.test(plain) ? `_${plain}` : plain.replace(/^\.+/, "_");
  return unchanged ? plain : `${front.slice(0, 64)}-${createHash("sha256").update(id).digest("hex").slice(0, 12)}`;
}
