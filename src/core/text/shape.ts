/**
 * What is wrong with a value that was read from a file, in words with its place in it (`materials[3].natoms is no
 * finite number`), or undefined.
 */
export type Shape = (value: unknown, place: string) => string | undefined;

const no = (what: string): Shape => {
  return (_, place) => `${place || "the file"} is ${what}`;
};
const when =
  (isSound: (value: unknown) => boolean, what: string): Shape =>
  (value, place) =>
    isSound(value) ? undefined : no(what)(value, place);

export const anyShape: Shape = () => undefined;
export const textShape: Shape = when((value) => typeof value === "string" && value.length <= LONGEST_TEXT, "no text");
export const finiteShape: Shape = when(
  (value) => typeof value === "number" && Number.isFinite(value),
  "no finite number",
);
export const flagShape: Shape = when((value) => typeof value === "boolean", "neither true nor false");

const LONGEST_TEXT = 1e6;

/** A number from `least` to `most`. */
export const rangeShape = (least: number, most: number): Shape =>
  when((value) => typeof value === "number" && value >= least && value <= most, `no number from ${least} to ${most}`);

/** A whole number from `least` to `most`. */
export const wholeShape = (least: number, most: number = Number.MAX_SAFE_INTEGER): Shape =>
  when(
    (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
    `no whole number from ${least}${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ""}`,
  );

export const oneOfShape = (...choices: readonly unknown[]): Shape =>
  when((value) => choices.includes(value), `none of ${choices.map(String).join(", ")}`);

/** A list of at most `most` items. */
export const listShape =
  (item: Shape, most = 1e6, least = 0): Shape =>
  (value, place) => {
    if (!Array.isArray(value)) return no("no list")(value, place);
    if (value.length > most || value.length < least) return no(`a list of ${value.length} items`)(value, place);
    return firstProblem(value, (part, index) => item(part, `${place}[${index}]`));
  };

/** A list of two. */
export const pairShape =
  (first: Shape, second: Shape): Shape =>
  (value, place) =>
    Array.isArray(value) && value.length === 2
      ? (first(value[0], `${place}[0]`) ?? second(value[1], `${place}[1]`))
      : no("no list of two")(value, place);

/** An object whose values are alike. */
export const mapShape =
  (item: Shape): Shape =>
  (value, place) =>
    isObject(value)
      ? firstProblem(Object.entries(value), ([key, part]) => item(part, `${place}.${key.slice(0, 100)}`))
      : no("no object")(value, place);

/** An object with these keys at least; `optional` ones may be missing. */
export const objectShape =
  (needed: Readonly<Record<string, Shape>>, optional: Readonly<Record<string, Shape>> = {}): Shape =>
  (value, place) => {
    if (!isObject(value)) return no("no object")(value, place);
    const at = (key: string) => (place ? `${place}.${key}` : key);
    const own = (key: string) => (Object.hasOwn(value, key) ? value[key] : undefined);
    return (
      firstProblem(Object.entries(needed), ([key, shape]) => shape(own(key), at(key))) ??
      firstProblem(Object.entries(optional), ([key, shape]) =>
        own(key) === undefined ? undefined : shape(own(key), at(key)),
      )
    );
  };

/** The first shape that fits decides; otherwise what the last one says. */
export const eitherShape =
  (...shapes: readonly Shape[]): Shape =>
  (value, place) =>
    shapes.reduce<string | undefined>(
      (found, shape, index) => (index > 0 && found === undefined ? found : shape(value, place)),
      undefined,
    );

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function firstProblem<T>(
  items: readonly T[],
  check: (item: T, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = check(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}
