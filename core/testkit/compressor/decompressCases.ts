import assert from 'node:assert/strict';
import { requireMeans } from '../suite/Bench.ts';
import { flipped, garbage, noise, spread } from '../suite/hostile.ts';
import { rejectionOf } from '../suite/rejection.ts';
import { eventually, turns } from '../suite/turns.ts';
import { type CompressorCase, compressorCase } from './CompressorBench.ts';
import { samples } from './compressCases.ts';
import { lentThrough, through } from './streaming.ts';

/** What comes from elsewhere is hostile. */
export const decompressCases: readonly CompressorCase[] = [
  compressorCase('decompress: blocks may be of any size, and their memory used again', async ({ module }) => {
    const bytes = noise(2000);
    const packed = await through(module.compress(), bytes);
    for (const blockSize of [1, 7, 100_000])
      assert.ok((await lentThrough(module.decompress(), packed, blockSize)).equals(bytes), `blocks of ${blockSize}`);
  }),
  compressorCase('decompress: reads what another program wrote', async ({ module, made }) => {
    const compress = requireMeans(made.compress, 'compress');
    for (const [what, bytes] of Object.entries(samples)) {
      const packed = await compress(bytes);
      assert.ok((await through(module.decompress(), packed)).equals(bytes), `${what}: it reads other bytes`);
    }
  }),
  compressorCase('decompress: what is cut is an error, wherever it is cut', async ({ module }) => {
    const packed = await through(module.compress(), noise(5000));
    for (const size of spread(packed.byteLength, 40).filter((each) => each > 0))
      await rejectionOf(() => through(module.decompress(), packed.subarray(0, size)), `the first ${size} bytes`);
  }),
  compressorCase('decompress: what is something else is an error', async ({ module }) => {
    for (const [what, bytes] of Object.entries(garbage))
      if (bytes.byteLength > 1) await rejectionOf(() => through(module.decompress(), bytes), what);
  }),
  compressorCase('decompress: ends with any bit flipped', async ({ module }) => {
    const packed = await through(module.compress(), Buffer.from('weights '.repeat(500)));
    for (const at of spread(packed.byteLength, 40))
      await through(module.decompress(), flipped(packed, at)).catch((error: unknown) => {
        assert.ok(error instanceof Error && !/did not end/.test(error.message), `byte ${at}: ${String(error)}`);
      });
  }),
  compressorCase('decompress: waits for who reads, so a small layer fills no memory', async ({ module }) => {
    const bomb = await through(module.compress(), Buffer.alloc(12 * mebibyte), { blockSize: mebibyte });
    const stream = module.decompress().on('error', () => undefined);
    stream.end(bomb);
    await eventually(() => stream.readableLength > 0, 2000);
    await turns(50);
    const held = stream.readableLength;
    stream.destroy();
    assert.ok(held <= 6 * mebibyte, `it holds ${held} bytes that nobody has read`);
  }),
  compressorCase('destroy: a stream that is not needed any more closes', async ({ module }) => {
    const packed = await through(module.compress(), noise(100_000));
    for (const stream of [module.compress(), module.decompress()]) {
      stream.on('error', () => undefined).write(packed.subarray(0, packed.byteLength >> 1));
      stream.destroy();
      assert.ok(await eventually(() => stream.closed, 2000), 'it is not closed');
    }
  }),
];

const mebibyte = 1024 * 1024;
