import { parsePoscar } from "../../core/formats/poscar.js";
import type { CrystalMethods, FieldRequest, SurfaceRequest } from "../../protocol/crystalView.js";
import type { CallContext, Handlers } from "../../protocol/rpc.js";
import { zarrFolder } from "../densities/readZarrDensity.js";
import { UsageError } from "../files/usageError.js";
import { pictureOf } from "../inspect/voxelPicture.js";
import { materialId } from "../spectra/materialFile.js";
import { readMaterial } from "../spectra/readMaterial.js";
import { CombinedField } from "./combinedField.js";
import { crystalData } from "./crystalData.js";
import { densityData, fieldFacts } from "./densityData.js";
import { readEncodedCrystal } from "./encodedCrystal.js";
import { fermiEnergyBeside } from "./fermiEnergy.js";
import { FieldKernel } from "./fieldKernel.js";
import { type Field, fieldOf, type Grids, haveLikeCells } from "./gridFields.js";
import { GridSink } from "./gridSink.js";
import { gridsOf } from "./gridsOfReading.js";
import { insideOf } from "./insideOf.js";
import { integralsOf } from "./integrals.js";
import { ionChargesBeside } from "./ionCharges.js";
import { isosurfaces } from "./isosurface.js";
import { KeptGrids, stampOf } from "./keptGrids.js";
import { findSymmetry } from "./moyoSymmetry.js";
import { otherDensity } from "./otherDensity.js";
import { lineOf, probeOf } from "./probeOf.js";
import { profileOf } from "./profileOf.js";
import { readAllFrames, readCrystal } from "./readCrystal.js";
import { densityKind, readGrids } from "./readGrids.js";
import { readSample } from "./sampleGrid.js";
import { sliceOf } from "./sliceOf.js";
import { sphereOf } from "./sphereOf.js";
import { surfaceCode } from "./surfaceCode.js";
import { symmetryOf } from "./symmetryOf.js";

const SAMPLE = "sample";
const materialKey = (material: string) => `material ${material}`;
/** Where the descriptor's settings do not matter. */
const ANY_SETTINGS = { spacing: 0.4, length: 12.8, assignment: "nearest", component: "total" } as const;
const frameKey = (frame?: number) => (frame === undefined ? "last" : String(frame));

/** Everything that the crystal and density view asks of the job process, over grids that are kept between calls. */
export class DensityService {
  readonly kept: KeptGrids;
  readonly #kernels = new FieldKernel(surfaceCode);
  readonly #combined = new CombinedField((request, context: CallContext) => this.#grids(request, context));
  readonly #opening = new Map<string, Promise<unknown>>();

  constructor(limit?: number) {
    this.kept = new KeptGrids(limit);
  }

  readonly handlers: Handlers<CrystalMethods> = {
    openStructure: async ({ file, frame, material }, context) => {
      if (material !== undefined) {
        const { value, problems } = readEncodedCrystal(file, material, ANY_SETTINGS);
        return { ...(value && { crystal: value.crystal }), problems };
      }
      const { value, problems } = await readCrystal(file, { ...readingOf(context), ...frameOf(frame) });
      return { ...(value && { crystal: crystalData(file, value) }), problems };
    },
    openFrames: ({ file }, context) => readAllFrames(file, readingOf(context)),
    sampleDensity: async ({ file }, context) => {
      const stamp = stampOf(file);
      const { grids, problems } = await readSample(file, readingOf(context));
      if (grids) this.kept.put(file, SAMPLE, grids, stamp);
      return { ...(grids && { density: densityData(grids) }), problems };
    },
    openDensity: (params, context) => this.openDensity(params, context),
    openOther: async ({ other, ...own }, context) => {
      const { problems } = await this.openDensity({ file: other }, context);
      const grids = this.kept.get(other, frameKey());
      return { ...(grids && { other: otherDensity(await this.#grids(own, context), grids) }), problems };
    },
    fieldFacts: async (request, context) => fieldFacts(await this.#field(request, context)),
    isosurface: async ({ levels, closed, maxTriangles, colour, ...request }, context) => {
      const field = await this.#field(request, context);
      const colouring = colour && (await this.#colouring(field, request, colour, context));
      const options = {
        levels,
        ...(closed !== undefined && { closed }),
        ...(maxTriangles !== undefined && { maxTriangles }),
        ...(colouring && { colour: colouring }),
      };
      return { unit: field.facts.unit, meshes: isosurfaces(this.#kernels, field, options) };
    },
    inside: async (request, context) => insideOf(this.#kernels, await this.#field(request, context), request),
    slice: async (request, context) => sliceOf(this.#kernels, await this.#field(request, context), request),
    profile: async (request, context) =>
      profileOf(this.#kernels, await this.#field(request, context), request, fermiBeside(context)),
    line: async (request, context) => lineOf(this.#kernels, await this.#field(request, context), request),
    probe: async (request, context) => probeOf(this.#kernels, await this.#field(request, context), request.at),
    sphere: async ({ centre, radius, ...request }, context) =>
      sphereOf(await this.#field(request, context), centre, radius),
    integrals: async ({ cutoff, ...request }, context) => {
      const { grids } = await this.#field(request, context);
      if (grids.material !== undefined) throw new UsageError("sums over the density need its phases or its grid");
      return integralsOf(grids, cutoff, {
        codeFor: surfaceCode,
        chargesBeside: ionChargesBeside,
        signal: readingOf(context).signal,
      });
    },
    symmetry: async ({ file, frame, material, tolerance }, context) => {
      if (material !== undefined) {
        const { structure } = await this.#grids({ file, material }, context);
        const found = symmetryOf(structure, findSymmetry, tolerance);
        return { ...(found && { symmetry: found }), problems: [] };
      }
      const { value, problems } = await readCrystal(file, { ...readingOf(context), ...frameOf(frame) });
      const symmetry = value && symmetryOf(value.structure, findSymmetry, tolerance);
      return { ...(symmetry && { symmetry }), problems };
    },
    symmetryOfText: ({ text, tolerance }) => {
      const { value, problems } = parsePoscar(text);
      const symmetry = value && symmetryOf(value, findSymmetry, tolerance);
      return { ...(symmetry && { symmetry }), problems };
    },
    closeDensity: ({ file }) => {
      this.kept.forget(file);
      this.#kernels.forget(file);
      this.#combined.forget(file);
    },
  };

  /** Reads a file once, for its grids and, with `settings`, for its spectrum. */
  async openDensity(
    { file, frame, material, settings }: Parameters<CrystalMethods["openDensity"]>[0],
    context: CallContext,
  ): ReturnType<CrystalMethods["openDensity"]> {
    const stamp = stampOf(file);
    if (material !== undefined) {
      const { value, problems } = readEncodedCrystal(file, material, settings ?? ANY_SETTINGS);
      if (value) this.kept.put(file, materialKey(material), value.grids, stamp);
      return { ...(value && { density: densityData(value.grids), voxels: value.voxels }), problems };
    }
    if (!settings) {
      const { grids, problems } = await readGrids(file, { ...readingOf(context), ...frameOf(frame) });
      if (grids) this.kept.put(file, frameKey(frame), grids, stamp);
      return { ...(grids && { density: densityData(grids) }), problems };
    }
    const sink = new GridSink(densityKind(file));
    let grids: Grids | undefined;
    const entry = { id: materialId(file), file };
    const { value, problems } = await readMaterial(
      entry,
      { ...settings, ...frameOf(frame) },
      {
        ...readingOf(context),
        hash: false,
        functionals: false,
        keep: sink.keep,
        onReading: (reading) => {
          grids = gridsOf(file, reading, sink);
        },
      },
    );
    if (grids) this.kept.put(file, frameKey(frame), grids, stamp);
    return {
      ...(grids && { density: densityData(grids) }),
      ...(value && { voxels: pictureOf({ ...value, file: zarrFolder(value.file) }, settings, problems) }),
      problems,
    };
  }

  async #field(request: FieldRequest, context: CallContext): Promise<Field> {
    if (request.terms?.length) return this.#combined.of(request, context);
    return fieldOf(await this.#grids(request, context), request.field);
  }

  /** The field whose values colour a surface of another one. Throws UsageError where the cells differ. */
  async #colouring(
    { grids }: Field,
    { file, ...same }: FieldRequest,
    { file: other = file, field }: NonNullable<SurfaceRequest["colour"]>,
    context: CallContext,
  ): Promise<Field> {
    const { frame, material, sample } = same;
    const own = {
      ...frameOf(frame),
      ...(material !== undefined && { material }),
      ...(sample !== undefined && { sample }),
    };
    const colouring = fieldOf(await this.#grids({ file: other, ...(other === file && own) }, context), field);
    if (haveLikeCells(grids, colouring.grids)) return colouring;
    throw new UsageError(`the cells of ${file} and ${other} differ`);
  }

  async #grids({ file, frame, material, sample = false }: FieldRequest, context: CallContext): Promise<Grids> {
    const what = material === undefined ? frameKey(frame) : materialKey(material);
    const known = (sample ? this.kept.get(file, SAMPLE) : undefined) ?? this.kept.get(file, what);
    if (known) return known;
    const key = `${file}\n${what}`;
    const open =
      this.#opening.get(key) ??
      this.openDensity({ file, ...frameOf(frame), ...(material !== undefined && { material }) }, context);
    this.#opening.set(key, open);
    try {
      await open;
    } finally {
      this.#opening.delete(key);
    }
    const grids = this.kept.get(file, what);
    if (!grids) throw new UsageError(`${file} holds no complete grid of values`);
    return grids;
  }
}

const fermiBeside = (context: CallContext) => (file: string) => fermiEnergyBeside(file, readingOf(context).signal);

const frameOf = (frame?: number) => (frame === undefined ? {} : { frame });

function readingOf(context: CallContext) {
  const controller = new AbortController();
  context.onCancel(() => controller.abort());
  return { signal: controller.signal, onProgress: (fraction: number) => context.progress(fraction) };
}
