import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { cutoffOfSpacing } from "../../core/descriptors/r3dvs.js";
import { storesDensity, type VolumetricKind } from "../../core/formats/volumetric.js";
import type { EncodeSettings } from "../../protocol/workerMethods.js";
import type { MaterialFile } from "../dataset/materialFiles.js";
import { softwareVersion } from "../files/version.js";
import type { EncodedMaterial } from "./material.js";
import { readSpectrum, type SpectrumOrigin, writeSpectrum } from "./spectrumFile.js";

/**
 * Spectra that were read before, in `<dataset>/.r3dvs/spectra/<component>-<dL>/<id>.npz`. One counts only while the file's size and
 * time, the software and the settings are those it was made with. Nothing else of a dataset is ever written.
 */
export class SpectrumCache {
  constructor(
    private readonly folder: string,
    private readonly settings: Pick<EncodeSettings, "spacing" | "component">,
  ) {}

  /** The material if its file has not changed since; undefined otherwise. */
  read(entry: MaterialFile): EncodedMaterial | undefined {
    const found = readSpectrum(this.fileOf(entry.id));
    const origin = originOf(entry.file, this.settings);
    if (found === undefined || origin === undefined) return undefined;
    if (lacksFunctionals(found.material, origin)) return undefined;
    return sameOrigin(found.origin, origin) ? { ...found.material, id: entry.id, file: entry.file } : undefined;
  }

  /** Throws `WriteError`. */
  write(material: EncodedMaterial): void {
    const origin = originOf(material.file, this.settings);
    if (origin !== undefined) writeSpectrum(this.fileOf(material.id), material, origin);
  }

  private fileOf(id: string): string {
    return path.join(this.folder, `${this.settings.component}-${this.settings.spacing}`, `${safeName(id)}.npz`);
  }
}

/** Where a dataset's `.r3dvs` stands; for one that cannot be written, a folder of its own in the user's cache. Makes nothing. */
export function privateFolder(dataset: string): string {
  const own = path.join(dataset, ".r3dvs");
  if (isWritable(existsSync(own) ? own : dataset)) return own;
  const key = createHash("sha256").update(path.resolve(dataset)).digest("hex").slice(0, 16);
  const home = process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache");
  return canBeMade(home) ? path.join(home, "r3dvs", key) : path.join(tmpdir(), `r3dvs-${key}`);
}

/** The origin a spectrum of this file would have now; undefined for a file that is gone. */
export function originOf(file: string, settings: Pick<EncodeSettings, "spacing" | "component" | "frame">): SpectrumOrigin | undefined {
  const facts = statSync(file, { throwIfNoEntry: false });
  if (facts === undefined) return undefined;
  const cutoff = cutoffOfSpacing(settings.spacing);
  const { component, frame } = settings;
  return {
    software: softwareVersion,
    component,
    cutoff,
    bytes: facts.size,
    modified: facts.mtimeMs,
    ...(frame !== undefined && { frame }),
  };
}

/** A file name of an id, whatever characters stand in it; two ids never share one. */
export function safeName(id: string): string {
  const plain = id.replace(/[^\w.-]/g, "_");
  const unchanged = plain === id && !plain.startsWith(".") && plain.length < 128;
  return unchanged ? plain : `${plain.slice(0, 64).replace(/^\.+/, "_")}-${createHash("sha256").update(id).digest("hex").slice(0, 12)}`;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function canBeMade(folder: string): boolean {
  return existsSync(folder) ? isWritable(folder) : path.dirname(folder) !== folder && canBeMade(path.dirname(folder));
}

/** Files that were written before functionals were kept. */
const lacksFunctionals = ({ kind, spectrum }: EncodedMaterial, { component }: SpectrumOrigin) =>
  component === "total" && isDensity(kind) && spectrum.functionals === undefined;

const isDensity = (kind: string) => storesDensity(kind as VolumetricKind);

const sameOrigin = (a: SpectrumOrigin, b: SpectrumOrigin) =>
  a.software === b.software &&
  a.component === b.component &&
  a.cutoff === b.cutoff &&
  a.bytes === b.bytes &&
  a.modified === b.modified &&
  a.frame === b.frame;
