import { createHash } from 'node:crypto';
import { openSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { type ByteStream, KitwrightError, type RemoteData } from '@kitwright/core/plugin';
import type { MakeRemoteData } from '../../remoteData/MadeRemoteData.ts';
import { noise } from '../../suite/hostile.ts';
import type { Wrong } from '../testWrong.ts';

const [url, missing] = ['memory://data', 'memory://none'];
const bytes = noise(100_000);
const hash = createHash('sha256').update(bytes).digest('hex');

/** Data in memory. */
const memory: RemoteData = {
  id: 'memory',
  check: async (address, sum, signal) => {
    signal.throwIfAborted();
    requireHere(address);
    requireSum(sum);
  },
  async *fetch(address, sum, signal): ByteStream {
    signal.throwIfAborted();
    requireHere(address);
    requireSum(sum);
    for (let at = 0; at < bytes.byteLength; at += 10_000) {
      yield Buffer.from(bytes.subarray(at, at + 10_000));
      await setImmediate();
      signal.throwIfAborted();
    }
  },
};

function requireHere(address: string): void {
  if (address === url) return;
  throw new KitwrightError(address === missing ? 'remote-refused' : 'reference-invalid', 'There is nothing.');
}

function requireSum(sum: string): void {
  if (!/^[a-f0-9]{64}$/.test(sum)) throw new KitwrightError('kitfile-invalid', 'This is no SHA-256.');
  if (sum !== hash) throw new KitwrightError('descriptor-mismatch', 'It is something else.');
}

export const rightRemoteData: MakeRemoteData = made({});

/** Remote data with one error each, and the cases that find it. */
export const wrongRemoteData: readonly Wrong<MakeRemoteData>[] = [
  wrong('finds what is not there', { check: (_, sum, signal) => memory.check(url, sum, signal) }, [
    'check: what is not there is an error with a code',
    'url: one that is none is an error with a code',
  ]),
  wrong(
    'checks no hash',
    { check: async (address, sum, signal) => memory.check(address, /^[a-f0-9]{64}$/.test(sum) ? hash : sum, signal) },
    ['check: something else is descriptor-mismatch'],
  ),
  wrong('loses the end', { fetch: (...given) => shortened(memory.fetch(...given)) }, [
    'fetch: gives all bytes, and the same again',
    'fetch: a block keeps its bytes when the next one comes',
    'fetch: two at once do not mix',
    'fetch: may be left',
  ]),
  wrong('uses the memory of a block again', { fetch: (...given) => reusing(memory.fetch(...given)) }, [
    'fetch: a block keeps its bytes when the next one comes',
  ]),
  wrong(
    'gives something else for it',
    { fetch: (address, sum, signal) => memory.fetch(address, /^[a-f0-9]{64}$/.test(sum) ? hash : sum, signal) },
    ['fetch: something else is descriptor-mismatch, at the latest at its end'],
  ),
  wrong(
    'believes that a hash is one',
    { check: async (address, sum, signal) => (sum.length === 64 ? memory.check(address, sum, signal) : undefined) },
    ['hash: one that is none is an error with a code'],
  ),
  wrong(
    'fails with other errors',
    { check: async (address, ...rest) => memory.check(new URL(address).href, ...rest) },
    ['url: one that is none is an error with a code'],
  ),
  wrong(
    'does not look at the signal',
    { check: async (address, sum) => memory.check(address, sum, new AbortController().signal) },
    ['abort: nothing is asked for after the signal'],
  ),
  wrong('waits whatever the signal says', { fetch: (...given) => waiting(given[2], memory.fetch(...given)) }, [
    'abort: a download ends with the signal',
  ]),
  wrong(
    'leaves a file open',
    {
      fetch: (...given) =>
        openSync(process.execPath, 'r') > 0 ? memory.fetch(...given) : shortened(memory.fetch(...given)),
    },
    ['leaks: no timer, socket, file or thread is left when it is disposed'],
  ),
];

async function* shortened(blocks: ByteStream): ByteStream {
  let last: Uint8Array = Buffer.alloc(0);
  for await (const block of blocks) {
    yield last;
    last = block;
  }
}

async function* reusing(blocks: ByteStream): ByteStream {
  const shared = Buffer.alloc(10_000);
  for await (const block of blocks) {
    shared.set(block);
    yield shared.subarray(0, block.byteLength);
  }
}

async function* waiting(signal: AbortSignal, blocks: ByteStream): ByteStream {
  const begun = signal.aborted;
  for await (const block of blocks) {
    yield block;
    if (signal.aborted && !begun) await new Promise(() => undefined);
  }
}

function wrong(does: string, spoiled: Partial<RemoteData>, fails: readonly string[]): Wrong<MakeRemoteData> {
  return { does, fails, make: made(spoiled) };
}

function made(spoiled: Partial<RemoteData>): MakeRemoteData {
  return () => ({
    data: { ...memory, ...spoiled },
    url,
    hash,
    bytes,
    otherHash: 'a'.repeat(64),
    missing,
    notUrls: ['memory:', 'no address'],
  });
}
