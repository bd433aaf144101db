import type { Compressor, CompressorModule } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import { openBench } from '../suite/Bench.ts';
import { benchCase, type Case, type OpenBench } from '../suite/Case.ts';
import { asMadeCompressor, type MadeCompressor, type MakeCompressor } from './MadeCompressor.ts';

/** A compressor, and its module as a worker loads it. */
export interface CompressorBench {
  readonly compressor: Compressor;
  readonly module: CompressorModule;
  readonly made: MadeCompressor;
  readonly context: TestContext;
}

export type CompressorCase = Case<CompressorBench>;

export const compressorCase: (name: string, run: (bench: CompressorBench) => Promise<void>) => CompressorCase =
  benchCase;

export function openCompressorBench(make: MakeCompressor): OpenBench<CompressorBench> {
  const open = openBench(async (context) => asMadeCompressor(await make(context)));
  return async () => {
    const bench = await open();
    const { compressor } = bench.made;
    const module = (await import(compressor.module)) as CompressorModule;
    return { ...bench, compressor, module };
  };
}
