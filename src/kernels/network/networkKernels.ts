/** The arithmetic of networks; see the C sources for each. Addresses are in bytes, strides and counts in floats. */
export interface NetworkKernels {
  convolveFirst(...voxelsFilterBiasOutRowPlaneFiltersExtentSlope: number[]): void;
  convolveFirstPooled(...numbers: number[]): void;
  convolveFirstGradient(...numbers: number[]): void;
  convolve(...numbers: number[]): void;
  flipFilter(filter: number, flipped: number, inputChannels: number, outputChannels: number): void;
  convolveFilterGradient(...numbers: number[]): void;
  winogradScratch(extent: number, inputChannels: number, outputChannels: number): number;
  winograd(...numbers: number[]): void;
  winogradFilterGradient(...numbers: number[]): void;
  transformFilter(filter: number, points: number, values: number): void;
  transformFilterGradient(points: number, filterGradient: number, values: number): void;
  poolMax(...numbers: number[]): void;
  poolAverage(...numbers: number[]): void;
  poolMaxGradient(...numbers: number[]): void;
  poolAverageGradient(...numbers: number[]): void;
  activationGradient(...numbers: number[]): void;
  dense(x: number, inputs: number, weight: number, bias: number, y: number, units: number, slope: number): void;
  denseGradient(...numbers: number[]): void;
  dropout(...numbers: number[]): void;
  addSums(field: number, channels: number, extent: number, sums: number): void;
  addSquares(field: number, channels: number, extent: number, mean: number, sums: number): void;
  takeMeans(sums: number, count: number, terms: number, means: number): void;
  normalize(...numbers: number[]): void;
  leakyGradients(...numbers: number[]): void;
  addGradientSums(...numbers: number[]): void;
  normalizeGradient(...numbers: number[]): void;
}
