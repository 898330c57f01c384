import type { Bilingual } from "../bilingual.js";
import { BASIC_TAGS } from "./tags/basics.js";
import { ELECTRONIC_TAGS } from "./tags/electronic.js";
import { IONIC_TAGS } from "./tags/ionic.js";
import { MACHINE_LEARNING_TAGS } from "./tags/machineLearning.js";
import { MANY_BODY_TAGS } from "./tags/manyBody.js";
import { OUTPUT_TAGS } from "./tags/output.js";

/** What is known of one INCAR tag of VASP 6.5. */
export interface TagDescription {
  readonly name: string;
  /** Its default as the manual has it; undefined where there is none. */
  readonly default?: Bilingual;
  /** One sentence. */
  readonly text: Bilingual;
  /** Its common values, in the order in which they are offered. */
  readonly values: readonly { readonly value: string; readonly text: Bilingual }[];
}

/**
 * The tables in `tags/` hold one block of lines per tag:
 *
 *     NAME = default [~ default in Japanese]    ("-": no default)
 *     one sentence in English
 *     the same in Japanese
 *     : value | English | Japanese              (any number of lines)
 */
const TABLES = [BASIC_TAGS, ELECTRONIC_TAGS, IONIC_TAGS, OUTPUT_TAGS, MANY_BODY_TAGS, MACHINE_LEARNING_TAGS];

let described: ReadonlyMap<string, TagDescription> | undefined;

/** All described tags by name, in capitals. The tables are read on first use. */
export function describedTags(): ReadonlyMap<string, TagDescription> {
  described ??= new Map(TABLES.flatMap((table) => table.trim().split("\n\n")).map((block) => readBlock(block)));
  return described;
}

/** Undefined for a tag that is not described. */
export const describedTag = (name: string): TagDescription | undefined => describedTags().get(name.toUpperCase());

function readBlock(block: string): [string, TagDescription] {
  const [head = "", en = "", ja = "", ...rows] = block.split("\n");
  const [name = "", written = "-"] = head.split(" = ");
  const [byDefault = "", inJapanese = byDefault] = written.split(" ~ ");
  const values = rows.map((row) => {
    const [value = "", english = "", japanese = ""] = row.slice(2).split(" | ");
    return { value, text: { en: english, ja: japanese } };
  });
  const withDefault = byDefault === "-" ? {} : { default: { en: byDefault, ja: inJapanese } };
  return [name, { name, ...withDefault, text: { en, ja }, values }];
}
