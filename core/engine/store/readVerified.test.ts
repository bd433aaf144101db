import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifiedBytes } from './readVerified.ts';
import { memoryTarget } from './referrers/testing/memoryTarget.ts';

test('a small content of which a byte comes now and then is not waited for', async () => {
  const target = memoryTarget();
  const kept = target.add(Buffer.from('{}'));
  assert.equal(Buffer.from(await verifiedBytes(kept, target, 10)).toString(), '{}');
  await assert.rejects(verifiedBytes(kept, target, 10, -1), { code: 'network-failed' });
});
