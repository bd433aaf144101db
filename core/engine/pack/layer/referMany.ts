import { setImmediate } from 'node:timers/promises';
import { layOutTar, type TarLayout } from '../../layers/manyFiles.ts';
import { encodeBody } from '../../store/LayerRecord.ts';
import { hashRows } from './hashRows.ts';
import { asDigest } from './layerWork.ts';
import type { ManyWork } from './ManyWork.ts';
import { referenceBody } from './referenceBody.ts';
import type { StoredMany } from './storeMany.ts';

/**
 * Hashes a layer of many files whose contents stay where they are: its record has the headers, and refers to each file.
 * It is made while threads read.
 */
export async function referMany(work: ManyWork): Promise<StoredMany> {
  const { layers } = work.options.store;
  const layout = layOutTar(work.table, work.pathBytes);
  const hashing = hashRows(work, layout, { stored: undefined, pack: undefined });
  const [{ digest: found, hashed, digests, sums }, body] = await Promise.all([hashing, encoded(work, layout)]);
  const digest = asDigest(found ?? '');
  const existed = layers.readHead(digest) !== undefined;
  const record = { digest, size: layout.bytes, diffId: digest };
  layers.writeEncoded(record, body);
  return { record, hashed, existed, digests, sums };
}

async function encoded(work: ManyWork, layout: TarLayout) {
  // First the threads hear of their work.
  await setImmediate();
  return encodeBody(referenceBody(work, layout));
}
