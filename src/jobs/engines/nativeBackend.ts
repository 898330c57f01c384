import type { CreateNetworkEngine } from "../../core/learning/networks/networkEngine.js";
import { FILE_START, problem } from "../../core/text/problem.js";
import { nativeNetworkEngines } from "../../kernels/network/networkEngine.js";
import { addonFile, addonFolder, addonSets, loadAddon } from "../native/nativeAddon.js";
import { recallPassed, rememberPassed } from "../native/selfCheckMemory.js";
import { hashOf, runSelfCheck, type SelfCheckOutcome, selfCheckKey } from "../native/selfCheckProcess.js";
import { TOLERANCE } from "./engineSelfCheck.js";
import type { Availability, NetworkBackend } from "./networkBackend.js";

/**
 * Networks in compiled C. The best addon that this processor can run is used after it has passed its self-check in a
 * process of its own, where nothing but that process can crash; one that fails makes way for the next.
 */
export function nativeBackend(
  folder = addonFolder(),
  recall = recallPassed,
  remember = rememberPassed,
): NetworkBackend {
  const known = new Map<string, Availability>();
  const loaded = new Map<string, CreateNetworkEngine>();
  return {
    name: "native",
    available: (instructionSet) => {
      const key = instructionSet ?? "";
      const found = known.get(key) ?? check(folder, instructionSet, recall, remember);
      known.set(key, found);
      return found;
    },
    retest: () => check(folder, undefined, () => undefined, remember),
    create: ({ instructionSet }) => {
      const engines = loaded.get(instructionSet) ?? nativeNetworkEngines(loadAddon(folder, "network", instructionSet));
      loaded.set(instructionSet, engines);
      return engines;
    },
  };
}

function check(
  folder: string,
  asked: string | undefined,
  recall: typeof recallPassed,
  remember: typeof rememberPassed,
): Availability {
  const machine = `${process.platform}-${process.arch}`;
  let allowed = addonSets(folder, "network").filter((set) => asked === undefined || set === asked);
  if (allowed.length === 0)
    return missing(problem("error", FILE_START, "this installation has no native engine for {0}", asked ?? machine));
  const key = selfCheckKey(folder, "network", allowed);
  const passed = recall(key);
  if (passed !== undefined && allowed.includes(passed))
    return { ok: true, engine: factsOf(folder, passed), seconds: 0, problems: [] };
  let failure: Availability | undefined;
  while (allowed.length > 0) {
    const outcome = runSelfCheck(folder, "network", allowed);
    const { instructionSet, difference, seconds = 0 } = outcome;
    if (instructionSet !== undefined && difference !== undefined && difference <= TOLERANCE) {
      if (failure === undefined) remember(key, instructionSet);
      return {
        ok: true,
        engine: factsOf(folder, instructionSet),
        seconds,
        problems: failure?.ok === false ? [failure.reason] : [],
      };
    }
    failure ??= failureOf(outcome, asked);
    if (instructionSet === undefined) break;
    allowed = allowed.slice(allowed.indexOf(instructionSet) + 1);
  }
  return failure ?? missing(problem("error", FILE_START, "this installation has no native engine for {0}", machine));
}

const missing = (reason: ReturnType<typeof problem>): Availability => ({ ok: false, broken: false, reason });

function failureOf({ instructionSet, difference, error }: SelfCheckOutcome, asked: string | undefined): Availability {
  if (instructionSet === undefined && error === undefined)
    return missing(
      problem("error", FILE_START, "this processor does not support {0} of the native engine", asked ?? "code"),
    );
  const name = instructionSet ?? "code";
  const reason =
    error !== undefined
      ? problem(
          "warning",
          FILE_START,
          "the native engine ({0}) failed its self-check and is not used: {1}",
          name,
          error,
        )
      : problem(
          "warning",
          FILE_START,
          "the native engine ({0}) is not used: its gradients are off by {1}",
          name,
          (difference ?? 0).toExponential(1),
        );
  return { ok: false, broken: true, reason };
}

const factsOf = (folder: string, instructionSet: string) => ({
  backend: "native" as const,
  instructionSet,
  build: hashOf([addonFile(folder, "network", instructionSet)]).slice(0, 12),
});
