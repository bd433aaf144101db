import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A small generator of pseudo-random numbers (mulberry32). */
export function createRandom(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export interface RandomProject {
  readonly kitfile: string;
  readonly files: readonly { readonly path: string; readonly size: number; readonly mode: number }[];
  readonly ignore: string;
}

/** A small project from a seed; seeds whose tree `kit` would not pack whole are passed over. */
export function randomProject(seed: number): RandomProject {
  for (let attempt = 0; ; attempt++) {
    const random = createRandom(seed * 1000 + attempt);
    const files = filesOf(random);
    const kitfile = kitfileOf(random, files);
    const ignore = random(3) === 0 ? `**/${pick(random, ['a', 'x*', '*.2', 'B', '.hid'])}\n` : '';
    if (kitfile !== undefined) return { kitfile, files, ignore };
  }
}

type Random = (below: number) => number;

const words = [
  'a',
  'B',
  'data',
  'model',
  'x-1',
  'x',
  'über',
  '日本',
  'sp ace',
  '.hid',
  'v1.2',
  '~',
  'n'.repeat(60),
  '#h',
  'q"\'',
  'tab\t',
  '%41',
];
const sizes = [0, 1, 511, 512, 513, 4096, 70_000, 262_144, 262_145, 1_100_000];
const modes = [0o644, 0o600, 0o755, 0o664, 0o444];

function filesOf(random: Random): RandomProject['files'] {
  const taken = new Map<string, number>();
  for (let i = 0, count = 1 + random(12); i < count; i++) {
    const path = Array.from({ length: 1 + random(4) }, () => pick(random, words)).join('/');
    const clash = [...taken.keys()].some(
      (other) => other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`),
    );
    if (!clash) taken.set(path, pick(random, sizes) * (random(4) === 0 ? 1 : 0) + random(300));
  }
  return [...taken].map(([path, size]) => ({ path, size, mode: pick(random, modes) }));
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[random(list.length)] as T;
}

function kitfileOf(random: Random, files: RandomProject['files']): string | undefined {
  const folders = [...new Set(files.map(({ path }) => path.split('/')[0] as string))];
  const chosen = folders.filter(() => random(2) === 0).slice(0, 4);
  if (losesFiles(chosen, files)) return undefined;
  const sections = ['code', 'datasets', 'docs'] as const;
  const entries = Map.groupBy(chosen.slice(1), () => pick(random, sections));
  const lines = ['manifestVersion: 1.0.0', 'package:', `  name: ${quoted(pick(random, words))}`];
  if (chosen[0])
    lines.push('model:', `  path: ${quoted(chosen[0])}`, `  parameters: {seed: ${random(1e6)}, list: [1, 2.5, text]}`);
  for (const [section, paths] of entries)
    lines.push(`${section}:`, ...paths.map((path) => `  - path: ${quoted(path)}`));
  if (!entries.has('docs') && random(2) === 0) lines.push('docs:', '  - path: .');
  return `${lines.join('\n')}\n`;
}

/**
 * kit compares layer paths as string prefixes and so loses files: such pairs are the differences that FORMAT.md lists.
 */
function losesFiles(paths: readonly string[], files: RandomProject['files']): boolean {
  return paths.some((path) =>
    files.some(({ path: file }) => file.startsWith(path) && file !== path && !file.startsWith(`${path}/`)),
  );
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

export function writeProject(directory: string, { kitfile, files, ignore }: RandomProject, seed: number): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'Kitfile'), kitfile);
  if (ignore) writeFileSync(join(directory, '.kitignore'), ignore);
  for (const [i, { path, size, mode }] of files.entries()) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), contentOf(seed * 100 + i, size));
    chmodSync(join(directory, path), mode);
  }
}

function contentOf(seed: number, size: number): Uint8Array {
  const random = createRandom(seed);
  return Uint8Array.from({ length: size }, () => random(256));
}
