import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import { runGit, withoutCredentials } from './runGit.ts';

const long = 'A'.repeat(5000);

for (const [given, shown] of [
  [`https://oauth2:${long}@example.com/a/b.git`, 'https://example.com/a/b.git'],
  ['https://u:p@ss@example.com/a/b.git', 'https://example.com/a/b.git'],
  ["fatal: 'https://example.com/a.git?private_token=s3cret' not found", "fatal: 'https://example.com/a.git' not found"],
  ['https://example.com/@scope/a', 'https://example.com/@scope/a'],
  ['git@example.com:a/b.git', 'git@example.com:a/b.git'],
] as const)
  test(`${given.slice(0, 40)} is shown without its secrets`, () => assert.equal(withoutCredentials(given), shown));

/** The type and size of an object in a pack (gitformat-pack(5)). */
const objectHead = (type: number, size: number): Buffer => {
  const bytes = [(type << 4) | (size & 15)];
  for (let rest = size >> 4; rest; rest >>= 7) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(rest & 0x7f);
  }
  return Buffer.from(bytes);
};

const varint = (value: number): Buffer =>
  Buffer.from(value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >> 7)]);

const sha1 = (...parts: readonly Buffer[]): Buffer => createHash('sha1').update(Buffer.concat(parts)).digest();

/** A pack of 16 KB: 16 MiB of zeros, and an object that is those so many times. */
const packOf = (times: number): Buffer => {
  const base = Buffer.alloc(0xffffff);
  const copies = Buffer.concat(Array.from({ length: times }, () => Buffer.from([0xf0, 0xff, 0xff, 0xff])));
  const delta = Buffer.concat([varint(base.length), varint(base.length * times), copies]);
  const parts = [
    Buffer.from('PACK\0\0\0\x02\0\0\0\x02', 'latin1'),
    objectHead(3, base.length),
    deflateSync(base),
    objectHead(7, delta.length),
    sha1(Buffer.from(`blob ${base.length}\0`), base),
    deflateSync(delta),
  ];
  return Buffer.concat([...parts, sha1(...parts)]);
};

test('a difference of some bytes that says it is gigabytes takes no memory', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'kitwright-git-test-'));
  try {
    const options = { directory, env: process.env, signal: new AbortController().signal };
    writeFileSync(join(directory, 'small.pack'), packOf(2));
    writeFileSync(join(directory, 'large.pack'), packOf(50));
    await runGit(['index-pack', 'small.pack'], options);
    await assert.rejects(runGit(['index-pack', 'large.pack'], options), {
      code: 'remote-refused',
      message: /over limit/,
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test('git and what it starts have a bounded memory', { skip: process.platform !== 'linux' }, async () => {
  const options = { directory: tmpdir(), env: process.env, signal: new AbortController().signal };
  assert.match(await runGit(['-c', 'alias.limit=!ulimit -d', 'limit'], options), /^\d+\n$/);
});

/** git runs a program that starts another one, which goes on without it; gives the number of that one. */
const leavingBehind = async (directory: string, rest: string, signal: AbortSignal, asksOnTerminal = false) => {
  const file = join(directory, 'pid');
  const args = ['-c', `alias.x=!sleep 600 & echo $! > ${file}.new && mv ${file}.new ${file}; ${rest}`, 'x'];
  const ended = runGit(args, { directory, env: process.env, signal, asksOnTerminal }).catch((error: unknown) => error);
  while (!existsSync(file)) await setTimeout(10);
  return { pid: Number(readFileSync(file, 'utf8')), ended };
};

/** A process that has ended is there until its parent asked for it, which may be the first of the system. */
const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return process.platform === 'linux' && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
};

test('what git has started ends with it: when it is stopped, and when it fails', { timeout: 20_000 }, async () => {
  for (const rest of ['wait', 'exit 1']) {
    using folder = temporaryFolder();
    const stop = new AbortController();
    const { pid, ended } = await leavingBehind(folder.path, rest, stop.signal);
    if (rest === 'wait') stop.abort(new Error('stopped'));
    assert.ok((await ended) instanceof Error);
    while (!isGone(pid)) await setTimeout(10);
  }
});

test('so it does where ssh may ask on the terminal, and git stays in our group', { timeout: 20_000 }, async () => {
  using folder = temporaryFolder();
  const stop = new AbortController();
  const { pid, ended } = await leavingBehind(folder.path, 'wait', stop.signal, true);
  stop.abort(new Error('stopped'));
  assert.ok((await ended) instanceof Error);
  while (!isGone(pid)) await setTimeout(10);
});

test('a checkout starts no git-lfs, also where it is set up: it would read settings of the repository', async () => {
  using folder = temporaryFolder();
  const settings = '[filter "lfs"]\n\trequired = true\n\tprocess = touch ../started\n\tsmudge = touch ../started\n';
  writeFileSync(join(folder.path, '.gitconfig'), settings);
  const env = { PATH: process.env['PATH'], HOME: folder.path, GIT_CONFIG_NOSYSTEM: '1' };
  const directory = join(folder.path, 'clone');
  mkdirSync(directory);
  const options = { directory, env, signal: new AbortController().signal };
  writeFileSync(join(directory, '.gitattributes'), '*.bin filter=lfs\n');
  writeFileSync(join(directory, 'a.bin'), 'pointer');
  await runGit(['init', '-q'], options);
  await runGit(['add', '.'], options);
  rmSync(join(directory, 'a.bin'));
  await runGit(['checkout', '--', 'a.bin'], options);
  assert.equal(readFileSync(join(directory, 'a.bin'), 'utf8'), 'pointer');
  assert.equal(existsSync(join(folder.path, 'started')), false);
});
