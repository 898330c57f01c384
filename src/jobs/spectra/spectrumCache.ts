import { statSync } from "node:fs";
import path from "node:path";
import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import { cutoffOfSpacing } from "../../core/descriptors/r3dvs.js";
import { storesDensity, type VolumetricKind } from "../../core/formats/volumetric.js";
import { safeName } from "../files/safeName.js";
import { softwareVersion } from "../files/version.js";
import type { EncodedMaterial } from "./material.js";
import type { MaterialFile } from "./materialFile.js";
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
