import { resolve } from 'node:path';
import { fromNative } from '../files/bytePath.ts';
import type { Existing } from '../files/checkFree.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { ReadTarget } from '../store/roles.ts';
import { extractLayer } from './extractLayer.ts';
import type { KitElement } from './kitElements.ts';
import { createStaging, moveIntoPlace } from './staging.ts';

export interface ElementOptions {
  readonly directory: string;
  readonly existing: Existing;
  readonly signal: AbortSignal;
}

/**
 * Unpacks the layer of one element into a directory and gives the number of files. Every byte is verified before it
 * has its final name. Throws `unpack-*`, `descriptor-mismatch`, `kit-malformed`, `disk-full`.
 */
export async function unpackElement(
  kitwright: Kitwright,
  element: KitElement,
  source: ReadTarget,
  { directory, existing, signal }: ElementOptions,
): Promise<number> {
  signal.throwIfAborted();
  const target = resolve(directory);
  using staging = createStaging(target);
  using scratch = createStaging(target);
  const files = await extractLayer(element, {
    source,
    pool: kitwright.pool,
    capabilities: kitwright.capabilities,
    target: fromNative(target),
    staging,
    scratch: scratch.native,
    existing,
    signal,
  });
  moveIntoPlace(staging.path, fromNative(target), existing);
  return files;
}
