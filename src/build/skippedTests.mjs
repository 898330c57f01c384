// Why tests of the unit suite are skipped: what of this machine or checkout they need. The last entry that fits a test
// counts.
const REASONS = [
  [/^test\/conformance\//, "the collection of VASP files is not beside the checkout (../shared/data/vasp)"],
  [/^test\/jobs\/models\//, "the collection of VASP files is not beside the checkout (../shared/data/vasp)"],
  [
    /^test\/core\/descriptors\/r3dvs\.test/,
    "the whole set of reference values is not beside the checkout (../shared/reference)",
  ],
  [/soapModel\.test|readVolumetric\.test/, "reference values and oxides are not beside the checkout (../shared)"],
  [/gunzip\.test/, "the shared data is not beside the checkout (../shared/data)"],
  [/tfjsBackend\.test/, "@tensorflow/tfjs-node is not installed on this machine"],
  [/webgpuBackend\.test/, "the npm package webgpu is not installed on this machine"],
  [
    /nativeEngine|nativeReader|engineChoice/,
    "this machine has no addon that passes its self-check (a C compiler makes one), or its engine lacks relaxed SIMD",
  ],
  [/numpy/, "python3 with numpy is not installed"],
  [/otherNodes/, "Node 22 and 24 could not be installed (src/build/nodes)"],
  [/^test\/onnx\//, "onnxruntime-node could not be installed (src/build/onnx)"],
  [
    /^test\/python\//,
    "python3 with numpy, pandas, pyarrow, scikit-learn and onnxruntime is not installed (npm run python installs them)",
  ],
  [/may not be read|read-only|lack for a file/, "it needs a user who is not root, or may become one"],
  [/full disk|room|stays on it/, "it needs /dev/full, or the right to mount a small disk"],
  [/primitive cell/, "it needs a cell with two equal axes"],
  [/pipe|no UTF-8|no file of bytes/, "this system has no such files"],
  [/reproduction/, "the comparison's results are not in this checkout"],
];

/**
 * Lines that say how many tests were skipped, and why, from vitest's JSON report. `relative`: a file's path from the
 * checkout's root.
 */
export function skippedTests(report, relative) {
  const counts = new Map();
  for (const file of report.testResults) {
    for (const test of file.assertionResults) {
      if (!["skipped", "pending", "todo"].includes(test.status)) continue;
      const reason = reasonOf(relative(file.name), test.fullName);
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${String(count).padStart(5)} skipped: ${reason}`);
}

function reasonOf(file, name) {
  const found = REASONS.findLast(([pattern]) => pattern.test(file) || pattern.test(name));
  return found?.[1] ?? `${file} says what it needs`;
}
