import { type SoapEnvironments, type SoapSettings, soapEnvironments } from "../../core/descriptors/soapKernel.js";
import { block } from "../../core/learning/kernelRidge/crossValidation.js";
import { type SoapModel, type SoapTraining, soapKernelMatrix } from "../../core/learning/kernelRidge/soapModel.js";
import { canDescribe, type EncodedMaterial } from "../spectra/material.js";
import { useWasmSoap } from "./useWasmSoap.js";

/** The SOAP kernel of a study's materials: made once for all targets, sizes and repeats, in memory that all threads share. */
export interface SharedSoap {
  readonly settings: SoapSettings;
  readonly ids: readonly string[];
  readonly environments: readonly SoapEnvironments[];
  /** n x n. */
  readonly kernel: Float64Array;
}

/** What a SOAP model learns from; of materials that are not shared it is computed here. */
export function soapTraining(
  materials: readonly EncodedMaterial[],
  settings: SoapSettings,
  all?: readonly SharedSoap[],
): Pick<SoapTraining, "settings" | "environments" | "kernel"> {
  const shared = sharedOf(settings, all);
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
    if (columns.every((column) => column >= 0)) return block(shared.kernel, shared.ids.length, [row], columns);
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
  const [left, right] = [rowsOf(rows, shared), rowsOf(columns, shared)];
  return shared && left && right && block(shared.kernel, shared.ids.length, left, right);
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

interface Places {
  readonly ids: ReadonlyMap<string, number>;
  readonly environments: ReadonlyMap<SoapEnvironments, number>;
}

const known = new WeakMap<SharedSoap, Places>();

function placesOf(shared: SharedSoap): Places {
  const places = known.get(shared) ?? {
    ids: new Map(shared.ids.map((id, row) => [id, row])),
    environments: new Map(shared.environments.map((environment, row) => [environment, row])),
  };
  known.set(shared, places);
  return places;
}
