import { describe, test } from 'node:test';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { testCompressor } from '@kitwright/testkit';
import { compressors } from './index.ts';

/** What else reads and writes the format: each call of its own, where our modules are streams. */
const others = {
  gzip: { compress: (bytes: Buffer) => gzipSync(bytes), decompress: (bytes: Buffer) => gunzipSync(bytes) },
  zstd: {
    compress: (bytes: Buffer) => zstdCompressSync(bytes),
    decompress: (bytes: Buffer) => zstdDecompressSync(bytes),
  },
};

for (const compressor of compressors)
  describe(compressor.id, () =>
    testCompressor(test, () => ({ compressor, ...others[compressor.suffix as keyof typeof others] })),
  );
