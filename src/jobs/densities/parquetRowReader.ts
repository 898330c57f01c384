import type { AsyncBuffer, ColumnMetaData, Compressors, FileMetaData } from "hyparquet";
import { parquetSchema } from "hyparquet";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import { convert, DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { getTreePath } from "hyparquet/src/schema.js";

type Decoder = Parameters<typeof readPage>[2];
type Decoded = NonNullable<Parameters<typeof readPage>[3]>;

/** Longer than the head of any page. */
const HEAD_BYTES = 2 ** 16;

/** The rows of one column in one row group, page by page: no more than a row and a page are held. Rows are asked for in their order. */
export class ParquetRowReader {
  readonly #decoder: Decoder;
  readonly #end: number;
  #at: number;
  #dictionary: Decoded | undefined;
  /** The last one may go on in the next page. */
  #rows: unknown[] = [];
  /** Of the first of these, in the group. */
  #first = 0;

  constructor(
    /** Open: of a reader that is used again, the file that is open then. */
    public file: AsyncBuffer,
    metadata: FileMetaData,
    column: ColumnMetaData,
    compressors: Compressors,
  ) {
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
    const start = column.dictionary_page_offset || column.data_page_offset;
    this.#at = Number(start);
    this.#end = this.#at + Number(column.total_compressed_size);
  }

  /** Whether a row has not been passed. */
  isAhead(row: number): boolean {
    return row >= this.#first;
  }

  /** Its numbers, in the order in which they stand. Throws what the library says of pages. */
  async row(wanted: number): Promise<Float64Array | undefined> {
    while (this.#at < this.#end && this.#first + this.#rows.length < wanted + 2) {
      await this.#readPage();
      const passed = Math.min(wanted - this.#first, this.#rows.length - 1);
      if (passed > 0) {
        this.#rows.splice(0, passed);
        this.#first += passed;
      }
    }
    const found = this.#rows[wanted - this.#first];
    return found === undefined || found === null ? undefined : flatNumbers(found);
  }

  async #readPage(): Promise<void> {
    const head = { view: new DataView(await this.file.slice(this.#at, Math.min(this.#at + HEAD_BYTES, this.#end))), offset: 0 };
    const header = parquetHeader(head);
    const start = this.#at + head.offset;
    this.#at = start + Number(header.compressed_page_size);
    if (!(this.#at > start && this.#at <= this.#end)) throw new Error("a page ends behind its column");
    const page = { view: new DataView(await this.file.slice(start, this.#at)), offset: 0 };
    const { data } = readPage(page, header, this.#decoder, this.#dictionary, this.#rows, 0);
    if (header.type === "DICTIONARY_PAGE") this.#dictionary = data && convert(data, this.#decoder);
    else if (data) this.#rows = data as unknown[];
  }
}

/** Lists are nested as deep as their schema is. */
function flatNumbers(nested: unknown): Float64Array {
  const values = new Float64Array(countIn(nested));
  let at = 0;
  const take = (part: unknown): void => {
    if (isList(part)) for (let i = 0; i < part.length; i++) take(part[i]);
    else values[at++] = part === null || part === undefined ? Number.NaN : Number(part);
  };
  take(nested);
  return values;
}

function countIn(part: unknown): number {
  if (!isList(part)) return 1;
  if (!part.some(isList)) return part.length;
  let count = 0;
  for (let i = 0; i < part.length; i++) count += countIn(part[i]);
  return count;
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
