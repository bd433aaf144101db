import { createXXHash128, type IHasher } from 'hash-wasm';
import type { Seed } from '../jobs.ts';

interface KeyedHasher {
  readonly key: string;
  readonly hasher: IHasher;
}

let cached: KeyedHasher | undefined;

/**
 * The seeded hasher of this thread, for who waits for nothing before a content has its hash. It proves "touched but equal";
 * integrity is SHA-256's.
 */
export async function contentHasher(seed: Seed): Promise<IHasher> {
  const key = keyOf(seed);
  if (cached?.key !== key) cached = { key, hasher: await createXXHash128(...seed) };
  return cached.hasher;
}

function keyOf([low, high]: Seed): string {
  return `${low}:${high}`;
}

/** A hasher that others do not use meanwhile. */
export interface LentHasher extends Disposable {
  readonly hasher: IHasher;
}

/** For a content that is hashed while this thread does other work too. */
export async function lendHasher(seed: Seed): Promise<LentHasher> {
  const key = keyOf(seed);
  const index = idle.findIndex((other) => other.key === key);
  const [own] = index < 0 ? [{ key, hasher: await createXXHash128(...seed) }] : idle.splice(index, 1);
  const lent = own as KeyedHasher;
  return { hasher: lent.hasher, [Symbol.dispose]: () => void idle.push(lent) };
}

/** To make one takes as long as to hash a MiB. */
const idle: KeyedHasher[] = [];

/** Bytes of a content hash (xxHash3, 128 bits). */
export const contentHashBytes = 16;
