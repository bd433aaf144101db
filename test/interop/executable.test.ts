import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, it, type TestContext } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { digestIn } from '../support/project.ts';
import { type CliResult, nodePath, runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { projectRoot } from '../support/trackedFiles.ts';
import { succeed, treeOf } from './peer.ts';

const { UNSHARE: unshare = '' } = process.env;
const folder = temporaryFolder();
after(() => folder[Symbol.dispose]());
const { path } = folder;
/** In a folder of its own: what lies beside it is a stranger's. */
const executable = join(path, 'bin', 'kitwright');
mkdirSync(join(path, 'bin'));
execFileSync(nodePath, [join(projectRoot, '.ci', 'release', 'executable', 'main.ts'), executable], {
  cwd: projectRoot,
});

/** An empty home, and an empty folder for temporary files: what is in them is of the executable. */
const [home, temporary] = [join(path, 'user'), join(path, 'temporary')];
mkdirSync(home);
mkdirSync(temporary);
const env = {
  HOME: home,
  TMPDIR: temporary,
  NODE_COMPILE_CACHE: '',
  KITWRIGHT_PLAIN_HTTP: '1',
  COSIGN_PASSWORD: 'secret',
};
const run = (...args: readonly string[]) => runCli(args, { cwd: path, env, command: executable });
const isolated = (...args: readonly string[]) =>
  runCli(['-rn', executable, ...args], { cwd: path, env, command: unshare });

const write = (files: Readonly<Record<string, string | Uint8Array>>): void => {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), content);
  }
};

const weights = Buffer.alloc(9_000_000, 'weights');
write({
  'project/Kitfile': 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\ndatasets: [{path: rows.csv}]\n',
  'project/net.bin': weights,
  'project/rows.csv': 'a,b\n'.repeat(10_000),
});

describe('the single-file executable', () => {
  it('says its version, under each name that it is given', async () => {
    const { stdout } = succeed(await run('version', '--json'));
    assert.equal((JSON.parse(stdout) as { readonly Version: string }).Version, '0.1.0');
    symlinkSync(executable, join(path, 'bin', 'kit'));
    assert.equal(
      succeed(await runCli(['version', '--json'], { cwd: path, env, command: join(path, 'bin', 'kit') })).stdout,
      stdout,
    );
    assert.match(succeed(await run('plugins')).stdout, /@kitwright\/cosign 0\.1\.0/);
  });

  it('packs the kits of the installed command, in threads, with each compressor', async () => {
    for (const compression of ['none', 'gzip', 'gzip-fastest', 'zstd']) {
      const args = ['pack', 'project', '-t', `net:${compression}`, '--compression', compression];
      const expected = await runCli(['--config', join(path, 'installed'), ...args], { cwd: path });
      assert.equal(digestIn(succeed(await run(...args))), digestIn(succeed(expected)), compression);
    }
    succeed(await run('unpack', 'net:zstd', '-d', 'unpacked', '-f', 'model', '-f', 'datasets'));
    assert.deepEqual(
      treeOf(join(path, 'unpacked')),
      treeOf(join(path, 'project')).filter((line) => !line.startsWith('Kitfile ')),
    );
  });

  it('pushes, signs, verifies and pulls', async () => {
    await using registry = await startRegistry();
    const reference = `${registry.host}/team/net:v1`;
    succeed(await run('generate-key-pair'));
    succeed(await run('pack', 'project', '-t', reference));
    succeed(await run('push', reference, '--sign', 'cosign.key'));
    succeed(await run('--config', join(path, 'other'), 'pull', reference));
    succeed(await run('--config', join(path, 'other'), 'verify', reference, '--key', 'cosign.pub'));
    succeed(await run('verify', reference, '--key', 'cosign.pub'));
  });

  it('needs no network for what is here', { skip: !unshare && 'no unshare' }, async () => {
    succeed(await isolated('pack', 'project', '-t', 'alone:v1'));
    succeed(await isolated('sign', 'alone:v1', '--key', 'cosign.key'));
    succeed(await isolated('verify', 'alone:v1', '--key', 'cosign.pub'));
    succeed(await isolated('unpack', 'alone:v1', '-d', 'alone', '-f', 'model'));
  });

  it('watches a training, and ends with its status at an interrupt', async () => {
    const script = 'trap "exit 9" INT; echo up; while :; do sleep 0.05; done';
    assert.deepEqual(await interrupted('up', 'watch', 'project', '-t', 'run', '--', 'sh', '-c', script), [9, null]);
    assert.match(succeed(await run('list')).stdout, /^run /m);
  });

  it('ends a watch at an interrupt', async () => {
    assert.deepEqual(await interrupted('kit 1', 'watch', 'project', '-t', 'idle'), [0, null]);
  });

  it('is installed nowhere: it asks before code of a directory runs, and finds its plugins by name then', async () => {
    write({
      'trusting/Kitfile': 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n',
      'trusting/net.bin': '1',
      'trusting/kitwright.config.ts': `import { defineConfig } from 'kitwright/config';
const plugins: string[] = ['greeter'];
export default defineConfig({ compression: 'zstd', plugins });`,
      'trusting/node_modules/kitwright-plugin-greeter/package.json':
        '{"name":"kitwright-plugin-greeter","version":"2.0.0","type":"module","exports":"./index.js"}',
      'trusting/node_modules/kitwright-plugin-greeter/index.js': `import { definePlugin } from '@kitwright/core/plugin';
export default definePlugin({ name: 'kitwright-plugin-greeter', apiVersion: 1, apply() {
  process.stderr.write('hello from the plugin\\n');
} });`,
    });
    const refused = await run('pack', 'trusting', '-t', 'greeted:v1');
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /config-untrusted/);
    const { stderr } = succeed(await run('pack', 'trusting', '-t', 'greeted:v1', '--trust'));
    assert.match(stderr, /hello from the plugin/);
  });

  it('shows where a config fails', async () => {
    write({
      'broken/kitwright.config.mjs': 'export default {\n  a 1,\n};\n',
      'broken/Kitfile': 'manifestVersion: 1.0.0\n',
    });
    const { stderr } = await run('pack', 'broken', '-t', 'broken:v1', '--trust');
    assert.match(stderr, /config-invalid: .*\n {2}at .*kitwright\.config\.mjs:2:5\n/);
    assert.doesNotMatch(stderr, /ExperimentalWarning/);
  });

  it('runs no package that lies beside it', async () => {
    const evil = 'process.stderr.write("a package of a stranger ran\\n");';
    for (const name of ['@napi-rs/nice', 'typescript', 'piscina', '@kitwright/core'])
      write({
        [`bin/node_modules/${name}/package.json`]: `{"name":"${name}","main":"index.js"}`,
        [`bin/node_modules/${name}/index.js`]: evil,
      });
    const { stderr } = succeed(await run('pack', 'project', '-t', 'beside:v1', '--compression', 'gzip'));
    assert.doesNotMatch(stderr, /stranger/);
  });

  it('asks the page of releases for a newer one, and no npm', async () => {
    write({ 'programs/npm': '#!/bin/sh\necho asked > asked\n' });
    execFileSync('chmod', ['+x', join(path, 'programs', 'npm')]);
    const asked: string[] = [];
    const proxy = createServer().on('connect', ({ url = '' }, socket) => {
      asked.push(url);
      socket.end('HTTP/1.1 502 No\r\n\r\n');
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const check = { ...env, PATH: join(path, 'programs'), HTTPS_PROXY, NODE_USE_ENV_PROXY: '1' };
    succeed(await runCli(['kitwright:check-updates', home], { cwd: path, env: check, command: executable }));
    proxy.close();
    assert.deepEqual(asked, ['github.com:443']);
    assert.equal(existsSync(join(home, 'asked')), false);
  });

  it('goes on if it is replaced or removed, also with threads that start later', async () => {
    const copy = join(path, 'copy');
    copyFileSync(executable, copy);
    write({ 'late/Kitfile': 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n', 'late/net.bin': '1' });
    const child = spawn(copy, ['watch', 'late', '-t', 'late'], { cwd: path, env });
    child.stderr.resume();
    const ended = once(child, 'close');
    const kits: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      kits.push(line);
      // A file that is large enough for a thread.
      if (kits.length === 1) {
        rmSync(copy);
        write({ 'late/net.bin': weights });
      } else child.kill('SIGINT');
    }
    assert.deepEqual(await ended, [0, null]);
    assert.match(kits[1] ?? '', /^kit 2 .* 1 rebuilt/);
  });

  it('brings its files: the skill, the texts of licences, the page of a watch', async () => {
    succeed(await run('skill', '--agents', 'claude-code', '-d', 'project'));
    assert.ok(existsSync(join(path, 'project', '.claude', 'skills', 'kitwright', 'SKILL.md')));
    write({ 'licensed/LICENSE': execFileSync('cat', [join(projectRoot, 'LICENSE')]), 'licensed/net.safetensors': '1' });
    assert.match(
      succeed(await run('init', 'licensed')).stdout + execFileSync('cat', [join(path, 'licensed', 'Kitfile')]),
      /Apache-2\.0/,
    );
    succeed(await run('report', 'project', '-o', 'report.html'));
    assert.match(execFileSync('cat', [join(path, 'report.html')]).toString(), /<script type="application\/json"/);
  });

  it('leaves nothing outside of the root of its data', () => {
    assert.deepEqual(readdirSync(temporary), []);
    assert.deepEqual(readdirSync(home), ['.local']);
    assert.deepEqual(readdirSync(join(home, '.local', 'share')), ['kitwright']);
  });

  it('is small, and starts as fast as the installed command', async (t: TestContext) => {
    const bytes = statSync(executable).size;
    const [alone, installed] = [
      await fastest(() => run('version')),
      await fastest(() => runCli(['version'], { cwd: path, env })),
    ];
    t.diagnostic(
      `${(bytes / 2 ** 20).toFixed(1)} MiB; starts in ${alone.toFixed(0)} ms, bin/kitwright.js in ${installed.toFixed(0)} ms`,
    );
    assert.ok(bytes > 50e6 && bytes < 145e6, String(bytes));
  });
});

/** The end of a command that is interrupted, with all that it started, when it prints a line that begins so. */
async function interrupted(start: string, ...args: readonly string[]): Promise<readonly unknown[]> {
  const child = spawn(executable, args, { cwd: path, env: { ...env, PATH: process.env['PATH'] }, detached: true });
  child.stderr.resume();
  const ended = once(child, 'close');
  for await (const line of createInterface(child.stdout))
    if (line.startsWith(start)) process.kill(-(child.pid ?? 0), 'SIGINT');
  return ended;
}

/** ms. */
async function fastest(start: () => Promise<CliResult>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 10; round++) {
    const before = performance.now();
    succeed(await start());
    times.push(performance.now() - before);
  }
  return Math.min(...times);
}
