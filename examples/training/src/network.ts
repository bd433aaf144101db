import { classes, type Digits, pixels } from './digits.ts';
import type { Tensors } from './safetensors.ts';

/** Weights of two dense layers: pixels -> hidden (ReLU) -> classes (softmax). */
export interface Network {
  readonly hidden: number;
  readonly w1: Float32Array;
  readonly b1: Float32Array;
  readonly w2: Float32Array;
  readonly b2: Float32Array;
}

/** A small generator of pseudo-random numbers (mulberry32), so that every run is the same. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function createNetwork(hidden: number, seed: number): Network {
  const random = createRandom(seed);
  const spread = (inputs: number, outputs: number) =>
    Float32Array.from({ length: inputs * outputs }, () => (random() * 2 - 1) * Math.sqrt(6 / inputs));
  return {
    hidden,
    w1: spread(pixels, hidden),
    b1: new Float32Array(hidden),
    w2: spread(hidden, classes),
    b2: new Float32Array(classes),
  };
}

export function toTensors({ hidden, w1, b1, w2, b2 }: Network): Tensors {
  return {
    'layer1.weight': { shape: [pixels, hidden], data: w1 },
    'layer1.bias': { shape: [hidden], data: b1 },
    'layer2.weight': { shape: [hidden, classes], data: w2 },
    'layer2.bias': { shape: [classes], data: b2 },
  };
}

export function fromTensors(tensors: Tensors): Network {
  const of = (name: string): Float32Array => {
    const tensor = tensors[name];
    if (!tensor) throw new Error(`The checkpoint has no tensor ${name}.`);
    return tensor.data;
  };
  const [w1, b1, w2, b2] = [of('layer1.weight'), of('layer1.bias'), of('layer2.weight'), of('layer2.bias')];
  return { hidden: b1.length, w1, b1, w2, b2 };
}

/** One step of gradient descent on one image; returns the loss (cross entropy). */
export function learn(network: Network, image: Uint8Array, label: number, rate: number): number {
  const { input, hidden, output } = forward(network, image);
  const error = output.map((value, c) => value - (c === label ? 1 : 0));
  const back = new Float32Array(network.hidden);
  for (let h = 0; h < network.hidden; h++) {
    for (let c = 0, at = h * classes; c < classes; c++, at++) {
      if ((hidden[h] as number) > 0) back[h]! += (network.w2[at] as number) * (error[c] as number);
      network.w2[at]! -= rate * (error[c] as number) * (hidden[h] as number);
    }
  }
  for (let c = 0; c < classes; c++) network.b2[c]! -= rate * (error[c] as number);
  for (let h = 0; h < network.hidden; h++) network.b1[h]! -= rate * (back[h] as number);
  for (let p = 0; p < pixels; p++) {
    const x = input[p] as number;
    if (x === 0) continue;
    for (let h = 0, at = p * network.hidden; h < network.hidden; h++, at++)
      network.w1[at]! -= rate * x * (back[h] as number);
  }
  return -Math.log(Math.max(output[label] as number, 1e-9));
}

interface Activations {
  readonly input: Float32Array;
  readonly hidden: Float32Array;
  readonly output: Float32Array;
}

function forward(network: Network, image: Uint8Array): Activations {
  const input = Float32Array.from(image, (value) => value / 255);
  const hidden = network.b1.slice();
  for (let p = 0; p < pixels; p++) {
    const x = input[p] as number;
    if (x === 0) continue;
    for (let h = 0, at = p * network.hidden; h < network.hidden; h++, at++)
      hidden[h]! += x * (network.w1[at] as number);
  }
  const output = network.b2.slice();
  for (let h = 0; h < network.hidden; h++) {
    if ((hidden[h] as number) <= 0) hidden[h] = 0;
    for (let c = 0, at = h * classes; c < classes; c++, at++)
      output[c]! += (hidden[h] as number) * (network.w2[at] as number);
  }
  const top = Math.max(...output);
  const sum = output.reduce((total, value) => total + Math.exp(value - top), 0);
  return { input, hidden, output: output.map((value) => Math.exp(value - top) / sum) };
}

/** Share of the digits that are recognised correctly (0-1). */
export function accuracy(network: Network, digits: Digits): number {
  let right = 0;
  digits.labels.forEach((label, i) => {
    const { output } = forward(network, imageAt(digits, i));
    if (output.indexOf(Math.max(...output)) === label) right++;
  });
  return right / digits.labels.length;
}

function imageAt({ images }: Digits, i: number): Uint8Array {
  return images.subarray(i * pixels, (i + 1) * pixels);
}

/** One pass over the digits in random order; returns the mean loss. */
export function learnEpoch(network: Network, digits: Digits, rate: number, random: () => number): number {
  let loss = 0;
  const count = digits.labels.length;
  for (let step = 0; step < count; step++) {
    const i = Math.floor(random() * count);
    loss += learn(network, imageAt(digits, i), digits.labels[i] as number, rate);
  }
  return loss / count;
}
