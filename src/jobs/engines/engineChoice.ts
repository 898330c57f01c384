import type { CreateNetworkEngine } from "../../core/learning/networks/networkEngine.js";
import type { BackendName } from "../../core/settings/studyOptions.js";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import type { EngineFacts } from "../../protocol/runFiles.js";
import { UsageError } from "../files/usageError.js";
import { nativeBackend } from "./nativeBackend.js";
import type { Availability, NetworkBackend } from "./networkBackend.js";
import { tfjsBackend } from "./tfjsBackend.js";
import { wasmBackend } from "./wasmBackend.js";
import { webgpuBackend } from "./webgpuBackend.js";

export interface ChosenEngine {
  readonly engine: EngineFacts;
  /** Warnings about the choice. */
  readonly problems: readonly Problem[];
}

/** Every backend, the fastest first. */
export const networkBackends: readonly NetworkBackend[] = [
  nativeBackend(),
  wasmBackend(),
  webgpuBackend(),
  tfjsBackend(),
];

/**
 * The engine to compute with: what is asked for, then what the work was begun with (`before`), then the fastest that
 * passes its self-check.
 * Throws `UsageError` when what is asked for is not available.
 */
export function chooseEngine(
  asked: "auto" | BackendName = "auto",
  before?: EngineFacts,
  backends = networkBackends,
): ChosenEngine {
  const same =
    before && (asked === "auto" || asked === before.backend)
      ? tryBackend(before.backend, backends, before.instructionSet)
      : undefined;
  const chosen = same?.ok ? same : asked === "auto" ? fastest(backends) : required(asked, backends);
  return { engine: chosen.engine, problems: [...chosen.problems, ...changeOf(before, chosen.engine)] };
}

/** The engine's networks, in the calling thread. Throws an Error where it is not there (any more). */
export function createEngines(engine: EngineFacts, backends = networkBackends): CreateNetworkEngine {
  const backend = backends.find(({ name }) => name === engine.backend);
  if (backend === undefined) throw new Error(`there is no backend ${engine.backend}`);
  return backend.create(engine);
}

/** An engine in words: native (avx512). */
export const engineName = ({ backend, instructionSet }: EngineFacts): string => `${backend} (${instructionSet})`;

function required(asked: BackendName, backends: readonly NetworkBackend[]): ChosenEngine {
  const found = tryBackend(asked, backends);
  if (found?.ok) return found;
  throw new UsageError(`the backend ${asked} is not available: ${found?.reason.message ?? "this version has none"}`);
}

function tryBackend(
  asked: BackendName,
  backends: readonly NetworkBackend[],
  instructionSet?: string,
): Availability | undefined {
  return backends.find(({ name }) => name === asked)?.available(instructionSet);
}

function fastest(backends: readonly NetworkBackend[]): ChosenEngine {
  const problems: Problem[] = [];
  for (const backend of backends) {
    const found = backend.available();
    if (found.ok) return { engine: found.engine, problems: [...problems, ...found.problems] };
    if (found.broken) problems.push(found.reason);
  }
  throw new Error(`no compute engine works on this machine: ${problems.map(({ message }) => message).join("; ")}`);
}

function changeOf(before: EngineFacts | undefined, now: EngineFacts): Problem[] {
  if (
    before === undefined ||
    (before.backend === now.backend && before.instructionSet === now.instructionSet && before.build === now.build)
  )
    return [];
  const names =
    before.backend === now.backend && before.instructionSet === now.instructionSet
      ? [before.build, now.build]
      : [before, now].map(engineName);
  return [
    problem(
      "warning",
      FILE_START,
      "started with the engine {0}, continued with {1}: results are not bit-identical",
      ...names,
    ),
  ];
}
