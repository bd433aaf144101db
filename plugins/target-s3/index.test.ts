import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentOfBytes, descriptorOf, mediaTypes } from '@kitwright/core/plugin';
import { parseLocation } from './parseLocation.ts';
import { createStore, failure, keys, type Store } from './testing/createStore.ts';

const bytes = Buffer.from('{"schemaVersion":2}');
const manifest = descriptorOf(mediaTypes.manifest, bytes);
const push = (store: Store) => store.open().push(manifest, contentOfBytes(bytes));

test('a location names a bucket, a prefix, and a tag or digest', () => {
  const located = (location: string) => Object.values(parseLocation(location)).flat().join(' ');
  assert.equal(located('models/team/a b:v1'), 'models team/a b/ v1');
  assert.equal(located('//models/team/x/'), 'models team/x/');
  assert.equal(located(`models/x@${manifest.digest}`), `models x/ ${manifest.digest}`);
  assert.equal(located('//models:v1'), 'models  v1');
  for (const wrong of ['', '//', 'Models/x', 'a', 'models/../x', 'me@host/x', 'models%2f/x'])
    assert.throws(() => parseLocation(wrong), { code: 'target-invalid' }, wrong);
});

test('a tag that another process sets between reading and writing stays', async () => {
  const store = createStore();
  await push(store);
  await store.open().tag(manifest, '', 'first');
  let isRaced = false;
  store.answer = async ({ method, path }) => {
    if (isRaced || method !== 'PUT' || !path.endsWith('index.json')) return undefined;
    isRaced = true;
    await store.open().tag(manifest, '', 'other');
    return undefined;
  };
  await store.open().tag(manifest, '', 'mine');
  assert.deepEqual(await Array.fromAsync(store.open().tags()), ['first', 'other', 'mine']);
});

test('a tag is swapped only if it is still what it was', async () => {
  const store = createStore();
  const layout = store.open();
  const other = descriptorOf(mediaTypes.manifest, Buffer.from('{}'));
  await push(store);
  await layout.push(other, contentOfBytes(Buffer.from('{}')));
  assert.equal(await layout.swapTag(manifest, '', 'v1', undefined), true);
  assert.equal(await layout.swapTag(other, '', 'v1', undefined), false);
  assert.equal(await layout.swapTag(other, '', 'v1', manifest), true);
  assert.equal((await layout.resolve('', 'v1'))?.digest, other.digest);
});

for (const status of [200, 501])
  test(`a store that ${status === 200 ? 'ignores' : 'refuses'} conditions is warned about, and written anyway`, async () => {
    const store = createStore({ conditional: false });
    store.answer = ({ headers }) =>
      status === 501 && (headers.has('if-match') || headers.has('if-none-match'))
        ? failure(501, 'NotImplemented')
        : undefined;
    await push(store);
    await store.open().tag(manifest, '', 'v1');
    await store.open().tag(manifest, '', 'v2');
    assert.deepEqual(await Array.fromAsync(store.open().tags()), ['v1', 'v2']);
    assert.match(store.warnings[0] ?? '', /s3:bucket\/kits knows no conditional writes/);
    assert.equal(store.objects.get('kits/oci-layout')?.toString(), '{"imageLayoutVersion":"1.0.0"}');
  });

test('a store that keeps conditions gives no warning, and nobody writes over its marker', async () => {
  const store = createStore();
  await push(store);
  await store.open().tag(manifest, '', 'v1');
  store.objects.set('kits/oci-layout', Buffer.from('of others'));
  await store.open().tag(manifest, '', 'v2');
  assert.deepEqual(store.warnings, []);
  assert.equal(store.objects.get('kits/oci-layout')?.toString(), 'of others');
});

test('a name is taken away alone, a kit with all its names', async () => {
  const store = createStore();
  const layout = store.open();
  await layout.push(manifest, contentOfBytes(bytes));
  for (const tag of ['v1', 'v2']) await layout.tag(manifest, '', tag);
  await layout.untag('v1');
  assert.deepEqual(await Array.fromAsync(layout.tags()), ['v2']);
  await layout.delete(manifest);
  assert.deepEqual(await Array.fromAsync(layout.tags()), []);
  assert.equal(await layout.exists(manifest), false);
});

test('a blob of another size is not there, and another part than was asked for is refused', async () => {
  const store = createStore();
  const layout = store.open();
  await layout.push(manifest, contentOfBytes(bytes));
  assert.equal(await layout.exists({ ...manifest, size: 1 }), false);
  store.answer = ({ headers }) => (headers.has('range') ? new Response('everything') : undefined);
  await assert.rejects(Array.fromAsync(layout.fetch(manifest, { start: 3, end: 5 })), {
    code: 'remote-malformed',
    data: { rangesIgnored: true },
  });
});

test('a bucket that a kit names is asked without credentials, and errors hold none', async () => {
  const store = createStore();
  await store.open({ anonymous: true }).exists(manifest);
  assert.equal(store.asked[0]?.headers.get('authorization'), null);
  store.answer = () => failure(403, 'SignatureDoesNotMatch');
  await assert.rejects(store.open().resolve('', 'v1'), (error: Error) => {
    assert.match(error.message, /s3:bucket\/kits answered 403 \(SignatureDoesNotMatch\) to GET index.json/);
    assert.doesNotMatch(JSON.stringify(error) + error.message, /the-secret/);
    return true;
  });
});

test('AWS names the region of a bucket', async () => {
  const store = createStore();
  const { AWS_ENDPOINT_URL: _, ...env } = keys;
  store.answer = ({ headers }) =>
    headers.get('authorization')?.includes('eu-west-3')
      ? new Response('{}')
      : new Response(null, { status: 301, headers: { 'x-amz-bucket-region': 'eu-west-3' } });
  assert.equal(await store.open({ env }).resolve('', 'v1'), undefined);
});

test('an index that is too large or no JSON is refused', async () => {
  const store = createStore();
  store.objects.set('kits/index.json', Buffer.from('<html>'));
  await assert.rejects(store.open().resolve('', 'v1'), {
    code: 'kit-malformed',
    message: /s3:bucket\/kits\/index\.json/,
  });
  store.objects.set('kits/index.json', Buffer.alloc(65 * 1024 * 1024, ' '));
  await assert.rejects(store.open().resolve('', 'v1'), { code: 'remote-malformed' });
});
