import type { FieldRequest } from "../../protocol/crystalView.js";
import { combineFields, type Field, fieldOf, type Grids } from "./gridFields.js";
import { stampOf } from "./keptGrids.js";

type Opener<Context> = (request: FieldRequest, context: Context) => Promise<Grids>;

/**
 * Sums and differences of fields. The last one is kept with its values: files behind it may be more than are kept, and
 * no slider reads them again.
 */
export class CombinedField<Context> {
  #last: { readonly key: string; readonly files: readonly string[]; readonly field: Field } | undefined;

  constructor(private readonly open: Opener<Context>) {}

  /** Throws UsageError where grids, cells or units differ. */
  async of(request: FieldRequest, context: Context): Promise<Field> {
    const { file, frame, material, field: name, terms = [] } = request;
    const files = [file, ...terms.flatMap((term) => term.file ?? [])];
    const key = JSON.stringify([file, frame, material, name, terms, files.map(stampOf)]);
    if (this.#last?.key === key) return this.#last.field;
    const own = { file, ...(frame !== undefined && { frame }), ...(material !== undefined && { material }) };
    let field = fieldOf(await this.open(own, context), name);
    for (const term of terms) {
      const grids = await this.open(term.file === undefined ? own : { file: term.file }, context);
      field = combineFields(field, fieldOf(grids, term.field ?? name), term.factor);
    }
    const values = field.values();
    this.#last = { key, files, field: { ...field, values: () => values } };
    return this.#last.field;
  }

  forget(file: string): void {
    if (this.#last?.files.includes(file)) this.#last = undefined;
  }
}
