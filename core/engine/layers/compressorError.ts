import { messageOf } from '../errors/errorData.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import type { CompressorSource } from './jobs.ts';

/** A compressor that fails by its own fault: the plugin that it is from, its module, and what to do. */
export function compressorError({ module, plugin }: CompressorSource, what: string, error: unknown): KitwrightError {
  const named = plugin === undefined ? 'A plugin' : `The plugin ${plugin}`;
  return new KitwrightError(
    'plugin-failed',
    `${named} failed in ${what} of its compressor ${module}: ${messageOf(error)}.`,
    {
      data: { ...(plugin === undefined ? {} : { plugin }), module, hook: `compressor.${what}` },
      cause: error,
    },
  );
}
