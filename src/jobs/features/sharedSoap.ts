import type { SoapArithmetic } from "../../core/descriptors/soapArithmetic.js";
import { type SoapEnvironments, type SoapSettings, soapEnvironments } from "../../core/descriptors/soapKernel.js";
import { block } from "../../core/learning/kernelRidge/crossValidation.js";
import { soapKernelMatrix } from "../../core/learning/kernelRidge/soapKernelMatrix.js";
import type { SoapModel, SoapTraining } from "../../core/learning/kernelRidge/soapModel.js";
import { canDescribe, type EncodedMaterial, type NamedStructure } from "../spectra/material.js";
import { chooseLandmarks } from "./landmarkChoice.js";
import { useWasmSoap } from "./useWasmSoap.js";

/**
 * The SOAP kernel of a study's materials: made once for all targets, sizes and repeats, in memory that all threads
 * share.
 */
export interface SharedSoap {
  readonly settings: SoapSettings;
  readonly ids: readonly string[];
  /** The materials that all are compared with, where these are not all. */
  readonly landmarks?: readonly string[];
  /** Of the materials that all are compared with. */
  readonly environments: readonly SoapEnvironments[];
  /** [ids][ids], or [ids][landmarks]. */
  readonly kernel: Float64Array;
}

/** What a SOAP model learns from; of materials that are not shared it is computed here. */
export function soapTraining(
  materials: readonly EncodedMaterial[],
  settings: SoapSettings,
  all?: readonly SharedSoap[],
): Pick<SoapTraining, "settings" | "environments" | "kernel"> {
  const found = sharedOf(settings, all);
  const shared = found?.landmarks === undefined ? found : undefined;
  const rows = rowsOf(
    materials.map(({ id }) => id),
    shared,
  );
  if (shared === undefined || rows === undefined) {
    return useWasmSoap((kernels) => {
      const environments = materials.map((material) => soapEnvironments(canDescribe(material), settings, kernels));
      return { settings, environments, kernel: soapKernelMatrix(environments, environments, settings, kernels) };
    });
  }
  const environments = rows.map((row) => shared.environments[row] as SoapEnvironments);
  return { settings: shared.settings, environments, kernel: block(shared.kernel, shared.ids.length, rows, rows) };
}

/** The kernels of a material with those a model learned from. */
export function soapRow(material: EncodedMaterial, model: SoapModel, all?: readonly SharedSoap[]): Float64Array {
  const shared = sharedOf(model.settings, all);
  const [row] = rowsOf([material.id], shared) ?? [];
  if (shared !== undefined && row !== undefined) {
    const { environments } = placesOf(shared);
    const columns = model.environments.map((environment) => environments.get(environment) ?? -1);
    if (columns.every((column) => column >= 0)) return block(shared.kernel, shared.environments.length, [row], columns);
  }
  return useWasmSoap((kernels) => {
    const environments = soapEnvironments(canDescribe(material), model.settings, kernels);
    return soapKernelMatrix([environments], model.environments, model.settings, kernels);
  });
}

/** Kernels of two lists of materials, [rows][columns], where all of them are shared. */
export function kernelsOfShared(
  settings: SoapSettings,
  rows: readonly string[],
  columns: readonly string[],
  all?: readonly SharedSoap[],
): Float64Array | undefined {
  const shared = sharedOf(settings, all);
  const [left, right] = [rowsOf(rows, shared), columnsOf(columns, shared)];
  return shared && left && right && block(shared.kernel, shared.environments.length, left, right);
}

/**
 * Those of the materials that a study compares all others with, by place; chosen here where it shares no such kernels.
 */
export function landmarkPlaces(materials: readonly NamedStructure[], all: readonly SharedSoap[] = []): number[] {
  const ids = materials.map(({ id }) => id);
  const shared = all.find(({ landmarks }) => landmarks !== undefined);
  if (shared === undefined) return chooseLandmarks(materials);
  const { columns } = placesOf(shared);
  return [...ids.keys()].filter((place) => columns.has(ids[place] as string));
}

/** Vectors of landmarks, and kernels of materials with them. */
export interface SoapColumns {
  readonly environments: readonly SoapEnvironments[];
  /** [places][landmarks] */
  readonly rowsOf: (places: readonly number[]) => Float64Array;
}

/** Kernels that are not shared are computed each time that they are asked for. */
export function soapColumns(
  materials: readonly EncodedMaterial[],
  landmarks: readonly number[],
  settings: SoapSettings,
  all?: readonly SharedSoap[],
): SoapColumns {
  const shared = sharedOf(settings, all);
  const idOf = (place: number) => (materials[place] as EncodedMaterial).id;
  const columns = columnsOf(landmarks.map(idOf), shared);
  if (
    shared !== undefined &&
    columns !== undefined &&
    rowsOf(
      materials.map(({ id }) => id),
      shared,
    ) !== undefined
  ) {
    const environments = columns.map((column) => shared.environments[column] as SoapEnvironments);
    const kernelsOf = (places: readonly number[]) =>
      block(shared.kernel, shared.environments.length, rowsOf(places.map(idOf), shared) ?? [], columns);
    return { environments, rowsOf: kernelsOf };
  }
  const describe = (place: number, kernels: SoapArithmetic) =>
    soapEnvironments(canDescribe(materials[place] as EncodedMaterial), settings, kernels);
  const environments = useWasmSoap((kernels) => landmarks.map((place) => describe(place, kernels)));
  const kernelsOf = (places: readonly number[]) =>
    useWasmSoap((kernels) =>
      soapKernelMatrix(
        places.map((place) => describe(place, kernels)),
        environments,
        settings,
        kernels,
      ),
    );
  return { environments, rowsOf: kernelsOf };
}

function sharedOf(settings: SoapSettings, all: readonly SharedSoap[] = []): SharedSoap | undefined {
  const wanted = JSON.stringify(settings);
  return all.find((shared) => JSON.stringify(shared.settings) === wanted);
}

function rowsOf(materials: readonly string[], shared: SharedSoap | undefined): number[] | undefined {
  if (shared === undefined) return undefined;
  const { ids } = placesOf(shared);
  const rows = materials.map((id) => ids.get(id) ?? -1);
  return rows.every((row) => row >= 0) ? rows : undefined;
}

function columnsOf(materials: readonly string[], shared: SharedSoap | undefined): number[] | undefined {
  if (shared === undefined) return undefined;
  const places = placesOf(shared).columns;
  const columns = materials.map((id) => places.get(id) ?? -1);
  return columns.every((column) => column >= 0) ? columns : undefined;
}

interface Places {
  readonly ids: ReadonlyMap<string, number>;
  readonly columns: ReadonlyMap<string, number>;
  readonly environments: ReadonlyMap<SoapEnvironments, number>;
}

const known = new WeakMap<SharedSoap, Places>();

function placesOf(shared: SharedSoap): Places {
  const places = known.get(shared) ?? {
    ids: new Map(shared.ids.map((id, row) => [id, row])),
    columns: new Map((shared.landmarks ?? shared.ids).map((id, column) => [id, column])),
    environments: new Map(shared.environments.map((environment, row) => [environment, row])),
  };
  known.set(shared, places);
  return places;
}
