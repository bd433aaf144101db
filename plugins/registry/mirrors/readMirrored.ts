import {
  type ByteRange,
  type Descriptor,
  digestOf,
  KitwrightError,
  type Reader,
  type TakeBlock,
} from '@kitwright/core/plugin';
import { downloadBlob, readPart } from '../downloadBlob.ts';
import { guard } from '../readAnswer.ts';
import type { Source } from './createSources.ts';

/** Blobs up to this size (bytes) are verified before any of their bytes is given on. */
const smallBlob = 1024 * 1024;

/**
 * Reads blobs from the mirrors, and from the registry what they do not give. Who reads the same bytes again got wrong
 * ones: then the next host is asked.
 */
export function readMirrored(sources: readonly Source[]): Reader['read'] {
  const [mirrors, [origin]] = [sources.slice(0, -1), sources.slice(-1)];
  const givenBy = new Map<string, number>();
  return async (descriptor, { start, end }, take) => {
    const key = `${descriptor.digest} ${start}`;
    const reading = follow(start, take);
    for (const [i, source] of mirrors.entries()) {
      if (source.isOut() || i <= (givenBy.get(key) ?? -1)) continue;
      if (reading.at() < end) await readFrom(source, descriptor, { start, end }, reading);
      if (reading.at() < end) continue;
      if (!isSmall(descriptor, { start, end })) givenBy.set(key, i);
      return;
    }
    if (origin) await downloadBlob(origin.repository, descriptor, { start: reading.at(), end }, take);
  };
}

interface Reading {
  readonly at: () => number;
  readonly take: TakeBlock;
  /** Throws what the receiver threw: that is no failure of a host. */
  readonly throwRefusal: () => void;
}

function follow(start: number, take: TakeBlock): Reading {
  let at = start;
  let refused: { readonly error: unknown } | undefined;
  const guarded = guard(take, (error) => {
    refused ??= { error };
  });
  return {
    at: () => at,
    take: (bytes) => {
      const taken = guarded(bytes);
      at += bytes.byteLength;
      return taken;
    },
    throwRefusal: () => {
      if (refused) throw refused.error;
    },
  };
}

/** More cuts of one part than any host has that is of help. */
const mostCuts = 100;

/** A mirror that was cut is asked on as long as it gives anything, but not for each byte. */
async function readFrom(
  source: Source,
  descriptor: Descriptor,
  { start, end }: ByteRange,
  reading: Reading,
): Promise<void> {
  for (let [before, cuts] = [-1, 0]; before < reading.at() && reading.at() < end && cuts <= mostCuts; cuts++) {
    before = reading.at();
    try {
      await readRest(source, descriptor, { start: before, end }, reading.take);
    } catch (error) {
      reading.throwRefusal();
      // A mirror that is cut while it has no parts yet: the next host gives the rest.
      if (reading.at() > start && ignoresRanges(error)) return;
      if (reading.at() === before) source.failed(error);
    }
  }
}

function ignoresRanges(error: unknown): boolean {
  return error instanceof KitwrightError && error.data['rangesIgnored'] === true;
}

async function readRest(
  { repository }: Source,
  descriptor: Descriptor,
  range: ByteRange,
  take: TakeBlock,
): Promise<void> {
  if (!isSmall(descriptor, range)) return readPart(repository, descriptor, range, take);
  const parts: Uint8Array[] = [];
  await readPart(repository, descriptor, range, (bytes) => void parts.push(Buffer.from(bytes)));
  const [bytes, { host }] = [Buffer.concat(parts), repository.client.origin];
  if (digestOf(bytes) !== descriptor.digest)
    throw new KitwrightError('descriptor-mismatch', `${host} gives other bytes than those of ${descriptor.digest}.`);
  await take(bytes);
}

/** Is it all of a blob that is verified here? */
function isSmall({ digest, size }: Descriptor, { start, end }: ByteRange): boolean {
  return start === 0 && end === size && size <= smallBlob && digest.startsWith('sha256:');
}
