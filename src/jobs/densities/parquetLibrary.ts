// The bundle dist/parquet.js: hyparquet with its packings, apart from the others because of its size.

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { decompress } from "fzstd";
import {
  type AsyncBuffer,
  type ColumnMetaData,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { ParquetRowReader } from "./parquetRowReader.js";

/** Of a page unpacked, in bytes. */
const MAX_PAGE_BYTES = 2 ** 28;
/** Of what is read of a file at once. */
const MAX_READ_BYTES = 2 ** 30;

export interface ParquetTable {
  readonly rows: number;
  /** The columns by name, each of a plain number, or of something else. */
  readonly columns: ReadonlyMap<string, "number" | "other">;
  /** Some columns of some rows, from 0. Throws ParquetError and what the operating system says. */
  read(columns: readonly string[], from?: number, to?: number): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** How many lists lie in each other in a column: 3 for a grid that is nested. */
  depthOf(column: string): number;
  /** Whether its entries are texts (or bytes). */
  isText(column: string): boolean;
  /** One row of a column with many numbers each; the row behind it costs no more than itself. */
  numbersOf(column: string, row: number): Promise<Float64Array | undefined>;
  close(): void;
}

/** Why a Parquet file cannot be read, in a plain sentence. Other bundles know it by its mark. */
export class ParquetError extends Error {
  readonly isParquet = true;
}

const limited = (unpack: (input: Uint8Array, length: number) => Uint8Array) => (input: Uint8Array, length: number) => {
  if (!(length <= MAX_PAGE_BYTES))
    throw new ParquetError("a page is larger than any that is read: the file is damaged");
  return unpack(input, length);
};

/** A page claims what it unpacks to: nothing larger is unpacked. */
const LIMITED = {
  ...Object.fromEntries(Object.entries(compressors).map(([name, unpack]) => [name, limited(unpack)])),
  ZSTD: limited((input, length) => decompress(input, new Uint8Array(length))),
} as Compressors;

/** Where the last row of a density was found: the next one is asked for next. */
let open: { readonly key: string; readonly reader: ParquetRowReader } | undefined;

/** Opens a file that is there. Throws ParquetError and what the operating system says. */
export async function openParquet(file: string): Promise<ParquetTable> {
  const descriptor = openSync(file, "r");
  try {
    const facts = fstatSync(descriptor);
    const buffer = bufferOf(descriptor, facts.size);
    const metadata = await plainly(() => parquetMetadataAsync(buffer));
    return new OpenedTable(descriptor, buffer, metadata, `${file} ${facts.mtimeMs} ${facts.size}`);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function bufferOf(descriptor: number, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    slice(start, end = byteLength) {
      const [from, to] = [Math.max(0, start), Math.min(end, byteLength)];
      if (!(to - from <= MAX_READ_BYTES))
        throw new ParquetError("a row group is too large to be read: write the file with smaller ones");
      const bytes = new Uint8Array(Math.max(0, to - from));
      for (let done = 0; done < bytes.length; ) {
        const length = readSync(descriptor, bytes, done, bytes.length - done, from + done);
        if (length === 0) throw new ParquetError("the file ends too early: it is cut");
        done += length;
      }
      return bytes.buffer;
    },
  };
}

class OpenedTable implements ParquetTable {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, "number" | "other">;

  constructor(
    private readonly descriptor: number,
    private readonly file: AsyncBuffer,
    private readonly metadata: FileMetaData,
    private readonly version: string,
  ) {
    this.rows = Number(metadata.num_rows);
    this.columns = columnsOf(metadata);
  }

  read(
    columns: readonly string[],
    rowStart = 0,
    rowEnd = this.rows,
  ): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { file, metadata } = this;
    const wanted = columns.filter((name) => this.columns.has(name));
    if (wanted.length === 0) return Promise.resolve(Array.from({ length: rowEnd - rowStart }, () => ({})));
    return plainly(() =>
      parquetReadObjects({
        file,
        metadata,
        columns: wanted,
        rowStart,
        rowEnd,
        compressors: LIMITED,
        useOffsetIndex: true,
      }),
    );
  }

  async numbersOf(column: string, row: number): Promise<Float64Array | undefined> {
    const { file, metadata } = this;
    const group = this.#groupOf(column, row);
    if (!group) throw new ParquetError("the file has no such row");
    const key = `${this.version} ${column} ${group.from}`;
    const inGroup = row - group.from;
    const before = open?.key === key && open.reader.isAhead(inGroup) ? open : undefined;
    open = undefined;
    const reader = before?.reader ?? new ParquetRowReader(file, metadata, group.column, LIMITED);
    reader.file = file;
    const values = await plainly(() => reader.row(inGroup));
    open = { key, reader };
    return values;
  }

  depthOf(column: string): number {
    return this.#elementsOf(column).filter((element) => element.repetition_type === "REPEATED").length;
  }

  isText(column: string): boolean {
    return this.#elementsOf(column).at(-1)?.type === "BYTE_ARRAY";
  }

  /** Of a column of lists: each list, then what it holds. */
  #elementsOf(column: string): FileMetaData["schema"] {
    const { schema } = this.metadata;
    const start = schema.findIndex(({ name }, index) => index > 0 && name === column);
    if (start < 0) return [];
    let end = start;
    while (schema[end]?.num_children === 1) end++;
    return schema.slice(start, end + 1);
  }

  close(): void {
    closeSync(this.descriptor);
  }

  #groupOf(column: string, row: number): { readonly from: number; readonly column: ColumnMetaData } | undefined {
    let from = 0;
    for (const group of this.metadata.row_groups) {
      const to = from + Number(group.num_rows);
      const found = group.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === column)?.meta_data;
      if (row >= from && row < to) return found && { from, column: found };
      from = to;
    }
    return undefined;
  }
}

/** The columns of the first level: their schema elements stand one after the other, each followed by its children. */
function columnsOf({ schema }: FileMetaData): Map<string, "number" | "other"> {
  const columns = new Map<string, "number" | "other">();
  const skip = (index: number): number => {
    let next = index + 1;
    for (let child = 0; child < (schema[index]?.num_children ?? 0); child++) next = skip(next);
    return next;
  };
  for (let index = 1; index < schema.length; index = skip(index)) {
    const element = schema[index];
    const isNumber =
      ["DOUBLE", "FLOAT", "INT32", "INT64"].includes(element?.type ?? "") && element?.converted_type === undefined;
    if (element) columns.set(element.name, isNumber && element.repetition_type !== "REPEATED" ? "number" : "other");
  }
  return columns;
}

/** What the library says of a file is told as its damage. */
async function plainly<T>(use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    const { isParquet, code, message } = error as {
      readonly isParquet?: true;
      readonly code?: string;
      readonly message: string;
    };
    if (isParquet || (code !== undefined && !code.startsWith("ERR_"))) throw error;
    throw new ParquetError(`the Parquet file cannot be read, it may be damaged: ${message.replace(/^parquet /, "")}`);
  }
}
