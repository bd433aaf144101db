import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { dropReferrer } from './dropReferrer.ts';
import { dropReferrers } from './dropReferrers.ts';
import { memoryTarget } from './testing/memoryTarget.ts';

/** A kit whose signature is that of another one: whoever wrote the kit put it there. */
const create = (refusal?: 'remote-refused' | 'kit-not-found') => {
  const memory = memoryTarget();
  const [root, signature] = ['{"config":{}}', '{"config":{},"layers":[]}'].map((text) => memory.add(Buffer.from(text)));
  if (!root || !signature) return assert.fail();
  for (const tag of ['own.sig', 'other.sig']) memory.tags.set(tag, signature);
  const target = {
    ...memory,
    untag: async (tag: string) => {
      if (refusal) throw new KitwrightError(refusal, 'No.');
      memory.tags.delete(tag);
    },
    delete: async ({ digest }: Descriptor) => void memory.blobs.delete(digest),
  };
  const referrer = { descriptor: signature, subject: root.digest, bytes: new Uint8Array(), tag: 'own.sig' };
  return { target, root, referrer, tags: memory.tags, has: () => memory.blobs.has(signature.digest) };
};

test('what is removed with a kit, or detached from it, stays where another one has it', async () => {
  for (const remove of [
    ({ target, root, referrer }: ReturnType<typeof create>) => dropReferrers(target, 'x', root, [referrer]),
    ({ target, root, referrer }: ReturnType<typeof create>) => dropReferrer(target, 'x', root, referrer),
  ]) {
    const created = create();
    await remove(created);
    assert.deepEqual([[...created.tags.keys()], created.has()], [['other.sig'], true]);
  }
});

test('where single tags cannot be removed, what lies under them is', async () => {
  const refusing = create('remote-refused');
  await dropReferrers(refusing.target, 'x', refusing.root, [refusing.referrer]);
  assert.equal(refusing.has(), false);
  const gone = create('kit-not-found');
  await dropReferrers(gone.target, 'x', gone.root, [gone.referrer]);
  assert.equal(gone.has(), true);
});
