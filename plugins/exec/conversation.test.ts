import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { contentOfBytes, descriptorOf, type HostCredential } from '@kitwright/core/plugin';
import { answering } from './testing/answering.ts';
import { openAtProgram } from './testing/openAtProgram.ts';

const programs = fileURLToPath(new URL('../../examples/python-target', import.meta.url));
const large = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i % 251));
const descriptor = descriptorOf('application/octet-stream', large);
const nobody = async () => undefined;

test('a blob larger than the credit goes both ways, and one that is not wanted any more is stopped', async () => {
  await using opened = openAtProgram({ programs, location: 'folder/FOLDER/kits' });
  const { target } = opened;
  await target.push(descriptor, contentOfBytes(large));
  assert.ok(Buffer.concat(await Array.fromAsync(target.fetch(descriptor))).equals(large));
  for await (const bytes of target.fetch(descriptor)) {
    assert.ok(bytes.byteLength > 0);
    break;
  }
  assert.equal(await target.exists(descriptor), true);
});

test('a push whose source fails leaves nothing, and the program goes on', async () => {
  await using opened = openAtProgram({ programs, location: 'folder/FOLDER/kits' });
  const cut = new Error('the source was cut');
  const content = {
    read: async (_: unknown, take: (bytes: Uint8Array) => void | Promise<void>) => {
      await take(large.subarray(0, 1_500_000));
      throw cut;
    },
  };
  await assert.rejects(opened.target.push(descriptor, content), { message: /the source was cut/ });
  assert.equal(await opened.target.exists(descriptor), false);
});

test('a program that has a blob need not take it', async () => {
  await using opened = openAtProgram({ source: answering('say({ id: m.id, ok: null })') });
  await opened.target.push(descriptor, contentOfBytes(large));
});

test('a program asks for the login of a host, and gets it over the protocol only', async () => {
  const source = answering(`
if (m.do === 'resolve') return say({ ask: 7, credentials: m.reference });
const seen = JSON.stringify([process.argv.slice(2), Object.keys(process.env).filter((name) => /SECRET|TARGET/.test(name))]);
if (m.answer === 7) say({ id: 2, error: { code: 'remote-refused', message: JSON.stringify(m) + seen } });`);
  const credentials = async (host: string): Promise<HostCredential | undefined> =>
    host === 'vault.example:8080' ? { username: 'ann', password: 'pass' } : undefined;
  const env = { SECRET: 'a', KITWRIGHT_TARGET_TEST_DEVICE: 'b', KITWRIGHT_TARGET_OTHER_X: 'c' };
  const asked = async (host: string, find: typeof credentials = credentials) => {
    await using opened = openAtProgram({ source, credentials: find, env });
    return await opened.target.resolve('', host).catch(({ message }: Error) => message);
  };
  assert.equal(
    await asked('vault.example:8080'),
    'kitwright-target-test: {"answer":7,"ok":{"username":"ann","password":"pass"}}[[],["KITWRIGHT_TARGET_TEST_DEVICE"]]',
  );
  assert.match(String(await asked('other.example')), /"ok":null/);
  const broken = () => Promise.reject(new Error('a secret of the helper'));
  assert.match(String(await asked('vault.example', broken)), /"unauthorized","message":"The login for vault.example/);
});

test('what a program writes to its standard error is shown line by line, and bounded', async () => {
  const source = `for (let i = 0; i < 500; i++) console.error('line ' + i + 'x'.repeat(5000));${answering('say({ id: m.id, ok: true })')}`;
  const opened = openAtProgram({ source, credentials: nobody });
  assert.equal(await opened.target.exists(descriptor), true);
  await opened[Symbol.asyncDispose]();
  const warnings = opened.diagnostics.filter(({ level }) => level === 'warning').map(({ message }) => message);
  assert.equal(warnings.length, 200);
  assert.match(warnings[0] ?? '', /^@kitwright\/exec: kitwright-target-test: line 0x{990,}$/);
  assert.match(warnings.at(-1) ?? '', /Further messages are not shown\.$/);
});

test('a program gets as many requests at the same time as it takes, and lists page by page', async () => {
  const source = answering(
    `
if (m.do === 'tags') return say({ id: m.id, ok: m.next ? { items: ['c'] } : { items: ['a', 'b'], next: 1 } });
(globalThis.asked ??= []).push(m.id);
if (asked.length === 3) for (const id of asked) say({ id, ok: id % 2 === 0 });`,
    { parallel: 3, powers: ['tags'] },
  );
  await using opened = openAtProgram({ source });
  const answers = await Promise.all([1, 2, 3].map(() => opened.target.exists(descriptor)));
  assert.deepEqual(answers, [true, false, true]);
  const { tags } = opened.target as never as { tags: () => AsyncIterable<string> };
  assert.deepEqual(await Array.fromAsync(tags()), ['a', 'b', 'c']);
});

test('a program that ended is started again by the next request', async () => {
  await using opened = openAtProgram({ source: answering('say({ id: m.id, ok: true }); process.stdin.pause()') });
  const { target } = opened;
  assert.equal(await target.exists(descriptor), true);
  await (target as never as { close: () => Promise<void> }).close();
  assert.equal(await target.exists(descriptor), true);
});
