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

test('a small content that is not what was promised is refused: by its digest, too short or too long', async () => {
  const target = memoryTarget();
  const kept = target.add(Buffer.from('{"a":1}'));
  const other = target.add(Buffer.from('{"a":2}'));
  const wrong = { ...target, fetch: () => target.fetch(other) };
  for (const [descriptor, source] of [
    [kept, wrong],
    [{ ...kept, size: kept.size + 1 }, target],
    [{ ...kept, size: kept.size - 1 }, target],
  ] as const)
    await assert.rejects(verifiedBytes(descriptor, source, 100), { code: 'descriptor-mismatch' });
});
