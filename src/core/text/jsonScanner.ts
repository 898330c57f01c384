/** Where a value stands: keys from the outside in; the items of a list have no key. */
export type JsonPath = readonly string[];

/**
 * capture: its text is wanted; grid: it should be a list of lists of lists of numbers, whose size and place are wanted;
 * skip: nothing is.
 */
export type JsonWish = "capture" | "grid" | "skip";

/** A list of lists of lists of numbers, by the bytes it takes. */
export interface JsonGrid {
  /** Of the first bracket, and behind the last. */
  readonly start: number;
  readonly end: number;
  /** Lists from the outside in. */
  readonly size: readonly [number, number, number];
}

export interface JsonHandler {
  /** Undefined: what is inside is asked for one by one. */
  readonly wanted: (path: JsonPath) => JsonWish | undefined;
  readonly onText: (path: JsonPath, text: string) => void;
  readonly onGrid: (path: JsonPath, grid: JsonGrid) => void;
}

/** The text is no JSON, or not of the form that is wanted. */
export class JsonScanError extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

const [QUOTE, BACKSLASH, COMMA, COLON, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  34, 92, 44, 58, 91, 93, 123, 125,
];
/** Of a key, and of a text that is captured. */
const LONGEST_KEY = 4096;
const LONGEST_TEXT = 64 * 2 ** 20;
const DEEPEST = 200;

/**
 * JSON of any length, in chunks: what is asked for is captured, numbers on a grid are counted, and nothing else is
 * kept. It looks at no more of the syntax than it needs. `push` throws JsonScanError, `finish` too where the text ends
 * early.
 */
export class JsonScanner {
  #offset = 0;
  /** One a container: its key if it is an object's, and the key of the value that comes next. */
  readonly #stack: { readonly isObject: boolean; key: string; expectsKey: boolean }[] = [];
  #state: "value" | "string" | "skip" | "grid" = "value";
  #escaped = false;
  #inString = false;
  #depth = 0;
  /** The bytes of a key or of a captured value. */
  #text = new GrowingBytes();
  #isKey = false;
  #captures = false;
  #isOver = false;
  #grid: GridCounter | undefined;

  /** `decode`: UTF-8 to text. */
  constructor(
    private readonly handler: JsonHandler,
    private readonly decode: (bytes: Uint8Array) => string,
  ) {}

  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === "grid") at = this.#countGrid(bytes, at);
      else if (this.#state === "skip") at = this.#passOver(bytes, at);
      else if (this.#state === "string") at = this.#readString(bytes, at);
      else at = this.#readValue(bytes, at);
    }
    this.#offset += bytes.length;
  }

  finish(): void {
    if (this.#isOver) return;
    throw new JsonScanError("the file ends too early: it is cut", this.#offset);
  }

  get #path(): JsonPath {
    return this.#stack.filter(({ isObject }) => isObject).map(({ key }) => key);
  }

  #readValue(bytes: Uint8Array, at: number): number {
    const byte = bytes[at] ?? 0;
    const top = this.#stack.at(-1);
    if (byte <= 32 || (this.#stack.length === 0 && byte >= 0xbb)) return at + 1; // also a byte order mark
    if (this.#isOver) throw this.#error("text behind the end of the JSON", at);
    if (byte === COMMA) {
      if (!top) throw this.#error("a comma where a value should stand", at);
      if (top.isObject) top.expectsKey = true;
      return at + 1;
    }
    if (byte === COLON) return at + 1;
    if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      if (!top || top.isObject !== (byte === CLOSE_OBJECT)) throw this.#error("a bracket that was not opened", at);
      this.#stack.pop();
      this.#isOver = this.#stack.length === 0;
      return at + 1;
    }
    if (top?.isObject && top.expectsKey) {
      if (byte !== QUOTE) throw this.#error("a key should stand here", at);
      this.#begin("string", true);
      return at + 1;
    }
    return this.#startValue(byte, at);
  }

  #startValue(byte: number, at: number): number {
    const asked = this.#stack.length === 0 ? undefined : this.handler.wanted(this.#path);
    const wish = asked === "grid" && byte === OPEN_OBJECT ? undefined : asked;
    if (wish === "grid" && byte === OPEN_LIST) {
      this.#state = "grid";
      this.#grid = new GridCounter(this.#offset + at);
      return at;
    }
    const isContainer = byte === OPEN_LIST || byte === OPEN_OBJECT;
    if (wish !== undefined || !isContainer) {
      if (this.#stack.length === 0) throw this.#error("not a JSON object", at);
      this.#captures = wish === "capture";
      this.#text = new GrowingBytes();
      this.#depth = 0;
      this.#inString = this.#escaped = false;
      this.#state = "skip";
      return at;
    }
    if (this.#stack.length >= DEEPEST) throw this.#error("the JSON is nested too deep", at);
    this.#stack.push({ isObject: byte === OPEN_OBJECT, key: "", expectsKey: true });
    return at + 1;
  }

  #begin(state: "string", isKey: boolean): void {
    this.#state = state;
    this.#isKey = isKey;
    this.#text = new GrowingBytes();
    this.#escaped = false;
  }

  /** A key. */
  #readString(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (!this.#escaped && byte === QUOTE) {
        const top = this.#stack.at(-1);
        if (top && this.#isKey) {
          top.key = this.decode(this.#text.all);
          top.expectsKey = false;
        }
        this.#state = "value";
        return at + 1;
      }
      this.#escaped = !this.#escaped && byte === BACKSLASH;
      this.#text.push(byte);
      if (this.#text.length > LONGEST_KEY) throw this.#error("a key of more than 4096 bytes", at);
    }
    return bytes.length;
  }

  /** A value that is not looked into; one that is no container ends before the sign behind it. */
  #passOver(bytes: Uint8Array, from: number): number {
    let at = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
      } else if (byte === QUOTE) this.#inString = true;
      else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#depth++;
      else if (this.#depth === 0 && (byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT || byte <= 32))
        return this.#endValue(at);
      else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
        this.#depth--;
        if (this.#depth === 0) {
          if (this.#captures) this.#text.push(byte);
          return this.#endValue(at + 1);
        }
      }
      if (!this.#captures) continue;
      this.#text.push(byte);
      if (this.#text.length > LONGEST_TEXT) throw this.#error("a structure of more than 64 MB", at);
    }
    return at;
  }

  #endValue(at: number): number {
    this.#state = "value";
    if (this.#captures) this.handler.onText(this.#path, this.decode(this.#text.all));
    this.#captures = false;
    this.#text = new GrowingBytes();
    return at;
  }

  #countGrid(bytes: Uint8Array, from: number): number {
    const grid = this.#grid;
    if (!grid) return bytes.length;
    const at = grid.count(bytes, from);
    if (grid.trouble !== undefined) throw this.#error(grid.trouble, at);
    if (!grid.isComplete) return at;
    this.#state = "value";
    this.#grid = undefined;
    this.handler.onGrid(this.#path, {
      start: grid.start,
      end: this.#offset + at,
      size: [grid.planes, grid.rows, grid.columns],
    });
    return at;
  }

  #error(message: string, at: number): JsonScanError {
    return new JsonScanError(message, this.#offset + at);
  }
}

/** Counts brackets and commas: the only signs that matter of a list of lists of lists of numbers. */
class GridCounter {
  columns = 0;
  rows = 0;
  planes = 0;
  isComplete = false;
  trouble: string | undefined;
  #depth = 0;
  #inRow = 0;
  #inPlane = 0;

  constructor(readonly start: number) {}

  count(bytes: Uint8Array, from: number): number {
    const { length } = bytes;
    let commas = this.#inRow;
    for (let at = from; at < length; at++) {
      const byte = bytes[at];
      if (byte === COMMA) {
        if (this.#depth === 3) commas++;
      } else if (byte === OPEN_LIST) {
        this.#depth++;
        commas = 0;
        if (this.#depth > 3) return this.#fail("the values are nested deeper than x, y, z", at);
      } else if (byte === CLOSE_LIST) {
        if (!this.#close(commas)) return this.#fail("the rows of the grid are not of one length", at);
        if (this.#depth > 0) continue;
        this.isComplete = true;
        return at + 1;
      } else if (byte === QUOTE || byte === OPEN_OBJECT || byte === CLOSE_OBJECT)
        return this.#fail("the grid holds something else than numbers", at);
    }
    this.#inRow = commas;
    return length;
  }

  #close(commas: number): boolean {
    this.#depth--;
    if (this.#depth === 2) {
      const isFirst = this.planes === 0 && this.#inPlane === 0;
      if (isFirst) this.columns = commas + 1;
      this.#inPlane++;
      return commas + 1 === this.columns;
    }
    if (this.#depth === 1) {
      if (this.planes === 0) this.rows = this.#inPlane;
      const isWhole = this.#inPlane === this.rows;
      this.planes++;
      this.#inPlane = 0;
      return isWhole;
    }
    return this.planes > 0;
  }

  #fail(trouble: string, at: number): number {
    this.trouble = trouble;
    return at;
  }
}

/** Bytes one after the other. */
class GrowingBytes {
  length = 0;
  #bytes = new Uint8Array(256);

  push(byte: number): void {
    if (this.length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.length++] = byte;
  }

  get all(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}
