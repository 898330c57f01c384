import type { AsyncBuffer, ColumnMetaData, Compressors, FileMetaData } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { ParquetPages } from "./parquetPages.js";

/** Longer than the head of any page. */
const HEAD_BYTES = 2 ** 16;

/**
 * The rows of one column in one row group, page by page: no more than a row and a page are held. Rows are asked for in
 * their order.
 */
export class ParquetRowReader {
  readonly #pages: ParquetPages;
  readonly #end: number;
  #at: number;
  /** Each in pieces. The last one may go on in the next page. */
  #rows: Float64Array[][] = [];
  /** Of the first of these, in the group. */
  #first = 0;

  constructor(
    /** Open: of a reader that is used again, the file that is open then. */
    public file: AsyncBuffer,
    metadata: FileMetaData,
    column: ColumnMetaData,
    compressors: Compressors,
  ) {
    this.#pages = new ParquetPages(metadata, column, compressors);
    const start = column.dictionary_page_offset || column.data_page_offset;
    this.#at = Number(start);
    this.#end = this.#at + Number(column.total_compressed_size);
  }

  /** Whether a row has not been passed. */
  isAhead(row: number): boolean {
    return row >= this.#first;
  }

  /** Its numbers, in the order in which they stand; none where it holds none. Throws what the library says of pages. */
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
    if (found === undefined) return undefined;
    const values = joined(found);
    this.#rows[wanted - this.#first] = [values]; // asked for again by whoever hashes it
    return values.length > 0 ? values : undefined;
  }

  async #readPage(): Promise<void> {
    const head = {
      view: new DataView(await this.file.slice(this.#at, Math.min(this.#at + HEAD_BYTES, this.#end))),
      offset: 0,
    };
    const header = parquetHeader(head);
    const start = this.#at + head.offset;
    this.#at = start + Number(header.compressed_page_size);
    if (!(this.#at > start && this.#at <= this.#end)) throw new Error("a page ends behind its column");
    const page = this.#pages.numbersOf(new Uint8Array(await this.file.slice(start, this.#at)), header);
    if (page === undefined) return;
    const { values, starts, goesOn } = page;
    const parts = [0, ...starts].map((from, i) => values.subarray(from, starts[i] ?? values.length));
    const [first = new Float64Array(0), ...others] = parts;
    const last = this.#rows.at(-1);
    if (goesOn && last !== undefined) last.push(first);
    else this.#rows.push([first]);
    for (const part of others) this.#rows.push([part]);
  }
}

function joined(pieces: readonly Float64Array[]): Float64Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const all = new Float64Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
