import { statSync } from 'node:fs';
import type { Transform } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../errors/errorData.ts';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { errnoOf } from '../../errors/systemError.ts';
import { guardModules } from '../../files/guardModules.ts';
import { compressorError } from '../compressorError.ts';
import type { CompressorSource } from '../jobs.ts';

/** What the module of a compressor exports. */
export interface CompressorModule {
  readonly compress: () => Transform;
  readonly decompress: () => Transform;
}

/** A stream of a compressor. Throws `plugin-invalid` if its module is not as it must be, `plugin-failed` if it throws. */
export async function openCompressor(source: CompressorSource, direction: keyof CompressorModule): Promise<Transform> {
  const { [direction]: open } = await load(source);
  if (typeof open !== 'function') throw invalid(source, `exports no function "${direction}"`);
  let stream: Transform;
  try {
    stream = open();
  } catch (error) {
    throw compressorError(source, direction, error);
  }
  if (typeof stream?.pipe !== 'function') throw invalid(source, `gives no stream in "${direction}"`);
  return stream;
}

async function load(source: CompressorSource): Promise<Partial<CompressorModule>> {
  try {
    guardModules(ownerOf(source.module));
    return (await import(source.module)) as Partial<CompressorModule>;
  } catch (error) {
    if (!(error instanceof Error) || errnoOf(error)?.startsWith('ERR_') !== true)
      throw compressorError(source, 'the import', error);
    throw invalid(source, `cannot be imported: ${messageOf(error)}`, error);
  }
}

/** Whose code it is was decided before; what is no file is Node's own, or none. */
function ownerOf(module: string): number {
  return module.startsWith('file:') ? (statSync(fileURLToPath(module), { throwIfNoEntry: false })?.uid ?? 0) : 0;
}

function invalid({ module, plugin }: CompressorSource, problem: string, cause?: unknown): KitwrightError {
  const named = plugin === undefined ? 'a plugin' : `the plugin ${plugin}`;
  return new KitwrightError('plugin-invalid', `The compressor ${module} of ${named} ${problem}.`, {
    data: { ...(plugin === undefined ? {} : { plugin }), module },
    hint: 'It must be the URL of a module that exports compress() and decompress(): new URL("./NAME.js", import.meta.url).href.',
    cause,
  });
}

/** Is this an error of the file system, or one that says already what failed? */
export function isOfSystem(error: unknown): boolean {
  return error instanceof KitwrightError || (error instanceof Error && 'syscall' in error);
}

/** A mistake in a program, and not in the data that it reads. */
export function isProgramming(error: unknown): boolean {
  return error instanceof TypeError || error instanceof ReferenceError;
}
