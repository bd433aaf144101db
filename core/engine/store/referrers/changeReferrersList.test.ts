import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Descriptor } from '../../oci/descriptor.ts';
import { mediaTypes } from '../../oci/mediaTypes.ts';
import { referrersTag } from '../../oci/referrerTags.ts';
import { dropReferrer } from './dropReferrer.ts';
import { keepReferrer } from './keepReferrer.ts';
import { readReferrersList, referrersListBytes } from './referrersList.ts';
import { type MemoryTarget, memoryTarget, referrerBytes, search } from './testing/memoryTarget.ts';

const start = () => {
  const target = memoryTarget();
  return { target, root: target.add(Buffer.from('{"config":{},"layers":[]}')) };
};

const attach = async (target: MemoryTarget, root: Descriptor, type: string) => {
  const referrer = { ...target.add(referrerBytes(root, type)), artifactType: type };
  await keepReferrer(target, 'x', root, referrer);
  return referrer;
};

test('an entry has type and annotations, and the order is that of the digests', async () => {
  const { target, root } = start();
  const referrers = [await attach(target, root, 'a/b'), await attach(target, root, 'a/c')];
  await keepReferrer(target, 'x', root, referrers[0] as Descriptor);
  const list = await readReferrersList(target, 'x', root);
  assert.deepEqual(
    list?.entries,
    referrers.toSorted((a, b) => (a.digest < b.digest ? -1 : 1)),
  );
});

test('writers at the same time lose nothing', async () => {
  const { target, root } = start();
  // Everybody reads before anybody writes.
  const slow = {
    ...target,
    tag: async (...args: Parameters<typeof target.tag>) => setImmediate().then(() => target.tag(...args)),
  };
  const types = ['a/b', 'a/c', 'a/d', 'a/e'];
  await Promise.all(types.map((type) => attach(slow, root, type)));
  assert.equal((await search(target, root)).digests.length, types.length);
});

test('where a tag is moved only if nobody else moved it, the change is made again', async () => {
  const { target, root } = start();
  const other = { ...target.add(referrerBytes(root, 'a/other')), artifactType: 'a/other' };
  let isFirst = true;
  const swapping = {
    ...target,
    swapTag: async (descriptor: Descriptor, repository: string, tag: string, before: Descriptor | undefined) => {
      if (isFirst) {
        isFirst = false;
        await keepReferrer(target, 'x', root, other);
      }
      if (target.tags.get(tag)?.digest !== before?.digest) return false;
      await target.tag(descriptor, repository, tag);
      return true;
    },
  };
  const ours = await attach(swapping, root, 'a/b');
  assert.deepEqual((await search(target, root)).digests.toSorted(), [ours.digest, other.digest].toSorted());
});

test('entries whose manifest is gone are left out if the target refuses them', async () => {
  const { target, root } = start();
  const gone = await attach(target, root, 'a/gone');
  target.blobs.delete(gone.digest);
  const strict = {
    ...target,
    push: async (...[descriptor, content]: Parameters<typeof target.push>) => {
      await target.push(descriptor, content);
      if (Buffer.from(target.blobs.get(descriptor.digest) ?? []).includes(gone.digest))
        throw new Error('unknown manifest');
    },
  };
  const kept = await attach(strict, root, 'a/b');
  const list = await readReferrersList(target, 'x', root);
  assert.deepEqual(list?.entries, [kept]);
});

test('a list that others change all the time ends in an error', async () => {
  const { target, root } = start();
  const forgetful = { ...target, tag: async () => undefined };
  await assert.rejects(attach(forgetful, root, 'a/b'), { code: 'remote-refused' });
});

test('a tag of that name that is no list is not overwritten', async () => {
  const { target, root } = start();
  const kit = target.add(Buffer.from('{}'));
  target.tags.set(referrersTag(root.digest), kit);
  await assert.rejects(attach(target, root, 'a/b'), { code: 'kit-malformed' });
  assert.equal(target.tags.get(referrersTag(root.digest)), kit);
});

test('a referrer that is dropped leaves the list', async () => {
  const { target, root } = start();
  const [first, second] = [await attach(target, root, 'a/b'), await attach(target, root, 'a/c')];
  const deleting = {
    ...target,
    untag: async () => undefined,
    delete: async ({ digest }: Descriptor) => void target.blobs.delete(digest),
  };
  await dropReferrer(deleting, 'x', root, { descriptor: first, tag: undefined });
  assert.deepEqual(await search(target, root), {
    ...(await search(target, root)),
    digests: [second.digest],
    warnings: [],
  });
  await assert.rejects(dropReferrer(target, 'x', root, { descriptor: second, tag: undefined }), {
    code: 'target-invalid',
  });
});

test('of a list that is refused not all entries are asked for at once', async () => {
  const { target, root } = start();
  const entries = Array.from({ length: 100 }, (_, i) => target.add(referrerBytes(root, `a/b${i}`)));
  target.tags.set(referrersTag(root.digest), target.add(referrersListBytes(entries as never), mediaTypes.index));
  let [now, most] = [0, 0];
  const refusing = {
    ...target,
    push: async () => Promise.reject(new Error('refused')),
    exists: async () => {
      most = Math.max(most, ++now);
      await setImmediate();
      now--;
      return true;
    },
  };
  const referrer = { ...target.add(referrerBytes(root, 'a/new')), artifactType: 'a/new' };
  await assert.rejects(keepReferrer(refusing, 'x', root, referrer), /refused/);
  assert.ok(most > 0 && most <= 10, `${most} at once`);
});
