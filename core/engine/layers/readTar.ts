import { type Extract, extract, type Header } from 'tar-stream';
import { withoutLastSlashes } from '../files/bytePath.ts';
import { refuseTar } from './refuseTar.ts';
import { createTarGuard } from './tarGuard.ts';
import type { IndexedEntry } from './tarRules.ts';

/** Gets an entry and its content, block after block; it has to read all of it. */
export type TakeEntry = (entry: IndexedEntry, content: AsyncIterable<Uint8Array>) => Promise<void>;

/**
 * Reads a tar that comes as a stream of fresh blocks. `tar-stream` reads it, the rules see each byte before: an entry
 * is one that both find, at the same place. What `take` got may be used when this has ended. Throws `kit-malformed`,
 * `unpack-refused`, what the stream and what `take` throws.
 */
export async function readTar(blocks: AsyncIterable<Uint8Array>, take: TakeEntry): Promise<void> {
  const reader = extract(byteNames as object) as Extract & AsyncIterable<TarContent>;
  const expected: IndexedEntry[] = [];
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown) => {
    failure ??= { error };
    // Without an error who waits for the next entry would wait for ever.
    reader.destroy(new Error('stopped'));
  };
  const fed = feed(blocks, reader, (entry) => void expected.push(entry)).catch(fail);
  try {
    for await (const content of reader) {
      const entry = sameEntry(expected.shift(), content);
      await take(entry, content).catch((error: unknown) => {
        fail(error);
        throw error;
      });
    }
    if (expected.length) throw differs();
  } catch (error) {
    failure ??= { error: refuseTar(error instanceof Error ? error.message : String(error)) };
  }
  reader.destroy();
  await fed;
  if (failure) throw failure.error;
}

/** Names are bytes here, whatever they mean. */
const byteNames = { filenameEncoding: 'latin1' };

/** What the types of `tar-stream` do not say. */
interface TarContent extends AsyncIterable<Uint8Array> {
  readonly header: Header & { readonly byteOffset: number };
}

async function feed(
  blocks: AsyncIterable<Uint8Array>,
  reader: Extract,
  onEntry: (entry: IndexedEntry) => void,
): Promise<void> {
  const guard = createTarGuard(onEntry);
  let wake = (): void => undefined;
  for (const event of ['drain', 'close'] as const) reader.on(event, () => wake());
  for await (const bytes of blocks) {
    if (reader.destroying) return;
    guard.see(bytes);
    const taken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (!reader.write(bytes)) await taken;
  }
  if (reader.destroying) return;
  guard.end();
  reader.end(undefined);
}

/** Some PAX names reach us as text only: what is no UTF-8 is lost in it. */
function sameEntry(entry: IndexedEntry | undefined, { header }: TarContent): IndexedEntry {
  const name = withoutLastSlashes(header.name);
  const isNamed = name === entry?.path || name === Buffer.from(entry?.path ?? '', 'latin1').toString();
  const isSame = header.type === entry?.type && header.size === entry.size && header.byteOffset === entry.offset;
  if (!entry || !isNamed || !isSame) throw differs();
  return entry;
}

function differs() {
  return new Error('two readers find different entries in it');
}
