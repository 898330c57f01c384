/**
 * The kernels in WGSL. Fields are [sample][z][y][x][channel], parameters and gradient one flat array each, in the order
 * of `NetworkEngine`. Every number is summed by one thread, or by a group in a fixed order, so that the same device
 * gives the same bits.
 */
const HEAD = `
struct Shape { samples: u32, inputSize: u32, inputChannels: u32, outputSize: u32, outputChannels: u32, padding: u32, weights: u32, biases: u32, slope: f32, count: u32 }
@group(0) @binding(0) var<uniform> s: Shape;
fn at(field: vec4u, size: u32, channels: u32) -> u32 { return (((field.x * size + field.y) * size + field.z) * size + field.w) * channels; }
fn place(index: u32, size: u32) -> vec4u {
  return vec4u(index / (size * size * size), index / (size * size) % size, index / size % size, index % size);
}
`;

/** A kernel with a thread for each of \`s.count\` numbers, \`i\`. */
const each = (bindings: string, body: string) => `${HEAD}${bindings}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 64 + lane;
  if (i >= s.count) { return; }
  ${body}
}`;

const READS = (binding: number, name: string) =>
  `@group(0) @binding(${binding}) var<storage, read> ${name}: array<f32>;\n`;
const WRITES = (binding: number, name: string) =>
  `@group(0) @binding(${binding}) var<storage, read_write> ${name}: array<f32>;\n`;

/** output = leaky(convolution(field) + bias) */
export const convolve = each(
  READS(1, "parameters") + READS(2, "field") + WRITES(3, "output"),
  `let o = i % s.outputChannels;
  let p = place(i / s.outputChannels, s.outputSize);
  var sum = parameters[s.biases + o];
  for (var tap = 0u; tap < 27; tap++) {
    let q = vec3i(p.yzw) + vec3i(vec3u(tap / 9, tap / 3 % 3, tap % 3)) - i32(s.padding);
    if (any(q < vec3i(0)) || any(q >= vec3i(i32(s.inputSize)))) { continue; }
    let start = at(vec4u(p.x, vec3u(q)), s.inputSize, s.inputChannels);
    let weight = s.weights + tap * s.inputChannels * s.outputChannels + o;
    for (var c = 0u; c < s.inputChannels; c++) { sum += field[start + c] * parameters[weight + c * s.outputChannels]; }
  }
  output[i] = select(sum * s.slope, sum, sum > 0);`,
);

/** The gradient of a convolution's input from that of its output. */
export const convolveBack = each(
  READS(1, "parameters") + READS(2, "outputGradient") + WRITES(3, "fieldGradient"),
  `let c = i % s.inputChannels;
  let p = place(i / s.inputChannels, s.inputSize);
  var sum = 0.0;
  for (var tap = 0u; tap < 27; tap++) {
    let q = vec3i(p.yzw) - vec3i(vec3u(tap / 9, tap / 3 % 3, tap % 3)) + i32(s.padding);
    if (any(q < vec3i(0)) || any(q >= vec3i(i32(s.outputSize)))) { continue; }
    let start = at(vec4u(p.x, vec3u(q)), s.outputSize, s.outputChannels);
    let weight = s.weights + (tap * s.inputChannels + c) * s.outputChannels;
    for (var o = 0u; o < s.outputChannels; o++) { sum += outputGradient[start + o] * parameters[weight + o]; }
  }
  fieldGradient[i] = sum;`,
);

/**
 * The gradient of a convolution's weights: a group for one tap, input channel and 16 filters; 16 rows of lanes share
 * the positions.
 */
export const convolveWeights = `${HEAD}${READS(1, "field")}${READS(2, "outputGradient")}${WRITES(3, "gradient")}
var<workgroup> sums: array<f32, 256>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let blocks = (s.outputChannels + 15) / 16;
  let number = group.y * groups.x + group.x;
  let o = number % blocks * 16 + lane % 16;
  let c = number / blocks % s.inputChannels;
  let tap = number / blocks / s.inputChannels;
  let offset = vec3i(vec3u(tap / 9, tap / 3 % 3, tap % 3)) - i32(s.padding);
  let isMine = tap < 27 && o < s.outputChannels;
  var sum = 0.0;
  if (isMine) {
    let positions = s.samples * s.outputSize * s.outputSize * s.outputSize;
    for (var position = lane / 16; position < positions; position += 16) {
      let p = place(position, s.outputSize);
      let q = vec3i(p.yzw) + offset;
      if (any(q < vec3i(0)) || any(q >= vec3i(i32(s.inputSize)))) { continue; }
      sum += field[at(vec4u(p.x, vec3u(q)), s.inputSize, s.inputChannels) + c] * outputGradient[position * s.outputChannels + o];
    }
  }
  sums[lane] = sum;
  for (var half = 128u; half >= 16; half /= 2) {
    workgroupBarrier();
    if (lane < half) { sums[lane] += sums[lane + half]; }
  }
  if (isMine && lane < 16) { gradient[s.weights + (tap * s.inputChannels + c) * s.outputChannels + o] = sums[lane]; }
}`;

/** The gradient of biases: a group for each channel; \`s.count\` rows of \`outputChannels\` numbers. */
export const sumRows = `${HEAD}${READS(1, "outputGradient")}${WRITES(2, "gradient")}
var<workgroup> sums: array<f32, 256>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let o = group.y * groups.x + group.x;
  var sum = 0.0;
  if (o < s.outputChannels) {
    for (var row = lane; row < s.count; row += 256) { sum += outputGradient[row * s.outputChannels + o]; }
  }
  sums[lane] = sum;
  for (var half = 128u; half >= 1; half /= 2) {
    workgroupBarrier();
    if (lane < half) { sums[lane] += sums[lane + half]; }
  }
  if (o < s.outputChannels && lane == 0) { gradient[s.biases + o] = sums[0]; }
}`;

/** Multiplies a gradient with LeakyReLU's own, which the output's sign tells. */
export const leakyBack = each(
  READS(1, "output") + WRITES(2, "outputGradient"),
  "if (output[i] <= 0) { outputGradient[i] *= s.slope; }",
);

/** Dropout, forward and back. */
export const multiply = each(
  READS(1, "factor") + READS(2, "field") + WRITES(3, "output"),
  "output[i] = field[i] * factor[i];",
);

const CORNER =
  "at(vec4u(p.x, 2 * p.yzw + vec3u(corner / 4, corner / 2 % 2, corner % 2)), s.inputSize, s.inputChannels) + c";
const poolOf = (first: string, step: string, last: string) =>
  each(
    READS(1, "field") + WRITES(2, "output"),
    `let c = i % s.inputChannels;
  let p = place(i / s.inputChannels, s.outputSize);
  var best = ${first};
  for (var corner = 0u; corner < 8; corner++) { let value = field[${CORNER}]; ${step} }
  output[i] = ${last};`,
  );

export const maxPool = poolOf("-3.4e38", "best = max(best, value);", "best");
export const averagePool = poolOf("0.0", "best += value;", "best / 8");

const poolBack = (bindings: string, value: string) =>
  each(
    bindings + WRITES(2, "fieldGradient"),
    `let c = i % s.inputChannels;
  let q = place(i / s.inputChannels, s.inputSize);
  let p = vec4u(q.x, q.yzw / 2);
  if (any(p.yzw >= vec3u(s.outputSize))) { fieldGradient[i] = 0; return; }
  let own = (q.y % 2) * 4 + (q.z % 2) * 2 + q.w % 2;
  let upstream = outputGradient[at(p, s.outputSize, s.outputChannels) + c];
  ${value}`,
  );

export const averagePoolBack = poolBack(READS(1, "outputGradient"), "fieldGradient[i] = upstream / 8;");
/** Of several largest values the first has the gradient. */
export const maxPoolBack = poolBack(
  READS(1, "outputGradient") + READS(3, "field"),
  `var best = 0u;
  var largest = -3.4e38;
  for (var corner = 0u; corner < 8; corner++) {
    let value = field[${CORNER}];
    if (value > largest) { largest = value; best = corner; }
  }
  fieldGradient[i] = select(0.0, upstream, best == own);`,
);

/** Dense layers: \`inputChannels\` numbers a sample in, \`outputChannels\` out. */
export const dense = each(
  READS(1, "parameters") + READS(2, "field") + WRITES(3, "output"),
  `let o = i % s.outputChannels;
  let start = i / s.outputChannels * s.inputChannels;
  var sum = parameters[s.biases + o];
  for (var k = 0u; k < s.inputChannels; k++) { sum += field[start + k] * parameters[s.weights + k * s.outputChannels + o]; }
  output[i] = select(sum * s.slope, sum, sum > 0);`,
);

export const denseBack = each(
  READS(1, "parameters") + READS(2, "outputGradient") + WRITES(3, "fieldGradient"),
  `let k = i % s.inputChannels;
  let start = i / s.inputChannels * s.outputChannels;
  var sum = 0.0;
  for (var o = 0u; o < s.outputChannels; o++) { sum += outputGradient[start + o] * parameters[s.weights + k * s.outputChannels + o]; }
  fieldGradient[i] = sum;`,
);

export const denseWeights = each(
  READS(1, "field") + READS(2, "outputGradient") + WRITES(3, "gradient"),
  `let o = i % s.outputChannels;
  let k = i / s.outputChannels;
  var sum = 0.0;
  for (var n = 0u; n < s.samples; n++) { sum += field[n * s.inputChannels + k] * outputGradient[n * s.outputChannels + o]; }
  gradient[s.weights + i] = sum;`,
);
