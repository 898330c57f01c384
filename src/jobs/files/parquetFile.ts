import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { type AtomicOutput, openAtomically } from "./atomicFile.js";

/** A column: texts, numbers, or in each row a list of numbers, all of one kind. None is ever empty. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: "text" | "int" | "double" | "floats" | "doubles";
}

export type ParquetCell = string | number | Float32Array | Float64Array;

const ELEMENTS = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  int: { type: "INT32" },
  double: { type: "DOUBLE" },
  floats: { type: "FLOAT" },
  doubles: { type: "DOUBLE" },
} as const;

/**
 * Writes a Parquet file in groups of rows, so that no more than one group needs to be in memory; compressed with
 * snappy.
 */
export class ParquetFile {
  private readonly output: AtomicOutput;
  private readonly bytes = new ByteWriter();
  private readonly writer: ParquetWriter;

  /** `metadata`: texts by their keys, beside the columns. Throws `WriteError`, as every method does. */
  constructor(
    file: string,
    private readonly columns: readonly ParquetColumn[],
    metadata: Readonly<Record<string, string>>,
    createdBy: string,
  ) {
    this.output = openAtomically(file);
    const schema = [{ name: "root", num_children: columns.length }, ...columns.flatMap(schemaOf)];
    const kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }));
    this.writer = new ParquetWriter({ writer: this.bytes, schema, kvMetadata, createdBy, statistics: false });
  }

  /** One group, `rows` in the order of the columns. */
  addGroup(rows: readonly (readonly ParquetCell[])[]): void {
    const columnData = this.columns.map(({ name }, i) => ({
      name,
      // the library wants arrays; floats are numbers in them
      data: rows.map((row) => {
        const cell = row[i];
        return typeof cell === "object" ? Array.from(cell) : cell;
      }),
      encoding: "PLAIN" as const,
      offsetIndex: false,
    }));
    this.writer.write({ columnData, rowGroupSize: rows.length });
    this.flush();
  }

  /** The file appears under its name. */
  close(): void {
    this.writer.finish();
    this.flush();
    this.output.commit();
  }

  discard(): void {
    this.output.discard();
  }

  private flush(): void {
    this.output.write(this.bytes.getBytes());
    this.bytes.index = 0;
  }
}

type Schema = ConstructorParameters<typeof ParquetWriter>[0]["schema"];

/** A list has three levels. */
function schemaOf({ name, type }: ParquetColumn): Schema {
  const required = "REQUIRED" as const;
  if (type !== "floats" && type !== "doubles") return [{ name, repetition_type: required, ...ELEMENTS[type] }];
  return [
    { name, repetition_type: required, converted_type: "LIST" as const, num_children: 1 },
    { name: "list", repetition_type: "REPEATED" as const, num_children: 1 },
    { name: "element", repetition_type: required, ...ELEMENTS[type] },
  ];
}
