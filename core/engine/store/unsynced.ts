import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { syncFiles } from '../files/atomicWrite.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { hexOf } from '../oci/digest.ts';
import { bootId } from './bootId.ts';
import type { StoreLayout } from './storeLayout.ts';

/**
 * Notes, for good, that a blob will get its name without waiting for the disk, which is what takes longest in a fast
 * download. A crash of the process does no harm to it. After a crash of the machine it is hashed before anything uses
 * it (`isWhole`), and fetched again if the disk has lost a part. `boot` is `bootId()`.
 */
export async function markUnsynced(descriptor: Descriptor, layout: StoreLayout, boot: string): Promise<void> {
  const path = markOf(descriptor, layout);
  writeFileSync(path, boot, { mode: 0o600 });
  await syncFiles([path]);
}

/** Where it is written down that the disk was not asked whether it has a blob. */
function markOf({ digest }: Descriptor, layout: StoreLayout): string {
  return join(layout.unsynced, hexOf(digest));
}

/**
 * Is a blob there, all of it? One that a crash of the machine may have damaged is hashed once; what is damaged is
 * removed. A descriptor with another size than ours may be wrong itself, whoever wrote it: our blob stays if its digest
 * is right.
 */
export async function isWhole(descriptor: Descriptor, layout: StoreLayout, boot = bootId()): Promise<boolean> {
  const path = layout.blob(descriptor.digest);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return false;
  const mark = readMark(markOf(descriptor, layout));
  const isRight = size === descriptor.size;
  if (isRight && (mark === undefined || mark === boot)) return true;
  if ((await digestOfFile(path)) === descriptor.digest) rmSync(markOf(descriptor, layout), { force: true });
  else rmSync(path, { force: true });
  return isRight && existsSync(path);
}

function readMark(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'latin1') : undefined;
}

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path, { highWaterMark: 256 * 1024 })) hash.update(bytes as Buffer);
  return `sha256:${hash.digest('hex')}`;
}
