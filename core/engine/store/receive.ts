import { KitwrightError } from '../errors/KitwrightError.ts';
import { systemError } from '../errors/systemError.ts';
import { fromNative } from '../files/bytePath.ts';
import type { LayerPool } from '../layers/createPool.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { fetchInParts, ignoresRanges, isLarge } from './fetchInParts.ts';
import { openPartial } from './openPartial.ts';
import type { Content } from './roles.ts';
import { storeBlob } from './storeBlob.ts';
import type { StoreLayout } from './storeLayout.ts';
import { isWhole } from './unsynced.ts';

/**
 * Downloads a blob into the store. Large ones are fetched in parts, side by side; what was fetched outlives the
 * process. A damaged one is thrown away and fetched once more. Throws `descriptor-mismatch`.
 */
export async function receive(
  descriptor: Descriptor,
  content: Content,
  layout: StoreLayout,
  pool: LayerPool,
): Promise<void> {
  const path = layout.blob(descriptor.digest);
  if (await isWhole(descriptor, layout)) return;
  const whole = () => storeBlob(descriptor, content, path, layout.tmp);
  const isMismatch = (error: unknown) => error instanceof KitwrightError && error.code === 'descriptor-mismatch';
  try {
    if (!isLarge(descriptor)) {
      await whole().catch((error: unknown) => (isMismatch(error) ? whole() : Promise.reject(error as Error)));
      return;
    }
    for (let attempt = 1; attempt <= 2; attempt++) {
      const outcome = await receiveOnce(descriptor, content, layout, pool);
      if (outcome === 'stored') return;
      if (outcome === 'busy') return await whole();
    }
  } catch (error) {
    if (ignoresRanges(error)) return whole();
    throw systemError(error, 'store-failed', 'store', descriptor.digest);
  }
  throw damaged(descriptor);
}

async function receiveOnce(
  descriptor: Descriptor,
  content: Content,
  layout: StoreLayout,
  pool: LayerPool,
): Promise<'stored' | 'damaged' | 'busy'> {
  await using partial = await openPartial(descriptor, layout);
  if (!partial) return 'busy';
  const path = fromNative(partial.path);
  const digest = await fetchInParts(descriptor, content, partial, (available) =>
    pool.follow({ path, size: descriptor.size, available }),
  );
  if (digest === descriptor.digest) {
    await partial.commit();
    return 'stored';
  }
  partial.reset();
  return 'damaged';
}

function damaged({ digest }: Descriptor): KitwrightError {
  return new KitwrightError(
    'descriptor-mismatch',
    `${digest} from the source is damaged: its digest is another one, twice.`,
    {
      data: { digest },
    },
  );
}
