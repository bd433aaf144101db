import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadProgram } from '../loadProgram.ts';
import { networkFlags } from '../options/networkOptions.ts';
import { applySettings } from './settings.ts';

type Environment = Readonly<Record<string, string>>;

/** The named command, as a shell would call it in this environment. */
async function given(name: string, env: Environment, words: readonly string[] = []) {
  const program = await loadProgram([name]);
  const command = program.commands.find((candidate) => candidate.name() === name);
  assert.ok(command);
  command.parseOptions([...words]);
  applySettings(command, env, []);
  return command;
}

const unusable: readonly (readonly [name: string, env: Environment, message: RegExp])[] = [
  ['list', { KITWRIGHT_LOG_LEVEL: 'loud' }, /^KITWRIGHT_LOG_LEVEL is "loud": .*there are trace/],
  ['list', { KITWRIGHT_PROGRESS: 'b@r' }, /^KITWRIGHT_PROGRESS is "b@r"/],
  ['pack', { KITWRIGHT_CAPTURE: 'move' }, /^KITWRIGHT_CAPTURE is "move": .*reflink/],
  ['push', { KITWRIGHT_CONCURRENCY: '0' }, /^KITWRIGHT_CONCURRENCY is 0/],
  ['push', { KITWRIGHT_CONCURRENCY: 'many' }, /^KITWRIGHT_CONCURRENCY must be a whole number/],
  ['push', { KITWRIGHT_PLAIN_HTTP: 'maybe' }, /^KITWRIGHT_PLAIN_HTTP must be true or false/],
];

for (const [name, env, message] of unusable)
  test(`${JSON.stringify(env)} is refused, and the error names the variable`, async () => {
    await assert.rejects(given(name, env), { code: 'usage', message });
  });

test('a variable that a command does not read has no effect', async () => {
  await given('tag', { KITWRIGHT_CAPTURE: 'move', KITWRIGHT_CONCURRENCY: '0' });
});

test('a proxy that was not typed is only a default and names its source, also for commands without the flag', async () => {
  const env = { KITWRIGHT_PROXY: 'p:1', KITWRIGHT_TLS_CERT: 'a.pem,b.pem' };
  for (const name of ['push', 'import']) {
    const { proxy, usualProxy, tlsCert, names } = networkFlags(await given(name, env));
    assert.deepEqual([proxy, usualProxy, tlsCert], [undefined, 'p:1', ['a.pem', 'b.pem']]);
    assert.deepEqual(names, { usualProxy: 'KITWRIGHT_PROXY', tlsCerts: 'KITWRIGHT_TLS_CERT' });
  }
  const typed = networkFlags(await given('push', env, ['--proxy', 't:2', '--tls-cert', 'c.pem']));
  assert.deepEqual([typed.proxy, typed.usualProxy, typed.tlsCert, typed.names], ['t:2', undefined, ['c.pem'], {}]);
});
