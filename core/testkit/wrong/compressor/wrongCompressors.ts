import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { MakeCompressor } from '../../compressor/MadeCompressor.ts';
import type { Wrong } from '../testWrong.ts';

const codec = new URL('./codec.ts', import.meta.url).href;

/** The right compressor: gzip. */
export const rightCompressor: MakeCompressor = () => gzipOf('');

/** Compressors with one error each, and the cases that find it. */
export const wrongCompressors: readonly Wrong<MakeCompressor>[] = [
  {
    does: 'has a suffix that no media type can have',
    fails: ['module: exports compress and decompress, and the suffix is a word of a media type'],
    make: () => ({ ...gzipOf(''), compressor: { id: 'gz', suffix: '+gz', module: codec } }),
  },
  wrong('writes the time into what it makes', 'time', [
    'compress: the same bytes give the same, whenever the end comes',
    'compress: two streams at once do not disturb each other',
  ]),
  {
    does: 'makes other bytes when the end comes late',
    fails: ['compress: the same bytes give the same, whenever the end comes'],
    make: () => ({
      compressor: { id: 'zst', suffix: 'zst', module: `${codec}?end` },
      compress: zstdCompressSync,
      decompress: zstdDecompressSync,
    }),
  },
  wrong('loses a byte of a full block', 'lossy', [
    'round trip: gives the same bytes again',
    'format: another program reads it',
  ]),
  wrong('keeps a block until the next one comes', 'keeps', [
    'compress: the memory of a block is used again once it was taken',
  ]),
  wrong('writes into the blocks that it gets', 'writes', ['compress: changes none of the bytes that it gets']),
  wrong('has a state that streams share', 'shares', ['compress: two streams at once do not disturb each other']),
  wrong('takes whatever comes into memory', 'greedy', ['compress: waits for who reads, so nothing piles up']),
  wrong('takes a cut layer for a whole one', 'cut', ['decompress: what is cut is an error, wherever it is cut']),
  wrong('decompresses a layer in memory', 'bomb', [
    'decompress: waits for who reads, so a small layer fills no memory',
  ]),
  wrong('keeps a compressed block until the next one comes', 'keepsPacked', [
    'decompress: blocks may be of any size, and their memory used again',
  ]),
  wrong('reads nothing out of what is none', 'lenient', ['decompress: what is something else is an error']),
  wrong('cannot be stopped', 'open', ['destroy: a stream that is not needed any more closes']),
  wrong('leaves a file open', 'leaks', ['leaks: no timer, socket, file or thread is left when it is disposed']),
];

function wrong(does: string, error: string, fails: readonly string[]): Wrong<MakeCompressor> {
  return { does, fails, make: () => gzipOf(`?${error}`) };
}

function gzipOf(search: string) {
  const compressor = { id: 'gz', suffix: 'gz', module: codec + search };
  return { compressor, compress: (bytes: Buffer) => gzipSync(bytes), decompress: (bytes: Buffer) => gunzipSync(bytes) };
}
