/**
 * The number of single edits (insert, delete, replace, swap neighbours) from one word to another; above `limit` at
 * least `limit + 1`.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    if (Math.min(...row) > limit) return limit + 1;
    before = above;
    above = row;
  }
  return above[b.length] ?? limit + 1;
}

/**
 * The known word nearest to a misspelt one: at most one edit for up to five letters, two for more; undefined where none
 * or several are near.
 */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  const limit = word.length <= 5 ? 1 : 2;
  let best: string[] = [];
  let least = limit + 1;
  for (const candidate of known) {
    const distance = editDistance(word, candidate, limit);
    if (distance > limit || distance > least) continue;
    if (distance < least) best = [];
    least = distance;
    best.push(candidate);
  }
  return best.length === 1 || (best.length > 1 && least === 1) ? best[0] : undefined;
}
