import { createXXHash128, type IHasher } from 'hash-wasm';
import type { Seed } from '../jobs.ts';

let cached: { readonly key: string; readonly hasher: IHasher } | undefined;

/** The seeded hasher of this thread. It proves "touched but equal"; integrity is SHA-256's. */
export async function contentHasher([low, high]: Seed): Promise<IHasher> {
  const key = `${low}:${high}`;
  if (cached?.key !== key) cached = { key, hasher: await createXXHash128(low, high) };
  return cached.hasher;
}

/** Bytes of a content hash (xxHash3, 128 bits). */
export const contentHashBytes = 16;
