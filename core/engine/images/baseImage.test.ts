import assert from 'node:assert/strict';
import { test } from 'node:test';
import { descriptorOf } from '../oci/descriptor.ts';
import { contentOfBytes } from '../store/contentOf.ts';
import type { ReadTarget } from '../store/roles.ts';
import { fetchFrom } from '../store/streamOf.ts';
import { loadBase } from './baseImage.ts';

const docker = 'application/vnd.docker.';
const diffId = `sha256:${'d'.repeat(64)}`;
const layer = { mediaType: `${docker}image.rootfs.diff.tar.gzip`, digest: `sha256:${'a'.repeat(64)}`, size: 5 };

/** A place with some JSON documents. */
function createPlace() {
  const blobs = new Map<string, Uint8Array>();
  const read: Parameters<typeof fetchFrom>[0] = ({ digest }, range, take) =>
    contentOfBytes(blobs.get(digest) ?? assert.fail(digest)).read(range, take);
  const target: ReadTarget = {
    name: 'the place',
    exists: async ({ digest }) => blobs.has(digest),
    resolve: async () => undefined,
    fetch: fetchFrom(read),
  };
  const add = (mediaType: string, document: object) => {
    const bytes = Buffer.from(JSON.stringify(document));
    const descriptor = descriptorOf(mediaType, bytes);
    blobs.set(descriptor.digest, bytes);
    return descriptor;
  };
  return { target, add };
}

type Place = ReturnType<typeof createPlace>;

const addImage = ({ add }: Place, architecture = 'amd64', change: object = {}, changeLayer: object = {}) => {
  const config = { os: 'linux', architecture, rootfs: { type: 'layers', diff_ids: [diffId] }, ...change };
  const mediaType = `${docker}distribution.manifest.v2+json`;
  return add(mediaType, {
    schemaVersion: 2,
    mediaType,
    config: add(`${docker}container.image.v1+json`, config),
    layers: [{ ...layer, ...changeLayer }],
  });
};

const amd64 = { os: 'linux', architecture: 'amd64' };
const load = ({ target }: Place, root: ReturnType<typeof addImage>, platform: object = amd64) =>
  loadBase({ name: 'base', root, target }, { ...amd64, ...platform });

test('layers of Docker become those of OCI: their bytes are the same', async () => {
  const place = createPlace();
  const { layers } = await load(place, addImage(place));
  assert.deepEqual(
    layers.map((found) => [found.descriptor.mediaType, found.descriptor.digest, found.diffId]),
    [['application/vnd.oci.image.layer.v1.tar+gzip', layer.digest, diffId]],
  );
});

test('an index gives the image of the platform, and not what says of itself that it is unknown', async () => {
  const place = createPlace();
  const entry = (platform: object, root: object) => ({ ...root, platform });
  const index = place.add('application/vnd.oci.image.index.v1+json', {
    schemaVersion: 2,
    manifests: [
      entry({ os: 'unknown', architecture: 'unknown' }, layer),
      entry({ os: 'linux', architecture: 'arm64', variant: 'v8' }, addImage(place, 'arm64')),
      entry(amd64, addImage(place)),
    ],
  });
  assert.equal((await load(place, index)).config['architecture'], 'amd64');
  assert.equal((await load(place, index, { architecture: 'arm64', variant: 'v8' })).config['architecture'], 'arm64');
  for (const platform of [{ architecture: 's390x' }, { architecture: 'arm64', variant: 'v9' }])
    await assert.rejects(load(place, index, platform), { code: 'image-refused' });
});

for (const [what, change, changeLayer] of [
  ['of another system', { os: 'windows' }, {}],
  ['without diff_ids', { rootfs: {} }, {}],
  ['with fewer diff_ids than layers', { rootfs: { diff_ids: ['sha256:x'] } }, {}],
  ['with a layer that lies elsewhere', {}, { mediaType: `${docker}image.rootfs.foreign.diff.tar.gzip` }],
] as const)
  test(`an image ${what} is refused as a base`, async () => {
    const place = createPlace();
    await assert.rejects(load(place, addImage(place, 'amd64', change, changeLayer)), { code: 'image-refused' });
  });
