import { createHash } from 'node:crypto';
import { extract } from 'tar-stream';

/** What a reader found: name, type, size and digest. */
export type FoundEntry = readonly [name: string, type: string, size: number, digest: string];

/** What `tar-stream` alone finds in a tar, with names as they are printed. Throws if it refuses it. */
export async function tarStreamEntries(bytes: Buffer): Promise<readonly FoundEntry[]> {
  const reader = extract();
  const found: FoundEntry[] = [];
  reader.end(bytes);
  for await (const content of reader) {
    const hash = createHash('sha256');
    for await (const block of content) hash.update(block as Uint8Array);
    const { name, type, size } = content.header;
    found.push([name.replace(/\/+$/, ''), type, size, hash.digest('hex')]);
  }
  return found;
}
