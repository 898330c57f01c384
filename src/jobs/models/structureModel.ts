import { existsSync } from "node:fs";
import path from "node:path";
import { readModelFacts } from "./modelFile.js";
import { listModels } from "./modelList.js";
import { inputsOf } from "./modelNames.js";

/** A model without the density may err so many times as much as the one that reads it, and still says something. */
const MOST_TIMES = 10;
const LIBRARY = "library.json";

const known = new Map<string, string | undefined>();

/**
 * For a structure without a density: of the library that a model comes from, the model of the same target that needs
 * none and errs least, where its test error is at most ten times that of the given one. Undefined for a model that
 * needs no density, and for one of no library.
 */
export function structureModelFor(folder: string): string | undefined {
  const key = path.resolve(folder);
  if (!known.has(key)) known.set(key, find(key));
  return known.get(key);
}

function find(folder: string): string | undefined {
  const library = path.dirname(folder);
  if (!existsSync(path.join(library, LIBRARY))) return undefined;
  const { model, target, heldOut } = readModelFacts(folder);
  if (!inputsOf(model).density || !heldOut) return undefined;
  const others = listModels([library]).filter((one) => one.target === target.name && !readsDensity(one.path));
  const [best] = others.sort(
    (a, b) => (a.heldOutMae ?? Number.POSITIVE_INFINITY) - (b.heldOutMae ?? Number.POSITIVE_INFINITY),
  );
  return best?.heldOutMae !== undefined && best.heldOutMae <= MOST_TIMES * heldOut.mae ? best.path : undefined;
}

const readsDensity = (folder: string) => inputsOf(readModelFacts(folder).model).density;
