import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { descriptorOf, type Target, TransientError } from '@kitwright/core/plugin';
import { answering } from './testing/answering.ts';
import { openAtProgram, type ProgramOptions } from './testing/openAtProgram.ts';

const descriptor = descriptorOf('text/plain', Buffer.from('0123456789'));

/** What a request to a program of this source fails with. */
async function failureOf(source: string, request = exists, options: Omit<ProgramOptions, 'source'> = {}) {
  await using opened = openAtProgram({ source, ...options });
  return await request(opened.target).then(
    () => assert.fail('it did not fail'),
    (error: Error) => error,
  );
}

const exists = (target: Target): Promise<unknown> => target.exists(descriptor);
const fetchAll = (target: Target): Promise<unknown> => Array.fromAsync(target.fetch(descriptor));

test('a program that does not exist is named', () => {
  assert.throws(() => openAtProgram({ location: 'nowhere/x' }), {
    code: 'target-invalid',
    message: /kitwright-target-nowhere/,
  });
});

test('a program that ends at once, or in the middle, is named with its last line', async () => {
  const atOnce = await failureOf('console.error("no tape in the drive"); process.exit(3)');
  assert.match(atOnce.message, /^kitwright-target-test ended with status 3 \(no tape in the drive\) during hello\.$/);
  const middle = await failureOf(answering('say({ id: m.id }, "0123"); process.kill(process.pid)'), fetchAll);
  assert.match(middle.message, /^kitwright-target-test ended with SIGTERM during fetch\.$/);
});

test('a program that does not keep to the protocol is named, and ended', async () => {
  const wrong = {
    'a greeting': 'console.log("Welcome!"); setInterval(() => {}, 1000)',
    'an echo': 'process.stdin.pipe(process.stdout)',
    'an endless line': 'const write = () => process.stdout.write("x".repeat(65536), write); write()',
    'another version': answering('', { version: 2 }),
    'no list of powers': answering('', { powers: 'all' }),
    'an unknown request': answering('say({ id: 99, ok: true })'),
    'nothing said': answering('say({ id: m.id })'),
    'bytes for a question': answering('say({ id: m.id }, "0123")'),
    'credit for a question': answering('say({ id: m.id, credit: 5 })'),
    'a question about no host': answering('say({ ask: 1, credentials: "a/b c" })'),
    'a thousand questions': answering('for (let i = 0; i < 1000; i++) say({ ask: i, credentials: "host" })'),
  };
  for (const [what, source] of Object.entries(wrong)) {
    const error = await failureOf(source);
    assert.match(error.message, /^kitwright-target-test does not keep to the protocol: it sent /, what);
    assert.equal((error as Error & { code?: string }).code, 'plugin-failed');
  }
});

test('more bytes than a program has credit for are refused', async () => {
  const error = await failureOf(answering('say({ id: m.id }, "0123456789A")'), fetchAll);
  assert.match(error.message, /more bytes than it has credit for/);
});

test('errors of a program keep their code, message and time to wait', async () => {
  const refused = await failureOf(
    answering('say({ id: m.id, error: { code: "unauthorized", message: "The vault is closed.", hint: "Open it." } })'),
  );
  assert.deepEqual(
    { ...refused, message: refused.message },
    { ...refused, code: 'unauthorized', message: 'kitwright-target-test: The vault is closed.', hint: 'Open it.' },
  );
  const busy = await failureOf(
    answering('say({ id: m.id, error: { code: "transient", message: "Busy.", retryAfter: 70 } })'),
  );
  assert.ok(busy instanceof TransientError);
  assert.deepEqual([busy.message, busy.retryAfter], ['kitwright-target-test: Busy', 70]);
  const other = await failureOf(answering('say({ id: m.id, error: { code: "internal-error" } })'));
  assert.equal((other as Error & { code?: string }).code, 'plugin-failed');
});

test('a power that a program does not offer is refused in one sentence', async () => {
  const error = await failureOf(answering(''), async (target) =>
    (target as never as { untag: (tag: string) => Promise<void> }).untag('v1'),
  );
  assert.equal(error.message, 'kitwright-target-test cannot remove tags.');
});

test('a program that hangs is named when the run is cancelled, and ended with what it has started', async () => {
  const [cancel, connected] = [new AbortController(), Promise.withResolvers<Socket>()];
  await using server = createServer(connected.resolve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const source = `
process.on('SIGTERM', () => {});
const start = (port) => require('node:child_process').spawn(process.execPath, ['-e', 'require("net").connect(' + port + ')']);
${answering('start(m.reference)')}`;
  await using opened = openAtProgram({ source, signal: cancel.signal, wait: async () => undefined });
  const { port } = server.address() as AddressInfo;
  const failed = assert.rejects(opened.target.resolve('', String(port)), {
    code: 'cancelled',
    hint: 'kitwright-target-test had not answered resolve, and was ended.',
  });
  const ofChild = await connected.promise;
  cancel.abort();
  await failed;
  ofChild.on('error', () => undefined).resume();
  await once(ofChild, 'close');
});
