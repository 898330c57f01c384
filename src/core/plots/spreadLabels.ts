/**
 * Moves labels apart along one axis: the places nearest to `wanted` (least squares) that keep their order, stand `gap`
 * apart and lie within [low, high] where they fit.
 */
export function spreadLabels(wanted: readonly number[], gap: number, low: number, high: number): readonly number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0) || a - b);
  const clusters: { sum: number; members: number[] }[] = [];
  // Pool adjacent violators: labels that would overlap move together as one block.
  for (const index of order) {
    clusters.push({ sum: wanted[index] ?? 0, members: [index] });
    for (let last = clusters.length - 1; last > 0; last -= 1) {
      const lower = clusters[last - 1];
      const upper = clusters[last];
      if (lower === undefined || upper === undefined || endOf(lower, gap) <= startOf(upper, gap)) break;
      clusters.splice(last - 1, 2, { sum: lower.sum + upper.sum, members: [...lower.members, ...upper.members] });
    }
  }
  const placed = new Array<number>(wanted.length).fill(0);
  for (const cluster of clusters) {
    cluster.members.forEach((index, i) => {
      placed[index] = startOf(cluster, gap) + gap / 2 + i * gap;
    });
  }
  return keepInside(placed, order, gap, low, high);
}

function keepInside(
  placed: number[],
  order: readonly number[],
  gap: number,
  low: number,
  high: number,
): readonly number[] {
  let floor = low;
  for (const index of order) {
    placed[index] = Math.max(placed[index] ?? 0, floor);
    floor = (placed[index] ?? 0) + gap;
  }
  let ceiling = high;
  for (const index of [...order].reverse()) {
    placed[index] = Math.min(placed[index] ?? 0, ceiling);
    ceiling = (placed[index] ?? 0) - gap;
  }
  return placed;
}

interface Cluster {
  readonly sum: number;
  readonly members: readonly number[];
}

const startOf = (cluster: Cluster, gap: number): number =>
  cluster.sum / cluster.members.length - (cluster.members.length * gap) / 2;
const endOf = (cluster: Cluster, gap: number): number =>
  cluster.sum / cluster.members.length + (cluster.members.length * gap) / 2;
