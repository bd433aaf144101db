import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentOf } from './contentOf.ts';
import type { ReadTarget } from './roles.ts';

const descriptor = { mediaType: 'application/octet-stream', digest: `sha256:${'a'.repeat(64)}` as const, size: 5000 };
const block = new Uint8Array(1000);

/** A server that sends without an end. */
const endless = {
  name: 'endless',
  exists: async () => true,
  resolve: async () => undefined,
  fetch: async function* () {
    for (;;) yield block;
  },
};
const reading = {
  ...endless,
  read: async (_descriptor: unknown, _range: unknown, take: (bytes: Uint8Array) => Promise<void> | undefined) => {
    for (;;) await take(block);
  },
};

for (const [how, source] of Object.entries({ endless, reading }))
  for (const range of [
    { start: 0, end: 5000 },
    { start: 1000, end: 3500 },
  ])
    test(`no more is given on than was asked for: ${how}, ${range.start} to ${range.end}`, async () => {
      let taken = 0;
      const content = contentOf(descriptor, source as unknown as ReadTarget);
      await assert.rejects(
        content.read(range, (bytes) => {
          taken += bytes.byteLength;
          assert.ok(taken <= 10_000);
        }),
        { code: 'descriptor-mismatch', message: /endless sends more bytes/ },
      );
      assert.ok(taken <= range.end - range.start);
    });
