import type { Compressor } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import type { Disposable } from '../suite/Bench.ts';

/** Makes a compressor for one case. */
export type MakeCompressor = (
  context: TestContext,
) => Compressor | MadeCompressor | Promise<Compressor | MadeCompressor>;

/** A compressor, and what others know of its format. */
export interface MadeCompressor extends Disposable {
  readonly compressor: Compressor;
  /** Decompresses without the module: another program or library. */
  readonly decompress?: (bytes: Buffer) => Uint8Array | Promise<Uint8Array>;
  /** Compresses without the module. */
  readonly compress?: (bytes: Buffer) => Uint8Array | Promise<Uint8Array>;
}

export function asMadeCompressor(made: Compressor | MadeCompressor): MadeCompressor {
  return 'compressor' in made ? made : { compressor: made };
}
