import { KitwrightError } from '../../errors/KitwrightError.ts';
import { paddingOf, tarEnd } from '../../layers/tarHeader.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { readVerified } from '../readVerified.ts';
import type { ByteRange, Content, TakeBlock } from '../roles.ts';
import type { ArchiveSink } from './ArchiveSink.ts';
import type { ArchiveFile, ArchiveLayout } from './layOutArchive.ts';

export interface WriteArchiveOptions {
  readonly signal: AbortSignal;
  readonly onStart?: (descriptor: Descriptor) => void;
  /** Bytes of one file that were read since the last call. */
  readonly onBytes?: (descriptor: Descriptor, bytes: number) => void;
  /** `exists`: an interrupted save had left all of it. */
  readonly onDone?: (descriptor: Descriptor, outcome: 'exists' | 'copied') => void;
}

/**
 * Writes an archive. What an interrupted save left at the beginning is kept as far as it is what belongs there: headers are
 * compared, contents are hashed, and a blob goes on in its middle. Throws `descriptor-mismatch` for a blob that is damaged
 * at its source, and what source and sink throw; then nothing has a final name.
 */
export async function writeArchive(
  { files, size }: ArchiveLayout,
  sink: ArchiveSink,
  options: WriteArchiveOptions,
): Promise<void> {
  for (const file of files) {
    options.signal.throwIfAborted();
    await writeFile(file, sink, options);
  }
  const end = size - tarEnd().byteLength;
  await sink.cut(end);
  await sink.write(tarEnd());
}

async function writeFile(file: ArchiveFile, sink: ArchiveSink, options: WriteArchiveOptions): Promise<void> {
  const { descriptor, header, start } = file;
  const content = start + header.byteLength;
  if (!(await hasHeader(file, sink))) {
    await sink.cut(start);
    await sink.write(header);
  }
  options.onStart?.(descriptor);
  const known = Math.max(0, Math.min(sink.present() - content, descriptor.size));
  await writeContent(file, sink, known, options);
  await pad(content + descriptor.size, paddingOf(descriptor.size), sink);
  options.onDone?.(descriptor, known === descriptor.size && known > 0 ? 'exists' : 'copied');
}

async function hasHeader({ header, start }: ArchiveFile, sink: ArchiveSink): Promise<boolean> {
  const end = start + header.byteLength;
  return sink.present() >= end && (await bytesOf(sink, { start, end })).equals(header);
}

async function bytesOf(sink: ArchiveSink, range: ByteRange): Promise<Buffer> {
  const blocks: Buffer[] = [];
  await sink.read(range, (block) => void blocks.push(Buffer.from(block)));
  return Buffer.concat(blocks);
}

/** `known` bytes of the content are in the sink; if they turn out to be others, all of it is read from its source. */
async function writeContent(file: ArchiveFile, sink: ArchiveSink, known: number, options: WriteArchiveOptions) {
  const { descriptor, header, start } = file;
  const from = start + header.byteLength;
  try {
    await readVerified(descriptor, resumed(file, sink, from, known), 'its source', taking(sink, known, file, options));
  } catch (error) {
    const isDamaged = error instanceof KitwrightError && error.code === 'descriptor-mismatch';
    // Nothing of a blob that is wrong is left for the next save.
    if (isDamaged) await sink.cut(from);
    if (!isDamaged || known === 0) throw error;
    await writeContent(file, sink, 0, options);
  }
}

/** The first `known` bytes are read from the sink, the rest from the source. */
function resumed({ content, descriptor }: ArchiveFile, sink: ArchiveSink, from: number, known: number): Content {
  return {
    read: async (_, take) => {
      if (known) await sink.read({ start: from, end: from + known }, take);
      if (known < descriptor.size) await content.read({ start: known, end: descriptor.size }, take);
    },
  };
}

function taking(
  sink: ArchiveSink,
  known: number,
  { descriptor }: ArchiveFile,
  options: WriteArchiveOptions,
): TakeBlock {
  let at = 0;
  return (block) => {
    options.signal.throwIfAborted();
    options.onBytes?.(descriptor, block.byteLength);
    at += block.byteLength;
    return at <= known ? undefined : sink.write(block);
  };
}

async function pad(at: number, bytes: number, sink: ArchiveSink): Promise<void> {
  const zeros = Buffer.alloc(bytes);
  const end = at + bytes;
  if (sink.present() >= end && (await bytesOf(sink, { start: at, end })).equals(zeros)) return;
  await sink.cut(at);
  await sink.write(zeros);
}
