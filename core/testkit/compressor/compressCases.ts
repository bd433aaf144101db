import assert from 'node:assert/strict';
import { requireMeans } from '../suite/Bench.ts';
import { noise } from '../suite/hostile.ts';
import { soon } from '../suite/within.ts';
import { type CompressorCase, compressorCase } from './CompressorBench.ts';
import { lentThrough, through, written } from './streaming.ts';

/** Bytes of many kinds, by what they are. */
export const samples: Readonly<Record<string, Buffer>> = {
  'no bytes': Buffer.alloc(0),
  'one byte': Buffer.from('a'),
  text: Buffer.from('the same words again and again\n'.repeat(20_000)),
  noise: noise(300_000),
  'one block': noise(65_536, 7),
};

/** What becomes of bytes that are compressed. */
export const compressCases: readonly CompressorCase[] = [
  compressorCase('module: exports compress and decompress, and the suffix is a word of a media type', async (bench) => {
    const { compressor, module } = bench;
    assert.match(compressor.id, /^[a-z0-9][a-z0-9.-]*$/, 'the id is no word');
    assert.match(compressor.suffix, /^[a-z0-9][a-z0-9.-]*$/, 'the suffix is no word');
    for (const name of ['compress', 'decompress'] as const) {
      assert.equal(typeof module[name], 'function', `there is no ${name}`);
      const stream = module[name]();
      assert.equal(typeof stream.pipe, 'function', `${name} gives no stream`);
      stream.destroy();
    }
  }),
  compressorCase('round trip: gives the same bytes again', async ({ module }) => {
    for (const [what, bytes] of Object.entries(samples)) {
      const packed = await through(module.compress(), bytes);
      assert.ok((await through(module.decompress(), packed)).equals(bytes), `${what}: other bytes came back`);
    }
  }),
  compressorCase('compress: the same bytes give the same, whenever the end comes', async ({ module }) => {
    for (const [what, bytes] of Object.entries(samples)) {
      const first = await through(module.compress(), bytes);
      for (const end of ['with the last block', 'later'] as const)
        assert.ok((await through(module.compress(), bytes, { end })).equals(first), `${what}: other bytes (${end})`);
    }
  }),
  compressorCase('compress: the memory of a block is used again once it was taken', async ({ module }) => {
    const bytes = noise(200_000);
    const packed = await lentThrough(module.compress(), bytes);
    assert.ok((await through(module.decompress(), packed)).equals(bytes), 'it holds on to blocks');
  }),
  compressorCase('compress: changes none of the bytes that it gets', async ({ module }) => {
    const [bytes, stream] = [noise(100_000), module.compress()];
    stream.resume();
    const given = Buffer.from(bytes);
    await written(stream, given);
    stream.destroy();
    assert.ok(given.equals(bytes), 'it writes into the block');
  }),
  compressorCase('compress: two streams at once do not disturb each other', async ({ module }) => {
    const inputs = [noise(150_000, 1), noise(150_000, 2)];
    const alone: Buffer[] = [];
    for (const bytes of inputs) alone.push(await through(module.compress(), bytes));
    const beside = await Promise.all(inputs.map((bytes) => through(module.compress(), bytes)));
    assert.ok(
      beside.every((bytes, at) => alone[at]?.equals(bytes)),
      'beside each other they give other bytes',
    );
  }),
  compressorCase('compress: waits for who reads, so nothing piles up', async ({ module }) => {
    const stream = module.compress();
    const block = noise(65_536);
    for (let taken = 0; taken < 8 * mebibyte; taken += block.byteLength)
      if (
        !(await soon(
          100,
          written(stream, block).then(() => true),
        ))
      )
        return void stream.destroy();
    stream.destroy();
    assert.fail(`it took ${8 * mebibyte} bytes, and nobody has read any`);
  }),
  compressorCase('format: another program reads it', async ({ module, made }) => {
    const decompress = requireMeans(made.decompress, 'decompress');
    for (const [what, bytes] of Object.entries(samples)) {
      const packed = await through(module.compress(), bytes, { end: 'later' });
      assert.ok(Buffer.from(await decompress(packed)).equals(bytes), `${what}: the other program reads other bytes`);
    }
  }),
];

const mebibyte = 1024 * 1024;
