import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { descriptorOf } from '../oci/descriptor.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { type Attached, addAttached, addNames, type KitIndex } from './kitIndex.ts';
import { createLocalStore } from './localStore.ts';
import type { KitName } from './roles.ts';

const kits = ['a', 'b', 'c'].map((text) => descriptorOf(mediaTypes.manifest, Buffer.from(text)));
const kit = fc.constantFrom(...kits);
const repository = fc.constantFrom('localhost/x', 'localhost/y');
const tag = fc.constantFrom('v1', 'v2', 'latest');
const name: fc.Arbitrary<KitName> = fc.record({
  repository,
  tag: fc.option(tag, { nil: undefined }),
  descriptor: kit,
});

/** The rules in their plain form: each name by itself, among all others. */
function addOne(names: readonly KitName[], added: KitName): readonly KitName[] {
  const isKit = (one: KitName, { digest }: KitName['descriptor']) =>
    one.repository === added.repository && one.descriptor.digest === digest;
  const isTag = (one: KitName) => one.repository === added.repository && one.tag === added.tag;
  const moved = added.tag === undefined ? undefined : names.find(isTag);
  const others = names.filter(
    (one) => !(added.tag !== undefined && isTag(one)) && !(one.tag === undefined && isKit(one, added.descriptor)),
  );
  const isLost =
    moved && moved.descriptor.digest !== added.descriptor.digest && !others.some((one) => isKit(one, moved.descriptor));
  return [...others, ...(isLost ? [{ ...moved, tag: undefined }] : []), added];
}

test('names that are added together are the same as one after the other', () => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 8 }), fc.array(name, { maxLength: 8 }), (first, then) => {
      const before = first.reduce(addOne, []);
      assert.deepEqual(addNames(before, then), then.reduce(addOne, before));
    }),
  );
});

test('what is attached together is the same as one after the other', () => {
  const place = fc.option(fc.record({ repository, tag }), { nil: undefined });
  const attached: fc.Arbitrary<Attached> = fc.record({
    descriptor: kit,
    subject: fc.constant(kits[0]!.digest),
    name: place,
  });
  fc.assert(
    fc.property(fc.array(attached, { maxLength: 8 }), fc.array(attached, { maxLength: 8 }), (first, then) => {
      const empty: KitIndex = { names: [], attached: [], foreign: [] };
      const one = (index: KitIndex, each: Attached) => addAttached(index, [each]);
      const before = first.reduce(one, empty);
      const sorted = ({ attached: all }: KitIndex) => all.map((each) => JSON.stringify(each)).sort();
      assert.deepEqual(sorted(addAttached(before, then)), sorted(then.reduce(one, before)));
    }),
  );
});

test('a hundred thousand names are added in one go: each name looks at no other', () => {
  let looks = 0;
  const names = Array.from({ length: 20_000 }, (_, i): KitName => {
    const descriptor = kits[i % 3] as KitName['descriptor'];
    return {
      get repository() {
        looks++;
        return 'localhost/x';
      },
      tag: `v${i}`,
      descriptor,
    };
  });
  assert.equal(addNames(names, names).length, 20_000);
  assert.ok(looks < 20_000 * 20, String(looks));
});

test('an index that nobody could read again leaves the old one as it is', async () => {
  using folder = temporaryFolder();
  const store = createLocalStore(folder.path);
  const [descriptor] = kits as [KitName['descriptor']];
  const put = (repository: string) =>
    store.update((index) => ({ ...index, names: [...index.names, { repository, tag: 'v1', descriptor }] }));
  await put('localhost/x');
  await assert.rejects(put('y'.repeat(40_000_000)), { code: 'store-failed' });
  assert.deepEqual(
    store.list().map(({ repository: name }) => name),
    ['localhost/x'],
  );
});
