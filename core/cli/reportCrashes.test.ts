import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCli } from '../../test/support/runCli.ts';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';

const urlOf = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);

/** Runs the body of a command as a program of its own. */
async function run(body: string, args: readonly string[] = []) {
  using folder = temporaryFolder();
  const script = `
    import { KitwrightError } from '@kitwright/core';
    import { ClosedPipe } from ${urlOf('output/Output.ts')};
    import { reportCrashes } from ${urlOf('reportCrashes.ts')};
    const ended = reportCrashes(${JSON.stringify(args)});
    ${body}
    ended();
  `;
  return runCli(['--conditions=kitwright-source', '--input-type=module', '--eval', script], {
    cwd: process.cwd(),
    command: process.execPath,
    env: { HOME: folder.path },
  });
}

const failure = "new KitwrightError('network-failed', 'The host is gone.')";

const crashes: Readonly<Record<string, string>> = {
  'a promise that nobody awaits': `Promise.reject(${failure}); await new Promise((resolve) => setTimeout(resolve, 60_000));`,
  'an error in a timer': `setTimeout(() => { throw ${failure}; }); await new Promise((resolve) => setTimeout(resolve, 60_000));`,
  'an error event without a listener': `
    const { EventEmitter } = await import('node:events');
    setTimeout(() => new EventEmitter().emit('error', ${failure}));
    await new Promise((resolve) => setTimeout(resolve, 60_000));`,
  'a failure after the end of the command': `ended(); Promise.reject(${failure});`,
  'the command itself': `throw ${failure};`,
  'one failure after another': `Promise.reject(${failure}); setTimeout(() => { throw new Error('later'); });`,
};

for (const [what, body] of Object.entries(crashes))
  test(`${what}: one KitwrightError, with its exit status`, async () => {
    const { code, stderr } = await run(body);
    assert.match(stderr, /^\[ERROR\] network-failed: The host is gone\.\n {2}hint: [^\n]*\n$/);
    assert.equal(code, 3);
  });

test('any other error is an internal error, without source code', async () => {
  const { code, stderr } = await run("Promise.reject(new TypeError('x is not a function'));");
  assert.match(stderr, /^\[ERROR\] internal-error: Something unexpected went wrong: x is not a function\n {2}hint: /);
  assert.doesNotMatch(stderr, /^ +at |Node\.js v/m);
  assert.equal(code, 1);
});

test('a command that waits for ever is reported', async () => {
  const { code, stderr } = await run('await new Promise(() => undefined);');
  assert.match(stderr, /^\[ERROR\] internal-error: .*the command stopped before it had ended\n/);
  assert.equal(code, 1);
});

test('with --json the error is one document', async () => {
  const { stderr } = await run(`Promise.reject(${failure});`, ['list', '--json']);
  assert.equal((JSON.parse(stderr) as { readonly error: { readonly code: string } }).error.code, 'network-failed');
});

test('a reader that closed the pipe causes no error message', async () => {
  assert.deepEqual(await run('Promise.reject(new ClosedPipe());'), { code: 141, signal: null, stdout: '', stderr: '' });
});
