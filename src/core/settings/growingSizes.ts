/** A network needs one material to learn from and one to be judged by, kernel models two to measure a distance. */
export const LEAST_TRAINING = 4;

/** A curve of fewer points shows no trend. */
const LEAST_SIZES = 3;
const FIRST_SIZE = 25;

/**
 * Training-set sizes, ascending, each about twice the one before, the last one all that is `available`: three or more
 * wherever there are enough materials for three.
 */
export function growingSizes(available: number): number[] {
  const doubled: number[] = [];
  for (let size = FIRST_SIZE; size <= available * 0.7; size *= 2) doubled.push(size);
  if (doubled.length + 1 >= LEAST_SIZES) return [...doubled, available];
  const first = Math.max(LEAST_TRAINING, Math.round(available / 4));
  const middle = Math.round(Math.sqrt(first * available));
  return [...new Set([first, middle, available].filter((size) => size <= available))];
}
