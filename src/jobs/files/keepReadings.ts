import { statSync } from "node:fs";

/** Changes when the file does; empty where there is none. */
export function fileVersion(file: string): string {
  const facts = statSync(file, { throwIfNoEntry: false });
  return facts === undefined ? "" : `${facts.mtimeMs} ${facts.size} ${facts.ino}`;
}

/**
 * `read`, which gives what it gave the last time where nothing it depends on has changed since: `versionOf` says so,
 * empty for what is not to be kept. The `most` places that were read last are kept; what `read` throws is not.
 */
export function keepReadings<T>(
  most: number,
  versionOf: (place: string) => string,
  read: (place: string) => T,
): (place: string) => T {
  const kept = new Map<string, { readonly version: string; readonly value: T }>();
  return (place) => {
    const version = versionOf(place);
    const known = kept.get(place);
    kept.delete(place);
    const value = known !== undefined && known.version === version && version !== "" ? known.value : read(place);
    kept.set(place, { version, value });
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break;
      kept.delete(oldest);
    }
    return value;
  };
}
