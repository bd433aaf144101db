import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { messageOf } from '../../errors/errorData.ts';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { tarIndex } from '../../layers/tarIndex.ts';
import { anyTar } from '../../layers/testing/anyTar.ts';
import { contentOfBytes } from '../../store/contentOf.ts';
import { remoteTarIndex } from './remoteTarIndex.ts';

const { signal } = new AbortController();

test('a tar that lies elsewhere is listed as one that lies here, or refused for the same reason', () =>
  fc.assert(
    fc.asyncProperty(anyTar, async (bytes) => {
      const here = () => [...tarIndex((start, length) => bytes.subarray(start, start + length), bytes.byteLength)];
      const there = () => remoteTarIndex(contentOfBytes(bytes), bytes.byteLength, signal);
      assert.deepEqual(await resultOf(there), await resultOf(here));
    }),
  ));

async function resultOf(list: () => unknown): Promise<unknown> {
  try {
    return await list();
  } catch (error) {
    assert.ok(error instanceof KitwrightError, String(error));
    return messageOf(error);
  }
}
