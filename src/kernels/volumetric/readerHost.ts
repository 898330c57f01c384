/** What the kernel's C offers; see main.c. Places are bytes from the start of `ReaderHost.buffer`. */
export interface ReaderCalls {
  open(capacity: number): number;
  begin(...numbers: number[]): number;
  prepare(): number;
  feed(from: number, length: number, last: number): number;
  /** Of the three that only addons have: how much memory there should be after a call that had too little. */
  wantedBytes?(): number;
  /** Whether there is `feedMapped` on this system. */
  canMap?(): number;
  feedMapped?(descriptor: number, offset: number, length: number): number;
  inputAt(): number;
  turnAt(axis: number): number;
  wavesAt(): number;
  amplitudesAt(divisor: number): number;
  reportAt(): number;
  coefficientsAt(): number;
  coefficientStride(): number;
  remainingValues(): number;
  unreadableAt(): number;
  firstPartPlanes(planes: number): number;
  finishParts(): void;
  zSumsAt(): number;
  earlierSumsAt(): number;
  zSumsLength(): number;
  patternOf(what: number): number;
  valuesAt(): number;
  valuesRoom(): number;
  takeValues(count: number): number;
  wantFunctionals(...numbers: number[]): number;
  functionalsAt(): number;
  planeSumsAt(): number;
  edgesAt(part: number): number;
  edgeLength(): number;
  planesRead(): number;
  keptAt(): number;
  takeKept(): number;
}

/** What the kernel asks of whoever opened it: a text's number, and the table of powers that few numbers need. */
export interface ReaderQuestions {
  convert(at: number, length: number): number;
  fillPowers(at: number): void;
}

/** One reader and its memory. */
export interface ReaderHost {
  readonly calls: ReaderCalls;
  /** Another one when memory has grown. */
  readonly buffer: ArrayBuffer;
  /** Makes more memory after a call that had too little; false: there is no more, or the kernel takes it by itself. */
  grow(): boolean;
}

/** What a `volumetric-*.node` exports; see native/addon.c. */
export interface NativeVolumetric {
  /** What this machine can run, best first. */
  instructionSets(): string[];
  create(questions: ReaderQuestions): ReaderCalls & { attach(buffer: ArrayBuffer): number };
}

/** A reader as WebAssembly, which grows its memory by itself. */
export function openWasm(module: WebAssembly.Module, questions: ReaderQuestions): ReaderHost {
  const exports = new WebAssembly.Instance(module, { env: { ...questions } }).exports as unknown as ReaderCalls & {
    readonly memory: WebAssembly.Memory;
  };
  return {
    calls: exports,
    get buffer() {
      return exports.memory.buffer;
    },
    grow: () => false,
  };
}

/** Enough for most cells; the system gives it when it is used. */
const FIRST_BYTES = 8 * 2 ** 20;
const MAX_BYTES = 2 ** 32;
/** More than what is wanted: the memory begins at a multiple of 64 bytes. */
const SPARE_BYTES = 64;

/** A reader of an addon. */
export function openNative(addon: NativeVolumetric, questions: ReaderQuestions): ReaderHost {
  const calls = addon.create(questions);
  let buffer = new ArrayBuffer(FIRST_BYTES);
  let start = calls.attach(buffer);
  return {
    calls,
    get buffer() {
      return buffer;
    },
    grow: () => {
      const bytes = Math.max(2 * buffer.byteLength, (calls.wantedBytes?.() ?? 0) + SPARE_BYTES);
      if (bytes > MAX_BYTES) return false;
      const larger = new ArrayBuffer(bytes);
      const from = new Uint8Array(buffer, start);
      start = calls.attach(larger);
      new Uint8Array(larger, start).set(from.subarray(0, bytes - start));
      buffer = larger;
      return true;
    },
  };
}
