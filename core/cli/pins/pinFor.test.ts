import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OfferedKit } from '@kitwright/core/internal';
import { pinFor } from './pinFor.ts';

const pin = (hex: string) => ({ digest: `sha256:${hex.repeat(64)}`, signers: [], previous: [] });
const kit = (place: string, reference: string): OfferedKit =>
  ({ place, reference, root: { digest: pin('0').digest } }) as unknown as OfferedKit;

test('a pin is found however its name is spelled, and of two spellings the first counts', () => {
  const pins = { 'Registry.example.com:443/m:v1': pin('a'), 'registry.example.com/m:v1': pin('b') };
  assert.deepEqual(pinFor(pins, kit('registry.example.com/m', 'v1')), ['Registry.example.com:443/m:v1', pin('a')]);
  assert.deepEqual(pinFor(pins, kit('registry.example.com/m', 'v2')), ['registry.example.com/m:v2', undefined]);
});
