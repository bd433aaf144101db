import { type AddTest, addCases } from '../suite/addCases.ts';
import { noise } from '../suite/hostile.ts';
import { leakCase } from '../suite/leftovers.ts';
import { endOf } from '../suite/printedBy.ts';
import { type CompressorBench, type CompressorCase, openCompressorBench } from './CompressorBench.ts';
import { compressCases } from './compressCases.ts';
import { decompressCases } from './decompressCases.ts';
import type { MakeCompressor } from './MadeCompressor.ts';
import { through } from './streaming.ts';

/** The rules for compressors. */
export const compressorCases: readonly CompressorCase[] = [...compressCases, ...decompressCases, leakCase(useAll)];

/**
 * Tests a compressor: each rule is one test of the runner (`test` of node:test, vitest or jest), on a compressor that
 * `make` makes for it. What the maker gives no means for is skipped, with the reason.
 */
export function testCompressor(test: AddTest, make: MakeCompressor): void {
  addCases(test, compressorCases, openCompressorBench(make));
}

/** What is done with a module, with and without success. */
async function useAll({ module }: CompressorBench): Promise<void> {
  const packed = await through(module.compress(), noise(10_000));
  await through(module.decompress(), packed);
  await endOf(() => through(module.decompress(), noise(10_000)));
  for (const stream of [module.compress(), module.decompress()]) stream.on('error', () => undefined).destroy();
}
