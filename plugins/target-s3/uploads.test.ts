import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Content, contentOfBytes, descriptorOf, TransientError } from '@kitwright/core/plugin';
import { maxParts, openUpload } from './openUpload.ts';
import { createStore, failure, type Store } from './testing/createStore.ts';

const MiB = 1024 * 1024;
const bytes = Buffer.alloc(20 * MiB, 'a layer ');
const blob = descriptorOf('application/octet-stream', bytes);
const key = `kits/blobs/sha256/${blob.digest.slice(7)}`;
const content = contentOfBytes(bytes);

/** The numbers of the parts that were sent, since the request with this index. */
const sentParts = ({ asked }: Store, since = 0): readonly string[] =>
  asked.slice(since).flatMap(({ method, path }) => (method === 'PUT' && /partNumber=(\d+)/.exec(path)?.[1]) || []);

/** Pushes until the second part is refused. */
const pushHalf = async (store: Store) => {
  store.answer = ({ method, path }) =>
    method === 'PUT' && path.includes('partNumber=2') ? failure(403, 'AccessDenied') : undefined;
  await assert.rejects(store.open().push(blob, content), { code: 'unauthorized', message: /AccessDenied/ });
  store.answer = () => undefined;
  return store.asked.length;
};

test('a large blob is sent in parts and is there when all of it is', async () => {
  const store = createStore();
  store.answer = () => void assert.ok(!store.objects.has(key));
  await store.open().push(blob, content);
  assert.deepEqual(sentParts(store).toSorted(), ['1', '2', '3']);
  assert.ok(store.objects.get(key)?.equals(bytes));
});

for (const checksums of [true, false])
  test(`another process goes on with the parts that are right, ${checksums ? 'by checksum' : 'by MD5'}`, async () => {
    const store = createStore({ checksums });
    const since = await pushHalf(store);
    const [parts] = store.uploads.values();
    parts?.set(3, Buffer.alloc(4 * MiB, 'damaged'));
    await store.open().push(blob, content);
    assert.deepEqual(sentParts(store, since).toSorted(), ['2', '3']);
    assert.ok(store.objects.get(key)?.equals(bytes));
  });

test('who may not list uploads begins anew', async () => {
  const store = createStore();
  const since = await pushHalf(store);
  store.answer = ({ method, path }) =>
    method === 'GET' && path.includes('uploads') ? failure(403, 'AccessDenied') : undefined;
  await store.open().push(blob, content);
  assert.deepEqual(sentParts(store, since).toSorted(), ['1', '2', '3']);
});

for (const next of [(marker: number) => String(marker + 1000), (marker: number) => String(marker + 0.001), () => 'x'])
  test(`a list of parts without an end is left: after 0 comes ${next(0)}`, async () => {
    const store = createStore();
    const since = await pushHalf(store);
    store.answer = ({ method, path }) => {
      const [, marker] = /part-number-marker=([\w.]+)/.exec(path) ?? [];
      if (method !== 'GET' || marker === undefined) return undefined;
      assert.ok(store.asked.length < since + 30);
      const text = `<IsTruncated>true</IsTruncated><NextPartNumberMarker>${next(Number(marker))}</NextPartNumberMarker>`;
      return new Response(text);
    };
    await store.open().push(blob, content);
    assert.ok(store.objects.get(key)?.equals(bytes));
  });

const wrongContents: Readonly<Record<string, Content>> = {
  'another digest': contentOfBytes(Buffer.alloc(20 * MiB, 'other')),
  'fewer bytes': { read: (_, take) => Promise.resolve(take(bytes.subarray(9 * MiB))) },
  'more bytes': { read: (_, take) => Promise.resolve(take(Buffer.concat([bytes, bytes]))) },
};
for (const [what, wrong] of Object.entries(wrongContents))
  test(`content with ${what} is refused, and nothing of it stays`, async () => {
    const store = createStore();
    await assert.rejects(store.open().push(blob, wrong), { code: 'descriptor-mismatch' });
    assert.equal(store.objects.size + store.uploads.size, 0);
    const small = descriptorOf('text/plain', Buffer.from('right'));
    await assert.rejects(store.open().push(small, wrong), { code: 'descriptor-mismatch' });
    assert.equal(store.objects.size, 0);
  });

test('an upload that another process has completed is no failure: the next try sees the blob', async () => {
  const store = createStore();
  store.answer = ({ method, path }) => {
    if (method === 'PUT' && path.includes('partNumber=3')) {
      store.uploads.clear();
      store.objects.set(key, bytes);
    }
    return undefined;
  };
  await assert.rejects(store.open().push(blob, content), TransientError);
  const since = store.asked.length;
  await store.open().push(blob, content);
  assert.deepEqual(sentParts(store, since), []);
});

test('an error in an answer that began well is one', async () => {
  const store = createStore();
  const completing = (code: string) => {
    store.answer = ({ method, path }) =>
      method === 'POST' && path.includes('uploadId')
        ? new Response(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`)
        : undefined;
    return store.open().push(blob, content);
  };
  await assert.rejects(completing('InternalError'), TransientError);
  await assert.rejects(completing('EntityTooSmall'), { code: 'remote-refused', message: /EntityTooSmall/ });
  assert.ok(!store.objects.has(key));
});

test('bytes of parts are signed where others may change them', async () => {
  const store = createStore();
  await store.open().push(blob, content);
  const far = createStore();
  const env = { HOME: '/nowhere', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' };
  await far.open({ env: { ...env, AWS_ENDPOINT_URL: 'http://s3.example.com' } }).push(blob, content);
  const signedBodies = ({ asked }: Store) =>
    asked.flatMap(({ method, headers }) =>
      method === 'PUT' ? [headers.get('x-amz-content-sha256')?.length === 64] : [],
    );
  assert.deepEqual(signedBodies(store), [false, false, false]);
  assert.deepEqual(signedBodies(far), [true, true, true]);
});

test('parts with numbers that there are not are none, however many are listed', async () => {
  const upload = `<Upload><Key>${key}</Key><UploadId>u</UploadId></Upload>`;
  const numbers = Array.from({ length: 30_000 }, (_, at) => at - 10_000).concat(1.5, Number.NaN);
  const parts = numbers.map((number) => `<Part><PartNumber>${number}</PartNumber></Part>`).join('');
  const { known } = await openUpload(
    {
      name: 's3:bucket',
      prefix: '',
      isPrivate: true,
      send: async ({ query }) => new Response(query?.['uploadId'] ? parts : upload),
    },
    key,
  );
  assert.equal(known.size, maxParts);
});

test('a blob that says that it is larger than an object can be takes no memory for its parts', async () => {
  const store = createStore();
  let isRead = false;
  const claimed = { ...blob, size: 200 * 1024 ** 4 };
  const watched: Content = {
    read: async () => {
      isRead = true;
    },
  };
  await assert.rejects(store.open().push(claimed, watched), { code: 'remote-refused', message: /5 TiB/ });
  assert.ok(!isRead);
});
