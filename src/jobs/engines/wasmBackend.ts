import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import { networkEngines } from "../../kernels/network/networkEngine.js";
import { type KernelName, kernelPath, loadKernel } from "../files/wasmModule.js";
import { machineName, recallPassed, rememberPassed } from "../native/selfCheckMemory.js";
import { TOLERANCE, worstDifference } from "./engineSelfCheck.js";
import type { Availability, NetworkBackend } from "./networkBackend.js";

const MODULES: Readonly<Record<string, KernelName>> = { "relaxed-simd": "network.relaxed", simd128: "network" };
/**
 * Networks in WebAssembly: everywhere. Where the engine knows relaxed SIMD, products are added in one rounding after a
 * self-check against plain SIMD, which itself is the same to the bit on every machine.
 */
export function wasmBackend(
  recall = recallPassed,
  remember = rememberPassed,
  compare = relaxedDifference,
): NetworkBackend {
  let known: Availability | undefined;
  return {
    name: "wasm",
    available: (instructionSet) => {
      if (instructionSet === "simd128") return plain();
      known ??= check(recall, remember, compare);
      if (!known.ok || instructionSet === undefined || known.engine.instructionSet === instructionSet) return known;
      return {
        ok: false,
        broken: false,
        reason: problem("error", FILE_START, "WebAssembly has no {0} on this machine", instructionSet),
      };
    },
    retest: () => check(() => undefined, remember, compare),
    create: ({ instructionSet }) => networkEngines(loadKernel(MODULES[instructionSet] ?? "network")),
  };
}

function check(recall: typeof recallPassed, remember: typeof rememberPassed, compare: () => number): Availability {
  if (!isRelaxedValid()) return plain();
  const key = `${machineName()} ${hashOf("network.relaxed")} ${hashOf("network")}`;
  const passed = { ok: true, engine: factsOf("relaxed-simd"), seconds: 0, problems: [] } as const;
  if (recall(key) === "relaxed-simd") return passed;
  const began = performance.now();
  const difference = compare();
  if (!(difference <= TOLERANCE))
    return plain([
      problem(
        "warning",
        FILE_START,
        "WebAssembly's relaxed SIMD is not used: its gradients are off by {0}",
        difference.toExponential(1),
      ),
    ]);
  remember(key, "relaxed-simd");
  return { ...passed, seconds: (performance.now() - began) / 1000 };
}

function plain(problems: readonly Problem[] = []): Availability {
  return { ok: true, engine: factsOf("simd128"), seconds: 0, problems };
}

/** Of relaxed SIMD from plain SIMD. */
function relaxedDifference(): number {
  return worstDifference(networkEngines(loadKernel("network.relaxed")), networkEngines(loadKernel("network")));
}

/** Whether this engine knows the instructions: Node from 22 on. */
const isRelaxedValid = (): boolean => WebAssembly.validate(readFileSync(kernelPath("network.relaxed")));

const factsOf = (instructionSet: string) => ({
  backend: "wasm" as const,
  instructionSet,
  build: hashOf(MODULES[instructionSet] ?? "network").slice(0, 12),
});

const hashOf = (name: KernelName) =>
  createHash("sha256")
    .update(readFileSync(kernelPath(name)))
    .digest("hex");
