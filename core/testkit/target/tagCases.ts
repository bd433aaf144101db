import assert from 'node:assert/strict';
import type { Descriptor } from '@kitwright/core/plugin';
import { NotRun } from '../suite/Case.ts';
import { assertCode, rejectionOf } from '../suite/rejection.ts';
import { turns } from '../suite/turns.ts';
import { soon } from '../suite/within.ts';
import { type Bench, type TargetCase, targetCase, tryPush } from './Bench.ts';
import { heldContent } from './contents.ts';
import { fetchAll } from './reading.ts';
import { blobOf, indexOf, type Kit, kitOf, manifestOf } from './samples.ts';

/** What `tag` and `resolve` do. */
export const tagCases: readonly TargetCase[] = [
  targetCase('resolve: gives media type, digest and size of a tag', async ({ target, repository, storeKit }) => {
    const { manifest } = await storeKit('named', 'v1');
    assertSame(await target.resolve(repository, 'v1'), manifest.descriptor);
  }),
  targetCase(
    'resolve: gives the media type of an index too',
    async ({ target, repository, store, storeKit, settle }) => {
      const { manifest } = await storeKit('in an index');
      const index = indexOf([manifest]);
      await store(index);
      await target.tag(index.descriptor, repository, 'all');
      await settle();
      assertSame(await target.resolve(repository, 'all'), index.descriptor);
    },
  ),
  targetCase('resolve: finds a manifest by its digest, with a tag or without', async (bench) => {
    const { target, repository, storeKit, settle } = bench;
    const { manifest } = await storeKit('tagged', 'v1');
    const { manifest: bare } = await storeKit('untagged');
    await target.tag(bare.descriptor, repository, undefined);
    await settle();
    for (const { descriptor } of [manifest, bare])
      assertSame(await target.resolve(repository, descriptor.digest), descriptor);
  }),
  targetCase('resolve: gives undefined for what is not there', async ({ target, repository, storeKit }) => {
    assert.equal(await target.resolve(repository, 'v1'), undefined, 'in an empty target');
    await storeKit('named', 'v1');
    const { digest } = kitOf('nowhere').manifest.descriptor;
    for (const reference of ['v2', 'v', 'v11', digest, 'constructor'])
      assert.equal(await target.resolve(repository, reference), undefined, reference);
  }),
  targetCase('resolve: finds manifests and indexes, and no layer', async ({ target, repository, storeKit }) => {
    const { config, layer } = await storeKit('named', 'v1');
    for (const { descriptor } of [config, layer])
      assert.equal(await target.resolve(repository, descriptor.digest), undefined, descriptor.mediaType);
  }),
  targetCase('resolve: what it gave may be changed', async ({ target, repository, storeKit }) => {
    const { manifest } = await storeKit('named', 'v1');
    const given = await target.resolve(repository, 'v1');
    if (given && !Object.isFrozen(given)) Object.assign(given, { size: 1, mediaType: 'changed/later' });
    assert.equal((await target.resolve(repository, 'v1'))?.size, manifest.descriptor.size);
  }),
  targetCase('tag: moves, and the kit that had it keeps its content', async ({ target, repository, storeKit }) => {
    const first = await storeKit('one', 'latest');
    const second = await storeKit('two', 'latest');
    assert.equal((await target.resolve(repository, 'latest'))?.digest, second.manifest.descriptor.digest);
    assert.equal((await fetchAll(target, first.layer.descriptor)).toString(), 'one');
  }),
  targetCase('tag: a manifest may have many, and each of them twice', async (bench) => {
    const { target, repository, storeKit, settle } = bench;
    const { manifest } = await storeKit('many names');
    for (const tag of ['v1', 'latest', 'v1']) await target.tag(manifest.descriptor, repository, tag);
    await settle();
    for (const tag of ['v1', 'latest'])
      assert.equal((await target.resolve(repository, tag))?.digest, manifest.descriptor.digest, tag);
  }),
  targetCase('tag: several at once are all kept', async ({ target, repository, storeKit, settle }) => {
    const kits = [await storeKit('one'), await storeKit('two'), await storeKit('three')];
    const names = Array.from({ length: 9 }, (_, at) => [`v${at}`, (kits[at % 3] as Kit).manifest.descriptor] as const);
    await Promise.all(names.map(([tag, descriptor]) => target.tag(descriptor, repository, tag)));
    await settle();
    for (const [tag, { digest }] of names)
      assert.equal((await target.resolve(repository, tag))?.digest, digest, `${tag} was lost`);
  }),
  targetCase(
    'tag: names the old kit or the new one while it moves',
    async ({ target, repository, storeKit, settle }) => {
      const [first, second] = [await storeKit('one', 'v1'), await storeKit('two')];
      const known = [first, second].map(({ manifest }) => manifest.descriptor.digest);
      let isMoving = true;
      const moved = target.tag(second.manifest.descriptor, repository, 'v1').finally(() => {
        isMoving = false;
      });
      moved.catch(() => undefined);
      for (let asked = 1; isMoving && asked < 200; asked++) {
        const found = await target.resolve(repository, 'v1');
        assert.ok(found && known.includes(found.digest), 'for a moment the tag was not there');
        if (asked % 10 === 0) await turns(1);
      }
      await moved;
      await settle();
      assert.equal((await target.resolve(repository, 'v1'))?.digest, second.manifest.descriptor.digest);
    },
  ),
  targetCase('tag: gives no manifest another size than it has', async ({ target, repository, storeKit, settle }) => {
    const { manifest } = await storeKit('named');
    const { size } = manifest.descriptor;
    await target.tag({ ...manifest.descriptor, size: size + 1 }, repository, 'v1').catch(() => undefined);
    await settle();
    for (const reference of ['v1', manifest.descriptor.digest])
      assert.equal((await target.resolve(repository, reference))?.size ?? size, size, reference);
  }),
  targetCase('tag: capital letters make another one', async ({ target, repository, storeKit }) => {
    const small = await storeKit('small', 'release');
    const capital = await storeKit('capital', 'Release');
    assert.equal((await target.resolve(repository, 'release'))?.digest, small.manifest.descriptor.digest);
    assert.equal((await target.resolve(repository, 'Release'))?.digest, capital.manifest.descriptor.digest);
  }),
  targetCase('tag: takes every name that a tag can have', async ({ target, repository, storeKit, settle }) => {
    const { manifest } = await storeKit('named');
    const hex = 'a'.repeat(64);
    const names = [
      '_',
      '0',
      '__proto__',
      'v1.0-rc_1',
      'a..b',
      'CON',
      `sha256-${hex}`,
      `sha256-${hex}.sig`,
      'x'.repeat(128),
    ];
    for (const tag of names) await target.tag(manifest.descriptor, repository, tag);
    await settle();
    for (const tag of names)
      assert.equal((await target.resolve(repository, tag))?.digest, manifest.descriptor.digest, tag);
  }),
  targetCase('tag: a text that is none moves no other tag', async ({ target, repository, storeKit, settle }) => {
    const [{ manifest }, other] = [await storeKit('safe', 'v1'), await storeKit('other')];
    for (const text of ['x/../v1', './v1', 'v1?x', 'v1#x', '%76%31']) {
      await target.tag(other.manifest.descriptor, repository, text).catch(() => undefined);
      await settle();
      assert.equal((await target.resolve(repository, 'v1'))?.digest, manifest.descriptor.digest, text);
      const found = await target.resolve(repository, text).catch(() => undefined);
      assert.notEqual(found?.digest, manifest.descriptor.digest, `${text} leads to v1`);
    }
  }),
  targetCase('tag: refuses a manifest that is not there with kit-not-found', async ({ target, repository, settle }) => {
    const { descriptor } = kitOf('nowhere').manifest;
    for (const tag of ['v1', undefined])
      await assertCode(
        () => target.tag(descriptor, repository, tag),
        'kit-not-found',
        `tag ${tag} of a missing manifest`,
      );
    await settle();
    for (const reference of ['v1', descriptor.digest])
      assert.equal(await target.resolve(repository, reference), undefined, `${reference} leads to nothing`);
  }),
  targetCase('tag: is not there before its manifest is', async ({ target, repository, store }) => {
    const { config, layer, manifest } = kitOf('in time');
    await store(config, layer);
    const content = heldContent(manifest.bytes);
    const pushed = tryPush(target, manifest, content);
    await content.isHeld();
    const tagged = target.tag(manifest.descriptor, repository, 'v1').catch(() => undefined);
    // One that does one thing after the other answers later.
    const seen = await soon(400, target.resolve(repository, 'v1'));
    content.release();
    await Promise.all([pushed, tagged]);
    assert.equal(seen, undefined);
  }),
  targetCase('complete: a manifest whose blobs are missing is refused', async ({ target, repository, store }) => {
    if (!target.complete) throw new NotRun('`complete` is false: whoever pushes sends the blobs first');
    const [config, layer] = [blobOf('{}'), blobOf('a layer')];
    await store(config);
    const manifest = manifestOf(config, [layer]);
    await rejectionOf(async () => {
      await target.push(manifest.descriptor, { read: async (_, take) => take(Buffer.from(manifest.bytes)) });
      await target.tag(manifest.descriptor, repository, 'v1');
    }, 'push of a manifest whose layer is missing');
    assert.equal(await target.exists(manifest.descriptor), false);
  }),
  targetCase('repository: a tag of another one is none here', async (bench) => {
    const { target, repository, otherRepository = `${repository}-other`, storeKit, settle } = bench;
    const [first, second] = [await storeKit('here', 'v1'), await storeKit('there')];
    if ((await target.resolve(otherRepository, 'v1')) !== undefined) {
      assert.equal(bench.otherRepository, undefined, 'the tag of a repository was found in the other one');
      throw new NotRun('the target has no repositories: each name of one is the same');
    }
    await target.tag(second.manifest.descriptor, otherRepository, 'v1').catch(() => undefined);
    await settle();
    assert.equal((await target.resolve(repository, 'v1'))?.digest, first.manifest.descriptor.digest);
  }),
  targetCase('repository: two have a tag of the same name each', async ({ target, repository, ...bench }: Bench) => {
    const { otherRepository, storeKit, reopen } = bench;
    if (otherRepository === undefined) throw new NotRun('the maker names no `otherRepository`');
    const first = await storeKit('here', 'v1');
    const other = await reopen(otherRepository);
    const { config, layer, manifest } = kitOf('there');
    for (const { descriptor, bytes } of [config, layer, manifest])
      await other.push(descriptor, { read: async (_, take) => take(Buffer.from(bytes)) });
    await other.tag(manifest.descriptor, otherRepository, 'v1');
    assert.equal((await target.resolve(repository, 'v1'))?.digest, first.manifest.descriptor.digest);
    assert.equal((await other.resolve(otherRepository, 'v1'))?.digest, manifest.descriptor.digest);
    for (const [name, { digest }] of [
      [repository, manifest.descriptor],
      [otherRepository, first.manifest.descriptor],
    ] as const)
      assert.equal(
        await target.resolve(name, digest),
        undefined,
        'a manifest of the other repository was found by digest',
      );
  }),
];

/** Further fields are the target's own affair. */
function assertSame(found: Descriptor | undefined, { mediaType, digest, size }: Descriptor): void {
  assert.ok(found !== undefined && found !== null, `${digest} was not found`);
  assert.deepEqual({ mediaType: found.mediaType, digest: found.digest, size: found.size }, { mediaType, digest, size });
}
