import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { numbersOf, textsOf } from "../../src/jobs/files/npy.js";
import { readNpz } from "../../src/jobs/files/npz.js";

const place = path.resolve(import.meta.dirname, "../../src/build/onnx/package.json");

/** Whether `npm test` has installed it: it is there for most machines, not for all. */
export const hasOnnxRuntime: boolean = existsSync(
  path.join(path.dirname(place), "node_modules/onnxruntime-node/package.json"),
);

type Numbers = Float32Array | Float64Array;

/** As much of onnxruntime-node as is used. */
interface Runtime {
  readonly Tensor: new (
    type: "float32" | "float64",
    data: Numbers,
    shape: readonly number[],
  ) => { readonly data: Numbers };
  readonly InferenceSession: { readonly create: (model: Uint8Array) => Promise<Session> };
}

interface Session {
  readonly inputNames: readonly string[];
  readonly run: (
    feeds: Record<string, { readonly data: Numbers }>,
  ) => Promise<Record<string, { readonly data: Numbers }>>;
  readonly release: () => Promise<void>;
}

/** What the runtime computes: `value` of each row. Inputs that the model lacks are left out. */
export async function computeOnnx(
  model: Uint8Array,
  inputs: Readonly<Record<string, { values: Numbers; shape: readonly number[] }>>,
): Promise<number[]> {
  const { Tensor, InferenceSession } = createRequire(place)("onnxruntime-node") as Runtime;
  const session = await InferenceSession.create(model);
  const feeds = Object.fromEntries(
    session.inputNames.map((name) => {
      const { values, shape } = inputs[name] ?? { values: new Float32Array(), shape: [] };
      return [name, new Tensor(values instanceof Float64Array ? "float64" : "float32", values, shape)];
    }),
  );
  const outputs = await session.run(feeds);
  await session.release();
  return [...(Object.values(outputs)[0]?.data ?? [])];
}

/** The mean over the rows of each material, of a model on the arrays that `encode --model` wrote for it. */
export async function computeOnNpz(model: string, npz: string): Promise<Map<string, number>> {
  const { arrays } = readNpz(readFileSync(npz));
  const inputs = Object.fromEntries(
    [...arrays]
      .filter(([name]) => name !== "ids")
      .map(([name, array]) => [name, { values: numbersOf(array) as Numbers, shape: array.shape }]),
  );
  const ids = arrays.get("ids");
  const values = await computeOnnx(readFileSync(model), inputs);
  const sums = new Map<string, number[]>();
  for (const [row, id] of (ids ? textsOf(ids) : []).entries())
    sums.set(id, [...(sums.get(id) ?? []), values[row] ?? Number.NaN]);
  return new Map([...sums].map(([id, rows]) => [id, rows.reduce((sum, value) => sum + value, 0) / rows.length]));
}
