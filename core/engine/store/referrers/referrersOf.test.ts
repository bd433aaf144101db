import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Descriptor } from '../../oci/descriptor.ts';
import { mediaTypes } from '../../oci/mediaTypes.ts';
import { parseReferrerFilter } from '../../oci/referrerFilter.ts';
import { cosignTags, referrersTag } from '../../oci/referrerTags.ts';
import { memoryTarget, referrerBytes, search } from './testing/memoryTarget.ts';

/** A target that lists referrers, whatever they are. */
const createListing = () => {
  const target = memoryTarget();
  const listed = new Map<string, Descriptor[]>();
  const root = target.add(Buffer.from('{"config":{},"layers":[]}'));
  const list = (subject: Descriptor, ...entries: readonly Descriptor[]) =>
    void listed.set(subject.digest, [...(listed.get(subject.digest) ?? []), ...entries]);
  const attach = (subject: Descriptor, type?: string, annotations?: Readonly<Record<string, string>>) => {
    const referrer = target.add(referrerBytes(subject, type, annotations));
    list(subject, referrer);
    return referrer;
  };
  const lister = {
    ...target,
    referrers: async function* ({ digest }: Descriptor) {
      yield* listed.get(digest) ?? [];
    },
  };
  return { ...target, target: lister, root, list, attach };
};

const listOf = (entries: readonly object[]) =>
  Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: entries }));

test('referrers of referrers are found, each after its subject, with type and annotations of their own', async () => {
  const { target, root, attach } = createListing();
  const sbom = attach(root, 'application/spdx+json', { a: 'b' });
  const signature = attach(sbom, 'application/x.signature');
  const { found, digests, warnings } = await search(target, root);
  assert.deepEqual(digests, [sbom.digest, signature.digest]);
  assert.deepEqual(found[0]?.descriptor, { ...sbom, artifactType: 'application/spdx+json', annotations: { a: 'b' } });
  assert.deepEqual([found[0]?.subject, found[1]?.subject, warnings], [root.digest, sbom.digest, []]);
});

const lies: Readonly<Record<string, (listing: ReturnType<typeof createListing>) => Descriptor>> = {
  'that refers to another manifest': ({ add }) => add(referrerBytes(add(Buffer.from('{"config":{}}')))),
  'that refers to nothing': ({ add }) => add(Buffer.from(`{"artifactType":"a/b"}`)),
  'that is not there': ({ root }) => ({ ...root, digest: `sha256:${'0'.repeat(64)}` }),
  'with other bytes': ({ add, root, blobs }) => {
    const { mediaType, digest, size } = add(referrerBytes(root, 'a/lie'));
    blobs.set(digest, Buffer.alloc(size));
    return { mediaType, digest, size };
  },
  'that is a blob': ({ add, root }) => add(referrerBytes(root, 'a/lie'), 'application/octet-stream'),
  'above 4 MiB': ({ add, root }) => ({ ...add(referrerBytes(root, 'a/lie')), size: 5 * 1024 * 1024 }),
  'whose type is no media type': ({ add, root }) => add(referrerBytes(root, '\u001b[31m<type>')),
  'that is an index and a manifest': ({ add, root }) =>
    add(Buffer.from(JSON.stringify({ artifactType: 'a/b', layers: [], manifests: [], subject: root }))),
};

for (const [what, make] of Object.entries(lies))
  test(`a listed referrer ${what} is left out, with a warning, and the others are found`, async () => {
    const listing = createListing();
    const right = listing.attach(listing.root);
    listing.list(listing.root, make(listing));
    const { digests, warnings } = await search(listing.target, listing.root);
    assert.deepEqual(digests, [right.digest]);
    assert.equal(warnings.length, 1);
  });

test('the list under the fallback tag is read too, also where it lacks the type or has that of the empty config', async () => {
  const { target, root, attach, add, tags } = createListing();
  const [listed, bare, empty] = [attach(root), add(referrerBytes(root, 'a/b')), add(referrerBytes(root, 'a/c'))];
  const entries = [listed, bare, { ...empty, artifactType: mediaTypes.empty }, { digest: 'nonsense' }];
  tags.set(referrersTag(root.digest), add(listOf(entries), mediaTypes.index));
  const only = await search(target, root, parseReferrerFilter('a/c'));
  assert.deepEqual(only.digests, [empty.digest]);
  const { digests } = await search(target, root);
  assert.deepEqual(digests.toSorted(), [listed, bare, empty].map(({ digest }) => digest).toSorted());
});

test('a list under the fallback tag hides nothing that the target lists', async () => {
  const { target, root, attach, add, tags } = createListing();
  const listed = attach(root);
  tags.set(referrersTag(root.digest), add(listOf([{ ...listed, size: 1 }]), mediaTypes.index));
  assert.deepEqual((await search(target, root)).digests, [listed.digest]);
});

test('a fallback tag that names the subject, or no index, is no list', async () => {
  const { target, root, tags, add } = createListing();
  tags.set(referrersTag(root.digest), root);
  assert.deepEqual(await search(target, root), { found: [], digests: [], warnings: [] });
  tags.set(referrersTag(root.digest), add(Buffer.from('{}')));
  assert.equal((await search(target, root)).warnings.length, 1);
});

test("cosign's tags belong to the kit, with the type of their layers; `signatures` has them, a type has not", async () => {
  const { target, root, add, tags, attach } = createListing();
  attach(root, 'application/spdx+json');
  const bundle = attach(root, mediaTypes.sigstoreBundle);
  const signature = add(manifestOf('a/b', 'application/vnd.dev.cosign.simplesigning.v1+json'));
  const [tag = ''] = cosignTags(root.digest);
  tags.set(tag, signature);
  const { found } = await search(target, root, parseReferrerFilter('signatures'));
  assert.deepEqual(
    found.map(({ descriptor, tag: name }) => [descriptor.digest, descriptor.artifactType, name]),
    [
      [bundle.digest, mediaTypes.sigstoreBundle, undefined],
      [signature.digest, 'application/vnd.dev.cosign.simplesigning.v1+json', tag],
    ],
  );
  assert.deepEqual((await search(target, root, parseReferrerFilter(mediaTypes.sigstoreBundle))).digests, [
    bundle.digest,
  ]);
  assert.deepEqual((await search(target, root, parseReferrerFilter('none'))).digests, []);
});

const manifestOf = (config: string, layer: string) => {
  const [descriptor] = [{ digest: `sha256:${'0'.repeat(64)}`, size: 1 }];
  return Buffer.from(
    JSON.stringify({ config: { ...descriptor, mediaType: config }, layers: [{ ...descriptor, mediaType: layer }] }),
  );
};

test('a kit, an image, an index, and what refers to another one, under a tag of cosign belong to no other', async () => {
  const imageConfig = 'application/vnd.oci.image.config.v1+json';
  const { target, root, add, tags } = createListing();
  for (const other of [
    add(manifestOf(mediaTypes.kitConfig, 'a/b')),
    add(manifestOf(mediaTypes.packConfig, 'a/b')),
    add(manifestOf(imageConfig, `${mediaTypes.imageLayer}+gzip`)),
    add(manifestOf(imageConfig, 'application/vnd.docker.image.rootfs.diff.tar.gzip')),
    add(manifestOf('application/vnd.docker.ai.model.config.v0.1+json', 'application/vnd.docker.ai.gguf.v3')),
    add(Buffer.from(JSON.stringify({ artifactType: mediaTypes.kitIndexArtifact, manifests: [] })), mediaTypes.index),
    add(referrerBytes(add(Buffer.from('{"config":{}}')))),
  ])
    for (const tag of cosignTags(root.digest)) {
      tags.clear();
      tags.set(tag, other);
      const { digests, warnings } = await search(target, root);
      assert.deepEqual(digests, []);
      assert.match(warnings[0] ?? '', /is no referrer: it (?:is a kit, an image or an index|refers to sha256)/);
    }
});

test('a referrer that is listed under several subjects is found once, and a graph ends', async () => {
  const { target, root, attach, list } = createListing();
  const [first, second] = [attach(root, 'a/b'), attach(root, 'a/c')];
  list(first, second, root);
  list(second, first);
  const { digests } = await search(target, root);
  assert.deepEqual(digests.toSorted(), [first.digest, second.digest].toSorted());
});

test('more than 1000 referrers, 64 MiB of manifests, or 8 on top of each other, are refused', async () => {
  const { target, root, attach } = createListing();
  for (let i = 0; i < 1001; i++) attach(root, 'a/b', { i: String(i) });
  await assert.rejects(search(target, root), { code: 'kit-malformed' });
  const large = createListing();
  const entry = large.attach(large.root);
  for (let i = 0; i < 20; i++)
    large.list(large.root, { ...entry, digest: `sha256:${String(i).padStart(64, '0')}`, size: 4 * 1024 * 1024 });
  await assert.rejects(search(large.target, large.root), { code: 'kit-malformed' });
  const deep = createListing();
  let top = deep.root;
  for (let i = 0; i < 9; i++) top = deep.attach(top);
  await assert.rejects(search(deep.target, deep.root), { code: 'kit-malformed' });
});
