import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { contentOfBytes, type Deleter, descriptorOf, KitwrightError, type Target } from '@kitwright/core/plugin';
import { testTarget } from '@kitwright/testkit';
import { openInTest } from './testing/openInTest.ts';
import { openWebdav } from './testing/openWebdav.ts';
import { type DavLocks, startDav } from './testing/startDav.ts';

const bytes = Buffer.alloc(300_000, 'weights');
const descriptor = descriptorOf('application/octet-stream', bytes);
const push = (target: Target) => target.push(descriptor, contentOfBytes(bytes));

describe('a WebDAV target', () =>
  testTarget(test, async (context) => {
    const server = await startDav();
    const origin = await context.through(new URL(server.url).origin);
    return openInTest(`${origin}/models/kits`, context, server);
  }));

test('a blob has its name when it is whole, and a push that fails leaves nothing', async () => {
  await using server = await startDav(({ method }) => (method === 'MOVE' ? 403 : undefined));
  await using opened = openWebdav(`${server.url}kits`);
  await assert.rejects(push(opened.target), { code: 'unauthorized' });
  const content = {
    read: async (_: unknown, take: (block: Uint8Array) => void | Promise<void>) => {
      await take(bytes.subarray(0, 200_000));
      throw new KitwrightError('disk-full', 'The source is gone.');
    },
  };
  await assert.rejects(opened.target.push(descriptor, content), { code: 'disk-full' });
  assert.deepEqual([...server.files.keys()], ['/kits/oci-layout']);
});

test('a tag that somebody else sets at the same time is kept', async () => {
  await using server = await startDav();
  await using one = openWebdav(`${server.url}kits`);
  await using other = openWebdav(`${server.url}kits`);
  const tags = Array.from({ length: 6 }, (_, i) => `v${i}`);
  await push(one.target);
  await Promise.all(tags.map((tag, i) => (i % 2 ? one : other).target.tag(descriptor, '', tag)));
  for (const tag of tags) assert.deepEqual(await one.target.resolve('', tag), descriptor);
});

test('where the server has locks, no ETag is needed: one writer at a time changes the list', async () => {
  const [locks, seen]: [DavLocks, string[]] = [{}, []];
  const put = ({ method, url }: IncomingMessage) => {
    if (method === 'PUT' && url === '/kits/index.json') seen.push(locks.token ?? 'none');
    return undefined;
  };
  const untilFree = async () => {
    while (locks.token) await setImmediate();
  };
  await using server = await startDav(put, (file) => `W/"${descriptorOf('', file).digest}"`, locks);
  await using one = openWebdav(`${server.url}kits`, undefined, untilFree);
  await using other = openWebdav(`${server.url}kits`, undefined, untilFree);
  await push(one.target);
  const tags = Array.from({ length: 6 }, (_, i) => `v${i}`);
  await Promise.all(tags.map((tag, i) => (i % 2 ? one : other).target.tag(descriptor, '', tag)));
  for (const tag of tags) assert.deepEqual(await one.target.resolve('', tag), descriptor);
  assert.deepEqual([new Set(seen).size, seen.includes('none'), locks.token], [6, false, undefined]);
  assert.equal(server.requests.filter((request) => request.startsWith('OPTIONS')).length, 2);
});

test('a lock that somebody left is waited for, and what changes nothing needs none', async () => {
  const locks: DavLocks = { token: '<left>' };
  await using server = await startDav(undefined, undefined, locks);
  let waits = 0;
  await using opened = openWebdav(`${server.url}kits`, undefined, async () => {
    if (++waits === 3) locks.token = undefined;
  });
  await push(opened.target);
  await opened.target.tag(descriptor, '', 'v1');
  assert.deepEqual(await opened.target.resolve('', 'v1'), descriptor);
  assert.equal(waits, 3);
  const asked = server.requests.length;
  await assert.rejects((opened.target as Target & Deleter).untag('v2'), { code: 'kit-not-found' });
  assert.deepEqual(server.requests.slice(asked), ['GET /kits/index.json']);
});

test('a tag is removed alone, a kit with all its tags', async () => {
  await using server = await startDav();
  await using opened = openWebdav(`${server.url}kits`);
  const target = opened.target as Target & Deleter;
  await push(target);
  for (const tag of ['a', 'b', 'c']) await target.tag(descriptor, '', tag);
  await target.untag('a');
  assert.equal(await target.resolve('', 'a'), undefined);
  assert.deepEqual(await target.resolve('', 'b'), descriptor);
  await target.delete(descriptor);
  assert.equal(await target.resolve('', 'b'), undefined);
  assert.equal(await target.exists(descriptor), false);
});

test('what fails for a moment is tried again', async () => {
  let failures = 3;
  await using server = await startDav(({ method }) => {
    if (method === 'PUT' || failures === 0) return undefined;
    return failures-- % 2 ? 503 : 'cut';
  });
  await using opened = openWebdav(`${server.url}kits`);
  await push(opened.target);
  assert.equal(await opened.target.exists(descriptor), true);
});

test('a lost answer to a move, or to a change of the list, does no harm', async () => {
  const lost = new Set(['MOVE', 'PUT /kits/index.json']);
  await using server = await startDav(({ method, url }) =>
    lost.delete(`${method}`) || lost.delete(`${method} ${url}`) ? 'lost' : undefined,
  );
  await using opened = openWebdav(`${server.url}kits`);
  await push(opened.target);
  await opened.target.tag(descriptor, '', 'v1');
  assert.deepEqual(await opened.target.resolve('', 'v1'), descriptor);
  assert.equal(lost.size, 0);
});

test('an ETag that is weak for a moment is waited for, without any nothing is changed', async () => {
  let weak = 2;
  const etags = [() => (weak-- > 0 ? 'W/"1"' : '"1"'), () => undefined];
  const [soon, never] = await Promise.all(
    etags.map(async (etagOf) => {
      await using server = await startDav(undefined, etagOf);
      await using opened = openWebdav(`${server.url}kits`);
      await push(opened.target);
      await opened.target.tag(descriptor, '', 'first');
      await opened.target.tag(descriptor, '', 'second').catch(() => undefined);
      return (await opened.target.resolve('', 'second')) !== undefined;
    }),
  );
  assert.deepEqual([soon, never], [true, false]);
});

test('writers at once all get through where the ETag is weak after each change', async () => {
  let [list, weak]: [Buffer | undefined, number] = [undefined, 0];
  await using server = await startDav(undefined, (file) => {
    const etag = JSON.stringify(descriptorOf('', file).digest);
    if (file !== server.files.get('/kits/index.json')) return etag;
    if (file !== list) [list, weak] = [file, 4];
    return weak-- > 0 ? `W/${etag}` : etag;
  });
  await using opened = openWebdav(`${server.url}kits`);
  await push(opened.target);
  const tags = Array.from({ length: 20 }, (_, i) => `v${i}`);
  const setTag = async (tag: string) => {
    await using another = openWebdav(`${server.url}kits`);
    await another.target.tag(descriptor, '', tag);
  };
  await Promise.all(tags.map(setTag));
  for (const tag of tags) assert.deepEqual(await opened.target.resolve('', tag), descriptor);
});

test('a list that changes for ever is given up', async () => {
  let made = 0;
  await using server = await startDav(undefined, () => `W/"${made++}"`);
  await using opened = openWebdav(`${server.url}kits`);
  await push(opened.target);
  await opened.target.tag(descriptor, '', 'first');
  await assert.rejects(opened.target.tag(descriptor, '', 'second'), { code: 'network-failed' });
  assert.ok(server.requests.length < 100);
});

test('a login is sent to this machine or over TLS, and is asked for in one sentence', async () => {
  await using server = await startDav(({ headers }) => (headers.authorization ? undefined : 401));
  await using known = openWebdav(`${server.url}kits`, { username: 'ann', password: 'p:ss' });
  await push(known.target);
  assert.equal(server.logins[0], `Basic ${Buffer.from('ann:p:ss').toString('base64')}`);
  await using unknown = openWebdav(`${server.url}kits`);
  const { host } = new URL(server.url);
  await assert.rejects(push(unknown.target), {
    code: 'unauthorized',
    message: `${host} answered 401 to HEAD.`,
    hint: `Store the login for ${host} as docker does: in ~/.docker/config.json, or with a credential helper.`,
  });
});

test('a server that gives wholes instead of parts is found out', async () => {
  await using server = await startDav((request) => {
    delete request.headers.range;
    return undefined;
  });
  await using opened = openWebdav(`${server.url}kits`);
  await push(opened.target);
  assert.ok(Buffer.concat(await Array.fromAsync(opened.target.fetch(descriptor))).equals(bytes));
  const part = () => Array.fromAsync(opened.target.fetch(descriptor, { start: 5, end: 9 }));
  await assert.rejects(part, { code: 'remote-malformed' });
});
