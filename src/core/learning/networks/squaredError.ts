/** How many of the targets are known; at least 1, so that a batch without any has loss 0. */
export function countKnown(targets: Float32Array): number {
  return Math.max(
    1,
    targets.reduce((count, target) => count + (Number.isNaN(target) ? 0 : 1), 0),
  );
}

/**
 * The sum of a sample's squared errors over its known targets; fills `gradient` with that of their mean over `known`
 * targets of the batch.
 */
export function differentiateSquares(
  outputs: Float32Array,
  targets: Float32Array,
  known: number,
  gradient: Float32Array,
): number {
  let squares = 0;
  for (let o = 0; o < outputs.length; o++) {
    const target = targets[o] as number;
    const error = Number.isNaN(target) ? 0 : (outputs[o] as number) - target;
    gradient[o] = (2 * error) / known;
    squares += error * error;
  }
  return squares;
}
