import path from "node:path";
import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import { cutoffOfSpacing } from "../../core/descriptors/r3dvs.js";
import { storesDensity, type VolumetricKind } from "../../core/formats/volumetric.js";
import { FILE_START, type Parsed, problem } from "../../core/text/problem.js";
import { reasonOf } from "../files/atomicFile.js";
import { safeName } from "../files/safeName.js";
import { storedFacts } from "../files/storedFacts.js";
import { softwareVersion } from "../files/version.js";
import type { EncodedMaterial } from "./material.js";
import type { MaterialFile } from "./materialFile.js";
import { readSpectrum, type SpectrumOrigin, writeSpectrum } from "./spectrumFile.js";

/**
 * Spectra that were read before, in `<dataset>/.r3dvs/spectra/<component>-<dL>/<id>.npz`. One counts only while the
 * file's size and time, the software and the settings are those it was made with. Nothing else of a dataset is ever
 * written.
 */
export class SpectrumCache {
  constructor(
    private readonly folder: string,
    private readonly settings: Pick<EncodeSettings, "spacing" | "component">,
  ) {}

  /**
   * The material if its file has not changed since; no value otherwise. A spectrum that is damaged is a warning: it is
   * read from the density again.
   */
  read(entry: MaterialFile): Parsed<EncodedMaterial> {
    const stored = this.fileOf(entry.id);
    const origin = originOf(entry.file, this.settings);
    if (origin === undefined) return { problems: [] };
    try {
      const found = readSpectrum(stored);
      // of an id that differs in its case the file is the same one on some disks
      if (found === undefined || found.material.id !== entry.id || !sameOrigin(found.origin, origin))
        return { problems: [] };
      if (lacksFunctionals(found.material, origin)) return { problems: [] };
      return { value: { ...found.material, id: entry.id, file: entry.file }, problems: [] };
    } catch (error) {
      const template = "{0} is damaged ({1}); the spectrum is made again";
      return { problems: [problem("warning", FILE_START, template, stored, reasonOf(error))] };
    }
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
export function originOf(
  file: string,
  settings: Pick<EncodeSettings, "spacing" | "component" | "frame">,
): SpectrumOrigin | undefined {
  const facts = storedFacts(file);
  if (facts === undefined) return undefined;
  const cutoff = cutoffOfSpacing(settings.spacing);
  const { component, frame } = settings;
  return {
    software: softwareVersion,
    component,
    cutoff,
    ...facts,
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
