/// <reference path="../../kernels/webAssembly.d.ts" />
import { cutoffOfSpacing } from "../../core/descriptors/r3dvs.js";
import { baseName, volumetricKind, withoutCompression } from "../../core/formats/fileNames.js";
import { parsePoscar } from "../../core/formats/poscar.js";
import { Unpacker, type UnpackFormat } from "../../kernels/unpack/unpacker.js";
import { VolumetricKernel } from "../../kernels/volumetric/volumetric.js";
import type { CrystalMethods, FieldRequest } from "../../protocol/crystalView.js";
import type { Handlers } from "../../protocol/rpc.js";
import { readingOfFrame } from "../densities/readingOfFrame.js";
import { VolumetricStream } from "../densities/volumetricStream.js";
import { UsageError } from "../files/usageError.js";
import { pictureOf } from "../inspect/voxelPicture.js";
import { crystalData } from "./crystalData.js";
import { crystalOfBytes, framesOfBytes } from "./crystalOfBytes.js";
import { densityData, fieldFacts } from "./densityData.js";
import { FieldKernel } from "./fieldKernel.js";
import { type Field, fieldOf, type Grids } from "./gridFields.js";
import { GridSink } from "./gridSink.js";
import { gridsOf } from "./gridsOfReading.js";
import { insideOf } from "./insideOf.js";
import { integralsOf } from "./integrals.js";
import { isosurfaces } from "./isosurface.js";
import { lineOf, probeOf } from "./probeOf.js";
import { profileOf } from "./profileOf.js";
import { sliceOf } from "./sliceOf.js";
import { sphereOf } from "./sphereOf.js";
import { symmetryFinder } from "./symmetryFinder.js";
import { symmetryOf } from "./symmetryOf.js";

/** Compiled code of dist/kernels. */
export interface BrowserKernels {
  readonly volumetric: WebAssembly.Module;
  readonly surfaces: WebAssembly.Module;
  readonly moyo: WebAssembly.Module;
  readonly unpack: WebAssembly.Module;
}

/** Forms of packing that can be read without Node. */
const PACKING: Readonly<Record<string, UnpackFormat>> = { gz: "gzip", bz2: "bzip2", xz: "xz" };

type Opened = Awaited<ReturnType<CrystalMethods["openDensity"]>>;

/**
 * Answers the crystal and density view with files that are in memory, where there is neither a disk nor a process. Uses
 * no module of Node.
 */
export class BytesService {
  readonly #files = new Map<string, Uint8Array>();
  readonly #grids = new Map<string, Grids>();
  readonly #kernels: FieldKernel;
  readonly #findSymmetry;

  constructor(private readonly code: BrowserKernels) {
    this.#kernels = new FieldKernel(() => code.surfaces);
    this.#findSymmetry = symmetryFinder(() => code.moyo);
  }

  /**
   * Takes a file's bytes, in place of those of the same name. Throws UsageError for a form of packing that is not read
   * here.
   */
  put(file: string, bytes: Uint8Array): void {
    this.forget(file);
    this.#files.set(file, this.#unpacked(file, bytes));
  }

  forget(file: string): void {
    this.#files.delete(file);
    for (const key of [...this.#grids.keys()]) if (key.startsWith(`${file}\n`)) this.#grids.delete(key);
    this.#kernels.forget(file);
  }

  readonly handlers: Handlers<CrystalMethods> = {
    openStructure: ({ file, frame }) => {
      const { value, problems } = crystalOfBytes(nameOf(file), this.#bytes(file), frame);
      return { ...(value && { crystal: crystalData(file, value) }), problems };
    },
    openFrames: ({ file }) => {
      const { frames, rest } = framesOfBytes(nameOf(file), this.#bytes(file));
      const alike = frames.filter(({ fractional }) => fractional.length === frames[0]?.fractional.length);
      const lattices = Float64Array.from(alike.flatMap(({ lattice }) => lattice.flat()));
      const fractional = Float32Array.from(alike.flatMap((one) => [...one.fractional]));
      return { count: alike.length, lattices, fractional, problems: rest.problems };
    },
    sampleDensity: () => ({ problems: [] }),
    openDensity: (params) => this.#open(params),
    openOther: () => {
      throw new UsageError("fields of a second file need VS Code on a computer");
    },
    fieldFacts: (request) => fieldFacts(this.#field(request)),
    isosurface: ({ levels, closed, maxTriangles, colour, ...request }) => {
      const field = this.#field(request);
      const options = {
        levels,
        ...(closed !== undefined && { closed }),
        ...(maxTriangles !== undefined && { maxTriangles }),
        ...(colour && { colour: this.#field({ ...request, ...colour }) }),
      };
      return { unit: field.facts.unit, meshes: isosurfaces(this.#kernels, field, options) };
    },
    inside: (request) => insideOf(this.#kernels, this.#field(request), request),
    slice: (request) => sliceOf(this.#kernels, this.#field(request), request),
    profile: (request) => profileOf(this.#kernels, this.#field(request), request),
    line: (request) => lineOf(this.#kernels, this.#field(request), request),
    probe: (request) => probeOf(this.#kernels, this.#field(request), request.at),
    sphere: ({ centre, radius, ...request }) => sphereOf(this.#field(request), centre, radius),
    integrals: ({ cutoff, ...request }) =>
      integralsOf(this.#field(request).grids, cutoff, { codeFor: () => this.code.surfaces }),
    symmetry: ({ file, frame, tolerance }) => {
      const { value, problems } = crystalOfBytes(nameOf(file), this.#bytes(file), frame);
      const symmetry = value && symmetryOf(value.structure, this.#findSymmetry, tolerance);
      return { ...(symmetry && { symmetry }), problems };
    },
    symmetryOfText: ({ text, tolerance }) => {
      const { value, problems } = parsePoscar(text);
      const symmetry = value && symmetryOf(value, this.#findSymmetry, tolerance);
      return { ...(symmetry && { symmetry }), problems };
    },
    closeDensity: ({ file }) => this.forget(file),
  };

  #open({ file, frame, settings }: Parameters<CrystalMethods["openDensity"]>[0]): Opened {
    const kind = volumetricKind(nameOf(file)) ?? "CHGCAR";
    const cutoff = settings ? cutoffOfSpacing(settings.spacing) : 1;
    const sink = new GridSink(kind);
    const options = { kind, cutoff, transform: settings !== undefined, coefficients: false, keep: sink.keep };
    const stream = new VolumetricStream(
      { ...options, ...(frame !== undefined && { frame }) },
      new VolumetricKernel(this.code.volumetric),
    );
    stream.push(this.#bytes(file));
    stream.finish();
    if (!stream.frame) return { problems: stream.problems };
    const shown = stream.frames - (stream.fellBack ? 1 : 0);
    const facts = { kind, cutoff, preview: 0, truncated: stream.truncated, hash: "", bytes: this.#bytes(file).length };
    const { value, problems } = readingOfFrame(stream.frame, 1, { ...facts, frames: stream.frames, frame: shown });
    if (!value) return { problems };
    const grids = gridsOf(file, value, sink);
    if (grids) this.#grids.set(keyOf(file, frame), grids);
    const spectrum = value.blocks.find(({ name }) => name === (settings?.component ?? "total"))?.spectrum;
    const components = value.blocks.map(({ name }) => name);
    const frames = value.frames > 1 ? { frames: { count: value.frames, shown } } : {};
    const { structure, grid, electrons } = value;
    const material = spectrum && {
      ...{ id: file, file, hash: "", kind, structure, components, grid, spectrum },
      ...(electrons !== undefined && { electrons }),
      ...frames,
    };
    return {
      ...(grids && { density: densityData(grids) }),
      ...(material && settings && { voxels: pictureOf(material, settings, problems) }),
      problems,
    };
  }

  #field({ file, frame, field, terms }: FieldRequest): Field {
    if (terms?.length) throw new UsageError("sums and differences need VS Code on a computer");
    const key = keyOf(file, frame);
    const known = this.#grids.get(key);
    const problems = known ? [] : this.#open({ file, ...(frame !== undefined && { frame }) }).problems;
    const grids = known ?? this.#grids.get(key);
    if (!grids) throw new UsageError(problems[0]?.message ?? `${baseName(file)} holds no complete grid of values`);
    return fieldOf(grids, field);
  }

  #bytes(file: string): Uint8Array {
    const bytes = this.#files.get(file);
    if (!bytes) throw new UsageError(`${baseName(file)} is not open`);
    return bytes;
  }

  #unpacked(file: string, bytes: Uint8Array): Uint8Array {
    const form = /\.(gz|bz2|xz|zst)$/i.exec(file)?.[1]?.toLowerCase();
    if (form === undefined) return bytes;
    const packing = PACKING[form];
    if (packing === undefined) throw new UsageError(`.${form} files need VS Code on a computer`);
    const pieces = [...new Unpacker(this.code.unpack, packing).push(bytes, true)].map((piece) => piece.slice());
    const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}

const keyOf = (file: string, frame?: number): string => `${file}\n${frame ?? "last"}`;
const nameOf = (file: string): string => withoutCompression(baseName(file));
