import type { ColumnMetaData, Compressors, FileMetaData } from "hyparquet";
import { parquetSchema } from "hyparquet";
import type { parquetHeader, readPage } from "hyparquet/src/column.js";
import { convert, convertWithDictionary, DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { decompressPage, readDataPage, readDataPageV2 } from "hyparquet/src/datapage.js";
import { readPlain } from "hyparquet/src/plain.js";
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getTreePath } from "hyparquet/src/schema.js";
import { readHybrid } from "./parquetLevels.js";

export type PageHead = ReturnType<typeof parquetHeader>;
type Decoder = Parameters<typeof readPage>[2];
type Decoded = NonNullable<Parameters<typeof readPage>[3]>;

/**
 * The numbers of one page: of its first row those from `values[0]` on; further rows begin at `starts`. Where `goesOn`,
 * the first row is the last one of the page before.
 */
export interface PageNumbers {
  readonly values: Float64Array;
  readonly starts: readonly number[];
  readonly goesOn: boolean;
}

/** Decodes the pages of a column of numbers, lists of numbers or deeper lists, without an object for any of them. */
export class ParquetPages {
  readonly #decoder: Decoder;
  readonly #mostDefined: number;
  readonly #mostRepeated: number;
  readonly #isNullable: boolean;
  #dictionary: Decoded | undefined;

  constructor(metadata: FileMetaData, column: ColumnMetaData, compressors: Compressors) {
    const schemaPath = getTreePath(parquetSchema(metadata), column.path_in_schema);
    const element = schemaPath.at(-1)?.element;
    this.#decoder = {
      pathInSchema: column.path_in_schema,
      schemaPath,
      element,
      compressors,
      ...column,
      parsers: DEFAULT_PARSERS,
    } as Decoder;
    this.#mostDefined = getMaxDefinitionLevel(schemaPath);
    this.#mostRepeated = getMaxRepetitionLevel(schemaPath);
    this.#isNullable = element?.repetition_type !== "REQUIRED";
  }

  /** Undefined for a page that holds no rows. Throws what the library says of pages. */
  numbersOf(packed: Uint8Array, head: PageHead): PageNumbers | undefined {
    const { codec, compressors } = this.#decoder;
    const { data_page_header: first, data_page_header_v2: second } = head;
    if (head.type === "DICTIONARY_PAGE") {
      this.#dictionary = this.#dictionaryOf(packed, head);
      return undefined;
    }
    if (second !== undefined) {
      const { repetitionLevels, definitionLevels = [], dataPage } = readDataPageV2(packed, head, this.#decoder);
      return this.#rowsOf(
        repetitionLevels,
        definitionLevels,
        convertWithDictionary(dataPage, this.#dictionary, second.encoding, this.#decoder),
      );
    }
    if (first === undefined) return undefined;
    const page = decompressPage(packed, Number(head.uncompressed_page_size), codec, compressors);
    return this.#quickly(page, first) ?? this.#slowly(page, first);
  }

  #dictionaryOf(
    packed: Uint8Array,
    { dictionary_page_header: head, uncompressed_page_size }: PageHead,
  ): Decoded | undefined {
    if (head === undefined) return undefined;
    const { codec, compressors } = this.#decoder;
    const page = decompressPage(packed, Number(uncompressed_page_size), codec, compressors);
    const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    const values = readPlain(
      { view, offset: 0 },
      this.#decoder.type,
      head.num_values,
      this.#decoder.element.type_length,
    );
    return convert(values, this.#decoder);
  }

  /** Pages as most programs write them: of float or double, plain or by a dictionary. */
  #quickly(
    page: Uint8Array,
    { num_values: count, encoding }: NonNullable<PageHead["data_page_header"]>,
  ): PageNumbers | undefined {
    const { type } = this.#decoder;
    const dictionary = this.#dictionary;
    const isIndexed = encoding === "PLAIN_DICTIONARY" || encoding === "RLE_DICTIONARY";
    if ((type !== "FLOAT" && type !== "DOUBLE") || !(isIndexed ? dictionary !== undefined : encoding === "PLAIN"))
      return undefined;
    const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    let at = 0;
    const levels = (most: number) => {
      if (most === 0) return NO_LEVELS;
      const length = view.getUint32(at, true);
      const found = readHybrid(page.subarray(at + 4, at + 4 + length), 32 - Math.clz32(most), new Uint8Array(count));
      at += 4 + length;
      return found;
    };
    const repeated = levels(this.#mostRepeated);
    const defined = levels(this.#mostDefined);
    const there = countOf(defined, this.#mostDefined) ?? count;
    const values = new Float64Array(there);
    if (isIndexed) {
      const indices = readHybrid(page.subarray(at + 1), page[at] ?? 0, new Uint32Array(there));
      for (let i = 0; i < there; i++) values[i] = Number(dictionary?.[indices[i] as number] ?? Number.NaN);
    } else if (type === "FLOAT") for (let i = 0; i < there; i++) values[i] = view.getFloat32(at + 4 * i, true);
    else for (let i = 0; i < there; i++) values[i] = view.getFloat64(at + 8 * i, true);
    return this.#rowsOf(repeated, there === count ? NO_LEVELS : defined, values);
  }

  #slowly(page: Uint8Array, head: NonNullable<PageHead["data_page_header"]>): PageNumbers {
    const { repetitionLevels, definitionLevels = [], dataPage } = readDataPage(page, head, this.#decoder);
    return this.#rowsOf(
      repetitionLevels,
      definitionLevels,
      convertWithDictionary(dataPage, this.#dictionary, head.encoding, this.#decoder),
    );
  }

  /** `defined` is empty where all values are there. */
  #rowsOf(repeated: ArrayLike<number>, defined: ArrayLike<number>, found: ArrayLike<unknown>): PageNumbers {
    const most = this.#mostDefined;
    const isWhole = defined.length === 0;
    const entries = isWhole ? Math.max(repeated.length, found.length) : defined.length;
    const starts: number[] = [];
    const values = isWhole && found instanceof Float64Array ? found : new Float64Array(entries);
    let from = 0;
    let to = 0;
    for (let i = 0; i < entries; i++) {
      if (i > 0 && (repeated.length === 0 || repeated[i] === 0)) starts.push(to);
      const level = isWhole ? most : (defined[i] as number);
      if (level === most) {
        if (values !== found) values[to] = Number(found[from] ?? Number.NaN);
        from++;
        to++;
      } else if (this.#isNullable && level === most - 1) values[to++] = Number.NaN;
    }
    return { values: values.subarray(0, to), starts, goesOn: (repeated[0] ?? 0) > 0 };
  }
}

const NO_LEVELS = new Uint8Array(0);

/** Undefined where there are no levels. */
function countOf(levels: Uint8Array, wanted: number): number | undefined {
  if (levels.length === 0) return undefined;
  let count = 0;
  for (let i = 0; i < levels.length; i++) if (levels[i] === wanted) count++;
  return count;
}
