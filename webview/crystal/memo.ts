/** A function that computes again only when its key changes, entry by entry. */
export function remember<Args extends readonly unknown[], Result>(compute: (...args: Args) => Result) {
  let known: { readonly key: readonly unknown[]; readonly value: Result } | undefined;
  return (key: readonly unknown[], ...args: Args): Result => {
    const isSame =
      known !== undefined && known.key.length === key.length && key.every((part, i) => part === known?.key[i]);
    if (!isSame || known === undefined) known = { key, value: compute(...args) };
    return known.value;
  };
}
